"""Moving an official date: with a source, with the dates that depend on it, and near the day with a second person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from calendar_app.models import DateChange, Deadline, Meeting, Reminder
from calendar_app.models.dates import SECOND_PERSON_WITHIN, instant_in
from calendar_app.services.date_states import (
    NewDate,
    State,
    Target,
    check_new_date,
    check_source,
    fingerprint,
    hour_of,
    instant_state,
    iso,
    meeting_state,
    new_date_of,
    save_with_author,
    set_state,
    state_of,
)
from resolutions.models import Assembly, DateStatus

UNDO_WITHIN = timedelta(hours=24)
# In the new state of a change: the date itself was proposed by a member, and goes if it is rejected.
IS_NEW = "is_new"


@dataclass(frozen=True)
class PlannedMove:
    """The old and the new state of one date."""

    target: Target
    old: State
    new: State

    @property
    def is_other_day(self) -> bool:
        """Whether the date itself moves, not only its certainty."""
        return any(self.old.get(name) != self.new.get(name) for name in ("at", "starts_on", "ends_on", "has_hour"))

    @property
    def version_told(self) -> int | None:
        """The version of the date after the move, for notices; an assembly's is that of its meeting."""
        return self.target.version if self.is_other_day and not isinstance(self.target, Assembly) else None


@dataclass(frozen=True)
class DateChangePreview:
    """The effects of a change, counted before it is made."""

    moves: list[PlannedMove]
    pinned: list[Deadline]
    people: int
    reminders: int
    needs_second_person: bool

    @property
    def dates(self) -> int:
        """How many move to another day or hour."""
        return sum(move.is_other_day for move in self.moves)

    @property
    def is_rumour(self) -> bool:
        return bool(self.moves[0].new["date_status"] == DateStatus.RUMOUR)


# --- The acts -------------------------------------------------------------------------------------------------------


def preview_change(target: Target, *, new: NewDate, is_lead: bool = True) -> DateChangePreview:
    """The dates that would move, those pinned, and the number of people and reminders affected. Changes nothing."""
    check_new_date(new)
    target = _root(target)
    moves = _moves(target, new)
    moving = [move.target for move in moves if move.is_other_day]
    # Affected are those with a sent or planned reminder of the present date.
    told = Q(state__in=(Reminder.State.PLANNED, Reminder.State.QUEUED, Reminder.State.SENT))
    of_these = Q(meeting__in=[row.pk for row in moving if isinstance(row, Meeting)]) | Q(
        deadline__in=[row.pk for row in moving if isinstance(row, Deadline)]
    )
    counts = Reminder.objects.filter(told, of_these).aggregate(
        people=Count("user", distinct=True), reminders=Count("pk", filter=Q(state=Reminder.State.PLANNED))
    )
    return DateChangePreview(
        moves, _pinned(target, moves), counts["people"], counts["reminders"], not is_lead or _needs_second_person(moves)
    )


@transaction.atomic
def propose_change(
    target: Target,
    *,
    new: NewDate,
    source: str,
    by: User,
    is_lead: bool = True,
    seen: str | None = None,
    submission: UUID | None = None,
) -> DateChange:
    """Move a date with its dependent dates. Within thirty days of the old or the new date, it waits for a second person. A rumour moves
    nothing and sends nothing: it only marks the date as uncertain.
    is_lead -- what a member proposes always waits
    seen -- the fingerprint of the state this person saw
    """
    target = _locked(_root(target))
    if made := sent_before(DateChange.objects.all(), submission):
        return made
    check_new_date(new)
    if seen is not None and seen != fingerprint(target):
        raise RuleBroken(_("Someone else has changed this date in the meantime. Look at it again, then send yours."))
    check_source(source, is_private=_is_private(target))
    if DateChange.objects.filter(**_row(target)).pending().exists():
        raise RuleBroken(_("Another change of this date is waiting for a second person. Confirm or reject that one first."))
    moves = _moves(target, new)
    if moves[0].old == moves[0].new:
        raise RuleBroken(_("This is the date it already has."))
    recorded = moves[0].new
    if new.status == DateStatus.RUMOUR:
        recorded = recorded | {"heard": {"starts_on": iso(new.on), "ends_on": iso(new.last_day)}}
    change = DateChange.objects.create(**_row(target), old=moves[0].old, new=recorded, source=source, proposed_by=by, submission=submission)
    if is_lead and not _needs_second_person(moves):
        _apply(change, target, new=new, by=by)
    return change


def propose_new(target: Meeting | Deadline, *, status: str, source: str, by: User) -> DateChange:
    """A date just stored by a member waits, as a rumour that sends nothing, for a lead or another member."""
    state = state_of(target)
    new = state | {"date_status": str(status), IS_NEW: True}
    return DateChange.objects.create(**_row(target), old=state, new=new, source=source, proposed_by=by)


@transaction.atomic
def confirm_change(change: DateChange, *, by: User, is_lead: bool = True) -> DateChange:
    """Confirm as a second person: a lead or, while the day is far, another member."""
    change = _pending(change)
    if change.proposed_by_id == by.pk:
        raise RuleBroken(_("You proposed this change: another lead must confirm it."))
    _check_may_answer(change, is_lead=is_lead)
    target = _locked(change.target)
    if state_of(target) != change.old:
        raise RuleBroken(_("This date changed after the proposal was made. Reject it and propose the new date again."))
    change.confirmed_by = by
    _apply(change, target, new=new_date_of(change.new), by=by)
    if change.new.get(IS_NEW) and isinstance(target, Meeting):
        for deadline in target.deadlines.filter(date_status=DateStatus.RUMOUR):
            deadline.date_status, deadline.version = DateStatus.PROVISIONAL, deadline.version + 1
            save_with_author(by, deadline, ["date_status", "version", "changed_at"])
    return change


@transaction.atomic
def reject_change(change: DateChange, *, by: User, is_lead: bool = True) -> DateChange:
    """Reject as a second person, or withdraw one's own proposal. A date that was only proposed goes with it."""
    change = _pending(change)
    if change.proposed_by_id != by.pk:
        _check_may_answer(change, is_lead=is_lead)
    if change.new.get(IS_NEW) and not isinstance(change.target, Assembly):
        target = change.target
        change.meeting = change.deadline = None
        target._history_user = by  # type: ignore[union-attr]
        target.delete()
        change.rejected_at = now()
        return change
    change.rejected_at = now()
    change.confirmed_by = by if by.pk != change.proposed_by_id else None
    change.save(update_fields=["rejected_at", "confirmed_by"])
    return change


def _check_may_answer(change: DateChange, *, is_lead: bool) -> None:
    if not is_lead and change.is_near:
        raise RuleBroken(_("This date is less than thirty days away: a lead answers."))


def _pending(change: DateChange) -> DateChange:
    """Locked, to be answered once."""
    change = DateChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if not change.is_pending:
        raise RuleBroken(_("This change has already been answered."))
    return change


def can_be_undone(change: DateChange) -> bool:
    """Whether it can be undone: within a day, if not changed again, and not a change that followed from another."""
    return (
        change.because_of_id is None
        and change.applied_at is not None
        and change.applied_at > now() - UNDO_WITHIN
        and (change.old.get("starts_on") is not None or "at" in change.old)
        and state_of(change.target) == {name: value for name, value in change.new.items() if name not in ("heard", IS_NEW)}
    )


@transaction.atomic
def undo_change(change: DateChange, *, by: User) -> DateChange:
    """Change back to the old date, with its dependent dates."""
    change = DateChange.objects.for_list().get(pk=change.pk)
    if not can_be_undone(change):
        raise RuleBroken(_("This change can no longer be undone. Change the date instead."))
    before = new_date_of(change.old)
    if before.status == DateStatus.RUMOUR:
        before = replace(before, status=DateStatus.PROVISIONAL)  # a rumour would not move dependent dates back
    return propose_change(change.target, new=before, source=change.source, by=by, seen=fingerprint(change.target))


def _apply(change: DateChange, root: Target, *, new: NewDate, by: User) -> None:
    """Move the date and its dependent dates, with a `DateChange` for each, from which notices are sent."""
    instant = now()
    moves = _moves(root, new)
    for move in moves:
        set_state(move.target, move.new)
        fields = [*move.new, "changed_at"] if not isinstance(move.target, Assembly) else [*move.new]
        if move.target.pk == root.pk and type(move.target) is type(root):
            if change.source:
                move.target.source = change.source
            is_checked = change.new["date_status"] == DateStatus.CONFIRMED
            move.target.verified_by, move.target.verified_at = (by, instant) if is_checked else (None, None)
            fields += ["source", "verified_by", "verified_at"]
        # A rumour has no reminders: a new version plans them again.
        if not isinstance(move.target, Assembly) and (move.is_other_day or move.old["date_status"] == DateStatus.RUMOUR):
            move.target.version += 1
            fields.append("version")
        save_with_author(by, move.target, fields)
    setattr(change, *next(iter(_row(root).items())))
    change.applied_at, change.version = instant, moves[0].version_told
    change.save(update_fields=["applied_at", "confirmed_by", "version"])
    consequences = [
        DateChange(
            **_row(move.target),
            because_of=change,
            old=move.old,
            new=move.new,
            source=change.source,
            proposed_by=change.proposed_by,
            confirmed_by=change.confirmed_by,
            applied_at=instant,
            version=move.version_told,
        )
        for move in moves[1:]
    ]
    DateChange.objects.bulk_create(consequences)


# --- What moves -----------------------------------------------------------------------------------------------------


def _moves(target: Target, new: NewDate) -> list[PlannedMove]:
    """The date itself first, then its dependent dates. A rumour moves nothing."""
    old = state_of(target)
    if new.status == DateStatus.RUMOUR:
        return [PlannedMove(target, old, {**old, "date_status": DateStatus.RUMOUR.value})]
    if isinstance(target, Assembly):
        state = {"starts_on": iso(new.on), "ends_on": iso(new.last_day), "date_status": str(new.status)}
        moves = [PlannedMove(target, old, state)]
        meetings = Meeting.objects.filter(assembly=target, kind=Meeting.Kind.ASSEMBLY)
        for meeting in meetings:
            same_hour = NewDate(new.on, new.status, new.last_day, hour_of(meeting), meeting.zone)
            moves += [
                PlannedMove(meeting, state_of(meeting), meeting_state(same_hour)),
                *_following(Deadline.objects.relative().filter(meeting=meeting), new),
            ]
        moves += _following(Deadline.objects.of_assemblies().relative().filter(assembly=target), new)
        moves += _assumed_meetings(target, new)
    elif isinstance(target, Meeting):
        moves = [PlannedMove(target, old, meeting_state(new)), *_following(Deadline.objects.relative().filter(meeting=target), new)]
    else:
        offset = target.offset_days
        if new.follows is not None:
            offset = 0 if new.follows else None
        first_day = target.meeting.starts_on if target.meeting else target.assembly.starts_on
        if offset is not None:
            offset = (new.on - first_day).days if first_day else None
        return [PlannedMove(target, old, {**instant_state(new), "offset_days": offset})]
    return [moves[0], *(move for move in moves[1:] if move.old != move.new)]


def _assumed_meetings(assembly: Assembly, new: NewDate) -> list[PlannedMove]:
    """Meetings computed from the first day of the assembly, as many days later as that moves; and what counts from them."""
    if assembly.starts_on is None:
        return []
    later = new.on - assembly.starts_on
    moves = []
    for meeting in Meeting.objects.assumptions().filter(assembly=assembly).exclude(kind=Meeting.Kind.ASSEMBLY):
        on, until = meeting.starts_on + later, meeting.ends_on + later
        moved = NewDate(on, DateStatus.ASSUMPTION, until, hour_of(meeting), meeting.zone)
        following = _following(Deadline.objects.relative().filter(meeting=meeting), moved)
        moves += [PlannedMove(meeting, state_of(meeting), meeting_state(moved)), *following]
    return moves


def _following(deadlines: Iterable[Deadline], new: NewDate) -> list[PlannedMove]:
    """Relative deadlines: as many days from the new first day, at the same hour on the same clocks."""
    moves = []
    for deadline in deadlines:
        day = new.on + timedelta(days=deadline.offset_days or 0)
        # A deadline counted from a provisional day is provisional too; an assumption stays one until its own date is published.
        is_provisional = new.status == DateStatus.PROVISIONAL and not deadline.is_assumption
        status = DateStatus.PROVISIONAL.value if is_provisional else deadline.date_status
        moved = NewDate(day, status, hour=hour_of(deadline), zone=deadline.zone)
        moves.append(PlannedMove(deadline, state_of(deadline), {**instant_state(moved), "offset_days": deadline.offset_days}))
    return moves


def _pinned(target: Target, moves: list[PlannedMove]) -> list[Deadline]:
    """Future dates that depend on this one but are pinned."""
    if isinstance(target, Deadline) or not moves[0].is_other_day:
        return []
    fixed = Deadline.objects.pinned().ahead()
    if isinstance(target, Meeting):
        return list(fixed.filter(meeting=target).order_by("at"))
    return list(
        (fixed.filter(assembly=target, meeting=None) | fixed.filter(meeting__assembly=target, meeting__kind="assembly")).order_by("at")
    )


def _needs_second_person(moves: list[PlannedMove]) -> bool:
    """Not for rumours and calls of circles; else if a date is near, before or after the move."""
    if moves[0].new["date_status"] == DateStatus.RUMOUR or _is_private(moves[0].target):
        return False
    near = [instant for move in moves for instant in (instant_in(move.old), instant_in(move.new)) if instant]
    return any(abs(instant - now()) <= SECOND_PERSON_WITHIN for instant in near)


def _root(target: Target) -> Target:
    """The assembly for its own meeting, else the target."""
    return target.assembly if isinstance(target, Meeting) and target.kind == Meeting.Kind.ASSEMBLY else target


def _locked(target: Target) -> Target:
    if isinstance(target, Assembly):
        return Assembly.objects.select_for_update().get(pk=target.pk)
    if isinstance(target, Meeting):
        return Meeting.objects.select_for_update(of=("self",)).select_related("circle").get(pk=target.pk)
    return Deadline.objects.select_for_update(of=("self",)).select_related("meeting", "assembly").get(pk=target.pk)


def _row(target: Target) -> dict[str, Target]:
    return {type(target).__name__.lower(): target}


def _is_private(target: Target) -> bool:
    return not isinstance(target, Assembly) and target.is_private
