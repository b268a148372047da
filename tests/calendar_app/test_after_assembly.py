"""RR-17: who leads a coalition, or wrote its positions, is reminded of the report 3, 7 and 14 days after an assembly. And RR-01, RR-03."""

from datetime import date, timedelta

import pytest

from calendar_app import tasks
from calendar_app.models import Attendance, Meeting
from calendar_app.reminders import planning
from calendar_app.reminders.preview import outlook_of
from coalitions.models import Position, ReportLine
from coalitions.services.membership import admit, remove
from resolutions.models import RegionWatch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db

CLOSES = date(2028, 9, 8)


@pytest.fixture
def assembly(clock):
    """From Monday to Friday of the week after the clock stands."""
    return MeetingFactory(kind="assembly", group=None, starts_on=date(2028, 9, 4), ends_on=CLOSES, zone="UTC", title_en="Assembly")


def position_of(circle, by, resolution=None, **fields):
    return Position.objects.create(circle=circle, resolution=resolution or ResolutionFactory(), version=1, stance="oppose", by=by, **fields)


def days_after(clock, days, hour=10):
    clock.move_to(moment(8 + days, hour))
    a_minute()


def told(person):
    return [row[1] for row in rows(person, rule="RR-17", state="sent")]


def test_leads_and_who_wrote_positions_are_told_three_seven_and_fourteen_days_after(clock, network, assembly):
    boss, writer, drafter, other = lead(network), member(network), member(network), member(network)
    position_of(network.everyone, writer, drafted_by=drafter)
    position_of(circle_of(network, other, name="Core"), other)
    tasks.tick()
    planned = [("RR-17", days, "report", "planned", "") for days in (-3, -7, -14)]
    assert [rows(person, rule="RR-17") for person in (boss, writer, drafter)] == [planned] * 3
    for day in range(1, 18):
        days_after(clock, day)
    assert [told(person) for person in (boss, writer, drafter, other)] == [[-3, -7, -14]] * 3 + [[]]
    # The first of them on the first working day three days after the last one: Monday 11 September.
    letters = [text for _subject, text in mails_to(boss) if "#RR-17" in text]
    assert ["Thank the delegations that helped" in text for text in letters] == [True, False, False]
    assert ["Give a verdict on every resolution" in text for text in letters] == [False, True, False]
    assert ["Release the lines of the public report" in text for text in letters] == [False, False, True]
    assert all("/outcomes/WTSA-28/" in text for text in letters)


def test_a_released_line_ends_it_for_that_coalition_alone(clock, network, assembly):
    boss, theirs = lead(network), lead(coalition("Others"))
    writer = member(network)
    position_of(network.everyone, writer)
    tasks.tick()
    days_after(clock, 4)
    line = ReportLine.objects.create(coalition=network, assembly=assembly.assembly, part="name", text="OSN")
    days_after(clock, 6)
    assert [told(person) for person in (boss, writer, theirs)] == [[-3]] * 3
    line.released_at = moment(15)
    line.save()
    for day in range(7, 18):
        days_after(clock, day)
    assert [told(person) for person in (boss, writer, theirs)] == [[-3], [-3], [-3, -7, -14]]
    assert {row[3:] for row in rows(boss, rule="RR-17") if row[1] != -3} == {("skipped", "gone")}


def test_a_line_withdrawn_again_is_no_report(clock, network, assembly):
    boss = lead(network)
    about = {"coalition": network, "assembly": assembly.assembly, "part": "name", "text": "OSN"}
    ReportLine.objects.create(released_at=moment(1), withdrawn_at=moment(2), **about)
    tasks.tick()
    days_after(clock, 4)
    assert told(boss) == [-3]


def test_who_becomes_a_lead_or_writes_afterwards_is_told_what_is_left(clock, network, assembly):
    tasks.tick()
    clock.move_to(moment(16))
    a_minute()
    late, writer = lead(network), member(network)
    clock.move_to(moment(18))
    planning.plan_changes()
    assert [row[:4] for row in rows(late, rule="RR-17")] == [("RR-17", -7, "report", "planned"), ("RR-17", -14, "report", "planned")]
    assert rows(writer, rule="RR-17") == []
    position_of(network.everyone, writer, at=moment(18))
    planning.plan_changes()
    assert [row[1] for row in rows(writer, rule="RR-17")] == [-7, -14]


def test_who_left_is_not_told_of_a_position_that_stays(clock, network, assembly):
    boss, writer = lead(network), member(network)
    admit(coalition("Others"), user=writer, role="member")
    position_of(network.everyone, writer)
    tasks.tick()
    remove(network.memberships.get(user=writer), by=boss)
    for day in (4, 10, 18):
        days_after(clock, day)
    assert (told(boss), told(writer)) == ([-3, -7, -14], [])


@pytest.mark.parametrize("how", [{"date_status": "assumption"}, {"date_status": "rumour"}, {"kind": "conference"}])
def test_nothing_is_asked_after_what_is_not_known_to_have_been_an_assembly(clock, network, assembly, how):
    Meeting.objects.update(**how)
    boss = lead(network)
    tasks.tick()
    assert rows(boss, rule="RR-17") == []


def test_an_assembly_that_moves_takes_its_reminders_with_it(clock, network, assembly):
    boss = lead(network)
    tasks.tick()
    Meeting.objects.update(ends_on=CLOSES + timedelta(days=3), version=2, changed_at=moment(1))
    tasks.tick()
    a_minute()
    days_after(clock, 4)
    assert told(boss) == []
    days_after(clock, 7)
    assert told(boss) == [-3]


def test_her_page_announces_it_and_her_next_mail_does_not_before_the_assembly(clock, network, assembly):
    boss = lead(network)
    outlook = outlook_of(boss)
    assert [(row.rule, row.offset) for row in outlook.coming if row.rule == "RR-17"] == [("RR-17", -3), ("RR-17", -7), ("RR-17", -14)]
    assert "RR-17" not in [rule.code for entry in outlook.entries() for rule in entry.rules]


# --- Who wrote a position, before a date ------------------------------------------------------------------------------------


def test_rr_01_tells_who_wrote_a_position_as_early_as_leads(clock, network):
    writer, drafter, other = member(network), member(network), member(network)
    position_of(network.everyone, writer, drafted_by=drafter)
    position_of(circle_of(network, other, name="Core"), other)
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    tasks.tick()
    long = [(30, False), (14, False), (7, True), (3, True), (1, True)]
    assert [ladder(person, "RR-01") for person in (writer, drafter, other)] == [long, long, []]


def test_rr_03_tells_who_wrote_the_position_on_what_is_on_the_agenda(clock, network):
    watching, on_agenda, elsewhere, not_going = (member(network) for _number in range(4))
    gone = member(coalition("Others"))
    fifty = ResolutionFactory(number=50)
    meeting = MeetingFactory(starts_on=date(2028, 11, 6), ends_on=date(2028, 11, 8))
    meeting.resolutions.add(fifty)
    DeadlineFactory(kind="document", meeting=meeting, at=moment(1) + timedelta(days=40))
    position_of(network.everyone, on_agenda, fifty)
    position_of(coalition("Third").everyone, gone, fifty)
    position_of(network.everyone, watching)
    position_of(network.everyone, elsewhere)
    position_of(network.everyone, not_going)
    for person in (watching, not_going):
        RegionWatch.objects.create(user=person, group=meeting.group)
    Attendance.objects.create(user=not_going, meeting=meeting, status="not")
    tasks.tick()
    base = [(14, False), (3, False), (1, True)]
    assert [ladder(person, "RR-03") for person in (watching, on_agenda, elsewhere, not_going, gone)] == [base, base, [], [], []]


def test_of_two_versions_the_latest_says_who_wrote_it(clock, network):
    before, after = member(network), member(network)
    first = position_of(network.everyone, before)
    Position.objects.create(circle=network.everyone, resolution=first.resolution, version=2, stance="support", by=after)
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    tasks.tick()
    assert (ladder(before, "RR-01"), len(ladder(after, "RR-01"))) == ([], 5)


def test_who_writes_a_position_is_planned_the_next_minute(clock, network):
    writer, fifty = member(network), ResolutionFactory(number=50)
    meeting = MeetingFactory(starts_on=date(2028, 11, 6), ends_on=date(2028, 11, 8))
    meeting.resolutions.add(fifty)
    DeadlineFactory(kind="document", meeting=meeting, at=moment(1) + timedelta(days=40))
    tasks.tick()
    assert rows(writer, rule="RR-03") == []
    clock.move_to(moment(2))
    planning.plan_changes()
    position_of(network.everyone, writer, fifty, at=moment(2))
    planning.plan_changes()
    assert len(ladder(writer, "RR-03")) == 3


def ladder(person, rule):
    found = person.reminders.filter(rule=rule, state="planned").order_by("-offset")
    return list(found.values_list("offset", "is_alone"))
