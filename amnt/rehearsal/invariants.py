"""What the engine promises people, looked at after every step of a rehearsal: in what arrived, in what was written, and in the ledger."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, prefetch_related_objects

from amnt.mail.models import Email
from amnt.rehearsal.engine import Step
from amnt.rehearsal.mail_server import Accepted, MailServer
from amnt.rehearsal.world import World
from calendar_app.models import Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.emails import ALONE, DIGEST
from calendar_app.reminders.planning import plan_all
from calendar_app.reminders.recipients import clock_now
from calendar_app.reminders.rules import BY_CODE, DATE_CHANGED, TOLD_AFTERWARDS, TOLD_FROM_EVENTS, CountedFrom
from calendar_app.reminders.sending import SINGLES_A_DAY, SINGLES_WHILE_SITTING
from calendar_app.reminders.targets import Kind, Target, target_key, targets_of
from coalitions.models import Circle, CircleMembership, Membership
from resolutions.models import Assembly

State = Reminder.State
HOUR = timedelta(hours=1)
# A date that is so near is told of at any hour.
NEAR = timedelta(days=2)
# Planning is compared with planning from nothing once in so long.
PLANNED_AGAIN_EVERY = timedelta(days=20)
# What is planned one at a time, the next once the last has passed.
ONE_AT_A_TIME = frozenset({CountedFrom.MONDAYS, CountedFrom.MONTHS})


@dataclass
class Broken(Exception):
    """A promise that was not kept, with all that is needed to see it again."""

    rule: str
    person: str
    at: datetime
    what: str
    seed: int

    def __str__(self) -> str:
        return f"{self.rule}: {self.person}, {self.at:%Y-%m-%d %H:%M} UTC: {self.what}. Reproduce it with --seed {self.seed}."


@dataclass
class Mail:
    """One mail that arrived, as often as it did. `items` -- of how many things it tells; none of a mail that holds no reminders"""

    user: int
    at: datetime
    kind: str
    items: int


class Errors(logging.Handler):
    """What was logged as an error: each step of the clock logs what failed and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(" ".join(self.format(record).split())[-300:])


@dataclass
class Invariants:
    world: World
    server: MailServer
    planned_again: datetime | None = None
    errors: Errors = field(default_factory=Errors)
    mails: dict[UUID, Mail] = field(default_factory=dict)
    copies: int = 0
    steps: int = 0
    here: set[int] = field(default_factory=set)
    standing: set[tuple[int, int]] = field(default_factory=set)
    delegations: set[int] = field(default_factory=set)
    _read: int = 0
    _last_email: int = 0
    _rows: int = 0
    _unacknowledged: set[UUID] = field(default_factory=set)
    _told: dict[int, UUID] = field(default_factory=dict)
    _told_of: dict[tuple[object, ...], UUID] = field(default_factory=dict)

    def look(self, step: Step) -> None:
        self.steps += 1
        if self.errors.found:
            self.fail("nothing fails", None, step.at, self.errors.found[0])
        if arrived := self.server.accepted[self._read :]:
            self._read = len(self.server.accepted)
            self.check_arrived(arrived)
        if step.is_between:
            self.check_nothing_written(step.at)
        if not step.is_working:
            return
        self.check_written(step.at)
        self.check_ledger(step.at)
        if self.planned_again is None or step.at - self.planned_again >= PLANNED_AGAIN_EVERY:
            self.planned_again = step.at
            self.check_planning(step.at)

    def fail(self, rule: str, user: int | None, at: datetime, what: str) -> None:
        raise Broken(rule, self.world.name(user) if user else "nobody in particular", at, what, self.world.seed)

    # --- What arrived -------------------------------------------------------------------------------------------------------

    def check_arrived(self, arrived: Iterable[Accepted]) -> None:
        emails = {row.public_id: row for row in Email.objects.filter(public_id__in=[one.email for one in arrived]).select_related("to")}
        told: dict[int, list[Reminder]] = defaultdict(list)
        rows = Reminder.objects.filter(email__in=[row.pk for row in emails.values()], state__in=(State.QUEUED, State.SENT))
        for reminder in rows.order_by("pk"):
            told[reminder.email_id or 0].append(reminder)
        known = targets_of([reminder for some in told.values() for reminder in some])
        self.read_access({email.to_id for email in emails.values() if email.to_id})
        for one in arrived:
            email = emails[one.email]
            self.check_once(one, email)
            for reminder in told[email.pk]:
                self.check_told(reminder, known[target_key(reminder)], one)
            things = {target_key(reminder) for reminder in told[email.pk]}
            if email.kind in (DIGEST, ALONE) and not things:
                self.fail("nothing empty", email.to_id, one.at, "a mail of reminders arrived that has none")
            self.mails.setdefault(one.email, Mail(email.to_id or 0, one.at, email.kind, len(things)))

    def check_once(self, one: Accepted, email: Email) -> None:
        """Only what was never acknowledged arrives again, under the same Message-ID."""
        if one.email in self.mails:
            if one.email not in self._unacknowledged:
                self.fail("nothing twice", email.to_id, one.at, f"a mail of kind {email.kind} arrived again")
            self.copies += 1
        (self._unacknowledged.discard if one.is_acknowledged else self._unacknowledged.add)(one.email)

    def check_told(self, reminder: Reminder, target: Target, one: Accepted) -> None:
        user, said = reminder.user_id, named(reminder)
        if self._told.setdefault(reminder.pk, one.email) != one.email:
            self.fail("nothing twice", user, one.at, f"{said} was told in two mails")
        if reminder.rule != DATE_CHANGED and reminder.step not in TOLD_FROM_EVENTS and target.kind != Kind.PROPOSAL:
            key = (user, reminder.rule, target.kind, target.id, reminder.offset, reminder.step, target.at, target.assigned_at)
            if self._told_of.setdefault(key, one.email) != one.email:
                self.fail("nothing twice", user, one.at, f"{said} was told again of the same instant")
            if reminder.version != target.version:
                self.fail("nothing old", user, one.at, f"{said} was told though its date has changed since")
        if target.at <= one.at and not is_told_afterwards(reminder, target):
            self.fail("nothing about the past", user, one.at, f"{said} was told of {target.at:%Y-%m-%d %H:%M} UTC")
        self.check_access(user, target, said, one.at)

    def check_access(self, user: int, target: Target, said: str, at: datetime) -> None:
        if user not in self.here:
            self.fail("nothing to someone without access", user, at, f"{said} was told to someone who is in no coalition")
        if target.circle is None:
            return
        if target.circle in self.delegations:
            self.fail("nothing to someone without access", user, at, f"{said} of a delegation was in a mail")
        if (target.circle, user) not in self.standing:
            self.fail("nothing to someone without access", user, at, f"{said} was told outside of its circle")

    def read_access(self, users: Iterable[int]) -> None:
        """Who of these is here, and stands in which circle."""
        memberships = Membership.objects.filter(user__in=users, user__is_active=True, left_at=None)
        self.here = set(memberships.values_list("user", flat=True))
        circles = CircleMembership.objects.filter(membership__user__in=users, membership__left_at=None)
        self.standing = set(circles.values_list("circle", "membership__user"))
        self.delegations = set(Circle.objects.filter(kind=Circle.Kind.DELEGATION).values_list("pk", flat=True))

    def check_nothing_written(self, at: datetime) -> None:
        """Where nothing was to happen, no mail was written. What a mail server refused may leave at any time."""
        if email := Email.objects.filter(created_at=at).first():
            self.fail("nothing between what is due", email.to_id, at, f"a mail of kind {email.kind} was written")

    # --- What was written ---------------------------------------------------------------------------------------------------

    def check_written(self, at: datetime) -> None:
        """The hour and the number of mails are decided when they are written; a mail server that is late may make it any hour."""
        emails = list(Email.objects.filter(pk__gt=self._last_email, kind__in=(DIGEST, ALONE)).select_related("to").order_by("pk"))
        if not emails:
            return
        self._last_email = emails[-1].pk
        told: dict[int, list[Reminder]] = defaultdict(list)
        for reminder in Reminder.objects.filter(email__in=emails).order_by("pk"):
            told[reminder.email_id or 0].append(reminder)
        known = targets_of([reminder for some in told.values() for reminder in some])
        of_person: dict[int, list[Email]] = defaultdict(list)
        for email in emails:
            of_person[email.to_id or 0].append(email)
        for user, some in of_person.items():
            clock = clock_now(some[0].to)  # type: ignore[arg-type]
            for email in some:
                about = [(reminder, known[target_key(reminder)]) for reminder in told[email.pk]]
                self.check_hour(email, about, clock)
            self.check_caps(user, clock, at)

    def check_hour(self, email: Email, about: list[tuple[Reminder, Target]], clock: placement.Clock) -> None:
        at = email.created_at
        if placement.is_quiet(at, clock) and not any(may_disturb(reminder, target, at, clock) for reminder, target in about):
            local = at.astimezone(ZoneInfo(clock.on(at).zone))
            what = ", ".join(sorted({named(reminder) for reminder, _target in about}))
            self.fail("nothing in quiet hours but what may", email.to_id, at, f"{what} was written at {local:%a %H:%M} on her clock")

    def check_caps(self, user: int, clock: placement.Clock, at: datetime) -> None:
        zone = clock.on(at).zone
        today = placement.local_day(at, zone)
        rows = Email.objects.filter(to=user, kind__in=(DIGEST, ALONE), created_at__gt=at - 2 * placement.DAY, created_at__lte=at)
        rows = rows.exclude(state=Email.State.DROPPED).order_by("created_at", "pk")
        of_today = [row for row in rows if placement.local_day(row.created_at, zone) == today]
        if len(of_today) < 2:
            return
        prefetch_related_objects(of_today, "reminders")
        # What is over the limit is told together: with the digest, or as one mail more by who wants no digest.
        singles = [row for row in of_today if row.kind == ALONE and not is_overflow(row)]
        most = SINGLES_WHILE_SITTING if Assembly.objects.sitting(at.date()).exists() else SINGLES_A_DAY
        if len(singles) > most:
            self.fail("caps kept", user, at, f"{len(singles)} separate mails on one day, where {most} are the most")
        for extra in [row for row in of_today if row.kind == DIGEST][1:]:
            reminders = list(extra.reminders.all())
            known = targets_of(reminders)
            slot = placement.after(extra.created_at + HOUR, 0, clock)
            if not all(
                extra.created_at < known[target_key(row)].at < slot + placement.TOO_SOON_TO_WAIT or row.proposal_id for row in reminders
            ):
                self.fail("caps kept", user, at, "a second digest on one day, though what it says could have waited")

    # --- The ledger ---------------------------------------------------------------------------------------------------------

    def check_ledger(self, at: datetime) -> None:
        """Whatever is due was decided in this step; and no promise vanishes."""
        if due := Reminder.objects.planned().filter(send_at__lte=at).order_by("send_at").first():
            self.fail("every promise sent or explained", due.user_id, at, f"{named(due)} was due {due.send_at:%Y-%m-%d %H:%M} UTC")
        rows = Reminder.objects.count()
        if rows < self._rows:
            self.fail("every promise sent or explained", None, at, f"{self._rows - rows} promises vanished from the ledger")
        self._rows = rows

    def check_planning(self, at: datetime) -> None:
        """Planning by what changed makes the same promises as planning from nothing."""
        before = self.promises()
        plan_all()
        after = self.promises()
        for pk in sorted(before.keys() ^ after.keys() | {pk for pk in before.keys() & after.keys() if before[pk] != after[pk]}):
            reminder = Reminder.objects.get(pk=pk)
            if not any(ladder.counted_from in ONE_AT_A_TIME for ladder in BY_CODE[reminder.rule].ladders):
                what = f"{named(reminder)} for {reminder.send_at:%Y-%m-%d %H:%M} UTC is {reminder.state} only once all is planned again"
                self.fail("every promise sent or explained", reminder.user_id, at, what)
        self._rows = Reminder.objects.count()

    def promises(self) -> dict[int, tuple[datetime, bool]]:
        return {pk: (send_at, alone) for pk, send_at, alone in Reminder.objects.planned().values_list("pk", "send_at", "is_alone")}

    def check_end(self, at: datetime) -> None:
        """What the ledgers say is what happened, and says why where nothing was sent."""
        without_reason = Reminder.objects.filter(state=State.SKIPPED, cause="")
        without_reason |= Reminder.objects.filter(state__in=(State.SKIPPED, State.MISSED, State.FAILED), decided_at=None)
        if row := without_reason.first():
            self.fail("every promise sent or explained", row.user_id, at, f"{named(row)} is {row.state}, and nothing says why")
        told_of_none = Reminder.objects.filter(state=State.SENT).exclude(email__state=Email.State.ACCEPTED)
        queued_in_none = Reminder.objects.filter(state=State.QUEUED).exclude(email__state__in=(Email.State.WAITING, Email.State.CLAIMED))
        if row := (told_of_none | queued_in_none).first():
            self.fail("every promise sent or explained", row.user_id, at, f"{named(row)} is {row.state}, and its mail is not")
        acknowledged = {one.email for one in self.server.accepted if one.is_acknowledged}
        noted = dict(Email.objects.filter(state=Email.State.ACCEPTED).values_list("public_id", "to"))
        for email in noted.keys() ^ acknowledged:
            self.fail("every promise sent or explained", noted.get(email), at, "the outbox and the mail server disagree on a mail")
        faults = self.server.faults
        if faults.worker_off_until(at) or faults.mail_server_fails_until(at):
            return
        if late := Email.objects.filter(Q(state=Email.State.WAITING, not_before__lt=at - HOUR) | Q(claim__isnull=False)).first():
            self.fail("every promise sent or explained", late.to_id, at, f"a mail of kind {late.kind} still waits")


def named(reminder: Reminder) -> str:
    """Nothing of what it is about, but what a founder needs to find it in the ledger."""
    kind, _pk = target_key(reminder)
    return " ".join(filter(None, (f"{reminder.rule} {reminder.offset} d", reminder.step, f"of a {kind}".replace("_", "-"))))


def is_told_afterwards(reminder: Reminder, target: Target) -> bool:
    if reminder.step in TOLD_AFTERWARDS or reminder.step in TOLD_FROM_EVENTS or target.kind == Kind.PROPOSAL:
        return True
    return BY_CODE[reminder.rule].is_overdue


def may_disturb(reminder: Reminder, target: Target, at: datetime, clock: placement.Clock) -> bool:
    """What happens before it could be told otherwise, a date that is near and moved, and on a weekend what does not leave weekends free."""
    if at < target.at < placement.end_of_quiet(at, clock) + placement.TOO_SOON_TO_WAIT:
        return True
    if reminder.rule == DATE_CHANGED:
        return target.at - at < NEAR
    clock = clock.on(at)
    if placement.is_quiet_hour(at.astimezone(ZoneInfo(clock.zone)).time(), clock):
        return False
    return not reminder.step and 0 <= reminder.offset < placement.FREE_WEEKENDS_FROM


def is_overflow(email: Email) -> bool:
    return all(row.cause == Reminder.Cause.OVERFLOW for row in email.reminders.all())
