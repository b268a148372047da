"""Somebody goes at the very moment something is given to her: whoever is second sees what the first did."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import translation

from amnt.core.errors import RuleBroken
from coalitions.models import Membership
from coalitions.services import circles, follow_ups, membership
from tests import factories
from tests.at_once import ON_POSTGRESQL, somebody_waits_for_us, while_open
from tests.coalitions.follow_ups.helpers import make

pytestmark = [*ON_POSTGRESQL]


def before_it_is_committed(first, second) -> list:
    """Do the first act, begin the second before the first is committed, and say what came of the second."""

    def act():
        try:
            with translation.override("en"):
                return second()
        except RuleBroken as refusal:
            return str(refusal)

    return while_open(first, act)[1:]


def seat(person) -> Membership:
    return Membership.objects.get(user=person)


@pytest.fixture
def core(network, wanjiru, samuel):
    return factories.circle_of(network, wanjiru, samuel, name="Core", owner=wanjiru)


@pytest.mark.parametrize("going", ["leave", "removed", "observer", "out of the circle"])
def test_who_goes_while_a_follow_up_is_given_to_her_hands_it_back(core, wanjiru, samuel, going):
    follow_up = make(core, wanjiru)
    acts = {
        "leave": lambda: membership.leave(seat(samuel)),
        "removed": lambda: membership.remove(seat(samuel), by=wanjiru),
        "observer": lambda: membership.change_role(seat(samuel), role="observer", by=wanjiru),
        "out of the circle": lambda: circles.remove_from_circle(core, membership=seat(samuel), by=wanjiru),
    }
    assert len(before_it_is_committed(lambda: follow_ups.assign(follow_up, to=samuel, by=wanjiru), acts[going])) == 1
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.events.first().kind) == (None, "handed-back")


def test_who_is_going_is_given_nothing(core, wanjiru, samuel):
    follow_up = make(core, wanjiru)
    refused = before_it_is_committed(lambda: membership.leave(seat(samuel)), lambda: follow_ups.assign(follow_up, to=samuel, by=wanjiru))
    follow_up.refresh_from_db()
    assert refused == ["Samuel O. is no longer in this coalition. Choose someone else."]
    assert follow_up.owner is None


def test_who_is_named_into_a_circle_while_made_an_observer_stands_in_none(network, core, wanjiru, ama):
    before_it_is_committed(
        lambda: circles.add_to_circle(core, membership=seat(ama), by=wanjiru),
        lambda: membership.change_role(seat(ama), role="observer", by=wanjiru),
    )
    assert not seat(ama).circle_memberships.exists()


def test_of_two_leads_who_go_at_once_one_stays(network, wanjiru):
    claire, aicha = factories.lead(network, name="Claire"), factories.lead(network, name="Aicha")
    refused = before_it_is_committed(lambda: membership.leave(seat(claire)), lambda: membership.leave(seat(aicha)))
    assert refused == ["The coalition would have a single lead. Make someone else a lead first."]
    assert set(Membership.objects.current().leads().values_list("user", flat=True)) == {wanjiru.pk, aicha.pk}


def test_two_who_take_each_other_out_leave_one_in_the_circle(core, wanjiru, samuel):
    refused = before_it_is_committed(
        lambda: circles.remove_from_circle(core, membership=seat(samuel), by=wanjiru),
        lambda: circles.remove_from_circle(core, membership=seat(wanjiru), by=samuel),
    )
    assert refused[0].startswith("Nobody else is in this circle")
    assert list(core.people()) == [wanjiru]


def test_two_that_swap_owner_and_backup_do_not_wait_for_each_other(core, wanjiru, samuel, ama):
    membership_of_ama = seat(ama)
    circles.add_to_circle(core, membership=membership_of_ama, by=wanjiru)
    follow_up = make(core, wanjiru)
    first, second = sorted((samuel, ama), key=lambda person: person.pk)

    def assigned_meanwhile():
        follow_ups.assign(follow_up, to=second, backup=first, by=wanjiru)
        connection.close()

    thread = threading.Thread(target=assigned_meanwhile)
    with transaction.atomic():
        Membership.objects.select_for_update().get(user=first)
        thread.start()
        while thread.is_alive() and not somebody_waits_for_us():
            thread.join(0.01)
        # The other assignment holds nothing yet of what this one asks for next.
        assert Membership.objects.select_for_update(nowait=True).get(user=second)
    thread.join()
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.backup) == (second, first)
