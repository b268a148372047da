"""Writing to the outbox. A mail is a row first, in the caller's transaction: if the act rolls back, so does its mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import tasks
from amnt.mail.models import Email


def write_email(
    kind: str, *, to: User | None = None, address: str = "", about: dict[str, Any], not_before: datetime | None = None
) -> Email:
    """Promise one mail of this kind. `about` holds ids only; the words are found when it is sent."""
    email = Email.objects.create(kind=kind, to=to, address=address, about=about, not_before=not_before or now())
    tasks.deliver_waiting.delay_on_commit()
    return email


def write_emails(emails: Iterable[Email]) -> list[Email]:
    """Promise many mails at once, in one statement."""
    written = Email.objects.bulk_create(emails, batch_size=1000)
    if written:
        tasks.deliver_waiting.delay_on_commit()
    return written
