"""Horizontal bars with their figures, as places in a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from coalitions.domain.coverage import hide_small

WIDTH, HEIGHT, STEP = 340, 20, 28  # of the drawing, of a bar, and from one bar to the next, in units of the drawing
BEGIN, LONGEST = 136, 172  # where bars begin, beside their labels, and how long the longest is


@dataclass(frozen=True)
class Bar:
    """value -- None of a number that is hidden; style -- the class of its colour; y, text_y, width, number_x -- where it is drawn"""

    label: str
    value: int | None
    style: str
    y: int
    width: float

    @property
    def text_y(self) -> int:
        return self.y + 15

    @property
    def number_x(self) -> float:
        return BEGIN + self.width + 6


@dataclass(frozen=True)
class BarChart:
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        return len(self.bars) * STEP

    @property
    def begin(self) -> int:
        return BEGIN

    @property
    def total(self) -> int:
        return sum(bar.value or 0 for bar in self.bars)


def bar_chart(values: Sequence[tuple[str, int | None, str]]) -> BarChart:
    """Of label, value and style of each bar. The longest bar is that of the largest value; a value of none, or hidden, has no length."""
    largest = max((value or 0 for _label, value, _style in values), default=0) or 1
    bars = [
        Bar(label, value, style, place * STEP + 4, round(LONGEST * (value or 0) / largest, 1))
        for place, (label, value, style) in enumerate(values)
    ]
    return BarChart(bars)


def hide_steps(steps: Sequence[int]) -> list[int | None]:
    """Of numbers each of which is a part of the one before: fewer than three are hidden, and all that are part of them."""
    shown: list[int | None] = []
    for number in steps:
        is_part_of_hidden = bool(shown) and shown[-1] is None
        shown.append(None if is_part_of_hidden else hide_small(number))
    return shown
