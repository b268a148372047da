"""Locking the whole instance: nobody gets in, and whatever opened a door before opens none any more."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, Device, InstanceLock, Session
from amnt.audit.services import record


@dataclass(frozen=True)
class Closed:
    """How many of each were closed."""

    sessions: int
    api_keys: int


def is_locked() -> bool:
    return InstanceLock.objects.filter(unlocked_at=None).exists()


def lock() -> bool:
    """From its commit on, no request without a log-in gets further than a page that says so. Say whether it was locked now."""
    with transaction.atomic():
        _lock, is_new = InstanceLock.objects.get_or_create(unlocked_at=None)
        if is_new:
            record("instance.locked", by=None)
    return is_new


@transaction.atomic
def close_everything() -> Closed:
    """Every log-in of everybody ends with its next request, and every API key is revoked."""
    sessions, _each = Session.objects.all().delete()
    Device.objects.all().delete()
    keys, _each = ApiToken.objects.all().delete()
    return Closed(sessions, keys)


@transaction.atomic
def unlock() -> bool:
    """People log in again, with their passwords and second factors. Say whether it was locked."""
    # A log-in that was on its way while the instance was locked.
    close_everything()
    was_locked = InstanceLock.objects.filter(unlocked_at=None).update(unlocked_at=now()) > 0
    if was_locked:
        record("instance.unlocked", by=None)
    return was_locked
