"""Accounts that nobody uses: what is noted of each step, and what happens to those that others still need."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.accounts.services import inactivity
from amnt.mail.models import Email
from amnt.retention.models import Notice
from tests.factories import UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db

YEARS_AGO = timedelta(days=800)


def warned(user: User, *steps: int, days_ago: int) -> User:
    for step in steps:
        Notice.objects.create(user=user, rule="inactive", step=step, at=now() - timedelta(days=days_ago))
    return user


def closed(user: User) -> User:
    """Her account was closed 31 days ago, after three warnings."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    return warned(user, 1, 2, 3, 4, days_ago=31)


def steps(user: User) -> list[int]:
    return sorted(Notice.objects.filter(user=user, rule="inactive").values_list("step", flat=True))


def unused(**fields) -> User:
    return UserFactory(seen_at=now() - YEARS_AGO, **fields)


def is_closed_or_erased(user: User) -> tuple[bool, bool]:
    row = User.objects.get(pk=user.pk)
    return not row.is_active, row.erased_at is not None


def test_an_account_that_was_warned_thrice_is_closed_as_the_fourth_step():
    user = warned(unused(), 1, 2, 3, days_ago=15)
    assert inactivity.close_and_erase(now()) == 1
    assert (is_closed_or_erased(user), steps(user)) == ((True, False), [1, 2, 3, 4])
    assert inactivity.close_and_erase(now()) == 0


def test_an_account_that_was_closed_a_month_ago_is_erased():
    user = closed(unused())
    assert inactivity.close_and_erase(now()) == 1
    assert is_closed_or_erased(user) == (True, True)


def test_the_only_lead_is_not_closed_and_not_counted():
    network = coalition()
    boss, other = lead(network, seen_at=now() - YEARS_AGO), unused()
    member(network, seen_at=now())
    for user in (boss, other):
        warned(user, 1, 2, 3, days_ago=15)
    assert inactivity.close_and_erase(now()) == 1
    assert (is_closed_or_erased(boss), is_closed_or_erased(other)) == ((False, False), (True, False))
    assert steps(boss) == [1, 2, 3]


def test_a_closed_account_whose_owner_is_the_only_lead_is_kept_and_stops_no_other():
    network = coalition()
    boss = closed(lead(network, seen_at=now() - YEARS_AGO))
    member(network, seen_at=now())
    other = closed(unused())
    assert inactivity.close_and_erase(now()) == 1
    assert (is_closed_or_erased(boss), is_closed_or_erased(other)) == ((True, False), (True, True))


def test_an_account_that_the_host_opened_again_is_warned_from_the_beginning():
    user = closed(unused())
    User.objects.filter(pk=user.pk).update(is_active=True)
    tonight = now() + timedelta(hours=9)
    assert (inactivity.warn(tonight), inactivity.warn(tonight)) == (1, 0)
    assert [(notice.step, notice.at) for notice in Notice.objects.filter(user=user)] == [(1, tonight)]
    assert Email.objects.filter(to=user, kind="accounts/inactive").count() == 1


def test_a_visit_ends_the_warnings_and_leaves_those_of_a_closed_account():
    visitor = warned(UserFactory(seen_at=now()), 1, 2, days_ago=20)
    gone = closed(unused())
    assert inactivity.warn(now()) == 0
    assert (steps(visitor), steps(gone)) == ([], [1, 2, 3, 4])


def test_the_day_of_closing_is_counted_from_her_first_warning():
    ama, claire, nobody = unused(), unused(), unused()
    warned(claire, 1, days_ago=40)
    warned(ama, 1, days_ago=20)
    warned(ama, 2, days_ago=5)
    first = Notice.objects.get(user=ama, step=1).at
    assert inactivity.closes_on(ama) == first + timedelta(days=44)
    assert inactivity.closes_on(nobody) is None
