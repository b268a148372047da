"""Putting a reminder off."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.domain.snoozing import SnoozeUntil, snooze_until
from coalitions.services import follow_ups as services
from tests.coalitions.follow_ups.helpers import make, told

pytestmark = pytest.mark.django_db


WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "zone", "comes_back"),
    [
        (SnoozeUntil.TOMORROW, "Africa/Nairobi", datetime(2026, 11, 26, 9, 0, tzinfo=UTC)),
        (SnoozeUntil.MONDAY, "Africa/Nairobi", datetime(2026, 11, 30, 5, 30, tzinfo=UTC)),
        (SnoozeUntil.MONDAY, "Pacific/Fiji", datetime(2026, 11, 29, 20, 30, tzinfo=UTC)),
        (SnoozeUntil.THREE_DAYS_BEFORE, "Africa/Nairobi", datetime(2026, 12, 7, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_reminder_is_put_off_on_the_owners_clock(until, zone, comes_back):
    due = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    assert snooze_until(until, at=WEDNESDAY, due_at=due, zone=zone, hour=time(8, 30)) == comes_back


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (SnoozeUntil.TOMORROW, WEDNESDAY + timedelta(hours=24)),
        (SnoozeUntil.MONDAY, datetime(2026, 11, 29, 9, 0, tzinfo=UTC)),
        (SnoozeUntil.THREE_DAYS_BEFORE, WEDNESDAY + timedelta(days=3)),
        (SnoozeUntil.TOMORROW, WEDNESDAY - timedelta(days=1)),
    ],
)
def test_never_beyond_the_due_instant_nor_into_the_past(until, due):
    assert snooze_until(until, at=WEDNESDAY, due_at=due, zone="Africa/Nairobi", hour=time(8, 30)) is None


def test_on_a_monday_until_monday_means_the_next(network):
    monday = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    due = monday + timedelta(days=20)
    assert snooze_until(SnoozeUntil.MONDAY, at=monday, due_at=due, zone="UTC", hour=time(8, 30)) == datetime(2026, 12, 7, 8, 30, tzinfo=UTC)


@time_machine.travel(WEDNESDAY, tick=False)
def test_snoozing_is_kept_until_owner_or_due_date_change(network, wanjiru, samuel, ama):
    follow_up = services.snooze(make(network, wanjiru, owner=samuel), until=SnoozeUntil.TOMORROW, by=samuel)
    assert follow_up.snoozed_until == WEDNESDAY + timedelta(days=1)
    assert told(follow_up)[-1] == ("snoozed", samuel, None, [])
    moved = services.change(follow_up, by=wanjiru, due_at=now() + timedelta(days=20))
    assert (moved.snoozed_until, moved.version) == (None, 2)


@time_machine.travel(WEDNESDAY, tick=False)
def test_a_reminder_cannot_be_put_off_beyond_the_due_instant_nor_by_another(network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel, due_at=now() + timedelta(hours=20))
    with pytest.raises(RuleBroken, match="cannot be snoozed"):
        services.snooze(follow_up, until=SnoozeUntil.TOMORROW, by=samuel)
    with pytest.raises(RuleBroken, match="no longer assigned to you"):
        services.snooze(follow_up, until=SnoozeUntil.TOMORROW, by=wanjiru)


@pytest.mark.parametrize("close", [services.done, services.drop])
def test_no_reminder_of_a_closed_one_is_put_off(network, samuel, close):
    follow_up = close(make(network, samuel, owner=samuel), by=samuel)
    with pytest.raises(RuleBroken, match="is closed"):
        services.snooze(follow_up, until=SnoozeUntil.TOMORROW, by=samuel)
    follow_up.refresh_from_db()
    assert follow_up.snoozed_until is None
