"""Facts that are worth a look: which they are, in which order, and what confirming one records."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from calendar_app.read_models.worth_a_look import KINDS, digest_of, facts_to_check, read_on
from calendar_app.services.fact_checks import confirm_fact, with_source
from resolutions.models import RegionWatch, Resolution, StudyGroup, StudyGroupLink, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    member,
)

pytestmark = pytest.mark.django_db

PAGE = "/worth-a-look/"
TODAY = datetime(2026, 11, 29, 9, tzinfo=UTC)
READ = "https://www.itu.int/res"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def network():
    return coalition()


@pytest.fixture
def lead(network):
    return member(network, "lead")


def sent(fact, kind="resolution", **more):
    return {"kind": kind, "name": KINDS[kind].name_of(fact), "seen": digest_of(fact), **more}


def names(user):
    return [(one.kind.code, one.name) for one in facts_to_check(user)]


@pytest.mark.parametrize(
    ("about", "is_worth_it"),
    [
        ({"source": "known, not checked again", "reference_key": "50"}, True),
        ({"source": "guide ; known, not checked again (title)", "reference_key": "50"}, True),
        ({"source": "guide", "reference_key": "50"}, False),
        ({"source": READ}, True),  # written by hand, and nobody said to have checked it
        ({"source": READ, "verified_at": TODAY - timedelta(days=364)}, False),
        ({"source": READ, "verified_at": TODAY - timedelta(days=366)}, True),
        ({"source": "known, not checked again", "reference_key": "50", "verified_at": TODAY}, False),
    ],
)
def test_worth_a_look_is_what_nobody_read_or_not_for_a_year(lead, about, is_worth_it):
    ResolutionFactory(number=50, **about)

    assert (names(lead) == [("resolution", "50")]) is is_worth_it


def test_what_ships_is_worth_a_look_a_year_after_it_was_compiled(lead):
    fact = ResolutionFactory(number=50, source="guide", reference_key="50")
    assert read_on(fact) == date(2026, 11, 28)

    with time_machine.travel(TODAY + timedelta(days=365), tick=False):
        assert names(lead) == [("resolution", "50")]


def test_the_oldest_come_first_and_of_those_what_her_coalition_watches(lead):
    for number in (1, 2, 3):
        ResolutionFactory(number=number, source="known, not checked again", reference_key=str(number))
    ResolutionFactory(number=4, source=READ, verified_at=TODAY - timedelta(days=400))
    Watch.objects.create(user=lead, resolution=Resolution.objects.get(number=2))
    # What people of other coalitions watch says nothing.
    for _other in range(2):
        Watch.objects.create(user=member(coalition("Another")), resolution=Resolution.objects.get(number=3))

    assert names(lead) == [("resolution", "2"), ("resolution", "1"), ("resolution", "3"), ("resolution", "4")]


def test_every_kind_of_fact_is_listed_and_found_by_its_name(lead, client):
    assembly = AssemblyFactory(code="WTSA-28", ends_on=date(2028, 10, 26))
    resolution = ResolutionFactory(number=50)
    group = StudyGroup.objects.create(period="2025-2028", number=17, title_en="Security")
    made = {
        "assembly": assembly,
        "group": RegionalGroupFactory(code="APT"),
        "resolution": resolution,
        "revision": resolution.revisions.create(assembly=assembly, label_en="Rev. X, 2028"),
        "outcome": resolution.outcomes.create(assembly=assembly, action="NOC"),
        "study-group": group,
        "study-group-link": StudyGroupLink.objects.create(resolution=resolution, study_group=group),
        "meeting": MeetingFactory(assembly=assembly, starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 3)),
        "deadline": DeadlineFactory(assembly=assembly, at=TODAY + timedelta(days=9)),
    }
    assert made.keys() == KINDS.keys()
    client.force_login(lead)

    page = client.get(PAGE)

    listed = {(one.kind.code, one.fact) for one, _form in page.context["rows"]}
    assert set(made.items()) <= listed
    for code, fact in made.items():
        assert KINDS[code].find(KINDS[code].name_of(fact)) == fact


@pytest.mark.parametrize("name", ["", "51", "50@WTSA-24", "x" * 200])
def test_a_name_of_nothing_finds_nothing(name):
    ResolutionFactory(number=50)

    assert KINDS["resolution"].find(name) is None
    assert KINDS["meeting"].find(name) is None
    assert KINDS["study-group"].find(f"2025-2028@{name}") is None


def test_calls_of_circles_and_what_is_over_are_not_listed(network, lead):
    MeetingFactory(circle=circle_of(network, lead), starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 3))
    MeetingFactory(starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 3))
    DeadlineFactory(at=TODAY - timedelta(days=1))

    assert not {"meeting", "deadline"} & {kind for kind, _name in names(lead)}


@pytest.mark.parametrize(
    ("role", "is_staff", "status"),
    [("lead", False, 200), ("member", False, 403), ("observer", False, 403), (None, True, 200), (None, False, 403)],
)
def test_the_page_is_for_leads_and_staff(client, network, role, is_staff, status):
    user = member(network, role) if role else UserFactory(is_staff=is_staff)
    client.force_login(user)
    fact = ResolutionFactory(number=50, source=READ)

    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, sent(fact)).status_code == (302 if status == 200 else 403)
    fact.refresh_from_db()
    assert (fact.verified_by == user) is (status == 200)


def test_confirming_records_who_and_when_in_history_and_audit(lead):
    fact = ResolutionFactory(number=50, source=READ)

    confirm_fact(fact, by=lead, seen=digest_of(fact))

    fact.refresh_from_db()
    assert (fact.verified_by, fact.verified_at, fact.source) == (lead, TODAY, READ)
    assert fact.history.first().history_user == lead
    entry = AuditEntry.objects.get(act="instance.fact_changed")
    assert set(entry.fields) == {"verified_by", "verified_at"}
    assert names(lead) == []


def test_a_new_source_comes_first_and_what_said_it_was_never_read_goes(lead):
    fact = ResolutionFactory(number=50, source="guide (number) ; known, not checked again (title)")

    confirm_fact(fact, by=lead, seen=digest_of(fact), source=READ)

    fact.refresh_from_db()
    assert fact.source == f"{READ} ; guide (number)"
    assert not fact.is_to_check
    assert not fact.is_from_memory


@pytest.mark.parametrize("before", ["unverified knowledge", "", "known, not checked again (title)"])
def test_a_source_takes_the_place_of_none(before):
    assert with_source(before, READ) == READ


@pytest.mark.parametrize(
    ("source", "given", "sentence"),
    [
        ("guide", "", "Give the address of a page"),
        ("guide", "javascript:alert(1)", "Give a plain web address"),
        (READ, "https://user@itu.int/", "Give a plain web address"),
    ],
)
def test_a_fact_is_confirmed_with_an_address_that_anyone_can_open(lead, source, given, sentence):
    fact = ResolutionFactory(number=50, source=source)

    with pytest.raises(RuleBroken, match=sentence):
        confirm_fact(fact, by=lead, seen=digest_of(fact), source=given)

    fact.refresh_from_db()
    assert fact.verified_at is None


def test_what_changed_meanwhile_is_not_confirmed(lead, client):
    fact = ResolutionFactory(number=50, source=READ)
    seen = sent(fact)
    Resolution.objects.update(title_en="Something else")
    client.force_login(lead)

    page = client.post(PAGE, seen)

    assert "Someone else has changed this in the meantime" in page.content.decode()
    fact.refresh_from_db()
    assert fact.verified_at is None


def test_a_second_tap_changes_nothing(lead, client):
    fact = ResolutionFactory(number=50, source="guide")
    client.force_login(lead)
    form = sent(fact, source=READ)

    for _tap in range(2):
        assert client.post(PAGE, form).status_code == 302

    assert AuditEntry.objects.filter(act="instance.fact_changed").count() == 1


def test_what_was_typed_stays_where_it_was_refused(lead, client):
    fact = ResolutionFactory(number=50, source="guide")
    client.force_login(lead)

    page = client.post(PAGE, sent(fact, source="not an address")).content.decode()

    assert "This was not confirmed. Nothing is lost." in page
    assert 'value="not an address"' in page or 'value="https://not an address"' in page


@pytest.mark.parametrize("wrong", [{"kind": "circle"}, {"name": ""}, {"seen": ""}])
def test_a_form_that_names_nothing_confirms_nothing(lead, client, wrong):
    fact = ResolutionFactory(number=50, source=READ)
    client.force_login(lead)

    assert client.post(PAGE, sent(fact) | wrong).status_code == 200
    assert client.post(PAGE, sent(fact) | {"name": "51"}).status_code == 404
    assert AuditEntry.objects.filter(act="instance.fact_changed").count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(lead, client, rows, django_assert_num_queries):
    assembly = AssemblyFactory()
    for number in range(1, rows + 1):
        resolution = ResolutionFactory(number=number)
        resolution.revisions.create(assembly=assembly, label_en="Rev. X, 2028")
        resolution.outcomes.create(assembly=assembly, action="NOC")
        StudyGroupLink.objects.create(resolution=resolution, study_group=StudyGroup.objects.create(period="2025-2028", number=number))
        MeetingFactory(assembly=assembly, starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 3))
    client.force_login(lead)

    with django_assert_num_queries(18):
        client.get(PAGE)


def test_leads_find_it_on_the_calendar_and_in_their_coalition(client, network, lead):
    places = [reverse("calendar_app:calendar"), network.get_absolute_url()]

    for person, is_there in ((lead, True), (member(network), False)):
        client.force_login(person)
        assert [PAGE in client.get(place).content.decode() for place in places] == [is_there, is_there]


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [
        ("", ["revision", "resolution", "group"]),
        ("used", ["group", "revision", "resolution"]),
        ("kind", ["group", "resolution", "revision"]),
        ("x", ["revision", "resolution", "group"]),
    ],
)
def test_the_list_has_the_order_asked_for(lead, network, client, sort, in_order, django_assert_num_queries):
    long_ago = TODAY - timedelta(days=800)
    resolution = ResolutionFactory(number=50, verified_at=long_ago)
    group = RegionalGroupFactory(verified_at=long_ago + timedelta(days=100))
    assembly = AssemblyFactory(verified_at=TODAY)
    resolution.revisions.create(assembly=assembly, label_en="Rev. X, 2028", verified_at=long_ago - timedelta(days=50))
    Watch.objects.create(user=lead, resolution=resolution)
    for person in (lead, member(network)):
        RegionWatch.objects.create(user=person, group=group)
    client.force_login(lead)

    with django_assert_num_queries(18):
        answer = client.get(PAGE, {"sort": sort})

    assert [one.kind.code for one, _form in answer.context["rows"]] == in_order
