"""Dates counted backwards from a deadline, and what becomes of them when there are too few days.

The steps of a plan stand in the order in which they are counted: the first is the one before the deadline, the last the one to begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Problem(StrEnum):
    """Why a step can no longer be done as planned."""

    PAST = "past"
    # It comes later than the step that waits for it.
    TOO_LATE = "too-late"


@dataclass(frozen=True)
class PlannedStep:
    """One step as far as its date goes.

    lead_days -- how many days it should be done before the step that waits for it, or before the deadline
    is_free -- whether it moves with the plan: neither closed, nor pinned, nor on an official date
    """

    at: datetime
    lead_days: int
    is_open: bool = True
    is_free: bool = True


def counted_back(until: date, lead_days: Sequence[int]) -> list[date]:
    """The day of each step: so many days before the one before it."""
    days = []
    for lead in lead_days:
        until -= timedelta(days=lead)
        days.append(until)
    return days


def shared_out(until: date, after: date, lead_days: Sequence[int]) -> list[date] | None:
    """The day of each step between these two, each on a day of its own, in proportion to the days it should have.

    No step gets more days than it should have. None if there are fewer days than steps.
    """
    room, steps = (until - after).days - 1, len(lead_days)
    if room < steps:
        return None
    wanted = sum(lead_days)
    share = min(1.0, room / wanted) if wanted else 1.0
    days, counted, before = [], 0, 0
    for place, lead in enumerate(lead_days):
        counted += lead
        before = min(max(before + 1, round(counted * share)), room - (steps - 1 - place))
        days.append(until - timedelta(days=before))
    return days


def problems(steps: Sequence[PlannedStep], deadline: datetime, at: datetime) -> list[Problem | None]:
    """For each step why it is impossible at this instant, if it is. What is closed has no problem, and nothing waits for it."""
    found: list[Problem | None] = []
    waits = deadline
    for step in steps:
        if not step.is_open:
            found.append(None)
            continue
        found.append(Problem.PAST if step.at <= at else Problem.TOO_LATE if step.at > waits else None)
        waits = step.at
    return found


def day_that_fits(waits_on: date, today: date, lead_days: int) -> date | None:
    """The day a step can still have: so many days before what waits for it, at the earliest tomorrow; None if none is left."""
    day = max(waits_on - timedelta(days=lead_days), today + timedelta(days=1))
    return day if day < waits_on else None
