"""Locking the whole instance: every session, key and link that grants access ends, and nobody can log in.

Whatever grants access registers how it is revoked:

    locking.register("Invitations revoked", revoke_all)        # () -> how many there were
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, Device, InstanceLock, Session, User
from amnt.audit.services import record
from amnt.audit.signing import current_key, derived

# What was closed, in the words of the command that says so, and what closes it.
_ways_in: dict[str, Callable[[], int]] = {}


def register(what: str, close: Callable[[], int]) -> None:
    _ways_in[what] = close


def is_locked() -> bool:
    return InstanceLock.objects.filter(unlocked_at=None).exists()


@transaction.atomic
def lock(*, by: User | None = None) -> bool:
    """Lock the instance: every request without a log-in then gets a page that says so. Returns whether it was locked now.

    by -- None if the host did it by a command
    """
    if is_locked():
        return False
    InstanceLock.objects.create(devices=Device.objects.count(), secret_key_id=secret_key_id(), field_key_id=field_key_id())
    record("instance.locked", by=by)
    return True


def secret_key_id() -> str:
    return derived(settings.SECRET_KEY).key_id


def field_key_id() -> str:
    return current_key().key_id


@transaction.atomic
def revoke_all_access() -> dict[str, int]:
    """Revoke all access of everybody. Returns how many of each kind there were."""
    return {what: close() for what, close in _ways_in.items()}


def end_late_log_ins() -> None:
    """Each minute: end log-ins that were in progress at the moment of locking."""
    if is_locked():
        revoke_all_access()


@transaction.atomic
def unlock() -> bool:
    """People log in again, with their passwords and second factors. Say whether it was locked."""
    # Log-ins that were in progress while the instance was locked.
    revoke_all_access()
    was_locked = InstanceLock.objects.filter(unlocked_at=None).update(unlocked_at=now()) > 0
    if was_locked:
        record("instance.unlocked", by=None)
    return was_locked


def end_log_ins() -> int:
    sessions, _each = Session.objects.all().delete()
    Device.objects.all().delete()
    return sessions


def register_all() -> None:
    register("Log-ins ended", end_log_ins)
    register("API keys revoked", lambda: ApiToken.objects.all().delete()[0])
