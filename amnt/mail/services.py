"""Writing mails to the outbox, and muting a kind of mail.

A mail is a row first, in the caller's transaction: if the act rolls back, so does its mail.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.mail import tasks
from amnt.mail.emails import tell_writer
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


@transaction.atomic
def send_again(since: datetime) -> int:
    """Put back what was refused or given up since then, as if it had never been tried. Say how many mails.

    What they say is found when they are sent: a mail whose reason is gone does not go.
    """
    failed = Email.objects.select_for_update().filter(
        Q(state=Email.State.REFUSED) | Q(state=Email.State.GIVEN_UP), finished_at__gte=since, claim=None
    )
    by_kind: dict[str, list[int]] = {}
    for pk, kind in failed.values_list("pk", "kind"):
        by_kind.setdefault(kind, []).append(pk)
    for kind, pks in by_kind.items():
        Email.objects.filter(pk__in=pks).update(
            state=Email.State.WAITING, not_before=now(), finished_at=None, attempts=0, refused_at=None, no_mailbox_at=None, trouble=""
        )
        tell_writer(kind, [(pk, Email.State.WAITING) for pk in pks])
    if by_kind:
        record("mail.sent_again", by=None, level=AuditLevel.PUBLIC)
        deliver_on_commit()
    return sum(map(len, by_kind.values()))


@transaction.atomic
def clear_refusals(since: datetime | None = None) -> int:
    """Write again to everybody whose mail was refused, or has been since then. Say how many people."""
    refused = User.objects.filter(mail_refused_at__isnull=False)
    if since is not None:
        refused = refused.filter(mail_refused_at__gte=since)
    if cleared := refused.update(mail_refused_at=None):
        record("mail.refusals_cleared", by=None, level=AuditLevel.PUBLIC)
    return cleared


def mute(user: User, *, kind: str) -> None:
    """No more mail of this kind to this person. Twice is once."""
    Mute.objects.get_or_create(user=user, kind=kind)


def unmute(user: User, *, kind: str) -> None:
    Mute.objects.filter(user=user, kind=kind).delete()
