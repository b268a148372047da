"""The number of open and overdue follow-ups per week, and the lines that draw them. No database, no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

WEEKS = 8
# The drawing: user units of the SVG.
LEFT, RIGHT, TOP, BOTTOM = 32, 326, 20, 132


@dataclass(frozen=True)
class BurndownPoint:
    at: datetime
    open: int
    overdue: int


@dataclass(frozen=True)
class GridLine:
    y: int
    value: int


@dataclass(frozen=True)
class Burndown:
    """points -- oldest first; open_path, overdue_path -- SVG path data; grid -- horizontal lines with their value"""

    points: list[BurndownPoint]
    open_path: str
    overdue_path: str
    grid: list[GridLine]

    @property
    def now(self) -> BurndownPoint:
        return self.points[-1]

    @property
    def first(self) -> BurndownPoint:
        return self.points[0]

    @property
    def is_empty(self) -> bool:
        return not any(point.open for point in self.points)


def weeks_before(instant: datetime) -> list[datetime]:
    """The instants of the chart but the last, which is now: whole weeks ago, oldest first."""
    return [instant - timedelta(weeks=number) for number in range(WEEKS - 1, 0, -1)]


def burndown(at: datetime, *, tally: Mapping[str, int], moves: Mapping[str, int]) -> Burndown:
    """Computed backwards from what is open now: add what was closed since, subtract what was opened since.

    tally -- `team` and `overdue` now, `overdue_N` on each instant of `weeks_before(at)`
    moves -- `opened_N` and `closed_N`: how many were opened and closed after each of them
    """
    points = []
    for n, week in enumerate(weeks_before(at)):
        was_open = max(0, tally["team"] - moves[f"opened_{n}"] + moves[f"closed_{n}"])
        # What was closed and reopened since counts as overdue throughout, but no more can be overdue than open.
        points.append(BurndownPoint(week, was_open, min(was_open, tally[f"overdue_{n}"])))
    points.append(BurndownPoint(at, tally["team"], tally["overdue"]))
    most = max(max(point.open, point.overdue) for point in points)
    step = max(1, ceil(most / 3))
    grid = [GridLine(height(value, step), value) for value in range(0, 3 * step + 1, step)]
    return Burndown(points, path([point.open for point in points], step), path([point.overdue for point in points], step), grid)


def height(value: int, step: int) -> int:
    return BOTTOM - round((BOTTOM - TOP) * value / (3 * step))


def path(values: list[int], step: int) -> str:
    apart = (RIGHT - LEFT) / (len(values) - 1)
    return "M" + " ".join(f"{round(LEFT + number * apart)} {height(value, step)}" for number, value in enumerate(values))
