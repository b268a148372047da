"""Regions in squares and bars: who is in touch with us, and how far our asks got. Small numbers are hidden. No database, no request."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coalitions.domain.coverage import A_ROW, APART, LEFT, LINE, hide_small, squares

# The longest bar, in user units of the SVG.
WIDEST, HIGH = 140, 20

# Acronym, place and country codes of a region.
type Group = tuple[str, str, Collection[str]]


class Touch(StrEnum):
    """How a delegation with a card stands to us: contact within six months; open, without one; neither."""

    LINKED = "linked"
    OPEN = "open"
    OTHER = "other"


@dataclass(frozen=True)
class Tiles:
    """One region: None where fewer than three, which are not drawn either. y -- top of its row; paths -- SVG path data."""

    acronym: str
    place: str
    linked: int | None
    open: int | None
    other: int | None
    y: int
    linked_path: str
    open_path: str
    other_path: str

    @property
    def base(self) -> int:
        return self.y + 13

    @property
    def below(self) -> int:
        return self.y + 27


def tiles(groups: Iterable[Group], touch: Mapping[str, Touch]) -> tuple[list[Tiles], int]:
    """The rows of the regions that have a card, and the height of the drawing."""
    rows, y = [], 0
    for acronym, place, countries in groups:
        found = [touch[code] for code in countries if code in touch]
        if not found:
            continue
        numbers = [hide_small(found.count(kind)) for kind in Touch]
        first, paths = 0, []
        for number in numbers:
            paths.append(squares(first, first + (number or 0), y))
            first += number or 0
        (linked, opened, other), (linked_path, open_path, other_path) = numbers, paths
        rows.append(Tiles(acronym, place, linked, opened, other, y, linked_path, open_path, other_path))
        y += max(LINE, -(-first // A_ROW) * APART + 2)
    return rows, y


@dataclass(frozen=True)
class Funnel:
    """One region: asked, answered, in the text; None where fewer than three. The widths are of its bars, one inside the other."""

    acronym: str
    place: str
    asked: int | None
    answered: int | None
    in_text: int | None
    y: int
    widths: tuple[int, int, int]

    @property
    def base(self) -> int:
        return self.y + 13

    @property
    def below(self) -> int:
        return self.y + 27

    @property
    def bars(self) -> list[tuple[str, str]]:
        """Class and SVG path data of each bar that is drawn, the widest first."""
        classes = ("c-open", "c-bar-soft", "c-bar")
        drawn = zip(classes, self.widths, strict=True)
        return [(name, f"M{LEFT} {self.y + 2}h{width}v{HIGH}h-{width}z") for name, width in drawn if width]


def funnels(groups: Iterable[Group], counts: Mapping[str, tuple[int, int, int]]) -> tuple[list[Funnel], int]:
    """The rows of the regions in which something was asked, and the height of the drawing."""
    sums = []
    for acronym, place, countries in groups:
        of_region = [counts[code] for code in countries if code in counts]
        if of_region:
            sums.append((acronym, place, [sum(column) for column in zip(*of_region, strict=True)]))
    most = max((numbers[0] for _acronym, _place, numbers in sums), default=1)
    rows = []
    for place_in_drawing, (acronym, place, numbers) in enumerate(sums):
        asked, answered, in_text = map(hide_small, numbers)
        # Of a hidden number nothing inside it is told.
        answered = answered if asked else None
        in_text = in_text if answered else None
        widths = (width(asked, most), width(answered, most), width(in_text, most))
        rows.append(Funnel(acronym, place, asked, answered, in_text, place_in_drawing * LINE, widths))
    return rows, len(rows) * LINE


def width(number: int | None, most: int) -> int:
    return round(WIDEST * (number or 0) / most)
