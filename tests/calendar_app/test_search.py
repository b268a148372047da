"""Search over everything: what is found, by whom, in which order, and what never is."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from calendar_app.read_models import search as searching
from calendar_app.read_models.search import search
from coalitions.models import AssemblySession, Contact, Delegation, SessionNote
from coalitions.services import confidential_notes
from coalitions.services.availability import set_unavailable
from resolutions.models import Resolution
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    OrganisationFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    TopicFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("calendar_app:search")
# Public texts, public dates, encrypted texts of her circles, people.
QUERIES = 4


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def user(ours):
    return member(ours, name="Amina Reader")


def found(user, typed: str) -> dict[str, list[str]]:
    """What is found, by kind and in order, each by a short name of it."""
    return {
        group.kind: [
            (result.kind != "contacts" and result.label) or str(result.number or "") or searching.said(result.titles)
            for result in group.found
        ]
        for group in search(user, typed).groups
    }


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("101", ["101", "pp-101"]),
        ("rés. 101", ["101", "pp-101"]),
        ("pp 101", ["pp-101"]),
        ("rés. PP 101", ["pp-101"]),
        ("pp-101", ["pp-101"]),
        ("res101", ["101", "pp-101"]),
        ("R101", ["101", "pp-101"]),
    ],
)
def test_101_alone_is_that_of_the_assembly_and_a_series_leads_to_its_own(user, typed, slugs):
    ResolutionFactory(number=101, series="pp", slug="pp-101", title_en="A text")
    ResolutionFactory(number=101, title_en="Zebras")

    [group] = search(user, typed).groups

    assert [result.key for result in group.found] == slugs


@pytest.mark.parametrize("typed", ["50", "rés. 50", "Res 50", "res. n° 50", "RÉSOLUTION 50", "resolución 50"])
def test_a_number_leads_to_its_resolution_first(user, typed):
    ResolutionFactory(number=7, why_en="Cites resolution 50 of the same assembly.")
    ResolutionFactory(number=50)
    ResolutionFactory(number=150)

    assert found(user, typed) == {"resolutions": ["50", "7"]}


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("AI", ["7"]),
        ("ia", ["7"]),
        ("cybersecurite", ["50"]),
        ("ciber", ["50"]),
        ("securite", ["50"]),
        ("l'accès", ["69"]),
        ("egalite acces", ["69"]),
        ("maintain", ["8"]),
        ("int", []),
    ],
)
def test_titles_are_found_in_any_language_and_short_words_only_whole(user, typed, numbers):
    ResolutionFactory(number=7, title_en="Standards for AI", title_fr="Normes pour l’IA", title_es="Normas para la IA")
    ResolutionFactory(number=8, title_en="To maintain a domain", title_fr="Maintenir le domaine social")
    ResolutionFactory(number=50, title_en="Cybersecurity", title_fr="Cybersécurité", title_es="Ciberseguridad")
    ResolutionFactory(number=69, title_en="Non-discrimination", title_fr="Égalité dans l’accès")

    assert found(user, typed).get("resolutions", []) == numbers


def test_a_title_with_the_words_comes_before_reasons_with_them(user):
    ResolutionFactory(number=2, title_en="Spam", why_en="Privacy is at stake.")
    ResolutionFactory(number=90, title_en="Privacy of users", why_en="")

    assert found(user, "privacy") == {"resolutions": ["90", "2"]}


@pytest.mark.parametrize(
    ("typed", "identifiers"),
    [
        ("EUR/38A7/1", ["EUR/38A7/1"]),
        ("eur/38a7/1", ["EUR/38A7/1"]),
        ("MOD EUR/38A7/1", ["EUR/38A7/1"]),
        ("38A7", ["EUR/38A7/1", "EUR/38A7/10"]),
        ("38", []),
        ("138A7", ["EUR/138A7/1"]),
        ("EUR/38A7", ["EUR/38A7/1", "EUR/38A7/10"]),
    ],
)
def test_identifiers_and_document_numbers_are_found_whole(user, typed, identifiers):
    document = ContributionFactory(number="38A7")
    for number in ("10", "1"):
        ProposalFactory(contribution=document, identifier=f"EUR/38A7/{number}", resolution=ResolutionFactory(number=1000 + int(number)))
    other = ContributionFactory(number="138A7")
    ProposalFactory(contribution=other, identifier="EUR/138A7/1", resolution=ResolutionFactory(number=1099))

    assert found(user, typed).get("proposals", []) == identifiers


def test_an_exact_identifier_puts_proposals_first(user):
    ProposalFactory(contribution=ContributionFactory(number="38A7"), identifier="EUR/38A7/1", resolution=ResolutionFactory(number=50))
    ResolutionFactory(number=1, why_en="Taken from EUR/38A7/1.")

    assert list(found(user, "EUR/38A7/1")) == ["proposals", "resolutions"]


@pytest.mark.parametrize("typed", ["Germany", "allemagne", "ALEMANIA"])
def test_a_country_is_found_by_its_name_in_any_language(user, typed):
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="DE", authority="Bundesnetzagentur")
    MeetingFactory(title_en="Preparatory meeting", country="DE")

    answer = search(user, typed)

    assert answer.groups[0].found[0].get_absolute_url() == card.get_absolute_url()
    assert found(user, typed) == {"countries": ["DE"], "dates": ["Preparatory meeting"]}


def test_a_country_without_a_card_leads_to_where_one_is_started(user, client):
    client.force_login(user)

    page = client.get(PAGE, {"q": "kenya"}).content.decode()

    assert 'href="/delegations/?q=Kenya"' in page
    assert "no card yet" in page


def test_an_authority_finds_its_card(user):
    Delegation.objects.create(assembly=AssemblyFactory(), country="DE", authority="Bundesnetzagentur")

    assert found(user, "bundesnetz") == {"countries": ["DE"]}


def test_topics_and_regional_groups_are_found(user, client):
    TopicFactory(tag="privacy", name_fr="Vie privée", name_en="Privacy", name_es="Privacidad")
    RegionalGroupFactory()
    client.force_login(user)

    assert found(user, "privee") == {"topics": ["Privacy"]}
    assert found(user, "UAT") == {"regions": ["ATU"]}
    page = client.get(PAGE, {"q": "privee"}).content.decode() + client.get(PAGE, {"q": "uat"}).content.decode()
    assert 'href="/resolutions/?topic=privacy"' in page
    assert 'href="/resolutions/regions/#group-ATU"' in page


def test_a_topic_is_found_by_its_short_name_too(user):
    TopicFactory(tag="dns", name_fr="Noms de domaine", name_en="Domain names", name_es="Nombres de dominio")

    assert found(user, "DNS") == {"topics": ["Domain names"]}


@pytest.mark.parametrize("typed", ["17 October 2028", "17 octobre 2028", "17/10/2028", "2028-10-17", "octubre de 2028"])
def test_a_day_finds_what_is_on_it(ours, user, typed):
    boss = lead(ours)
    MeetingFactory(title_en="Assembly", starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    MeetingFactory(title_en="Long forum", starts_on=date(2028, 10, 10), ends_on=date(2028, 10, 20))
    MeetingFactory(title_en="Another month", starts_on=date(2028, 11, 17), ends_on=date(2028, 11, 17))
    # Still the 17th where it is official, no longer in UTC; and the other way round, in another month.
    late, early = datetime(2028, 10, 18, 3, tzinfo=UTC), datetime(2028, 10, 1, 3, tzinfo=UTC)
    DeadlineFactory(title_en="Door in Bogotá", at=late, zone="America/Bogota", has_hour=True)
    DeadlineFactory(title_en="Door in September", at=early, zone="America/Bogota", has_hour=True)
    about = {"created_by": boss, "due_at": datetime(2028, 10, 17, 12, tzinfo=UTC)}
    FollowUpFactory(title="Hers", circle=ours.everyone, **about)
    FollowUpFactory(title="Sealed", circle=circle_of(ours, user, name="Delegation", kind="delegation"), **about)

    said = found(user, typed)

    assert said["follow-ups"] == ["Hers"]
    assert sorted(said["dates"]) == ["Assembly", "Door in Bogotá", "Long forum"]


def test_of_dates_the_next_comes_first_and_the_past_last(user):
    day = now().date()
    for name, days in (("Past forum", -30), ("Far forum", 90), ("Near forum", 3)):
        on = day + timedelta(days=days)
        MeetingFactory(title_en=name, starts_on=on, ends_on=on)
    DeadlineFactory(title_en="Forum registration", at=now() + timedelta(days=30))

    assert found(user, "forum") == {"dates": ["Near forum", "Forum registration", "Far forum", "Past forum"]}


def test_follow_ups_are_matched_in_memory_within_her_circles(ours, user):
    boss = lead(ours)
    hers, of_another = circle_of(ours, user, name="Hers"), circle_of(ours, boss, name="Not hers")
    delegation = circle_of(ours, user, name="Sealed", kind="delegation")
    for circle, title in (
        (ours.everyone, "Appeler le ministère"),
        (hers, "Relancer le ministère"),
        (of_another, "Menacer le ministère"),
        (delegation, "Prévenir le ministère"),
    ):
        FollowUpFactory(circle=circle, created_by=boss, title=title)

    assert found(user, "ministere") == {"follow-ups": ["Appeler le ministère", "Relancer le ministère"]}
    assert found(boss, "MINISTÈRE") == {"follow-ups": ["Appeler le ministère", "Menacer le ministère"]}


def contact(circle, by, ask, country="PE", **fields):
    card, _is_new = Delegation.objects.get_or_create(assembly=AssemblyFactory(), country=country)
    about = {"delegation": card, "resolution": ResolutionFactory(), "channel": "letter", "asked_on": now().date(), "by": by}
    return Contact.objects.create(circle=circle, ask=ask, person=by, **about | fields)


def test_contacts_are_found_by_what_was_asked_and_by_country_within_her_circles(ours, user, client):
    boss = lead(ours)
    contact(ours.everyone, boss, "Garder le paragraphe", at=now() - timedelta(days=2))
    contact(circle_of(ours, user, name="Hers"), boss, "Déplacer le paragraphe", answer="yes", answered_on=now().date())
    contact(circle_of(ours, boss, name="Not hers"), boss, "Supprimer le paragraphe")
    confidential_notes.write(Delegation.objects.get(), text="Confier le paragraphe", by=user, submission=uuid4())

    assert found(user, "paragraphe") == {"contacts": ["Déplacer le paragraphe", "Garder le paragraphe"]}
    assert found(user, "Perú") == {"countries": ["PE"], "contacts": ["Déplacer le paragraphe", "Garder le paragraphe"]}
    client.force_login(user)
    page = unescape(client.get(PAGE, {"q": "paragraphe"}).content.decode())
    assert [words in page for words in ("Contacts with delegations", "answered", "no answer yet", "Confier")] == [True, True, True, False]


def note(circle, by, moved, **facts):
    assembly = AssemblyFactory()
    everyone = by.memberships.get().coalition.everyone
    session = AssemblySession.objects.create(circle=everyone, assembly=assembly, starts_at=now() - timedelta(hours=2))
    return SessionNote.objects.create(session=session, circle=circle, by=by, moved=moved, **facts)


def test_notes_of_sessions_are_found_by_what_moved_within_her_circles(ours, user, client):
    boss = lead(ours)
    note(ours.everyone, boss, "Les crochets sont tombés", at=now() - timedelta(days=1))
    last = note(circle_of(ours, user, name="Hers"), boss, "Crochets autour du paragraphe 4")
    note(circle_of(ours, boss, name="Not hers"), boss, "Crochets partout")
    note(None, user, "Les crochets, pour moi seule", at=now() - timedelta(days=2))
    note(None, boss, "Les crochets, pour lui seul")

    hers = ["Crochets autour du paragraphe 4", "Les crochets sont tombés", "Les crochets, pour moi seule"]
    assert found(user, "crochets") == {"session-notes": hers}
    client.force_login(user)
    page = unescape(client.get(PAGE, {"q": "crochets"}).content.decode())
    assert f'href="{last.get_absolute_url()}"' in page
    assert [words in page for words in ("Notes of sessions", "only you", "partout", "pour lui")] == [True, True, False, False]


def test_no_note_is_found_on_a_resolution_she_hides(ours, user):
    boss, fifty = lead(ours), ResolutionFactory(number=50)
    note(circle_of(ours, boss, user, name="Hers"), boss, "Les crochets sont tombés", resolution=fifty)
    assert found(user, "crochets") == {"session-notes": ["Les crochets sont tombés"]}
    set_unavailable(user, resolution=fifty, hides=True)
    assert found(user, "crochets") == {}


def test_what_she_does_not_want_to_read_of_is_not_found(ours, user):
    boss, fifty = lead(ours), ResolutionFactory(number=50)
    contact(circle_of(ours, boss, user, name="Hers"), boss, "Garder le paragraphe", resolution=fifty)
    assert found(user, "paragraphe") == {"contacts": ["Garder le paragraphe"]}
    set_unavailable(user, resolution=fifty, hides=True)
    assert found(user, "paragraphe") == {}


def test_open_follow_ups_come_before_closed_ones(ours, user):
    about = {"circle": ours.everyone, "created_by": user}
    FollowUpFactory(title="Ask closed", state="done", closed_at=now(), **about)
    FollowUpFactory(title="Ask later", due_at=now() + timedelta(days=9), **about)
    FollowUpFactory(title="Ask soon", due_at=now() + timedelta(days=2), **about)

    assert found(user, "ask") == {"follow-ups": ["Ask soon", "Ask later", "Ask closed"]}


def test_calls_of_a_circle_are_found_by_its_people_alone(ours, user):
    boss = lead(ours)
    for circle, name in ((circle_of(ours, user, name="Hers"), "hers"), (circle_of(ours, boss, name="Not hers"), "another")):
        call = MeetingFactory(kind="call", circle=circle, group=None, title_en=f"Weekly briefing of {name}")
        DeadlineFactory(meeting=call, title_en=f"Weekly notes of {name}")

    assert found(user, "weekly") == {"dates": ["Weekly briefing of hers", "Weekly notes of hers"]}


def test_people_are_found_only_by_those_who_may_see_them(ours, user):
    organisation = OrganisationFactory(name="Numérique Ouvert")
    boss = lead(ours, name="Zoé Lead")
    ours.memberships.filter(user=boss).update(organisation=organisation)
    member(ours, name="Zoé Member")
    lead(coalition("Another"), name="Zoé Elsewhere")

    assert found(user, "zoe") == {"people": ["Zoé Lead"]}
    assert found(observer(ours), "numerique") == {"people": ["Zoé Lead"]}
    assert found(UserFactory(), "zoe") == {}


def test_a_restricted_document_is_never_found_even_by_who_keeps_it(user):
    kept = ContributionFactory(number="TD123", access="number", entered_by=user)
    ProposalFactory(contribution=kept, identifier="EUR/TD123/1", resolution=ResolutionFactory(number=999))

    assert found(user, "TD123") == {}


def test_what_was_replaced_or_taken_back_is_not_found(user):
    resolution = ResolutionFactory(number=999)
    document = ContributionFactory(number="38A7")
    ProposalFactory(contribution=document, identifier="EUR/38A7/1", resolution=resolution, superseded_at=now())
    ProposalFactory(contribution=document, identifier="EUR/38A7/2", resolution=resolution, superseded_at=now(), taken_back_at=now())

    assert found(user, "38A7") == {}


def everything(ours, user, rows: int) -> None:
    assembly = AssemblyFactory()
    for number in range(1, rows + 1):
        resolution = ResolutionFactory(number=number, title_en="Kenya spectrum")
        ProposalFactory(resolution=resolution, title="Kenya spectrum")
        MeetingFactory(title_en="Kenya spectrum", country="KE")
        DeadlineFactory(title_en="Kenya spectrum")
        FollowUpFactory(circle=ours.everyone, created_by=user, title="Kenya spectrum")
        contact(ours.everyone, user, "Kenya spectrum", country="UG")
        note(ours.everyone, user, "Kenya spectrum")
        lead(ours, name=f"Kenya Spectrum {number}")
        TopicFactory(tag=f"t{number}", name_en="Kenya spectrum")
        RegionalGroupFactory(code=f"G{number}", name_en="Kenya spectrum")
    Delegation.objects.create(assembly=assembly, country="KE", authority="Spectrum")


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_a_search_costs_the_same_whatever_is_found(ours, user, rows, django_assert_num_queries):
    everything(ours, user, rows)

    with django_assert_num_queries(QUERIES):
        answer = search(user, "spectrum")

    assert {group.kind: group.count for group in answer.groups} == {
        "resolutions": rows,
        "proposals": rows,
        "dates": 2 * rows,
        "follow-ups": rows,
        "contacts": rows,
        "session-notes": rows,
        "countries": 1,
        "people": rows,
        "topics": rows,
        "regions": rows,
    }


def test_nothing_is_asked_of_the_database_without_words(user, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search(user, "  …  ").groups == []


def test_the_page_groups_what_it_finds_and_each_group_opens_whole(ours, user, client):
    everything(ours, user, 12)
    client.force_login(user)

    page, whole = client.get(PAGE, {"q": "spectrum"}), client.get(PAGE, {"q": "spectrum", "kind": "dates"})

    assert [(group.kind, len(shown)) for group, shown in page.context["shown"]][:3] == [("resolutions", 8), ("proposals", 8), ("dates", 8)]
    assert 'href="?q=spectrum&amp;kind=dates"' in page.content.decode()
    assert [(group.kind, len(shown)) for group, shown in whole.context["shown"]] == [("dates", 24)]


def test_the_page_says_what_is_searched_where_nothing_is_found(user, client):
    client.force_login(user)

    page = client.get(PAGE, {"q": "<b>xylophone"}).content.decode()

    assert "No result for “<bdi>&lt;b&gt;xylophone</bdi>”" in page
    assert "Not searched: the texts themselves" in page
    # What is looked for stands in no title, which the browser keeps.
    assert "xylophone" not in page.partition("</title>")[0]


def test_the_page_says_when_not_everything_was_looked_through(ours, user, client, monkeypatch):
    monkeypatch.setattr(searching, "MOST_READ", 2)
    for number in range(3):
        FollowUpFactory(circle=ours.everyone, created_by=user, title=f"Ask number {number}")
    client.force_login(user)

    page = client.get(PAGE, {"q": "ask"})

    assert page.context["answer"].is_bounded
    assert "Your circles hold more than can be searched at once" in page.content.decode()


def test_what_is_found_beyond_the_bound_is_counted_as_more(user, client, monkeypatch):
    monkeypatch.setattr(searching, "MOST_FOUND", 3)
    for number in range(1, 6):
        ResolutionFactory(number=number, title_en="Spectrum")
    ResolutionFactory(number=500, title_en="Spectrum")
    client.force_login(user)

    page = client.get(PAGE, {"q": "spectrum", "kind": "resolutions"}).content.decode()

    assert '<span class="total">3+</span>' in page
    assert "There are more results." in page
    # The one of the number that was typed is among them all the same.
    assert found(user, "spectrum 500") == {"resolutions": ["500"]}


ODD = ("%", "_", "\x00", "’", "é" * 300, "\u202e50", "😀", "' OR 1=1 --", "(", "a" * 100 + "/1", "1/(((", "50 " * 30)


@pytest.mark.parametrize("typed", ODD)
def test_odd_words_break_nothing(user, client, typed):
    client.force_login(user)

    assert client.get(PAGE, {"q": typed, "kind": "nonsense"}).status_code == 200


def test_words_that_are_too_long_get_a_sentence(user, client):
    client.force_login(user)

    assert "at most 100 characters" in client.get(PAGE, {"q": "é" * 101}).content.decode()


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(PAGE, {"q": "50"}).status_code == 302


def test_every_page_has_the_box_and_the_icon(user, client):
    client.force_login(user)

    page = client.get(reverse("resolutions:list")).content.decode()

    assert 'action="/search/" role="search"' in page
    assert '<a class="band-icon" href="/search/">' in page


def test_nothing_of_a_circle_stands_in_the_folded_column(ours, user):
    call = MeetingFactory(kind="call", circle=ours.everyone, group=None, title_en="Secret briefing", city="Nairobi")
    door = DeadlineFactory(meeting=call, title_en="Secret notes")
    public = MeetingFactory(title_en="Open briefing", title_fr="", city="Nairobi")

    for row in (call, door, public):
        row.refresh_from_db()

    assert (call.search_text, door.search_text, public.search_text) == ("", "", " open briefing nairobi ")


def test_titles_are_shown_in_the_language_of_the_reader(user):
    ResolutionFactory(number=50, title_en="Cybersecurity", title_fr="Cybersécurité")

    with translation.override("fr"):
        (group,) = search(user, "cybersecurity").groups

        assert searching.said(group.found[0].titles) == "Cybersécurité"


# --- Series and short titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "all_found"),
    [
        ("101", "101", {"101", "pp-101"}),
        ("rés. 101", "101", {"101", "pp-101"}),
        ("WTSA 101", "101", {"101"}),
        ("Rés. AMNT 101", "101", {"101"}),
        ("PP 101", "pp-101", {"pp-101"}),
        ("pp-101", "pp-101", {"pp-101"}),
        ("Plenipotentiary Resolution 101", "pp-101", {"pp-101"}),
        ("Conseil 1336", "council-1336", {"council-1336"}),
    ],
)
def test_a_number_of_one_series_is_not_that_of_another(user, typed, first, all_found):
    ResolutionFactory(number=101)
    ResolutionFactory(number=101, series="pp", slug="pp-101")
    ResolutionFactory(number=1336, series="council", slug="council-1336")

    (resolutions,) = (group.found for group in search(user, typed).groups if group.kind == "resolutions")

    assert resolutions[0].key == first
    assert {result.key for result in resolutions} == all_found


def test_the_list_of_resolutions_keeps_series_apart_too(client, user):
    ResolutionFactory(number=101)
    ResolutionFactory(number=101, series="pp", slug="pp-101")

    assert [row.slug for row in Resolution.objects.matching("Plenipotentiary 101")] == ["pp-101"]
    assert [row.slug for row in Resolution.objects.matching("AMNT 101")] == ["101"]


def test_a_short_title_is_found_and_shown_above_the_official_one(client, user):
    ResolutionFactory(number=50, title_en="Cybersecurity", short_title_en="Safe networks", short_title_es="Redes seguras")
    ResolutionFactory(number=7, title_en="Networks that are safe")
    client.force_login(user)

    page = client.get(PAGE, {"q": "safe networks"}).content.decode()

    assert found(user, "redes") == {"resolutions": ["50"]}
    assert found(user, "safe networks") == {"resolutions": ["50", "7"]}
    assert page.index(">Safe networks</a>") < page.index('<p class="meta"><span>Cybersecurity</span></p>')
