"""Whom the rules promise what, and that the ledger stays true whatever changes."""

import threading
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection

from amnt.accounts import undo
from calendar_app import tasks
from calendar_app.models import Attendance, DateWatch, Deadline, Meeting, PlanMark, Reminder
from calendar_app.reminders import planning, rules
from calendar_app.services.date_watching import stop_watching_date
from coalitions.domain.snoozing import SnoozeUntil
from coalitions.models import CircleMembership, FollowUp, FollowUpEvent, Membership
from coalitions.services import follow_ups
from coalitions.services.membership import admit, change_role
from resolutions.models import DateStatus, RegionWatch, Watch
from resolutions.services import watching
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import (
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db


def offsets(user, rule):
    found = Reminder.objects.filter(user=user, rule=rule, state="planned").order_by("-offset")
    return list(found.values_list("offset", "is_alone"))


def a_door(days=40, **fields):
    meeting = MeetingFactory(
        starts_on=(moment(1) + timedelta(days=days + 14)).date(), ends_on=(moment(1) + timedelta(days=days + 16)).date()
    )
    fields = {"at": moment(1) + timedelta(days=days), **fields}
    return DeadlineFactory(kind="registration", meeting=meeting, title_en="Registration closes", **fields)


# --- The rules --------------------------------------------------------------------------------------------------------------


def test_every_ladder_tells_an_audience_of_this_module():
    assert {ladder.audience.__module__ for rule in rules.RULES for ladder in rule.ladders} == {rules.__name__}


def test_every_rule_says_its_days_in_words():
    for rule in rules.RULES:
        for ladder in rule.ladders:
            for days in ladder.offsets:
                assert days == 0 or str(abs(days)) in str(rule.when), f"{rule.code} hides {days}"


def test_rr_01_tells_watchers_of_a_resolution_and_leads_earlier(clock, network):
    watcher, boss, other = member(network), lead(network), member(network)
    Watch.objects.create(user=watcher, resolution=ResolutionFactory())
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    tasks.tick()
    assert offsets(watcher, "RR-01") == [(14, False), (3, False), (1, True)]
    assert offsets(boss, "RR-01") == [(30, False), (14, False), (7, True), (3, True), (1, True)]
    assert offsets(other, "RR-01") == []


def test_rr_02_aims_at_the_door_and_stops_once_registered(clock, network):
    user = member(network)
    door = a_door()
    Attendance.objects.create(user=user, meeting=door.meeting, status="going")
    tasks.tick()
    assert offsets(user, "RR-02") == [(30, False), (14, False), (7, False), (3, True), (1, True), (-1, False)]
    Attendance.objects.filter(user=user).first().delete()
    Attendance.objects.create(user=user, meeting=door.meeting, status="registered")
    tasks.tick()
    assert offsets(user, "RR-02") == []
    assert {row[4] for row in rows(user, rule="RR-02")} == {"withdrawn"}


def test_rr_02_asks_watchers_of_the_region_until_they_answer(clock, network):
    user, decided = member(network), member(network)
    door = a_door()
    for person in (user, decided):
        RegionWatch.objects.create(user=person, group=door.meeting.group)
    Attendance.objects.create(user=decided, meeting=door.meeting, status="not")
    tasks.tick()
    assert [row[:4] for row in rows(user, rule="RR-02")] == [
        ("RR-02", 30, "who-goes", "planned"),
        ("RR-02", 14, "who-goes", "planned"),
        ("RR-02", 3, "who-goes", "planned"),
        ("RR-02", -1, "shut", "planned"),
    ]
    assert rows(decided, rule="RR-02") == []
    Attendance.objects.create(user=user, meeting=door.meeting, status="remote")
    tasks.tick()
    assert {row[3:] for row in rows(user, rule="RR-02")} == {("skipped", "withdrawn")}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (None, ["Registration is closed"]),
        ("going", ["Registration is closed"]),
        ("registered", []),
        ("remote", []),
        ("not", []),
    ],
)
def test_rr_02_says_once_that_the_door_has_shut_and_whom_to_ask(clock, network, status, told):
    user = member(network)
    door = a_door(days=2, at=moment(3))
    door.meeting.group.website = "https://www.atu-uat.org/en"
    door.meeting.group.save()
    RegionWatch.objects.create(user=user, group=door.meeting.group)
    if status:
        Attendance.objects.create(user=user, meeting=door.meeting, status=status)
    clock.move_to(moment(3, 8))
    a_minute()
    mail.outbox.clear()
    for hour in range(10, 72):
        clock.move_to(moment(3) + timedelta(hours=hour - 9))
        a_minute()
    texts = [text for _subject, text in mails_to(user) if "is closed" in text]
    assert [line for text in texts for line in text.splitlines() if line == "Registration is closed"] == told
    assert ["(atu-uat.org) whether late registrations are accepted." in text for text in texts] == [True] * len(told)


def test_a_door_that_was_put_off_is_not_said_to_have_shut(clock, network):
    user = member(network)
    door = a_door(days=2)
    RegionWatch.objects.create(user=user, group=door.meeting.group)
    tasks.tick()
    Deadline.objects.filter(pk=door.pk).update(at=door.at + timedelta(days=9), version=2, changed_at=moment(1, 10))
    clock.move_to(moment(5))
    a_minute()
    assert [row[3] for row in rows(user, step="shut")] == ["skipped", "planned"]
    assert not any("is closed" in text for _subject, text in mails_to(user))


def test_a_door_that_moved_and_moved_back_is_not_said_to_have_shut_twice(clock, network):
    """Told in the morning after, less than a day after it shut; its version is another one then, and its instant the same."""
    user = member(network)
    door = a_door(days=2, at=moment(3))
    RegionWatch.objects.create(user=user, group=door.meeting.group)
    for day in (1, 4):
        clock.move_to(moment(day, 12))
        a_minute()
    assert [row[3] for row in rows(user, step="shut")] == ["sent"]
    for version, days in ((2, 14), (3, 0)):
        Deadline.objects.filter(pk=door.pk).update(at=door.at + timedelta(days=days), version=version, changed_at=moment(4, 13))
    for day in (4, 5, 6):
        clock.move_to(moment(day, 13))
        a_minute()
    assert [row[3] for row in rows(user, step="shut")] == ["sent"]


def test_who_moves_to_another_clock_after_a_door_shut_hears_of_it_by_day_there(clock, network):
    user = member(network, time_zone="Pacific/Auckland")
    door = a_door(days=2, at=moment(3))
    RegionWatch.objects.create(user=user, group=door.meeting.group)
    clock.move_to(moment(2))
    a_minute()
    mail.outbox.clear()
    clock.move_to(moment(3, 13))
    user.time_zone = "America/Santiago"
    user.save()
    for hour in range(14, 48):
        clock.move_to(moment(3) + timedelta(hours=hour - 9, minutes=30))
        a_minute()
    [told] = rows(user, step="shut")
    assert told[3] == "sent"
    at = Reminder.objects.get(user=user, step="shut").decided_at.astimezone(ZoneInfo("America/Santiago"))
    assert (at.day, at.hour) == (4, 8)


def test_what_one_stops_watching_is_withdrawn_at_the_next_tick_until_undone(clock, network):
    """A deletion leaves no instant, and what is put back has that of before."""
    user, resolution, door = member(network), ResolutionFactory(), a_door()
    date_ = DeadlineFactory(at=moment(1) + timedelta(days=40), kind="document")
    DeadlineFactory(at=moment(1) + timedelta(days=50))
    Watch.objects.create(user=user, resolution=resolution)
    RegionWatch.objects.create(user=user, group=door.meeting.group)
    DateWatch.objects.create(user=user, deadline=date_)
    stops = [
        (Watch, {"resolution": resolution}, lambda: watching.stop_watching(user, resolution)),
        (RegionWatch, {"group": door.meeting.group}, lambda: watching.stop_watching_region(user, door.meeting.group)),
        (DateWatch, {"deadline": date_}, lambda: stop_watching_date(date_, by=user)),
    ]
    tasks.tick()
    planned = set(Reminder.objects.planned().filter(user=user).values_list("pk", flat=True))
    for number, (rows_, thing, stop) in enumerate(stops):
        clock.move_to(moment(1) + timedelta(hours=3 * number + 1))
        before = watching.watch_state(user, rows_, **thing)
        stop()
        a_minute()
        assert set(Reminder.objects.planned().filter(user=user).values_list("pk", flat=True)) < planned
        clock.move_to(moment(1) + timedelta(hours=3 * number + 2))
        watching.undo_watch(undo.change(before, watching.watch_state(user, rows_, **thing)), by=user)
        a_minute()
        assert set(Reminder.objects.planned().filter(user=user).values_list("pk", flat=True)) == planned


def test_rr_03_tells_who_follows_the_region_and_leads_once_more(clock, network):
    boss, watcher = lead(network), member(network)
    door = a_door()
    DeadlineFactory(kind="document", meeting=door.meeting, at=moment(1) + timedelta(days=30))
    for person in (boss, watcher):
        RegionWatch.objects.create(user=person, group=RegionalGroupFactory())
    tasks.tick()
    assert offsets(boss, "RR-03") == [(14, False), (3, False), (1, True)]
    assert offsets(watcher, "RR-03") == [(14, False), (3, False)]


def test_rr_04_tells_who_attends_and_once_who_follows_without_going(clock, network):
    attending, following = member(network), member(network)
    meeting = MeetingFactory(at=moment(1) + timedelta(days=40))
    Attendance.objects.create(user=attending, meeting=meeting, status="remote")
    RegionWatch.objects.create(user=following, group=meeting.group)
    tasks.tick()
    assert offsets(attending, "RR-04") == [(14, False), (3, False), (1, True)]
    assert offsets(following, "RR-04") == [(3, False)]


@pytest.mark.parametrize(("kind", "rule"), [("visa", "RR-08"), ("document", "RR-03"), ("registration", "RR-02"), ("contribution", "RR-01")])
def test_whoever_follows_a_date_is_told_under_its_rule(clock, network, kind, rule):
    user = member(network)
    deadline = DeadlineFactory(kind=kind, at=moment(1) + timedelta(days=40))
    DateWatch.objects.create(user=user, deadline=deadline)
    tasks.tick()
    assert offsets(user, rule) == [(14, False), (3, False), (1, True)]


def test_her_own_days_replace_the_ordinary_rhythm_but_not_longer_ladders(clock, network):
    user, boss = member(network, reminder_days=[7, 1]), lead(network, reminder_days=[7])
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    tasks.tick()
    assert offsets(user, "RR-01") == [(7, False), (1, True)]
    assert [days for days, _alone in offsets(boss, "RR-01")] == [30, 14, 7, 3, 1]


def test_a_call_of_a_circle_is_told_to_nobody_outside_it(clock, network):
    inside, outside, another = member(network), member(network), member(network)
    circle = circle_of(network, inside, another, name="Core")
    call = MeetingFactory(kind="call", circle=circle, at=moment(1) + timedelta(days=40))
    for person in (inside, outside, another):
        DateWatch.objects.create(user=person, meeting=call)
    tasks.tick()
    assert [len(rows(person)) for person in (inside, outside, another)] == [3, 0, 3]


@pytest.mark.parametrize("who", ["stranger", "gone", "inactive"])
def test_nobody_outside_every_coalition_is_reminded(clock, network, who):
    user = UserFactory() if who == "stranger" else member(network, is_active=who != "inactive")
    if who == "gone":
        Membership.objects.filter(user=user).update(left_at=moment(1))
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    tasks.tick()
    assert rows(user) == []


def test_rumours_and_past_dates_plan_nothing(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory(date_status=DateStatus.RUMOUR)
    DeadlineFactory(at=moment(1) - timedelta(days=1))
    tasks.tick()
    assert rows(user) == []


def test_a_date_that_became_a_rumour_withdraws_what_was_planned(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    deadline = DeadlineFactory()
    tasks.tick()
    deadline.date_status = DateStatus.RUMOUR
    deadline.save()
    tasks.tick()
    assert {row[3:] for row in rows(user)} == {("skipped", "withdrawn")}


# --- Follow-ups -------------------------------------------------------------------------------------------------------------


def test_rr_09_asks_at_once_only_what_is_due_within_three_days(clock, network):
    boss, user = lead(network), member(network)
    follow_ups.create(circle=network.everyone, title="Soon", due_at=moment(3), by=boss, owner=user)
    follow_ups.create(circle=network.everyone, title="Later", due_at=moment(20), by=boss, owner=user)
    tasks.tick()
    asked = Reminder.objects.filter(user=user, step="assigned").order_by("send_at").values_list("is_alone", "send_at")
    assert list(asked) == [(True, moment(1)), (False, moment(4, 5, 30))]  # Friday noon; Monday 08:30 in Nairobi


def test_rr_09_never_tells_anyone_of_her_own_acts(clock, network):
    boss = lead(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Mine", due_at=moment(20), by=boss, owner=boss)
    follow_ups.done(follow_up, by=boss)
    tasks.tick()
    assert rows(boss) == []


def test_rr_09_nudges_after_two_days_and_gives_back_after_four(clock, network):
    boss, user, backup = lead(network), member(network), member(network)
    clock.move_to(moment(4, 9))
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(30), by=boss, owner=user, backup=backup)
    for hours in range(0, 24 * 5):
        clock.move_to(moment(4, 9, 1) + timedelta(hours=hours))
        a_minute()
    assert [row[2:4] for row in rows(user, rule="RR-09")] == [("assigned", "sent"), ("nudge", "sent")]
    assert [row[2:4] for row in rows(backup, rule="RR-09")] == [("backup", "sent")]
    assert [row[2] for row in rows(boss, rule="RR-09")] == ["returned"]
    follow_up.refresh_from_db()
    assert follow_up.owner is None
    assert follow_up.events.filter(kind=FollowUpEvent.Kind.HANDED_BACK, by=None).count() == 1


@pytest.mark.parametrize(("minute", "nudged_on"), [(30, 6), (31, 7)], ids=["on Wednesday", "on Thursday"])
def test_rr_09_nudges_with_the_first_digest_after_two_whole_days(clock, network, minute, nudged_on):
    boss, user = lead(network), member(network)
    clock.move_to(moment(4, 5, minute))  # on Monday, about 08:30 in Nairobi
    follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(30), by=boss, owner=user)
    tasks.tick()
    assert Reminder.objects.get(user=user, step="nudge", offset=0).send_at == moment(nudged_on, 5, 30)


@pytest.mark.parametrize(("minutes", "steps"), [(0, {"assigned"}), (1, {"assigned", "nudge"})], ids=["two days", "a minute more"])
def test_rr_09_nudges_only_for_what_is_due_later_than_in_two_days(clock, network, minutes, steps):
    boss, user = lead(network), member(network)
    follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(3) + timedelta(minutes=minutes), by=boss, owner=user)
    tasks.tick()
    assert {row[2] for row in rows(user, rule="RR-09")} == steps


@pytest.mark.parametrize(("minutes", "is_alone"), [(0, True), (1, False)], ids=["three days", "a minute more"])
def test_rr_09_what_is_due_within_three_days_is_told_on_its_own(clock, network, minutes, is_alone):
    boss, user = lead(network), member(network)
    clock.move_to(moment(4))
    due_at = moment(7) + timedelta(minutes=minutes)
    for accepts in (True, False):
        follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=due_at, by=boss, owner=user)
        if accepts:
            follow_ups.accept(follow_up, by=user)
        else:
            follow_ups.decline(follow_up, by=user)
    asked = follow_ups.create(circle=network.everyone, title="Ask", due_at=due_at, by=boss, owner=user)
    tasks.tick()
    when = moment(4) if is_alone else moment(5, 5, 30)
    told = Reminder.objects.filter(user=user, follow_up=asked, step="assigned").values_list("is_alone", "send_at")
    assert list(told) == [(is_alone, when)]
    answers = Reminder.objects.filter(user=boss, rule="RR-09").order_by("step").values_list("step", "is_alone", "send_at")
    assert list(answers) == [("accepted", False, moment(5, 5, 30)), ("declined", is_alone, when)]


def test_after_four_whole_days_what_others_assigned_and_nobody_answered_goes_back(clock, network):
    boss, user = lead(network), member(network)
    told = {"circle": network.everyone, "due_at": moment(30), "owner": user}
    asked, accepted = (follow_ups.create(title=title, by=boss, **told) for title in ("Asked", "Accepted"))
    own = follow_ups.create(title="Her own", by=user, **told)
    follow_ups.accept(accepted, by=user)
    clock.move_to(moment(5) - timedelta(seconds=1))
    follow_ups.return_all_unanswered()
    assert set(FollowUp.objects.filter(owner=user)) == {asked, accepted, own}
    clock.move_to(moment(5))
    follow_ups.return_all_unanswered()
    assert set(FollowUp.objects.filter(owner=user)) == {accepted, own}
    clock.move_to(moment(6))
    a_minute()
    told = Reminder.objects.filter(user=boss, rule="RR-09")
    assert list(told.values_list("follow_up", "step", "state")) == [(asked.pk, "returned", "sent")]


def test_rr_09_an_answer_ends_the_asking_and_is_told_to_whoever_asked(clock, network):
    boss, user = lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(30), by=boss, owner=user)
    tasks.tick()
    follow_ups.accept(follow_up, by=user)
    tasks.tick()
    follow_ups.done(follow_up, by=user)
    follow_ups.reopen(follow_up, by=user)
    follow_ups.done(follow_up, by=user)
    tasks.tick()
    assert [row[2] for row in rows(boss, rule="RR-09")] == ["accepted", "done", "done"]
    assert {row[3] for row in rows(user, rule="RR-09")} == {"skipped"}


def test_rr_09_the_answer_goes_to_whoever_assigned_it_then(clock, network):
    boss, other, user = lead(network), lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(30), by=boss, owner=user)
    follow_ups.decline(follow_up, by=user)
    follow_ups.assign(follow_up, to=user, by=other)
    tasks.tick()
    assert [row[2] for row in rows(boss, rule="RR-09")] == ["declined"]
    assert rows(other, rule="RR-09") == []


def test_what_was_answered_before_the_first_tick_ever_is_history(clock, network):
    boss, user = lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(30), by=boss, owner=user)
    follow_ups.accept(follow_up, by=user)
    FollowUpEvent.objects.update(at=moment(1) - timedelta(days=3))
    tasks.tick()
    assert rows(boss, rule="RR-09") == []


def test_rr_10_reminds_a_week_ahead_only_of_what_was_given_two_weeks_ahead(clock, network):
    user = member(network)
    long = follow_ups.create(circle=network.everyone, title="Long", due_at=moment(25, 15), by=user, owner=user)
    short = follow_ups.create(circle=network.everyone, title="Short", due_at=moment(12, 15), by=user, owner=user)
    tasks.tick()
    planned = Reminder.objects.filter(user=user, rule="RR-10", state="planned").order_by("-offset")
    assert list(planned.filter(follow_up=long).values_list("offset", "is_alone")) == [(7, False), (3, False), (1, False), (0, True)]
    assert list(planned.filter(follow_up=short).values_list("offset", flat=True)) == [3, 1, 0]
    assert planned.get(follow_up=long, offset=0).send_at == moment(25, 5, 30)


def test_rr_10_is_silent_while_put_off_and_comes_back(clock, network):
    user = member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(28, 15), by=user, owner=user)
    tasks.tick()
    clock.move_to(moment(21, 8))  # Thursday: seven days before
    a_minute()
    assert len(subjects_to(user)) == 1
    follow_ups.snooze(follow_up, until=SnoozeUntil.MONDAY, by=user)
    for day in (22, 23, 24):
        clock.move_to(moment(day, 8))
        a_minute()
    assert len(subjects_to(user)) == 1
    clock.move_to(moment(25, 8))
    a_minute()
    assert len(subjects_to(user)) == 2
    assert ("RR-10", 3, "put-off", "sent", "") in rows(user)


def test_rr_10_whoever_was_handed_it_later_is_not_told_what_came_before(clock, network):
    boss, user = lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(21, 15), by=boss)
    clock.move_to(moment(15))  # six days before
    follow_ups.assign(follow_up, to=user, by=boss)
    tasks.tick()
    assert [row[1] for row in rows(user, rule="RR-10")] == [3, 1, 0]


def test_rr_10_what_falls_before_the_day_it_was_put_off_to_is_not_planned(clock, network):
    user = member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(27, 15), by=user, owner=user)
    clock.move_to(moment(18, 9))
    follow_ups.snooze(follow_up, until=SnoozeUntil.MONDAY, by=user)
    tasks.tick()
    planned = [(row[1], row[2]) for row in rows(user, rule="RR-10", state="planned")]
    assert planned == [(2, "put-off"), (1, ""), (0, "")]


def test_rr_11_tells_the_owner_then_also_the_assigner_then_leads_on_mondays(clock, network):
    boss, user = lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(5, 9), by=boss, owner=user)
    follow_ups.accept(follow_up, by=user)
    for day in range(1, 30):
        clock.move_to(moment(day, 4))
        tasks.plan_all()
        clock.move_to(moment(day, 10))
        a_minute()
    told = [(row[1], row[2]) for row in rows(user, rule="RR-11", state="sent")]
    assert told == [(-1, ""), (-3, "")]
    told = [(row[1], row[2]) for row in rows(boss, rule="RR-11", state="sent")]
    assert told == [(-1, "weekly"), (-3, ""), (-2, "weekly"), (-3, "weekly")]

    follow_ups.done(follow_up, by=user)
    a_minute()
    assert not Reminder.objects.planned().filter(rule="RR-11").exists()


@pytest.mark.parametrize(("minute", "monday"), [(30, 4), (31, 11)], ids=["three days later", "ten days later"])
def test_rr_11_leads_are_told_on_the_first_monday_three_days_after(clock, network, minute, monday):
    boss, user = lead(network), member(network)
    fields = {"circle": network.everyone, "title": "Ask", "created_by": boss, "assigned_by": boss, "owner": user}
    FollowUp.objects.create(due_at=moment(1, 5, minute), **fields)  # on Friday, about 08:30 in Nairobi
    tasks.tick()
    told = Reminder.objects.filter(user=boss, step="weekly").values_list("offset", "send_at")
    assert list(told) == [(-1, moment(monday, 5, 30))]


@pytest.mark.parametrize("due_moves", [False, True], ids=["due as before", "due again"])
def test_what_was_told_as_overdue_is_not_told_again_when_it_is_handed_back(clock, network, due_moves):
    boss, user = lead(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(1, 10), by=boss, owner=user)
    follow_ups.accept(follow_up, by=user)
    for day in (2, 4, 5, 6):
        clock.move_to(moment(day, 12))
        a_minute()
    assert [row[1] for row in rows(boss, rule="RR-11", step="", state="sent")] == [-3]

    follow_ups.hand_back(follow_up, by=user)
    if due_moves:
        follow_up.refresh_from_db()
        follow_ups.assign(follow_up, to=user, by=boss, due_at=moment(7, 12))
    for day in (7, 8, 11, 12, 13):
        clock.move_to(moment(day, 13))
        a_minute()
    assert [row[1] for row in rows(boss, rule="RR-11", step="", state="sent")] == [-3, -3][: 1 + due_moves]


def test_what_was_overdue_long_before_it_was_known_here_is_left_to_the_leads(clock, network):
    boss, user = lead(network), member(network)
    FollowUp.objects.create(
        circle=network.everyone, title="Old", created_by=boss, owner=user, assigned_by=boss, due_at=moment(1) - timedelta(days=90)
    )
    tasks.tick()
    assert rows(user, rule="RR-11") == []
    assert [row[2] for row in rows(boss, rule="RR-11")] == ["weekly"]


@pytest.mark.parametrize(("seconds", "told"), [(0, [(-3, "", "planned", "late")]), (1, [])], ids=["for a week", "for longer"])
def test_what_should_have_been_told_a_week_ago_is_told_late_and_nothing_older(clock, network, seconds, told):
    user = member(network)
    # Three days later, on Monday at 08:30 in Nairobi, she would have been told.
    fields = {"circle": network.everyone, "title": "Old", "created_by": user, "owner": user, "assigned_by": user}
    FollowUp.objects.create(due_at=moment(24, 5, 30, month=8), **fields)
    clock.move_to(moment(4, 5, 30) + timedelta(seconds=seconds))
    tasks.plan_all()
    assert [row[1:] for row in rows(user, rule="RR-11")] == told


def test_a_follow_up_reserved_to_a_delegation_is_never_in_the_ledger_of_mails(clock, network):
    boss, user = lead(network), member(network)
    circle = circle_of(network, boss, user, kind="delegation", name="Seat", owner=boss)
    follow_up = follow_ups.create(circle=circle, title="Ask", due_at=moment(3), by=boss, owner=user)
    follow_ups.accept(follow_up, by=user)
    tasks.tick()
    assert Reminder.objects.count() == 0


def test_an_observer_is_promised_nothing_of_follow_ups(clock, network):
    boss, watching = lead(network), observer(network)
    FollowUp.objects.create(circle=network.everyone, title="x", created_by=boss, owner=watching, due_at=moment(20))
    tasks.tick()
    assert rows(watching) == []


# --- Read each minute -------------------------------------------------------------------------------------------------------


@pytest.fixture
def an_hour_ago(clock):
    """Everything there is was planned, and nothing has changed for an hour."""

    def pass_an_hour():
        planning.plan_changes()
        clock.shift(3600)
        planning.plan_changes()
        clock.shift(3600)

    return pass_an_hour


PEOPLE_CHANGE = {
    "resolution": (lambda user, _: Watch.objects.create(user=user, resolution=ResolutionFactory()), {"RR-01"}),
    "region": (lambda user, _: RegionWatch.objects.create(user=user, group=RegionalGroupFactory()), {"RR-02", "RR-04"}),
    "meeting": (lambda user, _: DateWatch.objects.create(user=user, meeting=Meeting.objects.get(kind="regional")), {"RR-04"}),
    "deadline": (lambda user, _: DateWatch.objects.create(user=user, deadline=Deadline.objects.get(kind="visa")), {"RR-08"}),
    "attendance": (
        lambda user, _: Attendance.objects.create(user=user, meeting=Meeting.objects.get(kind="regional"), status="going"),
        {"RR-02", "RR-04", "RR-05"},
    ),
    "circle": (
        lambda user, network: CircleMembership.objects.create(
            circle=Meeting.objects.get(kind="call").circle, membership=network.memberships.get(user=user)
        ),
        {"RR-04"},
    ),
    "role": (lambda user, network: change_role(network.memberships.get(user=user), role="lead", by=user), {"RR-01", "RR-11"}),
}


@pytest.mark.parametrize("what", PEOPLE_CHANGE)
def test_what_a_person_changed_is_planned_the_next_minute_for_her_alone(clock, network, an_hour_ago, what):
    boss, other = lead(network), lead(network)
    user = member(network)
    call = MeetingFactory(kind="call", circle=circle_of(network, boss, name="Core"), group=None, at=moment(1) + timedelta(days=40))
    DateWatch.objects.create(user=user, meeting=call)
    a_door()
    DeadlineFactory()
    DeadlineFactory(kind="visa")
    FollowUp.objects.create(circle=network.everyone, title="Late", created_by=boss, owner=boss, assigned_by=boss, due_at=moment(1, 0))
    an_hour_ago()
    assert rows(user) == []
    theirs = rows(boss) + rows(other)
    change, rules_told = PEOPLE_CHANGE[what]
    change(user, network)
    planning.plan_changes()
    assert {row[0] for row in rows(user)} == rules_told
    assert rows(boss) + rows(other) == theirs


def test_who_comes_back_is_planned_the_next_minute(clock, network, an_hour_ago):
    user = member(network, is_active=False)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    an_hour_ago()
    assert rows(user) == []
    user.is_active = True
    user.save()
    planning.plan_changes()
    assert len(rows(user)) == 3


def test_who_is_admitted_is_planned_the_next_minute(clock, network, an_hour_ago):
    user = UserFactory()
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    an_hour_ago()
    assert rows(user) == []
    admit(network, user=user, role="member")
    planning.plan_changes()
    assert len(rows(user)) == 3


@pytest.mark.parametrize("make", [MeetingFactory, DeadlineFactory])
def test_a_rumour_that_became_true_is_planned_the_next_minute(clock, network, an_hour_ago, make):
    user = member(network)
    target = make(date_status="rumour", at=moment(1) + timedelta(days=40))
    DateWatch.objects.create(user=user, **{target._meta.model_name: target})
    an_hour_ago()
    assert rows(user) == []
    target.date_status = "confirmed"
    target.save()
    planning.plan_changes()
    assert len(rows(user)) == 3


def test_the_doors_of_a_meeting_that_changed_are_planned_the_next_minute(clock, network, an_hour_ago):
    user = lead(network)
    meeting = MeetingFactory(group=None)
    DeadlineFactory(kind="document", meeting=meeting, at=moment(1) + timedelta(days=40))
    RegionWatch.objects.create(user=user, group=RegionalGroupFactory())
    an_hour_ago()
    assert rows(user) == []
    meeting.group = RegionalGroupFactory()
    meeting.save()
    planning.plan_changes()
    assert offsets(user, "RR-03") == [(14, False), (3, False), (1, True)]


def test_a_follow_up_that_was_handed_over_is_planned_the_next_minute(clock, network, an_hour_ago):
    boss, user = lead(network), member(network)
    an_hour_ago()
    follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(20), by=boss, owner=user)
    planning.plan_changes()
    assert {row[0] for row in rows(user)} == {"RR-09", "RR-10", "RR-11"}


# --- Late, moved, withdrawn -------------------------------------------------------------------------------------------------


def test_whoever_decides_to_go_the_day_before_is_told_within_a_minute(clock, network):
    user = member(network)
    door = a_door(days=1)
    tasks.tick()
    Attendance.objects.create(user=user, meeting=door.meeting, status="going")
    clock.shift(60)
    a_minute()
    assert subjects_to(user) == ["Tomorrow: Registration closes"]
    assert [row[1:] for row in rows(user, rule="RR-02")] == [(1, "", "sent", "late"), (-1, "shut", "planned", "")]


def test_what_is_told_on_its_own_does_not_wait_for_a_digest_when_it_is_late(clock, network):
    user = member(network)
    clock.move_to(moment(5))
    door = a_door(days=7)  # on Friday, in three days
    tasks.tick()
    Attendance.objects.create(user=user, meeting=door.meeting, status="going")
    tasks.tick()
    late = Reminder.objects.filter(user=user, cause="late").values_list("rule", "offset", "is_alone", "send_at")
    assert list(late) == [("RR-02", 3, True, moment(5))]


def test_of_several_days_that_have_passed_only_the_last_is_told_with_the_next_digest(clock, network):
    user = member(network)
    DeadlineFactory(at=moment(11))  # in ten days
    tasks.tick()
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    tasks.tick()
    assert [row[1:] for row in rows(user)] == [(14, "", "planned", "late"), (3, "", "planned", ""), (1, "", "planned", "")]
    assert Reminder.objects.get(user=user, offset=14).send_at == moment(4, 5, 30)


def test_what_was_let_go_of_and_followed_again_is_told_late_as_if_it_had_never_been(clock, network):
    user = member(network)
    # Keys of dates are no keys of reminders.
    DeadlineFactory(at=moment(11), pk=10_000)
    for _ in range(2):
        watch = Watch.objects.create(user=user, resolution=ResolutionFactory())
        planning.plan_all()
        told = [(14, "", "planned", "late"), (3, "", "planned", ""), (1, "", "planned", "")]
        assert [row[1:] for row in rows(user)] == told
        watch.delete()
        planning.plan_all()
        assert {row[3:] for row in rows(user)} == {("skipped", "withdrawn")}


def test_what_is_due_already_is_left_to_sending(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    planning.plan_all()
    clock.move_to(moment(4, 6))
    user.digest_at = time(12)
    user.save()
    planning.plan_all()
    assert list(Reminder.objects.filter(user=user).order_by("send_at").values_list("offset", "send_at", "state")) == [
        *((14, moment(4, 5, 30), "planned"), (3, moment(15, 9), "planned"), (1, moment(17, 9), "planned")),
    ]


def test_whoever_was_told_late_is_not_told_what_came_before_that_as_well(clock, network):
    lead(network), lead(network)
    user = member(network)
    # Keys of dates are no keys of people.
    DeadlineFactory(at=moment(11), pk=10_000)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    planning.plan_all()
    change_role(network.memberships.get(user=user), role="lead", by=user)
    planning.plan_all()
    assert [row[1:] for row in rows(user, cause="late")] == [(14, "", "planned", "late")]


def test_another_zone_or_hour_moves_what_is_planned(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    tasks.tick()
    user.time_zone, user.digest_at = "America/Bogota", time(10)
    user.save()
    tasks.tick()
    assert list(Reminder.objects.filter(user=user).order_by("send_at").values_list("send_at", flat=True)) == [
        *(moment(4, 15), moment(15, 15), moment(17, 15)),
    ]


def test_a_new_lead_is_on_the_longer_ladder_from_the_next_minute(clock, network):
    lead(network), lead(network)
    user = member(network)
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    tasks.tick()
    clock.shift(3600)
    change_role(Membership.objects.get(user=user), role="lead", by=user)
    tasks.tick()
    assert [days for days, _alone in offsets(user, "RR-01")] == [30, 14, 7, 3, 1]


def test_following_again_brings_back_what_was_withdrawn(clock, network):
    user = member(network)
    watch = Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    planning.plan_all()
    watch.delete()
    planning.plan_all()
    assert {row[3] for row in rows(user)} == {"skipped"}
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    planning.plan_changes()
    assert {row[3:] for row in rows(user)} == {("planned", "")}
    assert len(rows(user)) == 3


def test_changes_are_read_from_where_the_last_minute_ended(clock, network):
    user = member(network)
    tasks.tick()
    clock.shift(24 * 3600)
    tasks.tick()
    clock.shift(3600)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    tasks.tick()
    assert len(rows(user)) == 3
    assert PlanMark.objects.get().read_until == PlanMark.objects.get().ticked_at


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=30)])
def test_a_clock_that_is_set_back_goes_on_planning(clock, network, step):
    user = member(network)
    tasks.tick()
    clock.shift(-step)
    DeadlineFactory()
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    tasks.tick()
    assert len(rows(user)) == 3
    mark = PlanMark.objects.get()
    assert mark.read_until == mark.ticked_at == moment(1) - step
    Reminder.objects.all().delete()
    tasks.plan_all()
    assert len(rows(user)) == 3
    assert PlanMark.objects.get().planned_at == moment(1) - step


def test_one_that_fails_stops_no_other_and_the_tick_says_so(clock, network, monkeypatch, caplog):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory(at=moment(2, 12))
    planning.plan_all()
    Reminder.objects.update(send_at=moment(1))
    monkeypatch.setattr(planning, "changed_people", lambda since: 1 / 0)
    tasks.tick()
    assert PlanMark.objects.get().ticked_at is None
    assert "plan_changes failed" in caplog.text
    assert not Reminder.objects.due().exists()


def test_everything_is_planned_again_once_a_day_however_often_it_is_asked(clock, network):
    user = member(network)
    planning.plan_all()
    Watch.objects.create(user=user, resolution=ResolutionFactory(), created_at=moment(1) - timedelta(days=30))
    DeadlineFactory()
    Reminder.objects.all().delete()
    tasks.plan_all()
    assert rows(user) == []
    clock.shift(24 * 3600)
    tasks.plan_all()
    tasks.plan_all()
    assert len(rows(user)) == 3


def test_planning_takes_the_same_queries_for_one_date_and_for_many(
    clock, network, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(3):
        user = member(network)
        Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    planning.plan_all()
    # One of them looks for news of any kind.
    with django_assert_num_queries(14):
        planning.plan_all()
    for days in range(40):
        DeadlineFactory(at=moment(20) + timedelta(days=days))
        user = member(network)
        Watch.objects.create(user=user, resolution=ResolutionFactory())
    planning.plan_all()
    with django_assert_num_queries(14):
        planning.plan_all()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_planned_twice_at_once_it_is_one_row(network):
    for _ in range(20):
        Watch.objects.create(user=member(network), resolution=ResolutionFactory())
    DeadlineFactory()

    def plan():
        try:
            planning.plan_all()
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Reminder.objects.count() == 60
