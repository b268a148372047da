"""Keeps planned reminders up to date: each one that should exist exists once, at its time, and none without a reason.

Everything works on sets and in short transactions. Planning twice, or twice at once, or after days of silence, ends in the same rows:
the unique constraints of `Reminder` make one of two, changes apply only to rows still planned, and whatever another transaction changed
while we read is read again at the next tick. A row that is due already is left to sending, which checks it again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.precompiled import Keys, PrecompiledQuery
from calendar_app.models import Attendance, DateSilence, DateWatch, Deadline, DeadlineAnswer, Debrief, Meeting, PlanMark, Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.notices import changes_told, tell_news
from calendar_app.reminders.promises import (
    AHEAD_OF_PEOPLE,
    TARGETS_AT_A_TIME,
    Key,
    Promise,
    deadlines_ahead,
    follow_ups_ahead,
    late_place,
    meetings_ahead,
    promises,
)
from calendar_app.reminders.recipients import Facts, facts_of_people, read_dates, read_dates_of
from calendar_app.reminders.rules import DATE_CHANGED, PLANNED, TOLD_FROM_EVENTS
from calendar_app.reminders.targets import Kind, Target, as_target, targets
from coalitions.models import CircleMembership, FollowUp, Membership, Position
from resolutions.models import RegionWatch, Watch

State, Cause = Reminder.State, Reminder.Cause

# How many promises are held at a time.
PROMISES_AT_A_TIME = 10_000
# More changed people than this are quicker planned with all the others.
MANY_PEOPLE = 400
# Without any mark yet, what was answered before this long ago is history.
HISTORY = placement.DAY
# What was withdrawn for one of these reasons may come back.
MAY_COME_BACK = frozenset({Cause.WITHDRAWN, Cause.SNOOZED})
CODES = [rule.code for rule in PLANNED]
TOLD = frozenset({State.QUEUED, State.SENT})


# --- Doors ----------------------------------------------------------------------------------------------------------------


def plan_all() -> None:
    """From nothing, or as a safety net: everything that is still ahead."""
    instant = now()
    mark = PlanMark.objects.first()
    tell_news(last_read(mark, instant), instant)
    facts = facts_of_people()
    plan(Kind.DEADLINE, deadlines_ahead(instant), facts, instant)
    plan(Kind.MEETING, meetings_ahead(instant), facts, instant)
    plan(Kind.FOLLOW_UP, follow_ups_ahead(instant), facts, instant)
    closed = Reminder.objects.planned().filter(follow_up__closed_at__isnull=False).values("follow_up")
    plan(Kind.FOLLOW_UP, FollowUp.objects.filter(pk__in=closed).order_by("pk"), facts, instant)
    move_mark(mark, instant, planned_at=instant)


def plan_all_once_a_day() -> None:
    mark = PlanMark.objects.first()
    instant = now()
    if mark is None or mark.planned_at is None or not instant - placement.DAY < mark.planned_at <= instant + PlanMark.OVERLAP:
        plan_all()


def plan_changes() -> None:
    """Each minute: what changed since the last time, whoever changed it. The first time, everything."""
    instant = now()
    mark = PlanMark.objects.first()
    if mark is None:
        plan_all()
        return
    since = last_read(mark, instant)
    people = changed_people(since)
    if len(people) > MANY_PEOPLE:
        plan_all()
        return
    tell_news(since, instant)
    meetings = Meeting.objects.filter(changed_at__gte=since).order_by("pk")
    deadlines = Deadline.objects.filter(Q(changed_at__gte=since) | Q(meeting__changed_at__gte=since)).order_by("pk")
    follow_ups = FollowUp.objects.filter(changed_at__gte=since).order_by("pk")
    changed = [(Kind.DEADLINE, deadlines), (Kind.MEETING, meetings), (Kind.FOLLOW_UP, follow_ups)]
    changed = [(kind, rows) for kind, rows in changed if rows.exists()]
    if changed:
        facts = facts_of_people()
        for kind, rows in changed:
            plan(kind, rows, facts, instant)
    if people:
        plan_people(people, instant)
    move_mark(mark, instant)


def plan_people(users: Collection[int], instant: datetime | None = None) -> None:
    """Everything ahead, for these people."""
    instant = instant or now()
    facts = facts_of_people(users)
    read_dates_of(facts, users)
    for kind in AHEAD_OF_PEOPLE:
        plan_targets(kind, each(partial(page_ahead, kind, Keys(users), instant)), facts, instant, users=users)


def page_ahead(kind: Kind, users: Keys, instant: datetime, after: int) -> list[Target]:
    rows = AHEAD_OF_PEOPLE[kind].tuples(users=users, at=instant, on=instant.date(), after=after)
    return [as_target(kind, row) for row in rows]


# --- How far we have read ---------------------------------------------------------------------------------------------------


def last_read(mark: PlanMark | None, instant: datetime) -> datetime:
    return min(mark.read_until, instant) - PlanMark.OVERLAP if mark else instant - HISTORY


def move_mark(mark: PlanMark | None, instant: datetime, **fields: datetime) -> None:
    """Forward only: a slower planner that began earlier does not move it back. Only a clock that was set back does."""
    if mark is None:
        PlanMark.objects.bulk_create([PlanMark(pk=1, read_until=instant)], ignore_conflicts=True)
    behind, ahead = Q(read_until__lt=instant), Q(read_until__gt=instant + PlanMark.OVERLAP)
    PlanMark.objects.filter(behind | ahead).update(read_until=instant)
    if fields:
        PlanMark.objects.update(**fields)


def note_tick() -> None:
    """What the page of the instance's health reads: everything was planned and everything due was written."""
    PlanMark.objects.update(ticked_at=now())


def note_quiet_tick(instant: datetime) -> None:
    """Nothing changed until then, and nothing was due."""
    PlanMark.objects.update(read_until=instant, ticked_at=instant)


def changed_people(since: datetime) -> set[int]:
    return {pk for (pk,) in CHANGED_PEOPLE.tuples(since=since)}


def changes_of_people(since: datetime) -> list[QuerySet[Any]]:
    """Whose wishes, memberships, circles, regions, resolutions, dates, attendances or positions changed, or what their coalitions chose."""
    return [
        User.objects.filter(changed_at__gte=since).order_by().values_list("pk"),
        Membership.objects.filter(changed_at__gte=since).order_by().values_list("user"),
        Membership.objects.current().filter(coalition__reminders_changed_at__gte=since).order_by().values_list("user"),
        CircleMembership.objects.filter(created_at__gte=since).order_by().values_list("membership__user"),
        Watch.objects.filter(created_at__gte=since).order_by().values_list("user"),
        RegionWatch.objects.filter(created_at__gte=since).order_by().values_list("user"),
        DateWatch.objects.filter(created_at__gte=since).order_by().values_list("user"),
        Attendance.objects.filter(changed_at__gte=since).order_by().values_list("user"),
        Debrief.objects.filter(at__gte=since, by__isnull=False).order_by().values_list("by"),
        DateSilence.objects.filter(changed_at__gte=since).order_by().values_list("user"),
        DeadlineAnswer.objects.filter(changed_at__gte=since).order_by().values_list("user"),
        *(Position.objects.filter(at__gte=since, **{f"{of}__isnull": False}).order_by().values_list(of) for of in ("by", "drafted_by")),
    ]


def union(first: QuerySet[Any], *others: QuerySet[Any]) -> QuerySet[Any]:
    return first.union(*others)


CHANGED_PEOPLE = PrecompiledQuery(lambda since: union(*changes_of_people(since)))


def changes(since: datetime) -> list[QuerySet[Any]]:
    """All rows that are read to find out what is to be planned or told anew: as long as there are none, nothing is."""
    return [
        *changes_of_people(since),
        *changes_told(since).values(),
        Deadline.objects.filter(changed_at__gte=since),
        Meeting.objects.filter(changed_at__gte=since),
        FollowUp.objects.filter(changed_at__gte=since),
    ]


# --- From promises to rows --------------------------------------------------------------------------------------------------


def plan(kind: Kind, rows: QuerySet[Any], facts: Facts, instant: datetime) -> None:
    """Make the ledger of these targets true, for everyone."""
    plan_targets(kind, each(partial(page_of, kind, rows)), facts, instant)


def plan_targets(kind: Kind, found: Iterator[Target], facts: Facts, instant: datetime, *, users: Collection[int] | None = None) -> None:
    """The same, for everyone or for these people."""
    for batch in batched(found, TARGETS_AT_A_TIME):
        if users is None and kind != Kind.FOLLOW_UP:
            read_dates(facts, batch)
        for some, promised in held_together(batch, facts, instant):
            Ledger(kind, some, promised, facts, instant, users).settle()


def page_of(kind: Kind, rows: QuerySet[Any], after: int) -> list[Target]:
    return list(targets(kind, rows.filter(pk__gt=after)[:TARGETS_AT_A_TIME]))


def each(page: Callable[[int], list[Target]]) -> Iterator[Target]:
    """All targets, read a page at a time by key: no cursor stays open while we write.

    page -- the next ones after this key
    """
    last = 0
    while batch := page(last):
        yield from batch
        last = batch[-1].id


def held_together(batch: Iterable[Target], facts: Facts, instant: datetime) -> Iterator[tuple[list[Target], list[Promise]]]:
    some: list[Target] = []
    promised: list[Promise] = []
    for target in batch:
        some.append(target)
        promised.extend(promises(target, facts, instant))
        if len(promised) >= PROMISES_AT_A_TIME:
            yield some, promised
            some, promised = [], []
    if some:
        yield some, promised


Row = tuple[Any, ...]
ROW = ("user_id", "rule", "offset", "step", "version", "state")


class Seconds(Func):
    """An instant as whole seconds since 1970: a quarter of a million of them are read several times faster than datetimes."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS integer)", **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(floor(extract(epoch FROM %(expressions)s)) AS bigint)", **context)


class New(NamedTuple):
    """A reminder that is not there yet."""

    key: Key
    send_at: datetime
    is_alone: bool
    cause: str


@dataclass
class Ledger:
    """The rows of some targets, and what they should be."""

    kind: Kind
    targets: list[Target]
    promised: list[Promise]
    facts: Facts
    instant: datetime
    users: Collection[int] | None
    created: list[New] = field(default_factory=list)
    moved: list[Reminder] = field(default_factory=list)
    revived: list[Reminder] = field(default_factory=list)
    withdrawn: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.by_id = {target.id: target for target in self.targets}

    def settle(self) -> None:
        self.decide(self.rows())
        self.write()

    def decide(self, rows: Iterable[Row]) -> "Ledger":
        """What is to be made, moved, revived and withdrawn, given the rows there are. Changes nothing yet."""
        wanted = {promise.key: promise for promise in self.promised}
        now_seconds = self.instant.timestamp()
        withdrawn: dict[Key, int] = {}
        there = list(rows)
        for pk, target, user, rule, offset, step, version, state, send_at, is_alone, cause in there:
            key = (target, user, rule, offset, step, version)
            promise = wanted.get(key)
            if state == State.SKIPPED and cause in MAY_COME_BACK:
                withdrawn[key] = pk
                continue
            if promise is not None:
                del wanted[key]
            if state != State.PLANNED or send_at <= now_seconds or rule == DATE_CHANGED or step in TOLD_FROM_EVENTS:
                continue
            if promise is None:
                # What was put off until somebody is back, and has passed meanwhile, is shown as missed then.
                if cause != Cause.AWAY or self.by_id[target].at > self.instant or version != self.by_id[target].version:
                    self.withdrawn[self.why_withdrawn(self.by_id[target], user, version)].append(pk)
            elif cause == "" and (send_at != int(promise.send_at.timestamp()) or is_alone != promise.is_alone):
                self.move(pk, promise)
        if wanted:
            self.promise(wanted.values(), there, withdrawn)
        return self

    def why_withdrawn(self, target: Target, user: int, version: int) -> str:
        if version != target.version:
            return Cause.MOVED
        return Cause.SNOOZED if user in self.facts.silences.get((target.kind, target.id), ()) else Cause.WITHDRAWN

    def rows(self) -> Iterable[Row]:
        column = self.kind.value
        rows = Reminder.objects.filter(**{f"{column}__in": list(self.by_id)}, rule__in=[*CODES, DATE_CHANGED]).order_by()
        if self.users is not None:
            rows = rows.filter(user__in=self.users)
        return rows.values_list("pk", f"{column}_id", *ROW, Seconds("send_at"), Cast("is_alone", IntegerField()), "cause").iterator(5000)

    def move(self, pk: int, promise: Promise) -> None:
        """Her clock changed, or what it is alone for. A new hour that has passed already is as good as now."""
        if promise.send_at > self.instant:
            self.moved.append(Reminder(pk=pk, send_at=promise.send_at, is_alone=promise.is_alone))
        elif place := self.late(promise):
            self.moved.append(Reminder(pk=pk, send_at=place[0], is_alone=place[1], cause=Cause.LATE))

    def promise(self, wanted: Iterable[Promise], there: Iterable[Row], withdrawn: dict[Key, int]) -> None:
        """What is not there yet. Of several hours that have passed, only the last counts, and only for who was told nothing."""
        latest: dict[Any, Promise] = {}
        for promise in wanted:
            if promise.send_at > self.instant:
                self.add(promise, promise.send_at, promise.is_alone, "", withdrawn)
                continue
            target, user, rule, _offset, step, version = promise.key
            group = (target, user, rule, step, version)
            if group not in latest or latest[group].send_at < promise.send_at:
                latest[group] = promise
        if latest:
            again = set(withdrawn.values())
            told = {(row[1], row[2], row[3], row[5], row[6]) for row in there if row[0] not in again}
            for (target, user, rule, step, version), promise in latest.items():
                if (target, user, rule, step, version) in told or (target, user, DATE_CHANGED, "", version) in told:
                    continue
                if self.was_told_overdue(promise, there):
                    continue
                if place := self.late(promise):
                    self.add(promise, *place, Cause.LATE, withdrawn)

    def was_told_overdue(self, promise: Promise, there: Iterable[Row]) -> bool:
        """Whether she was told so long after the same instant already: handed or moved back since, it is another version, and no news."""
        target, user, rule, offset, step, _version = promise.key
        if offset >= 0:
            return False
        # By the hour of a digest it may be less than whole days, and that hour may have been another one.
        overdue_since = (min(promise.send_at, self.by_id[target].at - offset * placement.DAY) - placement.DAY / 2).timestamp()
        same = (target, user, rule, offset, step)
        return any(row[1:6] == same and row[7] in TOLD and row[8] >= overdue_since for row in there)

    def late(self, promise: Promise) -> tuple[datetime, bool] | None:
        return late_place(promise, self.by_id[promise.key[0]], self.facts.clock(promise.user), self.instant)

    def add(self, promise: Promise, send_at: datetime, is_alone: bool, cause: str, withdrawn: dict[Key, int]) -> None:
        new = New(promise.key, send_at, is_alone, cause)
        if promise.key in withdrawn:
            reminder = self.as_reminder(new)
            reminder.pk = withdrawn[promise.key]
            self.revived.append(reminder)
        else:
            self.created.append(new)

    def as_reminder(self, new: New) -> Reminder:
        target, user, rule, offset, step, version = new.key
        return Reminder(
            user_id=user,
            rule=rule,
            offset=offset,
            step=step,
            version=version,
            send_at=new.send_at,
            is_alone=new.is_alone,
            cause=new.cause,
            created_at=self.instant,
            **{f"{self.kind.value}_id": target},
        )

    def write(self) -> None:
        if not (self.created or self.moved or self.revived or self.withdrawn):
            return
        with transaction.atomic():
            self.insert()
            for cause, pks in self.withdrawn.items():
                for some in batched(pks, 1000):
                    Reminder.objects.planned().filter(pk__in=some).update(state=State.SKIPPED, cause=cause, decided_at=self.instant)
            Reminder.objects.planned().bulk_update(self.moved, ["send_at", "is_alone", "cause"], batch_size=500)
            again = Reminder.objects.filter(state=State.SKIPPED, cause__in=MAY_COME_BACK)
            again.bulk_update(self.revived, ["state", "cause", "decided_at", "send_at", "is_alone"], batch_size=500)

    def insert(self) -> None:
        """Store the new ones; those another planner stored meanwhile stay as they are.

        By hand: `bulk_create` takes three to ten times as much of the processor (docs/decisions/our_own_and_the_librarys.md), and a quarter
        of a million rows are planned on the day an assembly moves.
        """
        meta, quote = Reminder._meta, connection.ops.quote_name
        names = (self.kind.value, "user", "rule", "offset", "step", "version", "send_at", "is_alone", "cause", "state", "created_at")
        column_of = {field.name: str(field.column) for field in meta.concrete_fields}
        columns = ", ".join(quote(column_of[name]) for name in names)
        values = ", ".join(["%s"] * len(names))
        stored = connection.ops.adapt_datetimefield_value
        created_at, planned = stored(self.instant), State.PLANNED.value
        rows = []
        for new in self.created:
            target, user, rule, offset, step, version = new.key
            moment = stored(new.send_at)
            rows.append((target, user, rule, offset, str(step), version, moment, new.is_alone, str(new.cause), planned, created_at))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING",  # noqa: S608
                rows,
            )
