"""Sends the mails of the outbox to the mail server, in batches.

A batch is claimed by one conditional UPDATE, composed as a set, and sent over one connection; each row is marked as soon as its
message was accepted. A worker process killed in between leaves its claim behind: what it had not marked goes out ten minutes later, so
each process that is killed sends at most one message twice, the one whose mark was missing, under the same Message-ID.

What a refusal means is decided in `refusals`: nobody is silenced by a mail server that refuses everybody.

A row keeps its claim until the app that wrote it has its receipt, so that too happens exactly once.
"""

import logging
import smtplib
import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.limits import max_length
from amnt.mail.acceptance import Marks
from amnt.mail.emails import compose, composed, muted_kinds, rendering_alike_once, tell_writer
from amnt.mail.messages import Outgoing, message_bytes, outgoing
from amnt.mail.models import Email, EmailQuerySet
from amnt.mail.refusals import HELD_FOR, SECOND_TRY_AFTER, Refusals
from amnt.mail.smtp import ConnectionBroke, ServerDown, open_connection
from amnt.mail.smtp_replies import CLOSING, Answer, Refusal

__all__ = ["compose", "deliver_waiting", "forget_old", "message_bytes"]

logger = logging.getLogger(__name__)

# What a batch costs whatever its size, some twenty statements, is shared by so many.
BATCH = 500
# A claim nobody has renewed for this long belongs to a worker that was killed.
ABANDONED_AFTER = timedelta(minutes=10)
RENEWED_EVERY = timedelta(minutes=1)
# After each attempt that failed for now; after the last one, three days on, we give up.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60)] + [timedelta(hours=h) for h in (4, 8, 12, 24, 24)]
# A mail server that closes after a few messages is called again at once, but not for ever: beat starts a run each minute.
CALLED_AGAIN_MOST = 20
# An instant further ahead than this was written before the clock was set back.
CLOCK_SKEW = timedelta(minutes=2)
KEPT_FOR = timedelta(days=90)
LONGEST_TROUBLE = max_length(Email, "trouble")
FINAL = (Email.State.ACCEPTED, Email.State.REFUSED, Email.State.GIVEN_UP, Email.State.DROPPED)


@rendering_alike_once()
def deliver_waiting(*, only: str = "") -> int:
    """Send what waits, or what waits of one kind. Say how many were accepted."""
    settle_abandoned()
    correct_clock()
    accepted, calls = 0, Calls()
    while claim := claim_some(only=only):
        batch = Batch(claim)
        try:
            batch.deliver(calls)
        except ServerDown as trouble:
            logger.warning("The mail server does not take our mail now: %s", trouble)
            Email.objects.filter(claim=claim, state=Email.State.CLAIMED).update(trouble=str(trouble)[:LONGEST_TROUBLE])
            break
        finally:
            accepted += batch.accepted
            settle(claim)
    return accepted


def claim_some(*, only: str = "") -> uuid.UUID | None:
    """Take the next rows for us alone. Two workers never take the same; neither waits for the other."""
    claim = uuid.uuid4()
    with transaction.atomic():
        waiting = Email.objects.waiting().filter(kind=only) if only else Email.objects.waiting()
        chosen = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        taken = Email.objects.filter(pk__in=chosen, state=Email.State.WAITING).update(
            state=Email.State.CLAIMED, claim=claim, claimed_at=now()
        )
    return claim if taken else None


class NotTried(Exception):
    """The connection broke before this message was sent: it goes first over the next one."""


class Calls:
    """How often the mail server may be called again in one run, after it closed a connection over which it had taken mail."""

    def __init__(self) -> None:
        self.left = CALLED_AGAIN_MOST

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


class Batch:
    """Rows under one claim, on their way."""

    def __init__(self, claim: uuid.UUID):
        self.claim = claim
        self.marks = Marks(claim)
        self.refusals = Refusals()
        self.accepted = 0
        self.accepted_before_this_connection = 0
        self.is_body_sent = False
        self.renewed_at = now()
        rows = Email.objects.filter(claim=claim, state=Email.State.CLAIMED).select_related("to")
        self.emails = list(rows.order_by("not_before", "pk"))

    def deliver(self, calls: Calls | None = None) -> None:
        calls = calls or Calls()
        messages = self.messages()
        queue = deque(email for email in self.emails if email.pk in messages)
        try:
            while queue:
                self.accepted_before_this_connection = self.accepted
                try:
                    with open_connection() as send, self.marks:
                        self.send_all(send, queue, messages)
                except ConnectionBroke:
                    if not self.has_sent_over_this_connection or not calls.take():
                        raise
        except ServerDown:
            self.decide_refusals()
            raise
        self.decide_refusals()

    @property
    def has_sent_over_this_connection(self) -> bool:
        return self.accepted > self.accepted_before_this_connection

    def send_all(self, send: Callable[[list[Outgoing]], Any], queue: deque[Email], messages: dict[int, Outgoing]) -> None:
        """Empty the queue, in order; once several in a row were refused, with somebody at another domain before the others."""
        while queue:
            if not self.is_still_ours():
                queue.clear()
                return
            if self.refusals.are_several and not self.refusals.bring_another_domain_forward(queue, messages):
                self.stop_if_everybody_is_refused()
            email = queue.popleft()
            try:
                self.send(send, email, messages[email.pk])
            except NotTried as broken:
                queue.appendleft(email)
                raise ConnectionBroke(str(broken)) from broken

    def send(self, send: Callable[[list[Outgoing]], Any], email: Email, message: Outgoing) -> None:
        try:
            self.hand_over(send, message)
        except smtplib.SMTPRecipientsRefused as error:
            self.answered(email, message, Answer.of(*next(iter(error.recipients.values()))))
        except smtplib.SMTPSenderRefused as error:
            answer = Answer.of(error.smtp_code, error.smtp_error)
            if answer.code == CLOSING and self.has_sent_over_this_connection:
                raise NotTried(answer.words) from error
            raise ServerDown(answer.words) from error
        except smtplib.SMTPResponseException as error:
            self.answered(email, message, Answer.of(error.smtp_code, error.smtp_error))
        except OSError as error:
            trouble = f"{type(error).__name__} while sending"
            if self.has_sent_over_this_connection and not self.is_body_sent:
                raise NotTried(trouble) from error
            # The connection broke under this very message: it alone has had its attempt.
            self.postpone(email, trouble)
            raise ConnectionBroke(trouble) from error
        else:
            self.mark_accepted(email, message)

    def hand_over(self, send: Callable[[list[Outgoing]], Any], message: Outgoing) -> None:
        """To the mail server, not before the message sent last is marked."""
        self.is_body_sent = False
        message.before_body = self.begin_body
        try:
            send([message])
        finally:
            self.marks.finish()

    def begin_body(self) -> None:
        self.marks.finish()
        self.is_body_sent = True

    def mark_accepted(self, email: Email, message: Outgoing) -> None:
        self.marks.begin(email, str(message.subject))
        self.accepted += 1
        if self.refusals.pending:
            self.marks.finish()
            self.count_refusals(is_sure=True)
        if email.to and email.to.mail_refused_at:
            self.marks.finish()
            User.objects.filter(pk=email.to_id).update(mail_refused_at=None)

    # --- What was not accepted ------------------------------------------------------------------------------------

    def answered(self, email: Email, message: Outgoing, answer: Answer) -> None:
        """The server said no: for now (4xx), or in a way that the next answers explain (5xx)."""
        if answer.refusal != Refusal.DEFERRED:
            self.refusals.add(email, message, answer)
            return
        self.postpone(email, answer.words)
        if answer.code == CLOSING:
            raise ConnectionBroke(answer.words)

    def stop_if_everybody_is_refused(self) -> None:
        """Then it is the mail server, not the recipients: what was refused is held, and costs no attempt."""
        refused = self.refusals.pending
        if refused and self.refusals.are_of_everybody():
            for one in refused:
                self.hold(one.email, one.answer)
            self.refusals.pending = []
            raise ServerDown(refused[-1].answer.words)

    def decide_refusals(self) -> None:
        """Nobody was accepted after these."""
        self.stop_if_everybody_is_refused()
        self.count_refusals(is_sure=not self.refusals.are_several)

    def count_refusals(self, *, is_sure: bool) -> None:
        refused, self.refusals.pending = self.refusals.pending, []
        for one in refused:
            self.count(one.email, one.answer, is_sure=is_sure)

    def hold(self, email: Email, answer: Answer) -> None:
        """Try again soon, behind the others."""
        self.put_back(email, not_before=now() + HELD_FOR, trouble=answer.words, refused_at=email.refused_at or now())

    def count(self, email: Email, answer: Answer, *, is_sure: bool) -> None:
        """This one alone was refused. Only a mailbox that is not there, and is not there hours later either, is refused for good."""
        if answer.refusal != Refusal.NO_SUCH_MAILBOX:
            self.postpone(email, answer.words, refused_at=email.refused_at or now(), no_mailbox_at=None)
            return
        instant = now()
        first = min(email.no_mailbox_at or instant, instant)
        if is_sure and instant - first >= SECOND_TRY_AFTER:
            self.refuse(email, answer.words)
            return
        refused_at = email.refused_at or instant
        self.postpone(email, answer.words, at_least=SECOND_TRY_AFTER, refused_at=refused_at, no_mailbox_at=first)

    def postpone(self, email: Email, trouble: str, *, at_least: timedelta = timedelta(0), **fields: datetime | None) -> None:
        """Try again later, each time later still; after three days not at all."""
        attempts = email.attempts + 1
        if attempts > len(PAUSES):
            self.finish(email, Email.State.GIVEN_UP, trouble)
            return
        self.put_back(email, attempts=attempts, not_before=now() + max(PAUSES[attempts - 1], at_least), trouble=trouble, **fields)

    def put_back(self, email: Email, *, trouble: str, **fields: Any) -> None:
        self.rows(email).update(state=Email.State.WAITING, claim=None, claimed_at=None, trouble=trouble[:LONGEST_TROUBLE], **fields)

    def refuse(self, email: Email, trouble: str) -> None:
        """For good: nothing more is written to this person until she says that her mailbox is there again."""
        with transaction.atomic():
            self.finish(email, Email.State.REFUSED, trouble)
            if email.to_id:
                User.objects.filter(pk=email.to_id, mail_refused_at=None).update(mail_refused_at=now())

    def finish(self, email: Email, state: Email.State, trouble: str) -> None:
        self.rows(email).update(state=state, attempts=email.attempts + 1, finished_at=now(), trouble=trouble[:LONGEST_TROUBLE])

    def rows(self, email: Email) -> EmailQuerySet:
        """This row while it is ours: none once another worker has taken over."""
        return Email.objects.filter(pk=email.pk, claim=self.claim)

    def is_still_ours(self) -> bool:
        """Renew the claim while we live. None is left to renew if we were thought dead and another worker has taken over."""
        instant = now()
        # A clock that was set back counts as a minute that has passed.
        if not timedelta(0) <= instant - self.renewed_at < RENEWED_EVERY:
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


# --- After the batch ---------------------------------------------------------------------------------------------------


def settle(claim: uuid.UUID) -> None:
    """Tell the receipts of this claim to whoever wrote the mails, and give back what was not sent."""
    kinds = Email.objects.filter(claim=claim, state__in=FINAL).order_by().values_list("kind", flat=True).distinct()
    for kind in list(kinds):
        try:
            with transaction.atomic():
                rows = Email.objects.select_for_update().filter(claim=claim, kind=kind, state__in=FINAL)
                receipts = list(rows.values_list("pk", "state"))
                tell_writer(kind, receipts)
                Email.objects.filter(pk__in=[pk for pk, _state in receipts], claim=claim).update(claim=None, claimed_at=None)
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
        elif renewed_at > now() + CLOCK_SKEW:
            # Claimed before the clock was set back. Whoever still works on it renews it within a minute.
            Email.objects.filter(claim=claim).update(claimed_at=now())


def correct_clock() -> None:
    """What waits for an instant that only a clock set back since can have written goes out as if the clock had been right."""
    instant = now()
    latest_right = instant + CLOCK_SKEW
    ahead = Email.objects.filter(state=Email.State.WAITING, not_before__gt=latest_right)
    ahead = ahead.filter(Q(created_at__gt=latest_right) | Q(attempts__gt=0) | Q(refused_at__isnull=False))
    for email in ahead.only("attempts", "not_before", "created_at", "no_mailbox_at"):
        if email.attempts:
            pause = max(PAUSES[email.attempts - 1], SECOND_TRY_AFTER if email.no_mailbox_at else timedelta(0))
        else:
            pause = max(email.not_before - email.created_at, timedelta(0)) if email.created_at > latest_right else timedelta(0)
        if email.not_before > latest_right + pause:
            Email.objects.filter(pk=email.pk, state=Email.State.WAITING).update(
                not_before=instant + pause, created_at=min(email.created_at, instant)
            )


def forget_old() -> int:
    """Delete what was settled three months ago, a little at a time. Say how many rows went."""
    forgotten = 0
    old = Email.objects.filter(finished_at__lt=now() - KEPT_FOR, claim=None)
    while chosen := list(old.values_list("pk", flat=True)[:500]):
        old.filter(pk__in=chosen).delete()
        forgotten += len(chosen)
    return forgotten
