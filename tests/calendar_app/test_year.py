"""The acceptance tests of the reminder paper (AT-Y1 is in test_placement.py too, without rows)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email
from calendar_app import tasks
from calendar_app.models import Reminder
from calendar_app.reminders import planning, sending
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import confirm_change, propose_change
from coalitions.models import Membership
from coalitions.services import follow_ups
from coalitions.services.membership import remove
from resolutions.models import Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import DeadlineFactory, ResolutionFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    made = coalition("Open Standards Network", mail_ceiling="detailed")
    lead(made), lead(made)
    return made


def watcher(network, **fields):
    user = member(network, **fields)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    return user


def move(deadline, new: NewDate) -> None:
    """One lead says so, the other confirms it."""
    one, other = Membership.objects.leads().order_by("pk")
    confirm_change(propose_change(deadline, new=new, source="https://example.org/circular", by=one.user), by=other.user)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Zurich", ["Mon 04 Sep 08:30", "Fri 15 Sep 08:30", "Sun 17 Sep 08:30"]),
        ("Africa/Nairobi", ["Mon 04 Sep 08:30", "Fri 15 Sep 08:30", "Sun 17 Sep 08:30"]),
        ("Pacific/Fiji", ["Tue 05 Sep 08:30", "Fri 15 Sep 08:30", "Mon 18 Sep 08:30"]),
        ("America/Santiago", ["Mon 04 Sep 08:30", "Fri 15 Sep 08:30", "Sun 17 Sep 08:30"]),
        ("America/Bogota", ["Mon 04 Sep 08:30", "Fri 15 Sep 08:30", "Sun 17 Sep 08:30"]),
    ],
)
def test_at_y1_everyone_has_a_whole_day(clock, network, zone, expected):
    user = watcher(network, time_zone=zone)
    DeadlineFactory()
    tasks.tick()
    planned = Reminder.objects.filter(user=user).order_by("send_at").values_list("send_at", flat=True)
    assert [at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M") for at in planned] == expected


def test_at_y2_a_clock_change_on_the_way_makes_one_mail_at_the_same_local_hour(clock, network):
    user = watcher(network, time_zone="America/Santiago")
    DeadlineFactory(at=moment(4, 21))
    went = []
    for hour in range(24 * 4):
        clock.move_to(moment(1) + timedelta(hours=hour, minutes=30))
        a_minute()
        went += [clock_time(user) for _ in range(len(mails_to(user)) - len(went))]
    assert went == ["Fri 01 Sep 08:30", "Sun 03 Sep 08:30"]


def clock_time(user):
    instant = Email.objects.filter(to=user).order_by("-finished_at").first().finished_at
    return instant.astimezone(ZoneInfo(user.time_zone)).strftime("%a %d %b %H:%M")


def test_at_y3_a_moved_deadline_is_told_once_and_never_with_the_old_date(clock, network):
    user = watcher(network)
    deadline = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    assert len(mails_to(user)) == 1  # the 14 days
    clock.move_to(moment(5, 10))
    new = NewDate(on=deadline.at.date() + timedelta(days=7), hour=deadline.at.astimezone(ZoneInfo("Europe/Zurich")).time())
    move(deadline, new)
    a_minute()
    assert subjects_to(user)[1:] == ["Date changed: Deadline for contributions to WTSA-28"]
    text = mails_to(user)[1][1]
    assert "Before: Mon 18 Sept, 23:59 (Geneva)" in text
    assert "Mon 25 Sept, 23:59 (Geneva)" in text
    mail.outbox.clear()
    for day in range(6, 26):
        clock.move_to(moment(day, 6))
        a_minute()
    # A fresh 14 days, since they were still ahead; then 3 days and 1 day before the new date, and nothing else.
    assert len(mails_to(user)) == 3
    assert all("18 Sept" not in text.split("\n", 3)[3] for _subject, text in mails_to(user))
    assert [row[:2] for row in rows(user, version=2)] == [("RR-13", 0), ("RR-01", 14), ("RR-01", 3), ("RR-01", 1)]


def test_at_y3_moved_twice_while_mail_is_down_it_is_told_from_the_date_she_knew(clock, network):
    user = watcher(network)
    deadline = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    clock.move_to(moment(5, 10))
    for day in (25, 27):
        move(deadline, NewDate(on=moment(day).date()))
        tasks.tick()
    deliver_waiting()
    [(subject, text)] = mails_to(user)[1:]
    assert subject == "Date changed: Deadline for contributions to WTSA-28"
    assert ["Before: Mon 18 Sept, 23:59 (Geneva)" in text, "Wed 27 Sept" in text, "25 Sept" in text] == [True, True, False]


def test_at_y3_no_fresh_fourteen_days_if_they_are_past(clock, network):
    user = watcher(network)
    deadline = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    clock.move_to(moment(13, 10))
    move(deadline, NewDate(on=moment(22).date()))
    a_minute()
    assert [row[:2] for row in rows(user, version=2)] == [("RR-13", 0), ("RR-01", 3), ("RR-01", 1)]


def test_at_y4_sixty_hours_without_a_worker_end_in_exactly_one_mail(clock, network):
    user = watcher(network)
    DeadlineFactory()
    clock.move_to(moment(14, 12))
    tasks.tick()
    deliver_waiting()
    mail.outbox.clear()
    clock.move_to(moment(17, 6))  # Friday's and Sunday's slots went by
    a_minute()
    a_minute()
    assert subjects_to(user) == ["Tomorrow: Deadline for contributions to WTSA-28"]
    assert [row[1:4] for row in rows(user, rule="RR-01", offset__lte=3)] == [(3, "", "sent"), (1, "", "sent")]


def test_at_y4_what_is_past_is_missed_and_not_mailed(clock, network):
    user = watcher(network)
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(19, 6))
    a_minute()
    assert mails_to(user) == []
    assert {row[3] for row in rows(user)} == {"missed"}


def test_at_y5_whoever_was_removed_a_second_ago_gets_nothing(clock, network):
    user = watcher(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(19), by=lead(network), owner=user)
    follow_ups.accept(follow_up, by=user)
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(17, 6))
    sending.send_due()
    remove(Membership.objects.get(user=user), by=Membership.objects.leads().first().user)
    deliver_waiting()
    assert mails_to(user) == []
    tasks.tick()
    assert {row[3] for row in rows(user)} == {"skipped"}


def test_at_y5_a_resolution_no_longer_followed_sends_nothing(clock, network):
    user = watcher(network)
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(17, 6))
    Watch.objects.filter(user=user).delete()
    a_minute()
    assert mails_to(user) == []


def test_at_y5_text_that_was_moved_to_a_circle_disappears_from_the_mail(clock, network):
    boss = lead(network)
    user = member(network, mail_level="detailed")
    follow_up = follow_ups.create(circle=network.everyone, title="Ask the ministry", due_at=moment(8), by=boss, owner=user)
    tasks.tick()
    clock.move_to(moment(4, 6))
    tasks.tick()
    circle = circle_of(network, user)
    follow_up.circle = circle
    follow_up.save()
    deliver_waiting()
    [(subject, text)] = mails_to(user)
    assert "Ask the ministry" not in subject + text
    assert "Core group" not in subject + text
    assert "1 item in a circle" in text


def test_at_y7_an_assignment_at_night_goes_now_if_the_morning_is_too_late(clock, network):
    zone = ZoneInfo("Africa/Nairobi")
    boss, user = lead(network), member(network, time_zone=zone.key)
    clock.move_to(moment(15, 18))  # Friday, 21:00 in Nairobi
    due = moment(18, 6)  # Monday, 09:00 there
    follow_ups.create(circle=network.everyone, title="Ask", due_at=due, by=boss, owner=user)
    other = member(network, time_zone=zone.key)
    follow_ups.create(circle=network.everyone, title="Ask", due_at=due + timedelta(hours=5), by=boss, owner=other)
    a_minute()
    assert len(mails_to(user)) == 1
    assert mails_to(other) == []
    clock.move_to(moment(18, 5))  # Monday, 08:00
    a_minute()
    assert len(mails_to(other)) >= 1


def test_planning_everything_again_changes_nothing(clock, network):
    watcher(network)
    DeadlineFactory()
    planning.plan_all()
    before = list(Reminder.objects.order_by("pk").values())
    planning.plan_all()
    planning.plan_changes()
    assert list(Reminder.objects.order_by("pk").values()) == before
