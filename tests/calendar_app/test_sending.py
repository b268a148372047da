"""From due reminders to mails: one digest a day, three that cannot wait, nothing lost, nothing twice."""

import threading
from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection

from amnt.accounts.models import User
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email
from amnt.mail.services import mute
from calendar_app import tasks
from calendar_app.models import DateWatch, Reminder
from calendar_app.reminders import planning, sending
from coalitions.services import follow_ups
from resolutions.models import Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows, subjects_to
from tests.factories import DeadlineFactory, ResolutionFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


def promise(user, *, at, alone=False, rule="RR-08", offset=1, **fields):
    """A reminder of a date she follows, due now."""
    deadline = DeadlineFactory(kind="visa", at=at, title_en=f"Visa {DateWatch.objects.count()}")
    DateWatch.objects.create(user=user, deadline=deadline)
    return Reminder.objects.create(
        user=user, rule=rule, deadline=deadline, offset=offset, version=1, is_alone=alone, send_at=moment(1, 8), **fields
    )


def test_everything_that_can_wait_is_one_digest(clock, network):
    user = member(network)
    for day in (2, 5, 9, 20):
        promise(user, at=moment(day))
    sending.send_due()
    sending.send_due()
    deliver_waiting()
    assert subjects_to(user) == ["4 reminders"]
    assert {row[3] for row in rows(user)} == {"sent"}


def test_coalitions_are_merged_and_not_named(clock):
    one, other = coalition("First Network", mail_ceiling="detailed"), coalition("Second Network", mail_ceiling="detailed")
    boss, user = lead(one), member(one, mail_level="detailed")
    follow_ups.create(circle=one.everyone, title="Ask one", due_at=moment(20), by=boss, owner=user)
    from_other = lead(other)
    other_membership(other, user)
    follow_ups.create(circle=other.everyone, title="Ask other", due_at=moment(20), by=from_other, owner=user)
    tasks.tick()
    clock.move_to(moment(4, 6))
    a_minute()
    [(subject, text)] = mails_to(user)
    assert "Ask one" in text
    assert "Ask other" in text
    assert "Network" not in subject + text


def other_membership(network, user):
    from_other = network.memberships.create(user=user, role="member")
    network.everyone.circle_memberships.create(membership=from_other)


def test_what_cannot_wait_goes_on_its_own_up_to_three_a_day(clock, network):
    user = member(network)
    for hour in range(5):
        promise(user, at=moment(2, 12 + hour), alone=True)
    a_minute()
    assert subjects_to(user) == ["Tomorrow: Visa 0", "Tomorrow: Visa 1", "Tomorrow: Visa 2", "2 reminders for this week"]
    assert [row[4] for row in rows(user)] == ["", "", "", "overflow", "overflow"]


def test_a_second_digest_waits_for_the_next_day_unless_that_is_too_late(clock, network):
    user = member(network)
    promise(user, at=moment(20))
    a_minute()
    can_wait, cannot = promise(user, at=moment(21)), promise(user, at=moment(3))
    clock.shift(60)
    a_minute()
    assert subjects_to(user) == ["In 19 days: Visa 0", "In 2 days: Visa 2"]
    can_wait.refresh_from_db()
    cannot.refresh_from_db()
    assert (can_wait.state, can_wait.send_at) == ("planned", moment(4, 5, 30))
    assert cannot.state == "sent"
    clock.move_to(moment(4, 6))
    a_minute()
    assert len(subjects_to(user)) == 3


@pytest.mark.parametrize(("zone", "kind"), [("Pacific/Fiji", "calendar_app/alone"), ("Africa/Nairobi", "calendar_app/digest")])
def test_the_day_of_the_limit_is_the_readers_own(clock, network, zone, kind):
    user = member(network, time_zone=zone, quiet_from=time(0), quiet_to=time(0))
    for hour in range(3):
        promise(user, at=moment(2, 12 + hour), alone=True)
    a_minute()
    clock.move_to(moment(1, 13))  # after midnight in Fiji, still the same day in Nairobi
    promise(user, at=moment(3, 12), alone=True)
    a_minute()
    assert len(subjects_to(user)) == 4
    assert Email.objects.order_by("pk").last().kind == kind


def test_several_reminders_of_one_thing_are_one_item(clock, network):
    user = member(network)
    first = promise(user, at=moment(2), offset=3)
    Reminder.objects.create(user=user, rule="RR-08", deadline=first.deadline, offset=1, version=1, is_alone=True, send_at=moment(1, 8))
    a_minute()
    assert subjects_to(user) == ["Tomorrow: Visa 0"]
    assert [row[3] for row in rows(user)] == ["sent", "sent"]


def test_a_kind_she_stopped_is_skipped_and_said_to_be(clock, network):
    user = member(network)
    promise(user, at=moment(2), alone=True)
    mute(user, kind="RR-08")
    a_minute()
    assert subjects_to(user) == []
    assert [row[3:] for row in rows(user)] == [("skipped", "muted")]


def test_without_the_digest_she_still_gets_what_cannot_wait_even_over_the_limit(clock, network):
    user = member(network)
    mute(user, kind="digest")
    promise(user, at=moment(20))
    for hour in range(5):
        promise(user, at=moment(2, 12 + hour), alone=True)
    a_minute()
    assert len(subjects_to(user)) == 4
    assert sum("Visa 4" in text or "Visa 5" in text for _subject, text in mails_to(user)) >= 1
    assert Reminder.objects.get(offset=1, deadline__at=moment(20)).cause == "muted"


def test_urgent_things_only(clock, network):
    user = member(network, rhythm=User.Rhythm.URGENT)
    promise(user, at=moment(20))
    promise(user, at=moment(2), alone=True)
    a_minute()
    assert subjects_to(user) == ["Tomorrow: Visa 1"]
    assert ("RR-08", 1, "", "skipped", "rhythm") in rows(user)


def test_a_refused_address_gets_nothing_more_until_she_says_so(clock, network):
    user = member(network, mail_refused_at=moment(1))
    promise(user, at=moment(20))
    a_minute()
    assert subjects_to(user) == []
    assert [row[3] for row in rows(user, send_at__lte=moment(1))] == ["failed"]


def test_the_past_is_missed_and_never_mailed(clock, network):
    user = member(network)
    promise(user, at=moment(1, 8))
    a_minute()
    assert [row[3] for row in rows(user)] == ["missed"]
    assert subjects_to(user) == []


def test_what_passes_while_the_mail_waits_is_missed_too(clock, network):
    user = member(network)
    promise(user, at=moment(1, 10))
    sending.send_due()
    clock.move_to(moment(1, 11))
    deliver_waiting()
    assert [row[3] for row in rows(user)] == ["missed"]
    assert Email.objects.get().state == "dropped"


def test_what_is_done_meanwhile_is_not_reminded(clock, network):
    user = member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(2, 12), by=user, owner=user)
    tasks.tick()
    clock.move_to(moment(2, 6))
    sending.send_due()
    follow_ups.done(follow_up, by=user)
    deliver_waiting()
    assert subjects_to(user) == []


def test_handed_to_someone_else_meanwhile_it_reminds_only_the_new_owner(clock, network):
    boss, user, other = lead(network), member(network), member(network)
    follow_up = follow_ups.create(circle=network.everyone, title="Ask", due_at=moment(2, 12), by=user, owner=user)
    tasks.tick()
    clock.move_to(moment(2, 6))
    sending.send_due()
    follow_ups.assign(follow_up, to=other, by=boss)
    a_minute()
    assert subjects_to(user) == []
    assert subjects_to(other) == ["1 follow-up is waiting for your answer"]


def test_a_worker_killed_before_it_stored_anything_loses_nothing(clock, network, monkeypatch):
    user = member(network)
    promise(user, at=moment(20))

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(sending, "change", killed)
        with pytest.raises(SystemExit):
            sending.send_due()
    assert Email.objects.count() == 0
    a_minute()
    assert len(subjects_to(user)) == 1


def test_the_broker_gone_the_mail_still_waits_for_the_next_minute(clock, network):
    user = member(network)
    promise(user, at=moment(20))
    sending.send_due()
    assert Email.objects.get(to=user).state == "waiting"
    deliver_waiting()
    assert len(subjects_to(user)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_the_same_queries_however_many_there_are(clock, network, count, django_assert_num_queries):
    for _ in range(count):
        user = member(network)
        promise(user, at=moment(20))
        promise(user, at=moment(2), alone=True)
    with django_assert_num_queries(13):
        sending.send_due()


def test_a_digest_goes_out_at_her_hour(clock, network):
    user = member(network, digest_at=time(17), time_zone="Europe/Zurich")
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory(at=moment(18))
    tasks.tick()
    assert set(Reminder.objects.values_list("send_at__hour", flat=True)) == {15}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one_digest(network):
    with time_machine.travel(moment(1), tick=False):
        for _ in range(30):
            user = member(network)
            promise(user, at=moment(20))
            promise(user, at=moment(21))

        def send():
            try:
                sending.send_due()
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sending.send_due()
        assert Email.objects.count() == 30
        assert not Reminder.objects.due().exists()


def test_planned_and_sent_again_and_again_there_is_one_mail(clock, network):
    user = member(network)
    Watch.objects.create(user=user, resolution=ResolutionFactory())
    DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    for _ in range(3):
        planning.plan_all()
        tasks.tick()
        deliver_waiting()
        clock.shift(3600)
    assert len(subjects_to(user)) == 1


# --- What was due while nobody worked -----------------------------------------------------------------------------------------

SATURDAY, SATURDAY_NIGHT = moment(2, 11), moment(2, 23)


@pytest.mark.parametrize(
    ("comes_back", "offset", "due_in", "told"),
    [
        pytest.param(SATURDAY, 14, 30, moment(4, 8, 30), id="on a weekend: on Monday with the digest"),
        pytest.param(SATURDAY, 1, 30, SATURDAY, id="on a weekend, what does not leave weekends free: at once"),
        pytest.param(SATURDAY_NIGHT, 1, 30, moment(3, 8, 30), id="at night: in the morning"),
        pytest.param(SATURDAY_NIGHT, 1, 0.5, SATURDAY_NIGHT, id="at night, what would be too late then: at once"),
        pytest.param(moment(1, 19), 14, 30, moment(1, 19), id="by day: at once"),
    ],
)
def test_a_worker_that_comes_back_disturbs_nobody(clock, network, comes_back, offset, due_in, told):
    user = member(network, time_zone="UTC")
    # Due on Friday at eight, and told by nobody then.
    promise(user, at=comes_back + timedelta(days=due_in), offset=offset)
    clock.move_to(comes_back)
    a_minute()
    assert len(mails_to(user)) == (told == comes_back)
    clock.move_to(told)
    a_minute()
    a_minute()
    assert len(mails_to(user)) == 1


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (9, False)], ids=["near", "far"])
def test_a_worker_that_comes_back_at_night_tells_only_of_moved_dates_that_are_near(clock, network, days, is_told):
    user = member(network, time_zone="UTC")
    promise(user, at=SATURDAY_NIGHT + timedelta(days=days), rule="RR-13", offset=0, alone=True)
    clock.move_to(SATURDAY_NIGHT)
    a_minute()
    assert len(mails_to(user)) == is_told
