"""Examples of what organisations asked for, of a seat, a recusal and a confidence. All of it is invented."""

from datetime import timedelta

from django.utils.timezone import now

from amnt.demo.people import People
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Delegation, Membership
from coalitions.participation.services import own_routes
from coalitions.services import availability, confidential_notes, seats
from resolutions.models import Assembly, Resolution

# By whom, the way, what exactly, the state, days until its end, the next step and days until it, and documents: ready, missing.
STORY = (
    (SECOND_LEAD, "associate", "CE 17 (exemple)", "waiting", None, ("Relancer le secrétariat (exemple)", 4), ("Statuts", "Rapport annuel")),
    (LEAD, "hosted", "Access to documents (example)", "granted", 25, None, ("Letter of the host", "")),
    (LEAD, "cwg-internet", "Online answers (example)", "asked", None, ("Send our answers (example)", 12), ("", "Answers in English")),
    (MEMBER, "sector-member", "", "refused", None, None, ("", "")),
)


def build_own_routes(circle: Circle, people: People) -> None:
    today = now().date()
    for part, way, detail, state, ends, step, (ready, missing) in STORY:
        by = people[part]
        organisation = Membership.objects.get(user=by, coalition=circle.coalition_id).organisation
        if organisation is None:
            continue
        documents = [own_routes.Document(name=name, done=name == ready) for name in (ready, missing) if name]
        own_routes.note(
            circle=circle,
            by=by,
            organisation=organisation,
            way=way,
            detail=detail,
            state=state,
            asked_on=today - timedelta(days=33),
            until=today + timedelta(days=ends) if ends else None,
            next_step=step[0] if step else "",
            next_on=today + timedelta(days=step[1]) if step else None,
            documents=documents,
            followed_by=by,
            submission=submission(f"own-route-{way}"),
        )


def build_secrets(assembly: Assembly, people: People) -> None:
    """Lucía sits on a delegation and told one person; she is not available on one resolution, and keeps a note for herself."""
    her = people[MEMBER]
    seats.declare(her, assembly, country="UY", people=[people[SECOND_LEAD]])
    availability.set_unavailable(her, resolution=Resolution.objects.of_assembly().get(number=20), hides=True)
    card = Delegation.objects.get(assembly=assembly, country="UY")
    text = "Ejemplo: preguntar de nuevo en la segunda reunión nacional."
    confidential_notes.write(card, text=text, by=her, readers=[people[SECOND_LEAD]], submission=submission("confidential-uy"))
