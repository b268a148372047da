"""Turns due reminders into mails: one digest a person, a mail of its own for what cannot wait, within the daily cap.

A mail and the claim of its reminders are one transaction: planned becomes queued together with the row in the outbox, or not at all.
Whoever is being served by one worker is passed over by the next, so two of them at once make one digest.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.emails import register_receipt_listener
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from calendar_app.models import Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.emails import ALONE, DIGEST
from calendar_app.reminders.notices import NEAR
from calendar_app.reminders.promises import Verdict, stopped, verdict_on
from calendar_app.reminders.recipients import Facts, all_facts, clock_of_person
from calendar_app.reminders.rules import BY_CODE, DATE_CHANGED, STOP_DIGEST, never_alone
from calendar_app.reminders.targets import Kind, Target, target_key, targets_of
from resolutions.models import Assembly

logger = logging.getLogger(__name__)

State, Cause = Reminder.State, Reminder.Cause

PEOPLE_AT_A_TIME = 200
SINGLES_A_DAY = 3
# While an assembly sits, more cannot wait.
SINGLES_WHILE_SITTING = 8


def send_due() -> int:
    """Write the mails of everyone who is due something. Say how many."""
    instant = now()
    written = last = 0
    due = Reminder.objects.due(instant).order_by("user")
    while people := list(due.filter(user__gt=last).values_list("user", flat=True).distinct()[:PEOPLE_AT_A_TIME]):
        written += send_to(people, instant)
        last = people[-1]
    return written


@transaction.atomic
def send_to(people: Sequence[int], instant: datetime) -> int:
    """Write the mails these people are due; leave alone whoever another worker serves at this moment."""
    users = {user.pk: user for user in User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=people)}
    reminders = list(Reminder.objects.due(instant).filter(user__in=users).order_by("send_at", "pk"))
    facts = all_facts(users.keys(), users.values())
    known = targets_of(reminders)
    sent_today = mails_of_today(users, facts, instant)
    most = SINGLES_WHILE_SITTING if Assembly.objects.sitting(instant.date()).exists() else SINGLES_A_DAY
    of_person: dict[int, list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        of_person[reminder.user_id].append(reminder)
    posts = [
        DueMail(users[pk], facts, sent_today[pk], instant, most).sort([(row, known[target_key(row)]) for row in rows])
        for pk, rows in of_person.items()
    ]
    return write(posts, instant)


@dataclass
class SentToday:
    digests: int = 0
    singles: int = 0


def mails_of_today(users: dict[int, User], facts: Facts, instant: datetime) -> dict[int, SentToday]:
    """How many of ours each of them was written since her midnight."""
    counts: dict[int, SentToday] = defaultdict(SentToday)
    rows = Email.objects.filter(to__in=users, kind__in=(DIGEST, ALONE), created_at__gt=instant - 2 * placement.DAY)
    for pk, kind, created_at in rows.exclude(state=Email.State.DROPPED).values_list("to", "kind", "created_at"):
        zone = clock_in(facts, users[pk]).on(instant).zone
        if placement.local_day(created_at, zone) == placement.local_day(instant, zone):
            if kind == DIGEST:
                counts[pk].digests += 1
            else:
                counts[pk].singles += 1
    return counts


def clock_in(facts: Facts, user: User) -> placement.Clock:
    return facts.clock(user.pk) if user.pk in facts.people else clock_of_person(user)


@dataclass
class DueItem:
    """All that is due to one person about one thing: said once, however many reminders of it fell together."""

    target: Target
    reminders: list[Reminder]

    @property
    def is_alone(self) -> bool:
        return any(row.is_alone for row in self.reminders)


@dataclass
class DueMail:
    """What one person is due now, sorted into mails."""

    user: User
    facts: Facts
    today: SentToday
    instant: datetime
    most_singles: int
    singles: list[DueItem] = field(default_factory=list)
    digest: list[DueItem] = field(default_factory=list)
    later: list[DueItem] = field(default_factory=list)
    settled: list[Reminder] = field(default_factory=list)
    merged: list[Reminder] = field(default_factory=list)

    def sort(self, due: Sequence[tuple[Reminder, Target]]) -> "DueMail":
        self.clock = clock_in(self.facts, self.user)
        items: dict[tuple[Kind, int], DueItem] = {}
        waiting: list[tuple[Reminder, Target, datetime]] = []
        for reminder, target in due:
            if reminder.is_alone and self.user.pk in never_alone(BY_CODE[reminder.rule], self.facts):
                reminder.is_alone = False
                self.merged.append(reminder)
            if verdict := self.verdict(reminder, target):
                self.settle(reminder, *verdict)
            elif away := self.facts.away_at(self.user.pk, self.instant):
                # What has passed by then is shown as missed.
                reminder.send_at, reminder.cause = placement.after(away.back_at, 0, self.clock), Cause.AWAY
                self.later.append(DueItem(target, [reminder]))
            elif slot := self.end_of_quiet_for(reminder, target):
                waiting.append((reminder, target, slot))
            else:
                items.setdefault((target.kind, target.id), DueItem(target, [])).reminders.append(reminder)
        for reminder, target, slot in waiting:
            if item := items.get((target.kind, target.id)):
                # What is told of the same thing now tells this, too.
                item.reminders.append(reminder)
            else:
                reminder.send_at, reminder.cause = slot, reminder.cause or Cause.LATE
                self.later.append(DueItem(target, [reminder]))
        in_order = sorted(items.values(), key=lambda item: (item.target.at, item.target.kind, item.target.id))
        alone = [item for item in in_order if item.is_alone]
        room = max(0, self.most_singles - self.today.singles)
        self.singles = alone[:room]
        for item in alone[room:]:
            for reminder in item.reminders:
                reminder.is_alone, reminder.cause = False, Cause.OVERFLOW
        for item in in_order:
            if item not in self.singles:
                self.add_to_digest(item)
        return self

    def verdict(self, reminder: Reminder, target: Target) -> Verdict | None:
        """What else becomes of it than being mailed."""
        verdict = verdict_on(reminder, target, self.facts, self.instant) or stopped(reminder, self.user, self.facts)
        return verdict or ((State.FAILED, "") if self.user.mail_refused_at else None)

    def end_of_quiet_for(self, reminder: Reminder, target: Target) -> datetime | None:
        """When to tell it, if she is not to be disturbed now; None to tell it now.

        It was placed with care, but by another clock of hers, or it was due while nobody worked. As placing does, what is told on weekends
        is late on weekends too, and what would come too late is told at once.
        """
        if reminder.rule == DATE_CHANGED and target.at <= self.instant + NEAR:
            return None
        is_news = reminder.rule == DATE_CHANGED or reminder.step
        keeps_weekends = is_news or not 0 <= reminder.offset < placement.FREE_WEEKENDS_FROM
        clock = self.clock if keeps_weekends else replace(self.clock, weekend=())
        if not placement.is_quiet(self.instant, clock):
            return None
        slot, _is_alone = placement.next_digest(self.instant, target.at, clock, alone=reminder.is_alone)
        return slot if slot > self.instant else None

    def settle(self, reminder: Reminder, state: str, cause: str) -> None:
        reminder.state, reminder.cause, reminder.decided_at = state, cause or reminder.cause, self.instant
        self.settled.append(reminder)

    def add_to_digest(self, item: DueItem) -> None:
        """Into today's digest; if that went out already, into the next one, unless that comes too late."""
        slot = placement.after(self.instant + placement.DAY / 24, 0, self.clock)
        is_too_late = self.instant < item.target.at < slot + placement.TOO_SOON_TO_WAIT
        if self.today.digests == 0 or is_too_late or (self.today.digests == 1 and self.is_for_the_evening(item)):
            self.digest.append(item)
        else:
            for reminder in item.reminders:
                reminder.send_at, reminder.cause = slot, reminder.cause or Cause.LATE
            self.later.append(item)

    def is_for_the_evening(self, item: DueItem) -> bool:
        """While an assembly sits, what its day brought is told the same evening, whatever came in the morning."""
        return item.target.kind == Kind.PROPOSAL and any(placement.is_evening(row.send_at, self.clock) for row in item.reminders)

    def mails(self) -> list[tuple[Email, list[Reminder]]]:
        """What is over the limit goes out with what cannot be stopped by stopping the digest, if she stopped that."""
        mails = [(self.mail(ALONE), item.reminders) for item in self.singles]
        if self.digest:
            no_digest = STOP_DIGEST in self.facts.mutes.get(self.user.pk, ())
            mails.append((self.mail(ALONE if no_digest else DIGEST), [row for item in self.digest for row in item.reminders]))
        return mails

    def mail(self, kind: str) -> Email:
        return Email(to=self.user, kind=kind, created_at=self.instant, not_before=self.instant)


def write(posts: Sequence[DueMail], instant: datetime) -> int:
    """Store it all: the mails, the claims, and what became of the rest. Only rows that are still planned change."""
    pairs = [pair for post in posts for pair in post.mails()]
    write_emails([email for email, _rows in pairs])
    queued = []
    for email, rows in pairs:
        for row in rows:
            row.email = email
        queued += rows
    planned = Reminder.objects.planned()
    for some in batched(queued, 500):
        planned.bulk_update(some, ["email"])
    change([row.pk for post in posts for row in post.merged], is_alone=False)
    change([row.pk for row in queued if row.cause == Cause.OVERFLOW], is_alone=False, cause=Cause.OVERFLOW)
    change([row.pk for row in queued], state=State.QUEUED, decided_at=instant)
    by_verdict: dict[tuple[str, str], list[int]] = defaultdict(list)
    for post in posts:
        for row in post.settled:
            by_verdict[row.state, row.cause].append(row.pk)
    for (state, cause), pks in by_verdict.items():
        change(pks, state=state, cause=cause, decided_at=instant)
    for some in batched([row for post in posts for item in post.later for row in item.reminders], 500):
        planned.bulk_update(some, ["send_at", "is_alone", "cause"])
    return len(pairs)


def change(pks: Sequence[int], **fields: Any) -> None:
    for some in batched(pks, 1000):
        Reminder.objects.planned().filter(pk__in=some).update(**fields)


# --- What became of them ----------------------------------------------------------------------------------------------------

STATE_BY_RECEIPT: dict[str, dict[str, Any]] = {
    Email.State.ACCEPTED: {"state": State.SENT},
    Email.State.REFUSED: {"state": State.FAILED},
    Email.State.GIVEN_UP: {"state": State.FAILED, "cause": Cause.GIVEN_UP},
    Email.State.DROPPED: {"state": State.SKIPPED, "cause": Cause.GONE},
}


def note_receipts(receipts: Sequence[tuple[int, str]]) -> None:
    by_state: dict[str, list[int]] = defaultdict(list)
    for pk, state in receipts:
        by_state[state].append(pk)
    if again := by_state.pop(Email.State.WAITING, []):
        failed = Reminder.objects.filter(email__in=again, state=State.FAILED)
        failed.filter(cause=Cause.GIVEN_UP).update(cause="")
        failed.update(state=State.QUEUED, decided_at=now())
    for state, emails in by_state.items():
        Reminder.objects.filter(email__in=emails, state=State.QUEUED).update(decided_at=now(), **STATE_BY_RECEIPT[state])


def plan_failed_again(since: datetime) -> int:
    """Give a second chance to what was never mailed as its reader's address was refused. Say how many.

    The next tick sends what is still ahead, and marks missed what is not.
    """
    failed = Reminder.objects.filter(state=State.FAILED, email=None, decided_at__gte=since, user__mail_refused_at=None)
    return failed.update(state=State.PLANNED, decided_at=None)


def register_all() -> None:
    register_receipt_listener(DIGEST, note_receipts)
    register_receipt_listener(ALONE, note_receipts)
