"""Most minutes of two years have nothing to do. Such a tick asks one question, whatever is planned."""

from datetime import timedelta

import pytest

from calendar_app import tasks
from calendar_app.models import PlanMark, Reminder
from calendar_app.reminders.quiet import is_quiet
from coalitions.statements.services.statements import open_statement
from resolutions.models import Watch
from tests.calendar_app.reminding import moment
from tests.factories import DeadlineFactory, ResolutionFactory, lead, member

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


def quiet_hour(clock):
    """Everything is planned, and what changed lies further back than what is read again."""
    tasks.tick()
    clock.shift(AN_HOUR)
    tasks.tick()


@pytest.mark.parametrize("people", [0, 12])
def test_a_tick_with_nothing_due_makes_three_queries(people, clock, network, django_assert_num_queries):
    lead(network)
    for _ in range(people):
        Watch.objects.create(user=member(network), resolution=ResolutionFactory())
    for day in range(people):
        DeadlineFactory(at=moment(1) + timedelta(days=60 + day))
    quiet_hour(clock)
    assert Reminder.objects.planned().exists() is bool(people)
    with django_assert_num_queries(3):
        tasks.tick()


def test_a_quiet_tick_is_noted_as_a_tick(clock, network):
    quiet_hour(clock)
    clock.shift(AN_HOUR)
    tasks.tick()
    mark = PlanMark.objects.get()
    assert mark.ticked_at == mark.read_until == moment(1) + 2 * AN_HOUR


def test_no_tick_is_quiet_before_everything_was_planned_once(clock):
    assert not is_quiet(moment(1))


def test_a_tick_is_not_quiet_once_a_reminder_is_due(clock, network):
    boss = lead(network)
    DeadlineFactory(at=moment(1) + timedelta(days=60))
    quiet_hour(clock)
    assert is_quiet(moment(1) + AN_HOUR)
    first = Reminder.objects.planned().filter(user=boss).earliest("send_at")
    assert is_quiet(first.send_at - timedelta(seconds=1))
    assert not is_quiet(first.send_at)


def test_a_tick_is_not_quiet_while_a_statement_closes_or_is_to_be_locked(clock, network):
    closes_at = moment(1) + timedelta(days=9)
    open_statement(network.everyone, title="A title", text="A text", language="en", by=lead(network), closes_at=closes_at)
    quiet_hour(clock)
    assert is_quiet(closes_at - timedelta(hours=73))
    clock.move_to(closes_at - timedelta(hours=72))
    assert not is_quiet(closes_at - timedelta(hours=72))
    clock.move_to(closes_at)
    assert not is_quiet(closes_at)


def test_a_clock_that_was_set_back_is_not_quiet(clock, network):
    quiet_hour(clock)
    assert not is_quiet(moment(1))
