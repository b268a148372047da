"""While an assembly sits: the time of its venue for who takes part, and more e-mails that cannot wait."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from calendar_app import tasks
from calendar_app.models import Attendance, Reminder
from calendar_app.reminders.placement import Clock, Venue, after, before, end_of_quiet, is_quiet
from calendar_app.reminders.quiet_hours import reachable
from calendar_app.reminders.recipients import clock_now
from tests.calendar_app.reminding import a_minute, mails_to, rows, subjects_to
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, coalition, member

pytestmark = pytest.mark.django_db
OPENS = datetime(2028, 10, 17, tzinfo=UTC)


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")


@pytest.fixture
def assembly():
    return AssemblyFactory(code="WTSA-28", starts_on=OPENS.date(), ends_on=datetime(2028, 10, 26, tzinfo=UTC).date())


@pytest.fixture
def sitting(assembly):
    """In Delhi."""
    days = {"starts_on": assembly.starts_on, "ends_on": assembly.ends_on}
    return MeetingFactory(kind="assembly", assembly=assembly, group=None, at=OPENS, zone="Asia/Kolkata", **days)


# --- Caps -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "most"), [(-1, 3), (0, 8), (9, 8), (10, 3)], ids=["before", "first day", "last day", "after"])
def test_three_mails_a_day_go_alone_and_eight_while_an_assembly_sits(clock, network, assembly, client, days, most):
    user = member(network, weekend="none")
    at = OPENS + timedelta(days=days, hours=10)
    clock.move_to(at)
    for number in range(10):
        deadline = DeadlineFactory(kind="visa", at=at + timedelta(hours=8), title_en=f"Visa {number}")
        Reminder.objects.create(user=user, rule="RR-13", deadline=deadline, version=1, is_alone=True, send_at=at)
    a_minute()
    assert len(subjects_to(user)) == most + 1
    assert sum(row[4] == "overflow" for row in rows(user)) == 10 - most
    client.force_login(user)
    if most == 8:
        assert "2 were above your limit for a day and were moved into the digest." in client.get("/reminders/").content.decode()


# --- The time of the venue --------------------------------------------------------------------------------------------------

VENUE = Venue("Asia/Kolkata", datetime(2028, 10, 16, 18, 30, tzinfo=UTC), datetime(2028, 10, 26, 18, 30, tzinfo=UTC))
AT_HOME = Clock("America/Lima", weekend=(), venue=VENUE)


def test_the_digest_follows_the_clock_of_the_venue_from_the_first_day_to_the_last():
    slots = [after(datetime(2028, 10, day, 20, tzinfo=UTC), 0, AT_HOME) for day in (14, 16, 25, 26)]
    assert [slot.strftime("%d %H:%M") for slot in slots] == ["15 13:30", "17 03:00", "26 03:00", "27 13:30"]
    assert before(datetime(2028, 10, 20, 12, tzinfo=UTC), 1, AT_HOME).strftime("%d %H:%M") == "19 03:00"
    assert before(datetime(2028, 10, 17, 12, tzinfo=UTC), 3, AT_HOME).strftime("%d %H:%M") == "13 13:30"


def test_quiet_hours_are_those_of_the_night_at_the_venue():
    night_there = datetime(2028, 10, 20, 18, tzinfo=UTC)
    assert [is_quiet(night_there, AT_HOME), is_quiet(night_there, Clock("America/Lima", weekend=()))] == [True, False]
    assert end_of_quiet(night_there, AT_HOME) == datetime(2028, 10, 21, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "wants", "goes_by_it"),
    [("registered", True, True), ("going", True, True), ("remote", True, False), ("not", True, False), ("registered", False, False)],
)
def test_who_takes_part_in_the_room_and_wants_it_goes_by_the_time_of_the_venue(clock, network, sitting, status, wants, goes_by_it):
    user = member(network, time_zone="America/Lima", venue_time=wants, weekend="none")
    Attendance.objects.create(user=user, meeting=sitting, status=status)
    assert clock_now(user).on(OPENS + timedelta(days=3)).zone == ("Asia/Kolkata" if goes_by_it else "America/Lima")
    assert clock_now(user).on(OPENS - timedelta(days=3)).zone == "America/Lima"
    noon_at_home = datetime(2028, 10, 20, 17, tzinfo=UTC)
    waits = reachable(user, noon_at_home, noon_at_home + timedelta(days=3)) > noon_at_home
    assert waits == goes_by_it
    DeadlineFactory(kind="visa", at=datetime(2028, 10, 24, 12, tzinfo=UTC)).watches.create(user=user)
    tasks.tick()
    [row] = Reminder.objects.filter(user=user, rule="RR-08", offset=1)
    slot = datetime(2028, 10, 23, 3, 0, tzinfo=UTC) if goes_by_it else datetime(2028, 10, 22, 13, 30, tzinfo=UTC)
    assert row.send_at == slot


def test_days_that_are_only_assumed_move_no_clock(clock, network, sitting):
    sitting.date_status = "assumption"
    sitting.save()
    user = member(network, time_zone="America/Lima")
    Attendance.objects.create(user=user, meeting=sitting, status="going")
    assert clock_now(user).venue is None


def test_a_mail_says_the_time_of_the_venue_while_its_reader_is_there(clock, network, sitting):
    user = member(network, time_zone="America/Lima", weekend="none", digest_at=time(9))
    Attendance.objects.create(user=user, meeting=sitting, status="registered")
    DeadlineFactory(kind="visa", at=datetime(2028, 10, 24, 12, tzinfo=UTC), title_en="Late papers").watches.create(user=user)
    tasks.tick()
    mail.outbox.clear()
    clock.move_to(datetime(2028, 10, 23, 3, 30, tzinfo=UTC))
    a_minute()
    [(subject, text)] = mails_to(user)[-1:]
    assert subject == "Tomorrow: Late papers"
    assert "17:30 your time" in text
