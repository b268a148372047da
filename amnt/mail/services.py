"""Writing to the outbox, and saying what one wants no more.

A mail is a row first, in the caller's transaction: if the act rolls back, so does its mail.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import tasks
from amnt.mail.models import Email, Mute


def write_email(
    kind: str, *, to: User | None = None, address: str = "", about: dict[str, Any], not_before: datetime | None = None
) -> Email:
    """Promise one mail of this kind. `about` holds ids only; the words are found when it is sent."""
    email = Email.objects.create(kind=kind, to=to, address=address, about=about, not_before=not_before or now())
    deliver_on_commit()
    return email


def write_emails(emails: Iterable[Email]) -> list[Email]:
    """Promise many mails at once, in one statement."""
    written = Email.objects.bulk_create(emails, batch_size=1000)
    if written:
        deliver_on_commit()
    return written


def deliver_on_commit() -> None:
    """Wake a worker once the caller's transaction is done.

    Only a courtesy: the next minute's sweep finds the rows anyway. So a broker that is gone is logged and troubles nobody.
    """
    transaction.on_commit(tasks.deliver_waiting.delay, robust=True)


def mute(user: User, *, kind: str) -> None:
    """No more mail of this kind to this person. Twice is once."""
    Mute.objects.get_or_create(user=user, kind=kind)


def unmute(user: User, *, kind: str) -> None:
    Mute.objects.filter(user=user, kind=kind).delete()
