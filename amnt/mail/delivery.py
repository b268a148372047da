"""From the outbox to the mail server, in batches.

A batch is claimed by one conditional UPDATE, composed as a set, and sent over one connection; each row is marked as soon as its
message was accepted. A worker killed in between leaves its claim behind: what it had not marked goes out ten minutes later, so
at most the one message that was on the wire goes twice, under the same Message-ID.

A row keeps its claim until the app that wrote it has been told its fate (`outcomes`), so that too happens exactly once.
"""

import logging
import re
import smtplib
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.mail import mailers
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.letters import Letter, compose, rendering_alike_once
from amnt.mail.marking import Marks
from amnt.mail.messages import Outgoing, message_bytes, outgoing
from amnt.mail.models import Email, EmailQuerySet, Mute
from amnt.mail.outcomes import tell

__all__ = ["compose", "deliver_waiting", "forget_old", "message_bytes"]

logger = logging.getLogger(__name__)

# What a batch costs whatever its size, some twenty statements, is shared by so many.
BATCH = 500
# A claim nobody has renewed for this long belongs to a worker that was killed.
ABANDONED_AFTER = timedelta(minutes=10)
RENEWED_EVERY = timedelta(minutes=1)
# After each attempt that failed for now; after the last one, three days on, we give up.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60)] + [timedelta(hours=h) for h in (4, 8, 12, 24, 24)]
KEPT_FOR = timedelta(days=90)
FINAL = (Email.State.ACCEPTED, Email.State.REFUSED, Email.State.DROPPED)
ADDRESS = re.compile(r"\S+@\S+")


class LineDown(Exception):
    """The mail server cannot be reached or will not talk to us: no fault of any message."""


@rendering_alike_once()
def deliver_waiting() -> int:
    """Send what waits. Say how many were accepted."""
    settle_abandoned()
    accepted = 0
    while claim := claim_some():
        batch = Batch(claim)
        try:
            batch.deliver()
        except LineDown as trouble:
            logger.warning("The mail server does not take our mail now: %s", trouble)
            Email.objects.filter(claim=claim, state=Email.State.CLAIMED).update(trouble=str(trouble)[:200])
            break
        finally:
            accepted += batch.accepted
            settle(claim)
    return accepted


def claim_some() -> uuid.UUID | None:
    """Take the next rows for us alone. Two workers never take the same; neither waits for the other."""
    claim = uuid.uuid4()
    with transaction.atomic():
        chosen = list(Email.objects.waiting().select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        taken = Email.objects.filter(pk__in=chosen, state=Email.State.WAITING).update(
            state=Email.State.CLAIMED, claim=claim, claimed_at=now()
        )
    return claim if taken else None


class Batch:
    """Rows under one claim, on their way."""

    def __init__(self, claim: uuid.UUID):
        self.claim = claim
        self.marks = Marks(claim)
        self.accepted = 0
        self.renewed_at = now()
        rows = Email.objects.filter(claim=claim, state=Email.State.CLAIMED).select_related("to")
        self.emails = list(rows.order_by("not_before", "pk"))

    def deliver(self) -> None:
        messages = self.messages()
        if not messages:
            return
        with open_line() as send, self.marks:
            for email in self.emails:
                if message := messages.get(email.pk):
                    if not self.is_still_ours():
                        return
                    self.send(send, email, message)

    def send(self, send: Callable[[list[Outgoing]], Any], email: Email, message: Outgoing) -> None:
        try:
            self.hand_over(send, message)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            self.answered(email, code, reason)
        except smtplib.SMTPSenderRefused as error:
            raise LineDown(said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            self.answered(email, error.smtp_code, error.smtp_error)
        except OSError as error:
            # The connection broke under this very message: it alone has had its attempt.
            self.postpone(email, f"{type(error).__name__} while sending")
            raise LineDown(f"{type(error).__name__} while sending") from error
        else:
            self.mark_accepted(email, message)

    def hand_over(self, send: Callable[[list[Outgoing]], Any], message: Outgoing) -> None:
        """To the mail server, not before the message sent last is marked."""
        message.before_body = self.marks.finish
        try:
            send([message])
        finally:
            self.marks.finish()

    def answered(self, email: Email, code: int, reason: bytes | str) -> None:
        """The server said no: for now (4xx), or for good (5xx)."""
        if code >= 500:
            self.refuse(email, said(code, reason), by_address=True)
            return
        self.postpone(email, said(code, reason), by_address=True)
        if code == 421:
            raise LineDown(said(code, reason))

    def mark_accepted(self, email: Email, message: Outgoing) -> None:
        self.marks.begin(email, str(message.subject))
        self.accepted += 1
        if email.to and email.to.mail_refused_at:
            self.marks.finish()
            User.objects.filter(pk=email.to_id).update(mail_refused_at=None)

    def postpone(self, email: Email, trouble: str, *, by_address: bool = False) -> None:
        """Try again later, each time later still; after three days not at all."""
        attempts = email.attempts + 1
        if attempts > len(PAUSES):
            self.refuse(email, trouble, by_address=by_address)
            return
        self.rows(email).update(
            state=Email.State.WAITING,
            attempts=attempts,
            not_before=now() + PAUSES[attempts - 1],
            trouble=trouble[:200],
            claim=None,
            claimed_at=None,
        )

    def refuse(self, email: Email, trouble: str, *, by_address: bool) -> None:
        with transaction.atomic():
            self.rows(email).update(state=Email.State.REFUSED, attempts=email.attempts + 1, finished_at=now(), trouble=trouble[:200])
            if by_address and email.to_id:
                User.objects.filter(pk=email.to_id, mail_refused_at=None).update(mail_refused_at=now())

    def rows(self, email: Email) -> EmailQuerySet:
        """This row while it is ours: none once another worker has taken over."""
        return Email.objects.filter(pk=email.pk, claim=self.claim)

    def is_still_ours(self) -> bool:
        """Renew the claim while we live. None is left to renew if we were thought dead and another worker has taken over."""
        instant = now()
        if instant - self.renewed_at >= RENEWED_EVERY:
            self.renewed_at = instant
            self.marks.finish()
            Email.objects.filter(claim=self.claim).update(claimed_at=instant)
            return Email.objects.filter(claim=self.claim, state=Email.State.CLAIMED).exists()
        return True

    # --- Composing ------------------------------------------------------------------------------------------------

    def messages(self) -> dict[int, Outgoing]:
        """The messages by row. What has no reason to go any more is dropped; what cannot be composed is put off."""
        wanted = [email for email in self.emails if email.to is None or email.to.is_active]
        letters, failed = composed(wanted)
        messages: dict[int, Outgoing] = {}
        muted = muted_kinds(wanted, letters)
        for email in wanted:
            letter = letters.get(email.pk)
            if letter and (email.to_id, letter.stop) not in muted:
                try:
                    messages[email.pk] = outgoing(email, letter)
                except Exception:
                    logger.exception("Mail %s could not be written", email.public_id)
                    failed.append(email)
        for email in failed:
            self.postpone(email, "It could not be composed: see the log of the worker.")
        gone = {email.pk for email in self.emails} - messages.keys() - {email.pk for email in failed}
        if gone:
            dropped = Email.objects.filter(pk__in=gone, claim=self.claim, state=Email.State.CLAIMED)
            dropped.update(state=Email.State.DROPPED, finished_at=now(), trouble="")
        return messages


def composed(emails: Sequence[Email]) -> tuple[dict[int, Letter], list[Email]]:
    """The letters of these rows, and the rows whose composer failed. One bad row stops no other."""
    by_kind: dict[str, list[Email]] = {}
    for email in emails:
        by_kind.setdefault(email.kind, []).append(email)
    letters: dict[int, Letter] = {}
    failed: list[Email] = []
    for rows in by_kind.values():
        try:
            letters |= compose(rows)
        except Exception:  # noqa: BLE001 -- asked again one by one, and logged there
            for row in rows:
                try:
                    letters |= compose([row])
                except Exception:
                    logger.exception("Mail %s of kind %s could not be composed", row.public_id, row.kind)
                    failed.append(row)
    return letters, failed


def muted_kinds(emails: Sequence[Email], letters: dict[int, Letter]) -> set[tuple[int | None, str]]:
    """Pairs of (person, kind) she wants no more: whoever composed the letter, it does not go."""
    stops = {letter.stop for letter in letters.values() if letter.stop}
    if not stops:
        return set()
    people = {email.to_id for email in emails if email.to_id}
    return set(Mute.objects.filter(user__in=people, kind__in=stops).values_list("user_id", "kind"))


@contextmanager
def open_line() -> Iterator[Callable[[list[Outgoing]], Any]]:
    """One connection to the mail server."""
    line = mailers.default
    try:
        line.open()
    except OSError as error:  # every SMTPException is one
        raise LineDown(f"{type(error).__name__} while connecting") from error
    try:
        yield line.send_messages
    finally:
        try:
            line.close()
        except OSError as error:
            logger.info("The mail server did not say goodbye: %s", type(error).__name__)


def said(code: int, reason: bytes | str) -> str:
    """What the server answered, without the address it may repeat."""
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return f"{code} {ADDRESS.sub('…', ' '.join(text.split()))}"


# --- After the batch ---------------------------------------------------------------------------------------------------


def settle(claim: uuid.UUID) -> None:
    """Tell the fates of this claim to whoever wrote the mails, and give back what was not sent."""
    kinds = Email.objects.filter(claim=claim, state__in=FINAL).order_by().values_list("kind", flat=True).distinct()
    for kind in list(kinds):
        try:
            with transaction.atomic():
                rows = Email.objects.select_for_update().filter(claim=claim, kind=kind, state__in=FINAL)
                fates = list(rows.values_list("pk", "state"))
                tell(kind, fates)
                Email.objects.filter(pk__in=[pk for pk, _state in fates], claim=claim).update(claim=None, claimed_at=None)
        except Exception:
            # The claim stays, so they are told again in ten minutes.
            logger.exception("What became of mails of kind %s could not be noted", kind)
    Email.objects.filter(claim=claim, state=Email.State.CLAIMED).update(state=Email.State.WAITING, claim=None, claimed_at=None)


def settle_abandoned() -> None:
    """Take over from workers that were killed."""
    claims = Email.objects.filter(claim__isnull=False).values_list("claim").annotate(renewed_at=Max("claimed_at"))
    for claim, renewed_at in claims:
        if renewed_at < now() - ABANDONED_AFTER:
            logger.warning("A worker left mails unsent: they go out now")
            settle(claim)


def forget_old() -> int:
    """Delete what was settled three months ago, a little at a time. Say how many rows went."""
    forgotten = 0
    old = Email.objects.filter(finished_at__lt=now() - KEPT_FOR, claim=None)
    while chosen := list(old.values_list("pk", flat=True)[:500]):
        old.filter(pk__in=chosen).delete()
        forgotten += len(chosen)
    return forgotten
