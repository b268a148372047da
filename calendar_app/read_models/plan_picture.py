"""A plan before and after a move, as points of a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amnt.core import times
from calendar_app.read_models.plan_moves import StepMove

LEFT, RIGHT, APART = 60, 330, 48


@dataclass(frozen=True)
class PlanPoint:
    before: int
    after: int
    moves: bool


@dataclass(frozen=True)
class PointLabel:
    x: int
    text: str


@dataclass(frozen=True)
class PlanPicture:
    points: list[PlanPoint]
    before: list[PointLabel]
    after: list[PointLabel]


def picture_of(moves: Sequence[StepMove], counted_from: datetime, deadline: datetime, language: str) -> PlanPicture | None:
    """The deadline and every open step, from the first day to the last; labels that would overlap are left out."""
    pairs = [(counted_from, deadline), *((move.old, move.new) for move in moves if not move.step.follow_up.is_closed)]
    instants = [instant for pair in pairs for instant in pair]
    first, last = min(instants), max(instants)
    if first == last:
        return None

    def across(instant: datetime) -> int:
        return round(LEFT + (RIGHT - LEFT) * ((instant - first) / (last - first)))

    points = [PlanPoint(across(old), across(new), old != new) for old, new in pairs]
    return PlanPicture(
        points,
        labels([(across(old), old) for old, _new in pairs], language),
        labels([(across(new), new) for _old, new in pairs], language),
    )


def labels(placed: Sequence[tuple[int, datetime]], language: str) -> list[PointLabel]:
    found: list[PointLabel] = []
    for x, instant in placed:
        if all(abs(label.x - x) >= APART for label in found):
            found.append(PointLabel(min(x, RIGHT - APART // 2), times.days(instant.date(), instant.date(), language, instant.year)))
    return found
