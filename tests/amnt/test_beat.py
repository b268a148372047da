"""Beat goes on when the clock of the machine is set back, at once and after a restart."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from amnt.celery import app
from amnt.config.beat import Scheduler

NOW = datetime(2028, 9, 14, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def beat(tmp_path):
    """Starts a scheduler on the same file; what it sends is noted and not run."""
    running = []

    class Noting(Scheduler):
        def apply_entry(self, entry, producer=None):
            self.sent.append(entry.name)

    def start():
        for scheduler in running:
            scheduler.close()
        scheduler = Noting(app, schedule_filename=str(tmp_path / "schedule"))
        scheduler.sent = []
        running[:] = [scheduler]
        return scheduler

    yield start
    for scheduler in running:
        scheduler.close()


def all_due(scheduler):
    """What it sends until it would wait."""
    scheduler.sent.clear()
    while scheduler.tick() == 0:
        pass
    return set(scheduler.sent)


EVERY_MINUTE = {"remind", "coalitions", "deliver", "read"}


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_that_is_set_back_costs_a_minute(clock, beat, step, is_restarted):
    scheduler = beat()
    all_due(scheduler)
    clock.shift(MINUTE)
    assert all_due(scheduler) >= EVERY_MINUTE
    clock.shift(-step)
    if is_restarted:
        scheduler = beat()
    all_due(scheduler)
    clock.shift(MINUTE)
    assert all_due(scheduler) >= EVERY_MINUTE
    clock.shift(MINUTE)
    assert all_due(scheduler) >= EVERY_MINUTE


def test_a_clock_that_is_set_forward_loses_nothing(clock, beat):
    scheduler = beat()
    all_due(scheduler)
    clock.shift(timedelta(days=1))
    assert all_due(scheduler) >= EVERY_MINUTE | {"plan", "watcher"}


def test_ours_is_the_one_that_runs(settings):
    assert settings.CELERY_BEAT_SCHEDULER == "amnt.config.beat:Scheduler"
