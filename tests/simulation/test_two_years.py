"""Six people in six time zones, from November 2026 to November 2028: each hears of what the file says, when it says so."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail

from amnt.rehearsal.clock import simulated_clock
from amnt.rehearsal.engine import play
from tests.simulation.told import all_told, compare, heavy_weeks, report
from tests.simulation.world import World, begins

pytestmark = pytest.mark.django_db

FIXTURE = Path(__file__).parent / "two_years.yaml"


def test_everyone_hears_of_what_concerns_them_and_of_nothing_else():
    with simulated_clock(begins(FIXTURE)):
        world = World(FIXTURE)
    play(world.acts(), begins=world.begins, until=world.until)
    told = all_told(world.names_by_key, world.names)
    # `pytest -s` shows it.
    sys.stdout.writelines(f"{line}\n" for line in report(told))
    first, last = world.said["assembly"]
    assert compare(told, world.said["hears"]) == []
    assert heavy_weeks(told, besides=(first - timedelta(days=first.weekday()), last)) == []
    # What the ledger says was sent is what left.
    assert len(mail.outbox) == len({one.mail for one in told})
