"""Automatic numbers as LibreOffice prints them, with one set of counters per view.

Source: OpenDocument 1.3 part 3 (lists, list styles, style:num-letter-sync). Counters belong to the list, which goes on where another
one continues it.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from ..numerals import written

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
LEVELS = 10
OUTLINE = "\0outline"  # the one list style of headings, which has no name of its own
LETTERS = 26
LONGEST = 40  # letters around a number

FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
# LibreOffice says other forms by how they begin.
BY_BEGINNING = {
    "01": "decimalZero",
    "а, б": "russianLower",
    "А, Б": "russianUpper",
    "أ, ب, ت": "arabicAlpha",
    "ا, ب, ج": "arabicAbjad",
    "一, 二": "chineseCounting",
    "①": "decimalEnclosedCircle",
}
PLACE = re.compile(r"%(\d{1,2})%")


@dataclass(slots=True)
class ListLevel:
    """template -- the whole label, with %1% for the number of the first level; or prefix, the numbers of some levels, and suffix"""

    start: int = 1
    form: str = "decimal"
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    template: str | None = None
    bullet: str = ""
    is_repeating: bool = False  # aa follows z, then bb


@dataclass(slots=True)
class ListStyles:
    levels: dict[str, dict[int, ListLevel]] = field(default_factory=dict)

    def copy(self) -> "ListStyles":
        return ListStyles(self.levels.copy())

    def read(self, element: etree._Element) -> None:
        """A text:list-style or the text:outline-style; anything else is passed over."""
        if element.tag == f"{TEXT}list-style":
            self.levels[element.get(f"{STYLE}name", "")] = _levels(element)
        elif element.tag == f"{TEXT}outline-style":
            self.levels[OUTLINE] = _levels(element)


@dataclass(frozen=True, slots=True)
class Numbering:
    """What numbers a paragraph: its list, list style, depth from 0, and the number it begins at, if it says so."""

    number: int
    style: str
    depth: int
    start: int | None = None


class Counters:
    """The current counters of the lists of one view."""

    def __init__(self, styles: ListStyles):
        self._styles = styles
        self._counts: dict[int, list[int | None]] = {}

    def next(self, numbering: Numbering) -> str:
        """The number of the next paragraph, or "" where its list style prints none."""
        levels, depth = self._styles.levels.get(numbering.style, {}), numbering.depth
        if not 0 <= depth < LEVELS:
            return ""
        counts = self._counts.setdefault(numbering.number, [None] * LEVELS)
        current = counts[depth]
        if numbering.start is not None:
            counts[depth] = numbering.start
        elif current is None:
            counts[depth] = levels[depth].start if depth in levels else 1
        else:
            counts[depth] = current + 1
        for deeper in range(depth + 1, LEVELS):
            counts[deeper] = None
        return _printed(levels, counts, depth) if depth in levels else ""


def _printed(levels: dict[int, ListLevel], counts: list[int | None], depth: int) -> str:
    level = levels[depth]
    if level.bullet:
        return "–" if level.bullet in ("-", "–", "—") else "•"
    if level.form == "none":
        return ""

    def number(other: int) -> str:
        known = levels.get(other, ListLevel())
        count = counts[other] if other < LEVELS else None
        return _written(known.start if count is None else count, known)

    if level.template is not None:
        return PLACE.sub(lambda place: number(int(place[1]) - 1), level.template)
    shown = [number(other) for other in range(max(0, depth + 1 - level.shown), depth + 1)]
    return level.prefix + ".".join(filter(None, shown)) + level.suffix


def _written(value: int, level: ListLevel) -> str:
    if level.form == "none" or level.bullet:
        return ""
    if level.form in ("lowerLetter", "upperLetter") and not level.is_repeating:
        return spreadsheet_letters(value, "a" if level.form == "lowerLetter" else "A")
    return written(value, level.form)


def spreadsheet_letters(value: int, first: str) -> str:
    """z is followed by aa and ab, as columns of a spreadsheet are: what OpenDocument means where letters are not synchronised."""
    letters = ""
    while value > 0:
        value, letter = divmod(value - 1, LETTERS)
        letters = chr(ord(first) + letter) + letters
    return letters


def whole(text: str | None, default: int | None = None) -> int | None:
    """A whole number of at most nine digits, or the default."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else default


def _levels(element: etree._Element) -> dict[int, ListLevel]:
    levels: dict[int, ListLevel] = {}
    for child in element:
        depth = (whole(child.get(f"{TEXT}level"), 0) or 0) - 1
        if 0 <= depth < LEVELS:
            levels[depth] = _level(child)
    return levels


def _level(element: etree._Element) -> ListLevel:
    kind = etree.QName(element).localname
    if kind in ("list-level-style-bullet", "list-level-style-image"):
        return ListLevel(bullet=element.get(f"{TEXT}bullet-char") or "•")
    said = element.get(f"{STYLE}num-format", "")
    template = element.get(f"{LOEXT}num-list-format")
    return ListLevel(
        start=whole(element.get(f"{TEXT}start-value"), 1) or 0,
        form=FORMS.get(said) or next((form for beginning, form in BY_BEGINNING.items() if said.startswith(beginning)), "decimal"),
        prefix=element.get(f"{STYLE}num-prefix", "")[:LONGEST],
        suffix=element.get(f"{STYLE}num-suffix", "")[:LONGEST],
        shown=whole(element.get(f"{TEXT}display-levels"), 1) or 1,
        template=template[:LONGEST] if template is not None else None,
        is_repeating=element.get(f"{STYLE}num-letter-sync") == "true",
    )
