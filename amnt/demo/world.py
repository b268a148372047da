"""Builds the demonstration through the services that the pages use, then backdates it."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo import documents, follow_up_data, outcomes, ways_in
from amnt.demo.contacts import FACTS, build_contacts
from amnt.demo.dates import SOURCE, build_feeds, set_dates
from amnt.demo.follow_ups import build_follow_up
from amnt.demo.newcomers import build_newcomers
from amnt.demo.people import build_account, build_circles, build_coalition
from amnt.demo.people_data import CAST, LEAD, OURS, THEIRS
from amnt.demo.plans import build_plans
from amnt.demo.public_page import build_public_page
from amnt.demo.shared_work import build_shared_work
from amnt.demo.statements import build_statements
from amnt.demo.submission_ids import submission
from coalitions.models import DeclaredPosition, Delegation
from resolutions.models import Assembly, Resolution


def is_built() -> bool:
    return User.objects.filter(email=CAST[0].email).exists()


@transaction.atomic
def build_world() -> None:
    """Build everything in one transaction. Reference data must be loaded."""
    people = {person.part: build_account(person) for person in CAST}
    coalitions = {wanted: build_coalition(wanted, people) for wanted in (OURS, THEIRS)}
    circles = build_circles(coalitions[OURS], people)
    build_newcomers(coalitions[OURS], people)
    assembly = Assembly.objects.current()
    if assembly is None:
        raise ValueError("There is no assembly: load the reference data first.")
    build_delegation_cards(assembly)
    set_dates(assembly, circles[follow_up_data.EVERYONE], people)
    build_feeds(people[LEAD])
    for follow_up in follow_up_data.STORY:
        build_follow_up(follow_up, circles[follow_up.circle], people)
    for follow_up in follow_up_data.OTHER_STORY:
        build_follow_up(follow_up, coalitions[THEIRS].everyone, people)
    outcomes.build_outcomes(circles[follow_up_data.EVERYONE], people)
    build_statements(circles[follow_up_data.EVERYONE], people)
    build_public_page(coalitions[OURS], people)
    build_contacts(circles, people, assembly)
    ways_in.build_own_routes(coalitions[OURS].everyone, people)
    ways_in.build_secrets(assembly, people)
    documents.build_texts_and_proposals(assembly, circles[follow_up_data.EVERYONE], circles[follow_up_data.CORE], people)
    build_shared_work(coalitions[OURS], circles, people, assembly)
    build_plans(circles, people, assembly)


def build_delegation_cards(assembly: Assembly) -> None:
    """Example delegation cards. The authorities are invented; existing cards are left alone."""
    cards = {
        "CH": ("Office de la normalisation (exemple)", "yes", "Exemple : écrire au point focal huit semaines avant l’ouverture."),
        "KE": ("Communications Office (example)", "yes", "Example: a letter from the organisation, then two national meetings."),
        "PE": ("Dirección de Telecomunicaciones (ejemplo)", "unknown", ""),
        "TN": ("Autorité des communications (exemple)", "unknown", ""),
        "UY": ("Oficina de Comunicaciones (ejemplo)", "no", "Ejemplo: solo organismos públicos, según la última respuesta."),
    }
    for country, (authority, openness, how) in cards.items():
        Delegation.objects.get_or_create(
            assembly=assembly,
            country=country,
            defaults={"authority": authority, "is_open": openness, "how_to_join": how, "source": SOURCE, "is_example": True}
            | FACTS.get(country, {}),
        )
    declared = {"resolution": Resolution.objects.of_assembly().filter(number=64).first(), "declared_on": now().date() - timedelta(days=90)}
    DeclaredPosition.objects.get_or_create(
        submission=submission("declared/ke-64"),
        defaults=declared
        | {"delegation": Delegation.objects.get(assembly=assembly, country="KE"), "stance": "keep", "source": SOURCE, "words": "(example)"},
    )
