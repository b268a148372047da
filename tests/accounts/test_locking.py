"""What locking closes and when it is in force, whoever asks for it (the commands and pages have tests of their own)."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, Device, InstanceLock, Session
from amnt.accounts.services import locking
from amnt.audit.models import AuditEntry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ways_in(monkeypatch) -> None:
    """One log-in with its device, and two API keys; closed by what this app registers, and by nothing else."""
    monkeypatch.setattr(locking, "_ways_in", {})
    locking.register_all()
    user, later = UserFactory(), now() + timedelta(days=1)
    Session.objects.create(session_key="s" * 64, session_data="", expire_date=later)
    Device.objects.create(user=user, digest="s" * 64, ip="203.0.113.0", user_agent="")
    for digest in ("a" * 64, "b" * 64):
        ApiToken.objects.create(user=user, name="A program", digest=digest, expires_at=later)


def open_ways() -> list[int]:
    return [model.objects.count() for model in (Session, Device, ApiToken)]


def test_every_way_in_is_closed_and_counted(ways_in):
    assert locking.revoke_all_access() == {"Log-ins ended": 1, "API keys revoked": 2}
    assert open_ways() == [0, 0, 0]


def test_a_lock_notes_how_many_were_logged_in_and_which_keys_there_were(ways_in):
    assert locking.lock() is True
    [row] = InstanceLock.objects.all()
    assert (row.devices, row.secret_key_id, row.field_key_id) == (1, locking.secret_key_id(), locking.field_key_id())
    assert "" not in (row.secret_key_id, row.field_key_id)
    assert locking.lock() is False
    assert list(AuditEntry.objects.values_list("act", flat=True)) == ["instance.locked"]


def test_it_is_locked_until_it_is_unlocked(ways_in):
    assert locking.is_locked() is False
    locking.lock()
    assert locking.is_locked() is True
    assert locking.unlock() is True
    assert locking.is_locked() is False
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True)) == ["instance.locked", "instance.unlocked"]


def test_a_log_in_that_was_on_its_way_does_not_survive_the_unlocking(ways_in):
    locking.lock()
    locking.unlock()
    assert open_ways() == [0, 0, 0]


def test_the_clock_closes_what_is_open_only_while_it_is_locked(ways_in):
    locking.end_late_log_ins()
    assert open_ways() == [1, 1, 2]
    locking.lock()
    locking.end_late_log_ins()
    assert open_ways() == [0, 0, 0]


def test_what_is_not_locked_cannot_be_unlocked():
    assert locking.unlock() is False
    assert AuditEntry.objects.count() == 0
