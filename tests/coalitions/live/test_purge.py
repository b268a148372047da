"""Who was where is forgotten 48 hours later; how many stays."""

from datetime import timedelta

import pytest
import time_machine

from coalitions.live.services import attendance
from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee
from coalitions.services import scheduled, session_purge
from tests.coalitions.live import worlds
from tests.factories import coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return coalition()


@pytest.mark.parametrize(("ends", "over"), [("11:30", "11:30"), ("", "11:00")])
def test_who_went_is_deleted_at_the_instant_and_counts_are_kept(ours, ends, over):
    boss, one, two, asked = lead(ours), member(ours), member(ours), member(ours)
    with time_machine.travel(worlds.at("09:00"), tick=False):
        session = worlds.session(ours.everyone, boss, "10:00", ends=ends)
        for person, manner in ((boss, "room"), (one, "room"), (two, "listening")):
            attendance.attend(session, manner=manner, by=person)
        attendance.ask(session, person=asked, by=boss)
    instant = worlds.at(over) + timedelta(hours=48)
    with time_machine.travel(instant - timedelta(seconds=1), tick=False):
        scheduled.do_what_is_due()
    assert SessionAttendee.objects.count() == 4
    with time_machine.travel(instant, tick=False):
        assert session_purge.due(instant) == 4
        scheduled.do_what_is_due()
        scheduled.do_what_is_due()
    assert not SessionAttendee.objects.exists()
    assert list(AssemblySession.objects.values_list("in_room", "listening")) == [(2, 1)]


def test_where_somebody_was_is_deleted_two_days_after_that_day_ended_at_the_venue(ours):
    worlds.assembly()
    DeclaredPresence.objects.create(coalition=ours, user=member(ours), day=worlds.EIGHTH, half="morning", place="on-site")
    instant = worlds.at("00:00", "2028-10-27")
    with time_machine.travel(instant - timedelta(seconds=1), tick=False):
        session_purge.purge_now()
    assert DeclaredPresence.objects.count() == 1
    with time_machine.travel(instant, tick=False):
        session_purge.purge_now()
    assert not DeclaredPresence.objects.exists()
