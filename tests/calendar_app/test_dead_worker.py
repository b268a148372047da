"""P5-b: the worker died on Friday. AT-P5b-1 to AT-P5b-5, by name; the same with real processes is in tests/browser/test_dead_worker.py and
`bin/faults`."""

import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now

from amnt.mail.models import Email
from calendar_app import tasks
from calendar_app.models import DateWatch, PlanMark, Reminder
from calendar_app.read_models import health
from coalitions.models import ClockRun
from tests.calendar_app.reminding import a_minute, mails_to, moment
from tests.factories import DeadlineFactory, UserFactory, lead, member

pytestmark = pytest.mark.django_db

FRIDAY, SUNDAY = moment(8, 9), moment(10, 21)
PEOPLE = 8


class DiskUsage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def ordinary_machine(monkeypatch):
    """Neither the disk of the machine that tests run on nor how new their database is decides anything."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: DiskUsage(total=100, used=40, free=60))
    MigrationRecorder.Migration.objects.update(applied=now() - timedelta(days=30))


@pytest.fixture
def weekend(clock, network):
    """64 reminders were due while nobody worked, from Friday to Sunday: eight people watch eight dates, three of which are over by now."""
    people = [member(network, time_zone="UTC", weekend="none", quiet_from="00:00", quiet_to="00:00") for _ in range(PEOPLE)]
    days = [2, 2.1, 2.2, 3, 4, 5, 9, 20]
    for number, day in enumerate(days):
        deadline = DeadlineFactory(kind="visa", at=FRIDAY + timedelta(days=day), title_en=f"Visa {number}")
        for user in people:
            DateWatch.objects.create(user=user, deadline=deadline)
            Reminder.objects.create(
                user=user, rule="RR-08", deadline=deadline, offset=1, version=1, send_at=FRIDAY + timedelta(hours=number)
            )
    clock.move_to(SUNDAY)
    assert Reminder.objects.due().count() == 64
    return people


def test_at_p5b_1_what_stands_still_is_noticed_by_what_does_not_depend_on_it(clock, network, client):
    """The page of a lead and the command of a monitor look at the database; a watcher outside hears nothing, and so warns."""
    boss = lead(network)
    PlanMark.objects.create(pk=1, read_until=now(), ticked_at=now())
    ClockRun.objects.create(pk=1, at=now())
    client.force_login(boss)
    assert "This service needs somebody" not in client.get("/").content.decode()
    clock.shift(timedelta(minutes=16))
    assert "Reminders and e-mails are standing still." in client.get("/").content.decode()
    with pytest.raises(CommandError):
        call_command("health", tick=True)
    with pytest.raises(CommandError, match="ast run"):
        call_command("health", ping=True, verbosity=0)


def test_at_p5b_2_each_person_gets_one_mail_and_what_is_past_is_shown_as_missed(weekend, client):
    a_minute()
    assert [len(mails_to(user)) for user in weekend] == [1] * PEOPLE
    said = mails_to(weekend[0])[0][1]
    assert [f"Visa {number}" in said for number in range(8)] == [False] * 3 + [True] * 5
    states = Reminder.objects.filter(user=weekend[0], deadline__title_en__in=["Visa 0", "Visa 1", "Visa 2"]).values_list("state", flat=True)
    assert set(states) == {"missed"}
    client.force_login(weekend[0])
    page = client.get("/reminders/").content.decode()
    assert "Visa 0" in page
    assert "missed" in page
    for _ in range(3):
        a_minute()
    assert len(mail.outbox) == PEOPLE


@pytest.mark.parametrize(
    ("zone", "changes"),
    [("Europe/Zurich", datetime(2028, 10, 29, 1, tzinfo=UTC)), ("America/Santiago", datetime(2028, 9, 3, 4, tzinfo=UTC))],
)
def test_at_p5b_3_a_clock_change_and_a_clock_set_back_neither_double_nor_skip(clock, network, zone, changes):
    user = member(network, time_zone=zone, weekend="none")
    clock.move_to(changes - timedelta(days=3))
    for day in range(1, 7):
        at = (changes - timedelta(days=2) + timedelta(days=day)).astimezone(ZoneInfo(zone)).replace(hour=12, minute=0)
        DateWatch.objects.create(user=user, deadline=DeadlineFactory(kind="visa", at=at.astimezone(UTC)))
    user.reminder_days = [1]
    user.save()
    for hour in range(0, 9 * 24, 6):
        clock.move_to(changes - timedelta(days=3) + timedelta(hours=hour, minutes=30))
        a_minute()
        if hour % 24 == 0:
            # The clock is corrected by a few minutes, and tells the same hour again.
            clock.shift(timedelta(minutes=-3))
            a_minute()
    told = [row.send_at for row in Reminder.objects.filter(user=user, state="sent").order_by("send_at")]
    local = [at.astimezone(ZoneInfo(zone)) for at in told]
    assert {(at.hour, at.minute) for at in local} == {(8, 30)}
    assert [later.date() - day.date() for day, later in pairwise(local)] == [timedelta(days=1)] * 5
    assert len(mails_to(user)) == 6


def test_at_p5b_4_the_broker_holds_nothing_and_reminders_are_rebuilt(clock, network):
    """What the broker is asked to do names no row; and a ledger that is lost is written again as it was."""
    assert not any(entry.get("args") or entry.get("kwargs") for entry in settings.CELERY_BEAT_SCHEDULE.values())
    user = member(network)
    for day in (12, 20, 40):
        DateWatch.objects.create(user=user, deadline=DeadlineFactory(kind="visa", at=moment(1) + timedelta(days=day)))
    tasks.tick()
    columns = ("user", "rule", "deadline", "offset", "step", "version", "send_at", "is_alone")
    before = set(Reminder.objects.planned().values_list(*columns))
    assert len(before) > 5
    Reminder.objects.all().delete()
    PlanMark.objects.all().delete()
    tasks.tick()
    assert set(Reminder.objects.planned().values_list(*columns)) == before


def test_at_p5b_5_the_page_of_health_is_red_only_where_it_says_what_to_do(clock, network, client):
    client.force_login(UserFactory(is_staff=True))
    PlanMark.objects.create(pk=1, read_until=now(), ticked_at=now() - timedelta(hours=60))
    ClockRun.objects.create(pk=1, at=now() - timedelta(hours=60))
    Email.objects.create(
        kind="tests/note", to=UserFactory(), not_before=now() - timedelta(hours=50), created_at=now() - timedelta(hours=50)
    )
    found = {finding.what: finding for finding in health.findings()}
    red = [finding for finding in found.values() if finding.status == "gap"]
    assert red
    assert all(finding.do for finding in red)
    page = client.get("/health/").content.decode()
    for finding in found.values():
        assert finding.what in page
    assert {"Last run", "Oldest unsent", "In the last 7 days", "Backup", "Disk", "Certificate of the site"} <= found.keys()
