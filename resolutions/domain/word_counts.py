"""How long a text is, version by version, and how much of it stands in brackets: the numbers, and the bars that draw them.

No database, no request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from resolutions.domain.brackets import split_at_brackets, word_count

MOST = 8  # bars in one drawing: the latest
# The drawing: user units of the SVG.
WIDTH, TOP, BOTTOM, WIDEST, APART = 340, 22, 126, 40, 8


@dataclass(frozen=True, slots=True)
class Length:
    """One version: how many words it has, and how many of them in brackets."""

    label: str
    words: int
    in_brackets: int = 0
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """x, y, width and height of the whole; height of the part in brackets, on top; middle for the words above and below it."""

    length: Length
    x: int
    y: int
    width: int
    height: int
    bracketed: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        return self.y - 4


@dataclass(frozen=True, slots=True)
class WordCounts:
    """lengths -- all versions, oldest first; bars -- the latest of them, drawn"""

    lengths: tuple[Length, ...]
    bars: tuple[Bar, ...]

    @property
    def first(self) -> Length:
        return self.lengths[0]

    @property
    def last(self) -> Length:
        return self.lengths[-1]


def length(label: str, texts: Iterable[str], *, is_draft: bool = False) -> Length:
    """Of a version of these clauses, brackets are read per clause, so that an unclosed one ends with it."""
    total = in_brackets = 0
    for text in texts:
        for stretch in split_at_brackets(text):
            count = word_count(stretch.text)
            total += count
            in_brackets += count if stretch.is_bracketed else 0
    return Length(label, total, in_brackets, is_draft)


def word_counts_of(lengths: Sequence[Length]) -> WordCounts:
    shown = lengths[-MOST:]
    most = max((each.words for each in shown), default=0) or 1
    room = min((WIDTH - APART) / (len(shown) or 1), WIDEST + APART)
    width = round(room) - APART
    return WordCounts(tuple(lengths), tuple(_bar(each, round(APART / 2 + number * room), width, most) for number, each in enumerate(shown)))


def _bar(length: Length, x: int, width: int, most: int) -> Bar:
    tall = BOTTOM - TOP
    height = ceil(tall * length.words / most)
    bracketed = ceil(height * length.in_brackets / length.words) if length.words else 0
    return Bar(length, x, BOTTOM - height, width, height, bracketed)
