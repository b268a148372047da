"""Which reminders each person should get, from rules, audiences and time zones; and whether each is still right when it is due.

Each stage asks one function here: planning `promises`, sending and composing `verdict_on`, the page of reminders both; what a person or
her coalitions have stopped is `stopped`.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.precompiled import Keys, PrecompiledQuery
from calendar_app.models import Attendance, DateWatch, Deadline, Debrief, Meeting, Reminder
from calendar_app.models.dates import LOOK_UP_FROM, TO_PREPARE
from calendar_app.reminders import placement
from calendar_app.reminders.placement import Clock
from calendar_app.reminders.recipients import REPORTED_WITHIN, TOLD_WITHIN, Facts
from calendar_app.reminders.rules import (
    BY_CODE,
    DATE_CHANGED,
    STOP_DIGEST,
    TOLD_AFTERWARDS,
    TOLD_FROM_EVENTS,
    CountedFrom,
    Rule,
    Rung,
    Step,
    is_switched_off,
    never_alone,
    rules_for,
    rungs,
)
from calendar_app.reminders.targets import COLUMNS, Kind, News, Target
from coalitions.models import Circle, FollowUp, Position
from coalitions.models.follow_ups import AT_ONCE_WITHIN
from resolutions.models import DateStatus, RegionWatch

State, Cause = Reminder.State, Reminder.Cause

NUDGE_AFTER = timedelta(hours=48)
# What is overdue is told this late at most: older things belong to the past, and to the leads' weekly digest.
LATE_AT_MOST = timedelta(days=7)
WEEK = timedelta(days=7)
# What is settled before an assembly is told so long before its opening.
PREPARED_FROM = timedelta(days=120)


# How many targets are looked at, at a time.
TARGETS_AT_A_TIME = 500
# Target, person, rule, days before, step and version: what makes a reminder one of its kind.
Key = tuple[int, int, str, int, str, int]


class Promise(NamedTuple):
    """One reminder that should exist."""

    key: Key
    send_at: datetime
    is_alone: bool
    is_never_alone: bool = False

    @property
    def user(self) -> int:
        return self.key[1]

    @property
    def offset(self) -> int:
        return self.key[3]


def promises(target: Target, facts: Facts, at: datetime) -> Iterator[Promise]:
    """Everything this target promises to people, as things stand at this instant, past slots included.

    A rumour, what is closed and what is reserved to a delegation promise nothing; of a date that has passed, only what follows it.
    """
    if target.is_silent or target.is_never_mailed:
        return
    for rule in rules_for(target.kind, target.what):
        # Many people share a profile of being reached, and with it every instant.
        placed: dict[tuple[int, tuple[int, ...]], list[Placement]] = {}
        for_digest = never_alone(rule, facts)
        for user, steps in on_ladders(rule, target, facts).items():
            if not facts.may_be_told(user, target):
                continue
            profile = facts.people[user]
            if (found := placed.get((profile, steps))) is None:
                found = placed[profile, steps] = list(placements(rule, steps, target, *facts.profiles[profile], at))
            silences = facts.silences.get((target.kind, target.id))
            if silences is not None and user in silences:
                found = list(after_silence(found, silences[user], target, facts.profiles[profile][0]))
            keep = user in for_digest
            for offset, step, send_at, is_alone in found:
                yield Promise((target.id, user, rule.code, offset, step, target.version), send_at, is_alone and not keep, keep)
        yield from promises_of_backup(rule, target, facts, at)


def promises_of_backup(rule: Rule, target: Target, facts: Facts, at: datetime) -> Iterator[Promise]:
    """What the owner of a follow-up is told while she is away, its backup is told too, on her own clock."""
    user = target.backup
    if not (user and target.owner and target.owner in facts.away and facts.may_be_told(user, target)):
        return
    steps = on_ladders(rule, target, facts).get(target.owner, ())
    keep = user in never_alone(rule, facts)
    for offset, step, send_at, is_alone in placements(rule, steps, target, *facts.profiles[facts.people[user]], at):
        if facts.away_at(target.owner, send_at):
            yield Promise((target.id, user, rule.code, offset, step, target.version), send_at, is_alone and not keep, keep)


def on_ladders(rule: Rule, target: Target, facts: Facts) -> dict[int, tuple[int, ...]]:
    """On which ladders of this rule everyone concerned stands, by their place in it."""
    ladders_by_user: dict[int, tuple[int, ...]] = {}
    for number, ladder in enumerate(rule.ladders):
        for user in ladder.audience(target, facts):
            ladders_by_user[user] = (*ladders_by_user[user], number) if user in ladders_by_user else (number,)
    return ladders_by_user


Placement = tuple[int, str, datetime, bool]


def after_silence(found: Collection[Placement], until: datetime | None, target: Target, clock: Clock) -> Iterator[Placement]:
    """Of what one person is promised of a date, what is left once she has snoozed it until then; nothing if she is done with it.

    It comes back when it was snoozed until, if something would have come before, unless the next reminder comes first.
    """
    if until is None:
        return
    if until >= target.at:
        # It moved nearer since: nothing is snoozed beyond the date.
        yield from found
        return
    kept = [place for place in found if moment_told(place[2], place[0], target) >= until]
    yield from kept
    if len(kept) < len(found):
        slot, is_alone = placement.next_digest(until, target.at, clock)
        if all(slot < place[2] for place in kept):
            yield (target.at - until).days, Step.PUT_OFF, slot, is_alone


def moment_told(send_at: datetime, days: int, target: Target) -> datetime:
    """When a reminder of so many days before is due by its name; it is sent a little earlier, at an hour of its reader."""
    return max(send_at, target.at - days * placement.DAY)


def is_silenced(reminder: Reminder, target: Target, facts: Facts, at: datetime) -> bool:
    """Whether its reader is done with this date, or has snoozed it for longer."""
    silences = facts.silences.get((target.kind, target.id), {})
    if reminder.user_id not in silences:
        return False
    until = silences[reminder.user_id]
    return until is None or (until < target.at and max(at, moment_told(reminder.send_at, reminder.offset, target)) < until)


def placements(
    rule: Rule, steps: tuple[int, ...], target: Target, clock: Clock, days: tuple[int, ...], at: datetime
) -> Iterator[Placement]:
    """Days before, step, instant and whether alone, of everything these ladders promise to whoever is reached in this profile."""
    for rung in rungs(tuple(rule.ladders[number] for number in steps), days):
        if found := place(rung, target, clock, at):
            offset, send_at, is_alone = found
            yield offset, rung.step, send_at, is_alone


def place(rung: Rung, target: Target, clock: Clock, at: datetime) -> tuple[int, datetime, bool] | None:
    """Days before, instant and whether alone; None where this reminder makes no sense for this target."""
    match rung.counted_from:
        case CountedFrom.DATE if target.kind == Kind.FOLLOW_UP:
            return place_by_due(rung, target, clock)
        case CountedFrom.DATE:
            return (rung.offset, placement.before(target.at, rung.offset, clock), rung.is_alone) if target.at > at else None
        case CountedFrom.OPENING:
            if target.opens_on is None:
                return None
            send_at = placement.before(times.instant_of(target.opens_on, None, times.ITU_ZONE), rung.offset, clock)
            return (rung.offset, send_at, rung.is_alone) if max(send_at, at) < target.at else None
        case CountedFrom.CLOSING:
            if target.closes_on is None:
                return None
            closed = times.instant_of(target.closes_on, placement.MIDNIGHT, times.ITU_ZONE)
            return rung.offset, placement.after(closed, -rung.offset, clock), rung.is_alone
        case CountedFrom.SHUT:
            return rung.offset, placement.after(target.at, 0, clock), False
        case CountedFrom.ASSIGNED:
            handed = target.assigned_at or target.at
            is_urgent = target.at - handed <= AT_ONCE_WITHIN and rung.step == Step.ASSIGNED
            return 0, *placement.next_digest(handed, target.at, clock, alone=is_urgent)
        case CountedFrom.UNANSWERED:
            asked_again = (target.assigned_at or target.at) + NUDGE_AFTER
            return (0, *placement.next_digest(asked_again, target.at, clock)) if asked_again < target.at else None
        case CountedFrom.PUT_OFF:
            back = target.put_off_until or target.at
            # Another day makes another reminder: put off twice, it comes back twice.
            return ((target.at - back).days, *placement.next_digest(back, target.at, clock)) if back < target.at else None
        case CountedFrom.MONDAYS:
            first = placement.monday_after(target.at + 3 * placement.DAY, clock)
            coming = placement.monday_after(max(at, first), clock)
            return -round((coming - first) / WEEK) - 1, coming, False
        case CountedFrom.MONTHS:
            coming = placement.first_monday_after(max(at, target.at - LOOK_UP_FROM), clock)
            # Of her month: a Monday that is the first of January is still December elsewhere.
            month = placement.local_day(coming, clock.zone)
            months = (target.at.year - month.year) * 12 + target.at.month - month.month
            return (months, coming, False) if coming < target.at else None


def place_by_due(rung: Rung, target: Target, clock: Clock) -> tuple[int, datetime, bool] | None:
    if rung.offset < 0:
        return rung.offset, placement.after(target.at, -rung.offset, clock), rung.is_alone
    send_at = placement.before(target.at, rung.offset, clock)
    known_since = target.assigned_at or target.created_at or send_at
    # Whoever was handed it later was told when it is due; and it is silent while it is put off.
    if send_at < known_since or (target.put_off_until and send_at < target.put_off_until):
        return None
    return rung.offset, send_at, rung.is_alone


def late_place(promise: Promise, target: Target, clock: Clock, at: datetime) -> tuple[datetime, bool] | None:
    """When to tell what should have been told before this instant, and whether alone; None if it is too late for it."""
    if target.at <= at and (promise.offset >= 0 or promise.send_at < at - LATE_AT_MOST):
        return None
    slot, is_alone = placement.next_digest(at, target.at, clock, alone=promise.is_alone)
    return slot, is_alone and not promise.is_never_alone


# --- What becomes of it -----------------------------------------------------------------------------------------------------

# State and cause.
Verdict = tuple[str, str]


def verdict_on(reminder: Reminder, target: Target, facts: Facts, at: datetime) -> Verdict | None:
    """What becomes of this reminder instead of being told now; None if it is told.

    Asked when its mail is written and again when that is sent: of its reader, its target, version and audience as they are then.
    """
    if not facts.may_be_told(reminder.user_id, target):
        return State.SKIPPED, Cause.GONE
    if isinstance(target, News):
        stands = not target.is_silent and target.concerns(reminder.user_id)
    elif reminder.step == Step.ANNOUNCED:
        stands = not target.is_silent and is_on_her_agenda(reminder.user_id, target, facts)
    elif reminder.step in TOLD_FROM_EVENTS:
        stands = True
    elif reminder.version != target.version and not target.is_silent:
        return State.SKIPPED, Cause.MOVED
    else:
        if reminder.rule != DATE_CHANGED and is_silenced(reminder, target, facts, at):
            return State.SKIPPED, Cause.SNOOZED
        stands = not target.is_silent and (reminder.rule == DATE_CHANGED or is_concerned(reminder, target, facts, at))
    if not stands:
        return State.SKIPPED, Cause.GONE
    return (State.MISSED, "") if is_past(target, reminder, at) else None


def is_concerned(reminder: Reminder, target: Target, facts: Facts, at: datetime) -> bool:
    """Whether its reader still stands on a ladder of its rule, and has not put it off."""
    rule = BY_CODE[reminder.rule]
    if rule.is_silent_while_snoozed and target.put_off_until and target.put_off_until > at:
        return False
    question = (rule.code, target.kind, target.id)
    if (ladders_by_user := facts.asked.get(question)) is None:
        ladders_by_user = facts.asked[question] = on_ladders(rule, target, facts)
    ladders = ladders_by_user.get(reminder.user_id, ())
    if target.owner and reminder.user_id == target.backup and facts.away_at(target.owner, at):
        ladders = (*ladders, *ladders_by_user.get(target.owner, ()))
    told_always = ("",) if target.kind == Kind.FOLLOW_UP else ("", Step.PUT_OFF)
    return any(reminder.step in (*told_always, rule.ladders[number].step) for number in ladders)


def is_on_her_agenda(user: int, target: Target, facts: Facts) -> bool:
    """Whether she still watches something of what this meeting is about, and did not say that she does not go."""
    meeting = target.meeting or 0
    return user in facts.agendas.get(meeting, ()) and facts.attending.get(meeting, {}).get(user) != Attendance.Status.NOT


def is_past(target: Target, reminder: Reminder, at: datetime) -> bool:
    """Nobody is reminded of what has happened; what is overdue is another matter, and so is what became of it."""
    if target.kind == Kind.PROPOSAL:
        return reminder.send_at < at - LATE_AT_MOST
    if target.at > at:
        return False
    if reminder.step in TOLD_AFTERWARDS:
        return reminder.send_at < at - LATE_AT_MOST
    if target.kind == Kind.FOLLOW_UP:
        return not BY_CODE[reminder.rule].is_overdue and reminder.step not in TOLD_FROM_EVENTS
    return True


def stopped(reminder: Reminder, user: User, facts: Facts) -> Verdict | None:
    """What becomes of it as its reader or her coalitions want no mail of its kind, or she no digest; None if it is wanted."""
    mutes = facts.mutes.get(user.pk, set())
    if BY_CODE[reminder.rule].stop in mutes:
        return State.SKIPPED, Cause.MUTED
    if verdict := switched_off(reminder, facts):
        return verdict
    if reminder.is_alone or reminder.cause == Cause.OVERFLOW:
        return None
    if STOP_DIGEST in mutes:
        return State.SKIPPED, Cause.MUTED
    if user.rhythm == User.Rhythm.URGENT:
        return State.SKIPPED, Cause.RHYTHM
    return None


def switched_off(reminder: Reminder, facts: Facts) -> Verdict | None:
    return (State.SKIPPED, Cause.COALITION) if is_switched_off(BY_CODE[reminder.rule], reminder.user_id, facts) else None


# --- Where to look ----------------------------------------------------------------------------------------------------------


def deadlines_ahead(at: datetime, users: Keys | None = None, until: datetime | None = None):
    rows = Deadline.objects.filter(at__gt=at).order_by("pk")
    if until is not None:
        rows = rows.filter(is_told_until(until) | is_prepared_until(until))
    if users is not None:
        rows = rows.filter(
            Q(date_status=DateStatus.ASSUMPTION)
            | Q(kind=Deadline.Kind.CONTRIBUTION)
            | Q(pk__in=DateWatch.objects.filter(user__in=users, deadline__isnull=False).values("deadline"))
            | Q(meeting__in=Attendance.objects.filter(user__in=users).values("meeting"))
            | Q(meeting__group__in=RegionWatch.objects.filter(user__in=users).values("group"))
            | Q(kind=Deadline.Kind.REGISTRATION, meeting__in=about_watched(users))
            | Q(kind=Deadline.Kind.DOCUMENT, meeting__in=about_written(users))
            | Q(kind__in=TO_PREPARE, assembly__in=assemblies_of(users))
            | Q(Exists(promised(Kind.DEADLINE, users)))
        )
    return rows.exclude(date_status=DateStatus.RUMOUR) if until is not None else rows


def meetings_ahead(at: datetime, users: Keys | None = None, until: datetime | None = None, on: date | None = None):
    """And assemblies whose report is still asked for, and meetings of which it is asked what can be told."""
    on = on or at.date()
    of_reports = Q(kind=Meeting.Kind.ASSEMBLY, ends_on__gt=on - REPORTED_WITHIN)
    of_debriefs = Q(kind__in=Debrief.ASKED_AFTER, circle=None, ends_on__gt=on - TOLD_WITHIN)
    rows = Meeting.objects.filter(Q(at__gt=at) | of_reports | of_debriefs).order_by("pk")
    if until is not None:
        rows = rows.filter(is_told_until(until))
    if users is not None:
        rows = rows.filter(
            Q(date_status=DateStatus.ASSUMPTION)
            | Q(pk__in=DateWatch.objects.filter(user__in=users, meeting__isnull=False).values("meeting"))
            | Q(pk__in=Attendance.objects.filter(user__in=users).values("meeting"))
            | Q(group__in=RegionWatch.objects.filter(user__in=users).values("group"))
            | Q(pk__in=about_watched(users))
            | of_reports
            | Q(Exists(promised(Kind.MEETING, users)))
        )
    return rows.exclude(date_status=DateStatus.RUMOUR) if until is not None else rows


def about_watched(users: Keys):
    """Keys of the meetings that have something on their agenda which these people watch."""
    return Meeting.resolutions.through.objects.filter(resolution__watches__user__in=users).values("meeting")


def about_written(users: Keys):
    """Keys of the meetings that have a resolution on their agenda on which these people wrote or drafted a position."""
    written = Position.objects.filter(Q(by__in=users) | Q(drafted_by__in=users), circle__kind=Circle.Kind.EVERYONE)
    return Meeting.resolutions.through.objects.filter(resolution__in=written.values("resolution")).values("meeting")


def is_told_until(until: datetime) -> Q:
    """Dates until then, and assumptions that leads are nudged about before then."""
    return Q(at__lte=until) | Q(date_status=DateStatus.ASSUMPTION, at__lte=until + LOOK_UP_FROM)


def assemblies_of(users: Keys):
    """Keys of the assemblies to which these people said whether they go."""
    return Attendance.objects.filter(user__in=users, meeting__kind=Meeting.Kind.ASSEMBLY).values("meeting__assembly")


def is_prepared_until(until: datetime) -> Q:
    """What is settled before an assembly is told long before its own day."""
    return Q(kind__in=TO_PREPARE, at__lte=until + PREPARED_FROM)


def follow_ups_ahead(at: datetime, users: Keys | None = None, until: datetime | None = None):
    """Open ones, and for some people those they have to do with: theirs, assigned by them, overdue in a circle of theirs."""
    rows = FollowUp.objects.open().order_by("pk")
    if until is not None:
        rows = rows.filter(due_at__lte=until)
    if users is not None:
        rows = rows.filter(
            Q(owner__in=users)
            | Q(backup__in=users)
            | Q(assigned_by__in=users)
            | Q(
                due_at__lt=at,
                circle__in=Circle.objects.filter(
                    circle_memberships__membership__user__in=users, circle_memberships__membership__role="lead"
                ).values("pk"),
            )
            | Q(Exists(promised(Kind.FOLLOW_UP, users)))
        )
    return rows


def promised(kind: Kind, users: Keys):
    return Reminder.objects.planned().filter(user__in=users, **{kind.value: OuterRef("pk")})


def a_page(kind: Kind, rows: QuerySet[Any], after: int) -> QuerySet[Any]:
    return rows.filter(pk__gt=after).values_list(*COLUMNS[kind])[:TARGETS_AT_A_TIME]


# By kind, some of what is ahead for these people, as it is in the database: the columns of a translated model come in any order otherwise.
# Django takes ten times as long to put these together as a database to answer them.
AHEAD_OF_PEOPLE: dict[Kind, PrecompiledQuery] = {
    Kind.DEADLINE: PrecompiledQuery(lambda users, at, on, after: a_page(Kind.DEADLINE, deadlines_ahead(at, users).rewrite(False), after)),
    Kind.MEETING: PrecompiledQuery(
        lambda users, at, on, after: a_page(Kind.MEETING, meetings_ahead(at, users, on=on).rewrite(False), after)
    ),
    Kind.FOLLOW_UP: PrecompiledQuery(lambda users, at, on, after: a_page(Kind.FOLLOW_UP, follow_ups_ahead(at, users), after)),
}
