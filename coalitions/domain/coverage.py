"""How many countries of each region have a delegation card, and how it is drawn. Small numbers are hidden. No database, no request."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

# A smaller number could identify one delegation, so it is hidden.
FEWEST = 3
# The drawing: user units of the SVG.
LEFT, SIDE, APART, A_ROW, LINE = 98, 13, 16, 12, 36


@dataclass(frozen=True)
class Region:
    """One row of table and drawing.

    open, others -- how many cards say "open to civil society", and how many do not; None when fewer than FEWEST
    without -- member countries, as far as they are known, that have no card; is_complete -- whether all are known
    y -- top of the row; full, empty -- SVG path data of its squares
    """

    acronym: str
    place: str
    open: int | None
    others: int | None
    without: int
    is_complete: bool
    y: int
    full: str
    empty: str

    @property
    def base(self) -> int:
        return self.y + 13

    @property
    def below(self) -> int:
        return self.y + 27


@dataclass(frozen=True)
class Coverage:
    regions: list[Region]
    height: int


def coverage(groups: Iterable[tuple[str, str, Collection[str], bool]], *, openness: Mapping[str, bool]) -> Coverage:
    """Of the regions of which a number may be shown; a row of hidden numbers says nothing.

    groups -- acronym, place and country codes of each, and whether these are all
    openness -- of each country that has a card, whether it says it is open
    """
    regions, y = [], 0
    for acronym, place, countries, is_complete in groups:
        if not countries:
            continue
        cards = [openness[code] for code in countries if code in openness]
        opened = hide_small(cards.count(True))
        others = hide_small(cards.count(False))
        if opened is None and others is None:
            continue
        full, empty = opened or 0, others or 0
        regions.append(
            Region(
                *(acronym, place, opened, others, len(countries) - len(cards), is_complete, y),
                *(squares(0, full, y), squares(full, full + empty, y)),
            )
        )
        rows = -(-(full + empty) // A_ROW)
        y += max(LINE, rows * APART + 2)
    return Coverage(regions, y)


def hide_small(number: int) -> int | None:
    return number if number >= FEWEST else None


def squares(first: int, last: int, y: int) -> str:
    places = ((LEFT + number % A_ROW * APART, y + number // A_ROW * APART) for number in range(first, last))
    return "".join(f"M{x} {top}h{SIDE}v{SIDE}h-{SIDE}z" for x, top in places)
