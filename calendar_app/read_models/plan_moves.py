"""How a plan stands, what is impossible about it, and what a move of it would do. Writes nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core import times
from calendar_app.domain.backward_plans import PlannedStep, Problem, day_that_fits, problems, shared_out
from calendar_app.models import BackwardPlan, Deadline, PlanStep, Reminder
from coalitions.models.absences import Away, away_at

# By what a person chose as her weekend, the days of the week; Monday is 0.
WEEKENDS = {User.Weekend.SAT_SUN: (5, 6), User.Weekend.FRI_SAT: (4, 5), User.Weekend.NONE: ()}


class How(StrEnum):
    """What becomes of the steps that are free to move."""

    # As many days earlier or later, all of them.
    SHIFT = "shift"
    # The days that are left are shared out among them.
    SHARE = "share"


class Stays(StrEnum):
    """Why a step does not move."""

    CLOSED = "closed"
    PINNED = "pinned"
    OFFICIAL = "official"
    SAME = "same"
    # The day it would have has passed, or there are fewer days than steps.
    NO_DAY = "no-day"


@dataclass(frozen=True)
class StepMove:
    """One step before and after a move.

    new -- its instant afterwards; that of before where it stays
    asked -- the instant it would have had, where that has passed
    problem -- why it is impossible afterwards
    """

    step: PlanStep
    old: datetime
    new: datetime
    stays: Stays | None = None
    asked: datetime | None = None
    problem: Problem | None = None

    @property
    def is_on_weekend(self) -> bool:
        """Whether its owner, on her clock, has her weekend then."""
        owner = self.step.follow_up.owner
        return owner is not None and self.new.astimezone(ZoneInfo(owner.time_zone)).weekday() in WEEKENDS[User.Weekend(owner.weekend)]

    def away(self, known: Mapping[int, list[Away]]) -> Away | None:
        """The absence of its owner that it would fall into."""
        return away_at(self.step.follow_up.owner, self.new, known)

    @property
    def moves(self) -> bool:
        return self.stays is None


@dataclass(frozen=True)
class PlanPreview:
    """The effects of a move, counted before it is made.

    people -- the keys of the owners and backups of what moves
    """

    moves: list[StepMove]
    people: frozenset[int]
    reminders: int

    @property
    def moving(self) -> list[StepMove]:
        return [move for move in self.moves if move.moves]

    @property
    def staying(self) -> list[StepMove]:
        return [move for move in self.moves if not move.moves and move.stays != Stays.CLOSED]

    @property
    def impossible(self) -> list[StepMove]:
        return [move for move in self.moves if move.problem]


# --- How the plan stands ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StepState:
    """One step as it stands.

    days_before -- how many days it is before what waits for it
    waits -- the title of what waits for it, None for the deadline
    fits_on -- of an impossible one, the day it can still have
    """

    step: PlanStep
    days_before: int
    waits: str | None
    problem: Problem | None
    fits_on: date | None = None
    away: Away | None = None


def standing(plan: BackwardPlan, known: Mapping[int, list[Away]] | None = None) -> list[StepState]:
    """Every step, the one before the deadline first, with what is impossible about it and what can still be done.

    known -- what the reader may know of who is away
    """
    steps, zone, instant = list(plan.steps.all()), ZoneInfo(plan.zone), now()
    today = instant.astimezone(zone).date()
    found = []
    waits_at, waits = plan.deadline.at, None
    for step, problem in zip(steps, problems(planned(steps), plan.deadline.at, instant), strict=True):
        at, until = step.follow_up.due_at.astimezone(zone).date(), waits_at.astimezone(zone).date()
        fits = day_that_fits(until, today, step.lead_days) if problem else None
        away = away_at(step.follow_up.owner, step.follow_up.due_at, known or {}) if not step.follow_up.is_closed else None
        found.append(StepState(step, (until - at).days, waits, problem, fits, away))
        if not step.follow_up.is_closed:
            waits_at, waits = step.follow_up.due_at, step.follow_up.title
    return found


@dataclass(frozen=True)
class PlanEntry:
    """A plan as lists show it."""

    plan: BackwardPlan
    open_steps: int
    impossible: int
    waits: bool


def plan_entries(plans: Iterable[BackwardPlan]) -> list[PlanEntry]:
    found = []
    for plan in plans:
        states = standing(plan)
        is_open = sum(not state.step.follow_up.is_closed for state in states)
        found.append(PlanEntry(plan, is_open, sum(state.problem is not None for state in states), waits_for_answer(plan)))
    return found


def plans_before(deadline: Deadline, user: User) -> list[PlanEntry]:
    return plan_entries(BackwardPlan.objects.visible_to(user).filter(deadline=deadline).for_list())


def planned(steps: Sequence[PlanStep], instants: Sequence[datetime] | None = None) -> list[PlannedStep]:
    """As the computation sees them, on their own dates or on these."""
    dates = instants or [step.follow_up.due_at for step in steps]
    return [
        PlannedStep(at, step.lead_days, is_open=not step.follow_up.is_closed, is_free=step.is_free)
        for step, at in zip(steps, dates, strict=True)
    ]


def waits_for_answer(plan: BackwardPlan) -> bool:
    """Whether its deadline, or an official date one of its steps stands on, has moved and nobody has said what becomes of it."""
    return bool(plan.days_moved) or any(step.waits_for_official for step in plan.steps.all())


def fingerprint(plan: BackwardPlan) -> str:
    """Two people moving it at once: the one who saw an older state has an older fingerprint."""
    steps = [
        [
            step.pk,
            step.is_pinned,
            step.follow_up.version,
            step.follow_up.due_at.isoformat(),
            step.follow_up.is_closed,
            step.official.at.isoformat() if step.official else None,
        ]
        for step in plan.steps.for_plan()
    ]
    return sha256(json.dumps([plan.deadline.at.isoformat(), plan.counted_from.isoformat(), steps]).encode()).hexdigest()


# --- What a move would do -------------------------------------------------------------------------------------------------------------


def preview_move(plan: BackwardPlan, *, how: How, days: int = 0) -> PlanPreview:
    """What would move, what stays, and how many people and reminders are concerned. Changes nothing."""
    moves = step_moves(plan, how=how, days=days)
    moving = [move.step.follow_up for move in moves if move.moves]
    people = {user for follow_up in moving for user in (follow_up.owner_id, follow_up.backup_id) if user}
    planned_for = Reminder.objects.planned().filter(follow_up__in=[follow_up.pk for follow_up in moving])
    return PlanPreview(moves, frozenset(people), planned_for.aggregate(n=Count("pk"))["n"])


def step_moves(plan: BackwardPlan, *, how: How, days: int) -> list[StepMove]:
    steps, instant = list(plan.steps.for_plan()), now()
    wished = shared(plan, steps, instant) if how == How.SHARE else [shifted(step, days, plan.zone) for step in steps]
    moves = [move_of(step, wish, instant) for step, wish in zip(steps, wished, strict=True)]
    found = problems(planned(steps, [move.new for move in moves]), plan.deadline.at, instant)
    return [replace(move, problem=problem) for move, problem in zip(moves, found, strict=True)]


def shifted(step: PlanStep, days: int, zone: str) -> datetime:
    """Where it would be: an official date where it stands on one."""
    if step.official:
        return step.official.at
    due_at = step.follow_up.due_at
    day = date.fromordinal(due_at.astimezone(ZoneInfo(zone)).date().toordinal() + days)
    return on_day(due_at, day, zone)


def shared(plan: BackwardPlan, steps: Sequence[PlanStep], instant: datetime) -> list[datetime | None]:
    """The days between what does not move, shared out among the steps that do."""
    zone = ZoneInfo(plan.zone)
    today = instant.astimezone(zone).date()
    wished: list[datetime | None] = [step.official.at if step.official else step.follow_up.due_at for step in steps]
    until = plan.deadline.at.astimezone(zone).date()
    run: list[int] = []

    def settle(after: date) -> None:
        found = shared_out(until, max(after, today), [steps[place].lead_days for place in run])
        for number, place in enumerate(run):
            wished[place] = on_day(steps[place].follow_up.due_at, found[number], plan.zone) if found else None

    for place, step in enumerate(steps):
        if step.follow_up.is_closed:
            continue
        if step.is_free:
            run.append(place)
            continue
        fixed = (step.official.at if step.official else step.follow_up.due_at).astimezone(zone).date()
        settle(fixed)
        until, run = fixed, []
    settle(today)
    return wished


def move_of(step: PlanStep, wish: datetime | None, instant: datetime) -> StepMove:
    old = step.follow_up.due_at
    if step.follow_up.is_closed:
        return StepMove(step, old, old, Stays.CLOSED)
    if step.is_pinned and not step.official:
        return StepMove(step, old, old, Stays.PINNED)
    if wish == old:
        return StepMove(step, old, old, Stays.OFFICIAL if step.official else Stays.SAME)
    if wish is None or wish <= instant:
        return StepMove(step, old, old, Stays.NO_DAY, asked=wish)
    return StepMove(step, old, wish)


def on_day(instant: datetime, day: date, zone: str) -> datetime:
    """The same hour on the same clocks, on this day."""
    return times.instant_of(day, instant.astimezone(ZoneInfo(zone)).time(), zone)


def local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()
