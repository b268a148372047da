"""Example contacts with delegations: what was asked, what was answered. Offices and answers are invented."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import now

from amnt.demo.follow_up_data import CORE, EVERYONE
from amnt.demo.people import People
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD, TRANSLATOR
from amnt.demo.submission_ids import submission
from coalitions.models import Circle, Contact, Delegation
from coalitions.outreach.services.contacts import judge, log_contact, note_answer
from resolutions.models import Assembly, Resolution


@dataclass(frozen=True)
class ExampleContact:
    """Asked so many days ago, or before the end of an assembly that is over; answered after so many more, if an answer is given."""

    key: str
    country: str
    resolution: int
    by: str
    ask: str
    days_ago: int
    channel: str = "letter"
    office: str = ""
    wording: str = ""
    answer: str = ""
    words: str = ""
    answered_after: int = 7
    circle: str = EVERYONE
    in_text: str = ""
    is_past: bool = False


CONTACTS = (
    ExampleContact(
        "ke-50", "KE", 50, LEAD, "Say what a rule does to human rights before adopting it", 40, "meeting",
        "Standards office (example)", answer="will-see", words="They study it and come back before the regional meeting.",
    ),
    ExampleContact(
        "ke-64", "KE", 64, LEAD, "Leave the allocation of addresses as it is", 70, "call",
        "Designated focal point (example)", answer="yes", words="Agreed: it will be said in the national position.",
    ),
    ExampleContact(
        "ch-50", "CH", 50, SECOND_LEAD, "Faire de l’examen préalable un devoir", 12,
        office="Point focal désigné (exemple)", circle=CORE,
        wording="les commissions d’études doivent examiner ce qu’une nouvelle Recommandation implique pour la sécurité",
    ),
    ExampleContact("tn-50", "TN", 50, TRANSLATOR, "Ne rien changer au dispositif", 24, "email", "Service des normes (exemple)"),
    ExampleContact(
        "pe-52", "PE", 52, MEMBER, "No pedir el bloqueo de contenidos", 20, "in-person",
        "Unidad de normas (ejemplo)", answer="no", words="Prefieren esperar a la reunión regional.",
    ),
)  # fmt: skip

# At the last assembly that is over.
PAST_CONTACTS = tuple(
    ExampleContact(f"past-{country}-{number}", country, number, by, ask, days_ago, answer=answer, in_text=in_text, is_past=True)
    for country, number, by, ask, days_ago, answer, in_text in (
        ("KE", 48, LEAD, "Name the communities who use the names (example)", 60, "yes", "partly"),
        ("KE", 70, LEAD, "Keep the clause on accessible documents (example)", 60, "yes", "yes"),
        ("PE", 73, MEMBER, "No medir a personas (ejemplo)", 45, "no", ""),
        ("PE", 70, MEMBER, "Conservar la cláusula sobre documentos accesibles (ejemplo)", 45, "yes", "yes"),
        ("TN", 75, TRANSLATOR, "Ne rien changer à la mention de la société civile (exemple)", 50, "", ""),
    )
)

# What the example cards say beyond who leads and how to join; invented, as they are.
FACTS = {
    "KE": {
        "head_office": "Director of Standards (example)",
        "office_email": "standards@example.org",
        "funding": "Own funding, as said for WTSA-24 (example)",
        "ties_scope": "Documents of the assembly only (example)",
        "who_speaks": "The head of delegation alone (example)",
        "route_before": "An open call before WTSA-24 (example)",
    },
    "CH": {"funding": "À ses frais (exemple)", "ties_scope": "Tous les documents de l’assemblée (exemple)"},
}


def build_contacts(circles: dict[str, Circle], people: People, assembly: Assembly) -> None:
    for told in CONTACTS:
        build_contact(told, circles[told.circle], people, assembly)


def build_past_contacts(assembly: Assembly, everyone: Circle, people: People) -> None:
    """What was asked before an assembly that is over: its record counts it, and the next cycle begins with it."""
    for country in dict.fromkeys(told.country for told in PAST_CONTACTS):
        Delegation.objects.get_or_create(assembly=assembly, country=country, defaults={"is_example": True})
    for told in PAST_CONTACTS:
        contact = build_contact(told, everyone, people, assembly)
        if told.in_text and not contact.in_text:
            judge(contact, in_text=told.in_text, by=people[told.by])


def build_contact(told: ExampleContact, circle: Circle, people: People, assembly: Assembly) -> Contact:
    last_day = assembly.ends_on if told.is_past else None
    asked_on, by = (last_day or now().date()) - timedelta(days=told.days_ago), people[told.by]
    contact = log_contact(
        Delegation.objects.get(country=told.country, assembly=assembly, is_example=True),
        circle=circle,
        resolution=Resolution.objects.of_assembly().get(number=told.resolution),
        ask=told.ask,
        wording=told.wording,
        office=told.office,
        channel=told.channel,
        asked_on=asked_on,
        by=by,
        submission=submission(f"contact/{told.key}"),
    )
    if told.answer and not contact.is_answered:
        answered = asked_on + timedelta(days=told.answered_after)
        contact = note_answer(contact, answer=told.answer, words=told.words, day=answered, by=by)
    return contact
