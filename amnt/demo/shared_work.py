"""What the example coalition agreed on and keeps together: charter, priorities, decisions, rights, media and a country handed over."""

from datetime import timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo import follow_up_data
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD
from amnt.demo.submission_ids import submission
from coalitions.importers.advocacy import shipped_suggestions
from coalitions.media.services.media import add_outlet, follow_outlet, write_embargo
from coalitions.models import Circle, Coalition, Delegation
from coalitions.priorities.services.charter import write_charter
from coalitions.priorities.services.decisions import log_decision
from coalitions.priorities.services.priorities import adopt_suggestion, publish_priority
from coalitions.services.handovers import write_handover
from coalitions.services.issue_groups import set_subjects
from coalitions.texts.services.rights_impacts import enter_impact
from resolutions.models import Assembly, Resolution

CHARTER = """Exemple : nous partageons ce qui est public et ce que nous avons le droit de dire.
Ce qui se dit ici reste ici ; personne n’est cité.
Nous décidons par accord ; à défaut, les responsables tranchent et le consignent.
Qui s’en va rend ses actions et ses accès le jour même."""


def build_shared_work(coalition: Coalition, circles: dict[str, Circle], people: dict[str, User], assembly: Assembly) -> None:
    lead, second, member = people[LEAD], people[SECOND_LEAD], people[MEMBER]
    everyone, core = circles[follow_up_data.EVERYONE], circles[follow_up_data.CORE]
    write_charter(coalition, text=CHARTER, by=lead, submission=submission("charter"))
    suggestions = shipped_suggestions()
    first = adopt_suggestion(coalition, suggestions["counter-mandate-expansion"], by=lead)
    publish_priority(first, is_published=True, by=lead)
    adopt_suggestion(coalition, suggestions["human-rights"], by=lead)
    cybersecurity = Resolution.objects.of_assembly().filter(number=50).first()
    log_decision(
        circle=everyone,
        text="Exemple : nous répondons ensemble aux propositions sur la Rés. 50, et chacun parle à sa délégation.",
        decided_on=now().date() - timedelta(days=9),
        decided_by="Appel mensuel (exemple)",
        resolution=cybersecurity,
        by=second,
        submission=submission("decision/answer-together"),
    )
    if cybersecurity:
        enter_impact(
            cybersecurity,
            circle=everyone,
            right="privacy",
            mechanism="Exemple : des profils permanents si l’identification des terminaux devient une norme",
            said_by="Analyse de la coalition (exemple)",
            by=second,
            submission=submission("impact/privacy"),
        )
        set_subjects(core, resolutions=[cybersecurity], topics=["cybersecurity"], by=lead)
    outlet = add_outlet(
        coalition,
        name="La Gazette des normes (exemple)",
        country="CH",
        website="https://example.org/gazette",
        covers="Exemple : gouvernance de l’Internet, en français",
        by=second,
        submission=submission("outlet/gazette"),
    )
    follow_outlet(outlet, follows=True, by=second)
    write_embargo(
        circle=everyone,
        text="Exemple : la déclaration commune, remise à la rédaction",
        until=now() + timedelta(days=6),
        outlet=outlet,
        by=second,
        submission=submission("embargo/statement"),
    )
    card = Delegation.objects.filter(assembly=assembly, country="KE").first()
    if card:
        write_handover(
            card,
            circle=everyone,
            text="Example: write to the office first, it answers within a week. We promised our comparison of Res. 50.",
            by=member if everyone.includes(member) else lead,
            submission=submission("handover/ke"),
        )
