"""Who may log in and who looks after the instance: what each may change, and who is told."""

import pytest

from amnt.accounts.models import User
from amnt.accounts.services.access import change_access
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    """The only one who may grant rights."""
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def helper() -> User:
    return UserFactory(is_staff=True)


def told() -> list[tuple[User, str]]:
    return [(email.to, email.about["what"]) for email in Email.objects.order_by("pk")]


def test_staff_who_may_not_grant_rights_still_close_a_log_in(boss, helper):
    person = UserFactory()
    change_access(person, by=helper, is_active=False)
    person.refresh_from_db()
    assert (person.is_active, told()) == (False, [])
    entry = AuditEntry.objects.of(person).get()
    assert (entry.act, entry.fields, entry in AuditEntry.objects.of(helper)) == ("accounts.access_changed", ["is_active"], True)


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_staff_who_may_not_grant_rights_neither_give_nor_take_one(boss, helper, right):
    person = UserFactory(is_staff=right == "is_superuser")
    with pytest.raises(RuleBroken, match="Only someone who can grant rights"):
        change_access(person, by=helper, **{right: True})
    with pytest.raises(RuleBroken, match="Only someone who can grant rights"):
        change_access(boss, by=helper, **{right: False})
    assert (told(), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_superuser": False}, {"is_active": False, "is_superuser": False}])
def test_the_last_who_may_grant_rights_keeps_log_in_and_right(boss, helper, change):
    UserFactory(is_staff=True, is_superuser=True, is_active=False)
    with pytest.raises(RuleBroken, match="Nobody would be left"):
        change_access(boss, by=boss, **change)
    boss.refresh_from_db()
    assert (boss.is_active, boss.is_superuser) == (True, True)


def test_of_two_who_may_grant_rights_one_can_go(boss):
    other = UserFactory(is_staff=True, is_superuser=True)
    change_access(other, by=boss, is_superuser=False)
    other.refresh_from_db()
    assert other.is_superuser is False


def test_the_last_who_may_grant_rights_changes_what_is_not_that_right(boss):
    change_access(boss, by=boss, is_staff=False)
    boss.refresh_from_db()
    assert (boss.is_staff, boss.is_superuser, boss.is_active) == (False, True, True)


def test_a_new_right_is_told_to_its_owner_and_to_all_staff_who_log_in(boss, helper):
    UserFactory(is_staff=True, is_active=False)
    person = UserFactory()
    change_access(person, by=boss, is_staff=True, is_superuser=True)
    assert sorted(told(), key=lambda row: row[0].pk) == [(boss, "rights-of-another"), (helper, "rights-of-another"), (person, "rights")]
    assert AuditEntry.objects.get().fields == ["is_staff", "is_superuser"]


def test_what_is_so_already_is_no_change(boss, helper):
    change_access(helper, by=boss, is_staff=True, is_active=True)
    assert (told(), AuditEntry.objects.count()) == ([], 0)
