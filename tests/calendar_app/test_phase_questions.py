"""S01: what each phase asks, its answer, or the one act that helps; and nothing that its reader may not know."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from calendar_app.domain import phases
from calendar_app.models import Attendance
from calendar_app.read_models.phase_questions import LINES, QUESTIONS
from coalitions.models import AssemblySession, Membership, Organisation, OwnRoute, Verdict
from resolutions.models import Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

NOW = reverse("now")
# A day in each phase of the cycle that ends with WTSA-28, 17 to 26 October 2028.
BETWEEN, NATIONAL, REGIONAL, CONSOLIDATION = date(2026, 11, 30), date(2027, 5, 3), date(2027, 9, 1), date(2028, 5, 4)
READING, LIVE, AFTER, HANDOVER = date(2028, 9, 25), date(2028, 10, 18), date(2028, 11, 6), date(2029, 3, 5)


@pytest.fixture
def assembly():
    return AssemblyFactory()


@pytest.fixture
def asked(client):
    """What the first page asks this person on that day: the name of the question, its lines, and the page."""

    def ask(person, on):
        with time_machine.travel(datetime(on.year, on.month, on.day, 9, tzinfo=UTC), tick=False):
            client.force_login(person)
            response = client.get(NOW)
            client.logout()
        block = next((block for block in response.context["blocks"] if block.is_question), None)
        return block and block.name.removeprefix("question_"), block and block.shown["lines"], response.content.decode()

    return ask


def settled(kind, of, **fields):
    return kind(of, first_steps_done_at=datetime(2026, 1, 1, tzinfo=UTC), **fields)


def test_each_phase_asks_its_own_question(assembly, asked):
    me = settled(lead, coalition())
    for on, number, name in (
        (BETWEEN, phases.BETWEEN, "new"),
        (NATIONAL, phases.NATIONAL, "asked"),
        (REGIONAL, phases.REGIONAL, "doors"),
        (CONSOLIDATION, phases.CONSOLIDATION, "doors"),
        (READING, phases.READING, "unread"),
        (LIVE, phases.FIRST_PART, "live"),
        (date(2028, 10, 25), phases.SECOND_PART, "live"),
        (AFTER, phases.AFTER, "got"),
        (HANDOVER, phases.HANDOVER, "new"),
    ):
        assert phases.phase_on(on, assembly.starts_on, assembly.ends_on).number == number
        assert number in QUESTIONS
        found, lines, page = asked(me, on)
        assert (found, lines) == (name, [])
        assert 'class="block home-question"' in page


def test_without_an_assembly_nothing_is_asked(asked):
    assert asked(settled(lead, coalition()), BETWEEN)[0] is None
    AssemblyFactory(starts_on=None, ends_on=None)
    assert asked(settled(lead, coalition("Another")), BETWEEN)[0] is None


def test_what_became_of_the_last_one_is_asked_though_the_next_has_dates(assembly, asked):
    AssemblyFactory(code="WTSA-32", starts_on=date(2032, 10, 12), ends_on=date(2032, 10, 21))
    me = settled(lead, coalition())
    assert [asked(me, on)[0] for on in (AFTER, HANDOVER)] == ["got", "new"]


def test_who_begins_has_first_acts_in_the_place_of_an_empty_answer(assembly, asked):
    here = coalition()
    new = member(here, first_steps_done_at=None)
    Membership.objects.update(joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert asked(new, BETWEEN)[0] is None
    lead(here)
    Membership.objects.exclude(user=new).update(joined_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert asked(new, BETWEEN)[0] == "new"


# --- Who is new? --------------------------------------------------------------------------------------------------------


def test_only_those_are_new_whom_one_may_see(assembly, asked):
    here, there = coalition("Here"), coalition("There")
    boss, me, watcher = (settled(kind, here, name=name) for kind, name in ((lead, "Boss"), (member, "Me"), (observer, "Watcher")))
    beside = settled(member, here, name="Beside")
    circle_of(here, me, beside, name="Few")
    settled(lead, there, name="Elsewhere")
    settled(member, here, name="Long here")
    Membership.objects.update(joined_at=datetime(2026, 11, 20, tzinfo=UTC))
    Membership.objects.filter(user__name="Long here").update(joined_at=datetime(2026, 10, 1, tzinfo=UTC))

    def new_to(person):
        return {line.name for line in asked(person, BETWEEN)[1]}

    assert new_to(boss) == {"Me", "Watcher", "Beside"}
    assert new_to(me) == {"Boss", "Beside"}
    assert new_to(watcher) == {"Boss"}
    assert asked(UserFactory(), BETWEEN)[0] is None


def test_an_answer_has_seven_lines_and_the_way_to_the_others(assembly, asked):
    here = coalition("Here")
    boss = settled(lead, here)
    for n in range(LINES + 1):
        settled(member, here, name=f"Newcomer {n}")
    Membership.objects.update(joined_at=datetime(2026, 11, 20, tzinfo=UTC))
    name, lines, page = asked(boss, BETWEEN)
    assert (name, len(lines), "See everyone" in page) == ("new", LINES, True)


# --- Who has asked? -----------------------------------------------------------------------------------------------------


def test_requests_of_circles_are_counted_and_those_of_delegations_are_not_there(assembly, asked):
    here, there = coalition("Here"), coalition("There")
    me, beside = settled(member, here), settled(member, here)
    mine = circle_of(here, me, name="Few")
    others = circle_of(here, beside, name="Others")
    seats = circle_of(here, me, kind="delegation", name="Seats")
    for circle, name, state in (
        (here.everyone, "Asked", "asked"),
        (here.everyone, "Waits", "waiting"),
        (here.everyone, "Granted already", "granted"),
        (mine, "Hidden from most", "asked"),
        (others, "Hidden from me", "asked"),
        (seats, "Of a delegation", "asked"),
        (there.everyone, "Elsewhere", "asked"),
    ):
        organisation = Organisation.objects.create(name=name)
        OwnRoute.objects.create(circle=circle, organisation=organisation, way="associate", state=state)
    _name, lines, page = asked(me, NATIONAL)
    assert {line.organisation for line in lines} == {"Asked", "Waits"}
    assert "1 request in a circle" in page
    assert not any(name in page for name in ("Granted already", "Hidden from", "Of a delegation", "Elsewhere"))
    assert asked(settled(observer, here), NATIONAL)[0] is None


# --- Whose door shuts? --------------------------------------------------------------------------------------------------


def test_each_region_has_its_next_door(assembly, asked):
    me = settled(member, coalition())
    citel, atu = RegionalGroupFactory(code="citel", acronym_en="CITEL"), RegionalGroupFactory(code="atu", acronym_en="ATU")
    for group, on in ((citel, date(2027, 10, 12)), (citel, date(2027, 9, 14)), (atu, date(2027, 11, 2)), (None, date(2027, 9, 10))):
        meeting = MeetingFactory(group=group, starts_on=on, ends_on=on)
        DeadlineFactory(meeting=meeting, kind="registration", at=datetime(on.year, on.month, 5, 12, tzinfo=UTC))
        if group == atu:
            Attendance.objects.create(user=me, meeting=meeting, status="registered")
    DeadlineFactory(meeting=meeting, kind="document", at=datetime(2027, 9, 2, tzinfo=UTC))
    _name, lines, page = asked(me, REGIONAL)
    assert [(line.region, line.at.date(), line.attendance) for line in lines] == [
        ("CITEL", date(2027, 9, 5), ""),
        ("ATU", date(2027, 11, 5), "registered"),
    ]
    assert ("you are registered" in page, "See all registrations" in page) == (True, True)


# --- What is unread? ----------------------------------------------------------------------------------------------------


def test_unread_is_what_nobody_in_my_circles_has_read_on_what_i_watch(assembly, asked, client):
    here, there = coalition("Here"), coalition("There")
    me, other = settled(member, here), lead(there)
    cyber, spam, unwatched = (ResolutionFactory(number=number) for number in (50, 52, 60))
    for resolution in (cyber, spam):
        Watch.objects.create(user=me, resolution=resolution)
    fields = {"contribution__access": "public", "contribution__assembly": assembly}
    first, _second = ProposalFactory(resolution=cyber, **fields), ProposalFactory(resolution=cyber, **fields)
    ProposalFactory(resolution=unwatched, **fields)
    ProposalFactory(resolution=spam, **fields).readings.create(circle=here.everyone, tone="good", by=me)
    first.readings.create(circle=there.everyone, tone="risk", by=other)
    _name, lines, page = asked(me, READING)
    assert [(line.short_name, line.proposals) for line in lines] == [("Res. 50", 2)]
    with time_machine.travel(datetime(2028, 9, 25, 9, tzinfo=UTC), tick=False):
        client.force_login(me)
        matrix = client.get(reverse("coalitions:matrix") + "?show=unread")
    assert [row.resolution.number for row in matrix.context["lines"]] == [50]
    first.readings.create(circle=here.everyone, tone="risk", by=me)
    assert [line.proposals for line in asked(me, READING)[1]] == [1]
    assert "What is unread?" in page


# --- Where must someone go now? -----------------------------------------------------------------------------------------


def test_where_to_go_is_where_nobody_goes_within_a_day(assembly, asked):
    here, there = coalition("Here"), coalition("There")
    me = settled(member, here)
    few, seats = circle_of(here, me, name="Few"), circle_of(here, me, kind="delegation", name="Seats")

    def session(title, hour, of=None, day=18, **fields):
        starts_at = datetime(2028, 10, day, hour, tzinfo=UTC)
        return AssemblySession.objects.create(
            circle=of or here.everyone, assembly=assembly, title=title, room="Room F", starts_at=starts_at, **fields
        )

    session("Uncovered", 10)
    session("Going on", 8, ends_at=datetime(2028, 10, 18, 9, 30, tzinfo=UTC))
    session("Over", 7)
    session("Cancelled", 11, cancelled_at=datetime(2028, 10, 18, 8, tzinfo=UTC))
    session("Our huddle", 12, standing="own")
    session("The day after tomorrow", 10, day=20)
    session("Hidden from most", 13, few)
    session("Of a delegation", 13, seats)
    session("Elsewhere", 13, there.everyone)
    session("Covered", 14).attendees.create(user=me, state="goes", day=date(2028, 10, 18))
    _name, lines, page = asked(me, LIVE)
    assert [line.name for line in lines] == ["Going on", "Uncovered"]
    assert "1 session in a circle" in page
    names = ("Over", "Cancelled", "huddle", "after tomorrow", "Hidden", "Of a delegation", "Elsewhere", "Covered")
    assert not any(f">{name}<" in page for name in names)
    assert asked(settled(observer, here), LIVE)[0] is None


# --- What did we get? ---------------------------------------------------------------------------------------------------


def test_what_we_got_is_what_our_coalition_judged_last(assembly, asked):
    here, there = coalition("Here"), coalition("There")
    me, boss = settled(member, here), settled(lead, here)
    secret = circle_of(here, me, boss, name="Few")
    fifty, sixty = ResolutionFactory(number=50), ResolutionFactory(number=60)
    for circle, resolution, version, result in (
        (here.everyone, fifty, 1, "not"),
        (here.everyone, fifty, 2, "partly"),
        (here.everyone, sixty, 1, "obtained"),
        (secret, ResolutionFactory(number=70), 1, "not"),
        (there.everyone, ResolutionFactory(number=80), 1, "not"),
    ):
        Verdict.objects.create(circle=circle, resolution=resolution, assembly=assembly, version=version, result=result, by=boss)
    name, lines, _page = asked(me, AFTER)
    assert (name, [(line.short_name, str(line.result)) for line in lines]) == ("got", [("Res. 50", "partly"), ("Res. 60", "obtained")])
    watching = settled(observer, here)
    assert asked(watching, AFTER)[:2] == ("got", [])
    assert "Read what was decided" in asked(watching, AFTER)[2]


def test_the_question_costs_one_query_and_a_lead_one_more_around_an_assembly(assembly, client, django_assert_max_num_queries):
    here = coalition()
    for person in (settled(lead, here), settled(member, here), settled(observer, here)):
        for on in (BETWEEN, NATIONAL, REGIONAL, READING, LIVE, AFTER):
            with time_machine.travel(datetime(on.year, on.month, on.day, 9, tzinfo=UTC), tick=False):
                client.force_login(person)
                client.get(NOW)
                with django_assert_max_num_queries(12 if on in (LIVE, AFTER) else 11):
                    client.get(NOW)
