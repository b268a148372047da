"""Assumptions: dates computed from earlier assemblies. They are shown as such, nudged about once a month, and never said as facts."""

from datetime import date, timedelta

import pytest
import time_machine

from amnt.core.errors import RuleBroken
from amnt.mail.delivery import deliver_waiting
from calendar_app import tasks
from calendar_app.models import Attendance, DateWatch, Deadline, Meeting, Reminder
from calendar_app.reminders.preview import outlook_of
from calendar_app.services import date_facts, dates
from calendar_app.services.date_states import NewDate
from resolutions.models import DateStatus, RegionWatch
from tests.calendar_app.dating import EARLY, SOURCE, page
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import DeadlineFactory, MeetingFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")


def assumed_meeting(**fields):
    return MeetingFactory(date_status="assumption", source="assumption of this tool", has_hour=False, **fields)


def a_year_of_days(first, days, *, ticks=1):
    """The clock ticks every morning, or so often a day."""
    with time_machine.travel(first, tick=False) as traveller:
        for number in range(days * ticks):
            traveller.move_to(first + number * timedelta(days=1) / ticks)
            tasks.plan_all()
            tasks.tick()
            deliver_waiting()


@pytest.mark.parametrize(
    ("status", "is_assumption", "of_calendars"),
    [
        ("confirmed", False, "CONFIRMED"),
        ("provisional", False, "TENTATIVE"),
        ("assumption", True, "TENTATIVE"),
        ("rumour", False, "TENTATIVE"),
    ],
)
def test_programs_are_told_how_sure_a_date_is(client, status, is_assumption, of_calendars):
    client.force_login(UserFactory())
    for path, row in (("meetings", MeetingFactory(date_status=status)), ("deadlines", DeadlineFactory(date_status=status))):
        said = client.get(f"/api/v1/{path}/{row.public_id}/").json()
        assert (said["is_assumption"], said["calendar_status"], said["date_status"]) == (is_assumption, of_calendars, status)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_leads_are_nudged_once_a_month_about_assumptions_less_than_six_months_ahead(network, zone):
    """The first of May is a Monday: in Auckland it begins in April."""
    boss, other = lead(network, mail_level="standard", time_zone=zone), member(network, mail_level="standard")
    near = DeadlineFactory(kind="visa", date_status="assumption", at=moment(2), title_en="Visa requests")
    assumed_meeting(starts_on=date(2028, 9, 4), ends_on=date(2028, 9, 6), at=moment(4), title_en="Fourth meeting", group=None)
    DeadlineFactory(kind="visa", date_status="provisional", at=moment(2), title_en="Published by the host")
    a_year_of_days(moment(1, month=1), 244, ticks=3)
    assert [row[1] for row in rows(boss, rule="RR-21", state="sent")] == [6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    letters = [text for _subject, text in mails_to(boss) if "#RR-21" in text]
    # Both in one mail a month, from March to August.
    assert len(letters) == 6
    assert all("Visa requests" in text and "Fourth meeting" in text for text in letters)
    assert not any("Published by the host" in text for text in letters)
    assert [row for row in rows(other) if row[0] == "RR-21"] == []
    assert near.date_status == "assumption"


def test_nobody_is_nudged_about_what_was_confirmed(clock, network):
    boss = lead(network)
    deadline = DeadlineFactory(kind="visa", date_status="assumption", at=moment(1) + timedelta(days=90))
    tasks.tick()
    assert [row[0] for row in rows(boss)] == ["RR-21"]
    Deadline.objects.update(date_status="confirmed", changed_at=moment(1))
    a_minute()
    assert (deadline.is_assumption, rows(boss)) == (True, [("RR-21", rows(boss)[0][1], "look-up", "skipped", "withdrawn")])


def test_the_page_of_reminders_announces_the_nudge(clock, network):
    boss = lead(network)
    DeadlineFactory(kind="visa", date_status="assumption", at=moment(1) + timedelta(days=150))
    assert [row.rule for row in outlook_of(boss).coming] == ["RR-21"]


@pytest.mark.parametrize(
    ("status", "said", "asked"),
    [
        ("confirmed", "In 3 days: Third meeting", ""),
        ("provisional", "In 3 days (provisional): Third meeting", "Provisional: this date may still change."),
        ("assumption", "In 3 days (assumption): Third meeting", "Look up first what is published, and enter it with its source."),
    ],
)
def test_a_mail_says_only_confirmed_dates_as_facts(clock, network, status, said, asked):
    her = member(network, mail_level="standard", time_zone="UTC")
    days = {"at": moment(5), "starts_on": date(2028, 9, 5), "ends_on": date(2028, 9, 6)}
    meeting = MeetingFactory(title_en="Third meeting", date_status=status, **days)
    RegionWatch.objects.create(user=her, group=meeting.group)
    Reminder.objects.create(user=her, rule="RR-04", step="not-going", offset=3, version=1, send_at=moment(1, 8), meeting=meeting)
    with time_machine.travel(moment(1, 9), tick=False):
        a_minute()
    [(subject, text)] = mails_to(her)
    assert subject.replace("In 4 days", "In 3 days") == said
    assert asked in text


def test_an_assumption_moves_with_the_assembly_and_stays_one(client):
    with time_machine.travel(EARLY, tick=False):
        meeting = assumed_meeting()
        of_it = DeadlineFactory(
            meeting=meeting, kind="registration", date_status="assumption", offset_days=-14, at=moment(24, month=7), has_hour=False
        )
        hers = DeadlineFactory(kind="visa", date_status="assumption", offset_days=-45, at=moment(2), has_hour=False)
        published = MeetingFactory(title_en="Published")
        assembly = meeting.assembly
        new = NewDate(assembly.starts_on + timedelta(days=28), DateStatus.PROVISIONAL, assembly.ends_on + timedelta(days=28))
        dates.propose_change(assembly, new=new, source=SOURCE, by=lead(coalition()))
    for row in (meeting, of_it, hers, published):
        row.refresh_from_db()
    assert (meeting.starts_on, meeting.ends_on, meeting.date_status) == (date(2028, 9, 4), date(2028, 9, 8), "assumption")
    assert (of_it.at.date(), of_it.date_status) == (date(2028, 8, 21), "assumption")
    assert (hers.at.date(), hers.date_status) == (date(2028, 9, 30), "assumption")
    assert (published.starts_on, published.version) == (date(2028, 8, 7), 1)


def test_entering_what_is_published_makes_it_a_fact(client):
    with time_machine.travel(EARLY, tick=False):
        meeting, by = assumed_meeting(), lead(coalition())
        with pytest.raises(RuleBroken, match="Enter what is published"):
            date_facts.mark_checked(meeting, by=by)
        dates.propose_change(meeting, new=NewDate(meeting.starts_on, until=meeting.ends_on), source=SOURCE, by=by)
    meeting.refresh_from_db()
    assert (meeting.date_status, meeting.source, meeting.verified_by) == ("confirmed", SOURCE, by)


@pytest.mark.parametrize("kind", ["meeting", "deadline"])
def test_the_page_of_an_assumption_asks_what_is_published(client, kind):
    thing = assumed_meeting() if kind == "meeting" else DeadlineFactory(date_status="assumption")
    client.force_login(lead(coalition()))
    shown = client.get(page(kind, thing)).content.decode()
    assert "This date is an assumption. What is published?" in shown
    assert f'href="{page(f"{kind}-change", thing)}">Enter what is published' in shown
    assert "I checked it today" not in shown
    client.force_login(UserFactory())
    assert "Enter what is published" not in client.get(page(kind, thing)).content.decode()


def test_lists_say_assumption_and_hatch_it(client):
    her = UserFactory()
    meeting = assumed_meeting(at=moment(5, month=10))
    DateWatch.objects.create(user=her, meeting=meeting)
    Attendance.objects.create(user=her, meeting=meeting, status="going")
    with time_machine.travel(EARLY, tick=False):
        client.force_login(her)
        shown = client.get("/calendar/?dates=all").content.decode()
    assert "data-provisional" in shown
    assert "assumption, not published" in shown
    assert Meeting.objects.assumptions().get() == meeting
