"""A date that moved is an event; the tick tells it: once to each, from the date she knew, whatever was killed or ran meanwhile."""

import threading
from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils.timezone import now

from amnt.mail.delivery import deliver_waiting
from calendar_app import tasks
from calendar_app.models import Attendance, DateChange, DateWatch, Deadline, PlanMark, Reminder
from calendar_app.reminders import notices, planning, sending
from calendar_app.reminders.recipients import facts_of_people
from calendar_app.reminders.targets import Kind
from calendar_app.services import dates
from calendar_app.services.date_states import NewDate
from coalitions.models import CircleMembership, Membership
from resolutions.models import DateStatus, Watch
from tests.calendar_app.dating import SOURCE
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db

CHANGED = "Date changed: Deadline for contributions to WTSA-28"
THE_18TH, THE_25TH = "Mon 18 Sept, 23:59 (Geneva)", "Mon 25 Sept"
DUE = {"hour": time(23, 59), "zone": "Europe/Zurich"}


@pytest.fixture
def network(clock):
    made = coalition("Open Standards Network", mail_ceiling="detailed")
    lead(made), lead(made)
    return made


@pytest.fixture
def her(network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    return user


@pytest.fixture
def deadline(her, clock):
    """Monday 18 September, of which she was reminded fourteen days before; now it is Tuesday 5 September, at noon where she is."""
    made = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    clock.move_to(moment(5, 9))
    tasks.tick()
    assert len(mails_to(her)) == 1
    mail.outbox.clear()
    return made


@pytest.fixture
def untold(her):
    """The same on Friday 1 September: whoever it concerns was promised reminders, and has had none yet."""
    made = DeadlineFactory()
    tasks.tick()
    return made


def the_leads():
    return [membership.user for membership in Membership.objects.leads().order_by("pk")]


def proposed(target, on, **fields) -> DateChange:
    target = type(target).objects.get(pk=target.pk)
    return dates.propose_change(target, new=NewDate(on=moment(on).date(), **fields), source=SOURCE, by=the_leads()[0])


def moved(target, on, **fields) -> DateChange:
    """One lead says so, the other confirms it where that is needed."""
    change = proposed(target, on, **fields)
    return dates.confirm_change(change, by=the_leads()[1]) if change.is_pending else change


def news(**which):
    return Reminder.objects.filter(rule="RR-13", **which)


# --- An event, and nothing else, until the tick -----------------------------------------------------------------------------


def test_moving_a_date_touches_no_reminder_and_the_next_tick_tells_it(deadline, her):
    before = list(Reminder.objects.order_by("pk").values())
    change = moved(deadline, 25)
    assert (change.version, list(Reminder.objects.order_by("pk").values())) == (2, before)
    a_minute()
    assert subjects_to(her) == [CHANGED]
    assert f"Before: {THE_18TH}" in mails_to(her)[0][1]


def test_what_waits_for_a_second_person_is_no_news_until_it_is_confirmed(deadline, her):
    change = proposed(deadline, 25)
    a_minute()
    assert (change.version, subjects_to(her)) == (None, [])
    dates.confirm_change(change, by=the_leads()[1])
    a_minute()
    assert subjects_to(her) == [CHANGED]


def test_what_was_rejected_is_never_news(deadline, her):
    dates.reject_change(proposed(deadline, 25), by=the_leads()[1])
    a_minute()
    assert not news().exists()


def test_a_rumour_and_what_only_becomes_surer_are_no_news(deadline, her):
    assert moved(deadline, 25, status=DateStatus.RUMOUR).version is None
    a_minute()
    assert moved(deadline, 18, **DUE).version is None
    a_minute()
    deadline.refresh_from_db()
    assert (deadline.version, news().count(), subjects_to(her)) == (2, 0, [])


def test_each_date_that_moved_with_the_assembly_is_told_once(her, network, clock):
    opens = moment(17, month=10).date()
    opening = MeetingFactory(kind="assembly", title_en="WTSA-28", group=None, starts_on=opens, ends_on=opens)
    closing = DeadlineFactory(meeting=opening, kind="registration", offset_days=-14, at=moment(3, 12, month=10))
    pinned = DeadlineFactory(meeting=opening, kind="visa", at=moment(1, 12, month=10))
    Attendance.objects.create(user=her, meeting=opening, status="going")
    DateWatch.objects.create(user=her, deadline=pinned)
    tasks.tick()
    change = proposed(opening, 30)
    assert (change.assembly, change.version, change.is_pending) == (opening.assembly, None, True)
    dates.confirm_change(change, by=the_leads()[1])
    for _ in range(3):
        clock.shift(60)
        tasks.tick()
    told = {(row.user, row.meeting, row.deadline, row.version) for row in news()}
    # Leads are reminded of what follows its end, so they are told as well.
    assert told == {(her, opening, None, 2), (her, None, closing, 2), *((boss, opening, None, 2) for boss in the_leads())}
    assert news().count() == len(told)


# --- From the date she knew -------------------------------------------------------------------------------------------------


def test_moved_twice_within_a_minute_it_is_told_once_from_the_first_date(deadline, her):
    moved(deadline, 22)
    moved(deadline, 25)
    a_minute()
    [(subject, text)] = mails_to(her)
    assert (subject, f"Before: {THE_18TH}" in text, THE_25TH in text, "22 Sept" in text) == (CHANGED, True, True, False)
    assert [row.version for row in news(user=her)] == [3]


def test_moved_again_after_she_was_told_it_is_told_from_what_she_was_told(deadline, her, clock):
    moved(deadline, 25)
    a_minute()
    clock.shift(60)
    moved(deadline, 27)
    a_minute()
    assert subjects_to(her) == [CHANGED, CHANGED]
    assert f"Before: {THE_25TH}" in mails_to(her)[1][1]


def test_taken_back_within_a_minute_nothing_is_said_and_moved_after_that_it_is_told(deadline, her, clock):
    change = moved(deadline, 25)
    back = dates.undo_change(change, by=the_leads()[0])
    dates.confirm_change(back, by=the_leads()[1])
    a_minute()
    assert (subjects_to(her), list(news(user=her).values_list("version", "state"))) == ([], [(3, "skipped")])
    assert [row for row in rows(her, version=3) if row[4] == "late"] == []
    clock.shift(60)
    moved(deadline, 25)
    a_minute()
    assert [f"Before: {THE_18TH}" in text for _subject, text in mails_to(her)] == [True]


def test_taken_back_after_she_was_told_she_is_told_so(deadline, her, clock):
    change = moved(deadline, 25)
    a_minute()
    clock.shift(3600)
    dates.confirm_change(dates.undo_change(change, by=the_leads()[0]), by=the_leads()[1])
    a_minute()
    assert subjects_to(her) == [CHANGED, CHANGED]
    assert f"Before: {THE_25TH}" in mails_to(her)[1][1]


def test_taken_back_while_her_mail_is_on_its_way_she_is_told_in_any_case(deadline, her, clock):
    change = moved(deadline, 25)
    tasks.tick()
    assert [row.state for row in news(user=her)] == ["queued"]
    clock.shift(60)
    dates.confirm_change(dates.undo_change(change, by=the_leads()[0]), by=the_leads()[1])
    tasks.tick()
    deliver_waiting()
    [(subject, text)] = mails_to(her)
    assert (subject, f"Before: {THE_25TH}" in text) == (CHANGED, True)


@pytest.mark.parametrize(
    ("minutes", "told_at"), [(0, moment(5, 20, 59)), (1, moment(6, 5))], ids=["two days away", "more than two days away"]
)
def test_a_new_date_within_two_days_is_told_at_any_hour(deadline, her, clock, minutes, told_at):
    clock.move_to(moment(5, 20, 59))  # a minute to midnight in Nairobi
    becomes = now() + timedelta(hours=48, minutes=minutes)
    change = proposed(deadline, becomes.day, hour=becomes.time(), zone="UTC")
    dates.confirm_change(change, by=the_leads()[1])
    tasks.tick()
    assert list(news(user=her).values_list("send_at", "is_alone")) == [(told_at, True)]


def test_whoever_began_to_follow_it_after_it_moved_is_told_nothing(deadline, network, clock):
    moved(deadline, 25)
    newcomer = member(network)
    DateWatch.objects.create(user=newcomer, deadline=deadline)
    a_minute()
    assert [row[0] for row in rows(newcomer)] == ["RR-01", "RR-01", "RR-01"]


def test_whoever_let_it_go_before_it_moved_is_told_nothing(network, clock):
    user = member(network)
    deadline = DeadlineFactory()
    watch = DateWatch.objects.create(user=user, deadline=deadline)
    tasks.tick()
    moved(deadline, 20)
    tasks.tick()
    watch.delete()
    news().update(state="skipped", cause="muted")
    clock.shift(3600)
    tasks.tick()
    moved(deadline, 25)
    tasks.tick()
    assert [row.version for row in news(user=user)] == [2]


# --- Whatever was killed or ran meanwhile -----------------------------------------------------------------------------------


def test_a_tick_that_was_killed_before_it_told_anything_loses_nothing(deadline, her, clock):
    moved(deadline, 25)
    clock.shift(3 * 24 * 3600)
    a_minute()
    assert subjects_to(her) == [CHANGED]


def test_a_tick_that_was_killed_after_it_told_repeats_nothing(deadline, her, clock):
    moved(deadline, 25)
    mark = PlanMark.objects.get().read_until
    notices.tell_news(mark - PlanMark.OVERLAP, now())
    assert PlanMark.objects.get().read_until == mark
    for _ in range(10):
        clock.shift(60)
        a_minute()
    assert (subjects_to(her), news().count()) == ([CHANGED], len(set(news().values_list("user"))))


def test_what_another_tick_planned_before_the_news_is_told_once_and_in_time(untold, her):
    moved(untold, 14)
    planning.plan(Kind.DEADLINE, Deadline.objects.all(), facts_of_people(), now())
    assert ("RR-01", 14, "", "planned", "late") in rows(her, version=2)
    a_minute()
    assert subjects_to(her) == [CHANGED]
    assert [row for row in rows(her, version=2) if row[4] == "late"] == []
    assert not Reminder.objects.filter(state="skipped", decided_at=None).exists()


def test_what_fell_due_between_the_move_and_the_tick_is_not_sent_and_the_news_is(untold, her, clock):
    clock.move_to(moment(4, 6))
    moved(untold, 25)
    assert Reminder.objects.due().filter(user=her).count() == 1
    sending.send_due()
    assert rows(her, offset=14, version=1) == [("RR-01", 14, "", "skipped", "moved")]
    # That one alone says that it concerned her.
    Reminder.objects.planned().filter(user=her, version=1).delete()
    a_minute()
    assert subjects_to(her) == [CHANGED]


def test_a_mail_that_was_written_before_the_move_is_dropped_and_the_news_goes_out(untold, her, clock):
    clock.move_to(moment(4, 6))
    tasks.tick()
    assert rows(her, offset=14) == [("RR-01", 14, "", "queued", "")]
    clock.shift(30)
    moved(untold, 25)
    deliver_waiting()
    assert (subjects_to(her), rows(her, offset=14, version=1)) == ([], [("RR-01", 14, "", "skipped", "moved")])
    # That one alone says that it concerned her.
    Reminder.objects.planned().filter(user=her, version=1).delete()
    a_minute()
    assert subjects_to(her) == [CHANGED]


def test_what_the_version_before_this_one_told_itself_is_not_told_again(deadline, her):
    moved(deadline, 25)
    DateChange.objects.update(version=None)
    a_minute()
    assert not news().exists()


def test_an_untold_move_outlives_a_new_version_that_is_no_change_of_date(deadline, her):
    moved(deadline, 25)
    Deadline.objects.update(version=3)
    a_minute()
    assert [f"Before: {THE_18TH}" in text for _subject, text in mails_to(her)] == [True]
    Deadline.objects.update(version=4)
    a_minute()
    assert len(mails_to(her)) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_it_once(untold, network):
    for _ in range(20):
        DateWatch.objects.create(user=member(network), deadline=untold)
    planning.plan_all()
    moved(untold, 25)

    def tick():
        try:
            planning.plan_changes()
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news().values_list("user", flat=True)) == sorted(set(Reminder.objects.values_list("user", flat=True)))


# --- Private calls, and what it costs ---------------------------------------------------------------------------------------


def test_a_call_of_a_circle_is_told_only_to_who_still_stands_in_it(network, clock):
    inside, left = member(network), member(network)
    circle = circle_of(network, inside, left, *the_leads())
    call = MeetingFactory(
        kind="call", circle=circle, group=None, title_en="Strategy", starts_on=moment(20).date(), ends_on=moment(20).date()
    )
    for person in (inside, left):
        DateWatch.objects.create(user=person, meeting=call)
    tasks.tick()
    moved(call, 22)
    CircleMembership.objects.filter(membership__user=left).delete()
    a_minute()
    assert (len(subjects_to(inside)), subjects_to(left)) == (1, [])
    assert "Strategy" not in "".join(text for _subject, text in mails_to(inside))


def test_an_idle_tick_asks_as_much_as_ever(deadline, clock, django_assert_num_queries):
    clock.shift(3600)
    planning.plan_changes()
    with django_assert_num_queries(7):
        planning.plan_changes()


def test_what_was_told_is_looked_over_when_it_is_read_again_and_not_written(deadline, network, django_assert_num_queries):
    for _ in range(5):
        DateWatch.objects.create(user=member(network), deadline=deadline)
    tasks.tick()
    moved(deadline, 25)
    moved(MeetingFactory(starts_on=moment(28).date(), ends_on=moment(28).date()), 29)
    since = now() - timedelta(hours=1)
    with django_assert_num_queries(14):
        notices.tell_of_dates(since, now())
    with django_assert_num_queries(7):
        notices.tell_of_dates(since, now())


def test_once_everyone_was_told_of_every_move_reading_it_again_asks_twice(deadline, her, django_assert_num_queries):
    # Keys of meetings are no keys of deadlines.
    meeting = MeetingFactory(pk=10_000, starts_on=moment(28).date(), ends_on=moment(28).date())
    DateWatch.objects.create(user=her, meeting=meeting)
    tasks.tick()
    moved(deadline, 25)
    moved(meeting, 29)
    since = now() - timedelta(hours=1)
    notices.tell_of_dates(since, now())
    assert set(news(user=her).values_list("deadline", "meeting")) == {(deadline.pk, None), (None, meeting.pk)}
    with django_assert_num_queries(2):
        notices.tell_of_dates(since, now())


def test_of_a_date_that_is_now_nobody_is_told_that_it_moved(untold, her, clock):
    moved(untold, 20, **DUE)
    clock.move_to(Deadline.objects.get().at)
    tasks.tick()
    assert not news().exists()
