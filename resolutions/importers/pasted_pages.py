"""Puts together again what a text lost when it was copied out of a PDF: paragraphs cut into lines, words cut by hyphens, and page numbers,
running heads and footnotes between them. Each repair is named, and can be left undone.

No database, no network, no disk, no Django.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from .itu.lexicon import ANNEX, ENDS_A_CLAUSE, OPENING, RESREF, is_call, is_resolution_heading, matching, normalise
from .itu.structure import split_number
from .paragraphs import Paragraph, Repair, RepairKind, shorten


@dataclass(frozen=True, slots=True)
class PastedText:
    """paragraphs -- as a file would have them, `places` being lines of the paste; notes -- the number and text of each footnote
    repairs -- what was done, in the order of the lines; is_wrapped -- its lines still end where those of a page did
    """

    paragraphs: tuple[Paragraph, ...]
    notes: tuple[tuple[str, str], ...]
    repairs: tuple[Repair, ...]
    is_wrapped: bool


# Notes a repair; False if it is to be left undone.
type IsDone = Callable[[RepairKind, int, str], bool]

FEWEST_LINES = 8  # fewer say nothing on how long the lines of their pages were
NARROWEST, NARROWEST_HAN = 40, 20  # signs of a full line
FULL = 0.7  # of the usual length
WRAPPED = 0.2  # of the full lines end within a sentence, or their paragraphs are not cut into lines
LONGEST_HEAD = 100
HEAD_WITHIN = 2  # lines of a page number
SHORTEST_PAGE = 8  # lines between two running heads without page numbers
MOST_NOTES, LINES_OF_NOTE = 99, 20
LONGEST_LINE = 160  # of lines that were wrapped
TAIL = 200  # signs of a line or a paragraph that are looked at

PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(\d{1,4})(?:\s*[-–—])?|(?:page|p\.|página|стр\.|第)\s*(\d{1,4})(?:\s*(?:of|de|sur|из|/|页).{0,8})?", re.IGNORECASE
)
# "WTSA-24 – Resolution 50": what names an assembly beside a page number is its running head, though it comes but once.
NAMES_AN_ASSEMBLY = re.compile(r"(?<!\w)(?:WTSA|AMNT|ВАСЭ)[-\u2010-\u2014 ]?(?:20)?\d\d(?!\w)")
DIGITS = re.compile(r"\d+")
HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
NOTE = re.compile(r"(?:\(?(\d{1,2})\)?|([¹²³⁴-⁹]))[\s\t]+(?=[^\W\d_])")
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
ABBREVIATED = re.compile(r"\b(?:No|Rev|Add|Nos|art|para|p|cf|i\.e|e\.g)\.$", re.IGNORECASE)
HYPHENED = re.compile(r"([^\W\d_]+)([-\u00ad\u2010])$")
# Words that keep the hyphen after them: what comes next is a word of its own.
_PREFIXES = (
    "non multi self well cross co post pre anti inter intra sub so e sous contre quasi semi ex vice demi mi avant après franco anglo "
    "long short low high full half all end user real large small third peer top"
)
KEEPS_HYPHEN = frozenset(_PREFIXES.split())


@dataclass(slots=True)
class Line:
    """hangs -- it stands further in than the line its paragraph begins with, which had no room for its first word; is_row -- of a table"""

    place: int
    text: str
    is_after_blank: bool
    hangs: bool = False
    is_row: bool = False


def put_together(text: str, undone: Collection[str] = ()) -> PastedText:
    """The paragraphs of a pasted text.

    undone -- keys of the repairs that are to be left undone, or a kind for all of that kind
    """
    left = frozenset(undone)
    lines = _lines(text)
    width = _width(lines)
    repairs: list[Repair] = []

    def is_done(kind: RepairKind, place: int, words: str) -> bool:
        """Note a repair, unless it is to be left undone."""
        repair = Repair(kind, place, shorten(words))
        if kind in left or repair.key in left:
            return False
        repairs.append(repair)
        return True

    if not width:
        # Only lines that hang say that a paragraph was cut.
        return PastedText(tuple(_joined(lines, 0, is_done)), (), tuple(repairs), is_wrapped=False)
    lines, notes = _without_notes(list(_without_furniture(lines, is_done)), is_done)
    paragraphs = list(_joined(lines, width, is_done))
    if notes:
        paragraphs = [_with_references(paragraph, notes) for paragraph in paragraphs]
    is_wrapped = bool(left) and _share_cut(_lines("\n".join(paragraph.text for paragraph in paragraphs))) > WRAPPED
    return PastedText(tuple(paragraphs), tuple(notes.items()), tuple(sorted(repairs, key=lambda each: each.place)), is_wrapped)


def _lines(text: str) -> list[Line]:
    """Those with words in them."""
    written = text.replace("\f", "\n").splitlines()
    # As wide as it stands on a page that sets tabs as narrow as may be: what is wrapped counts each as one sign.
    lengths = [len(line.rstrip()) for line in written]
    longest = max((length for length in lengths if length <= LONGEST_LINE), default=0)
    found: list[Line] = []
    is_after_blank, begins_at = False, 0  # where its paragraph begins
    for place, line in enumerate(written, start=1):
        if normalise(line):
            stands_at = len(line.expandtabs()) - len(line.expandtabs().lstrip())
            first_word = len(re.split(r"\s|(?<=[-–—])", line.lstrip(), maxsplit=1)[0])
            hangs = bool(found) and not is_after_blank and stands_at > begins_at and lengths[place - 2] + 1 + first_word > longest
            if not hangs:
                begins_at = stands_at
            found.append(Line(place, line.strip(" \u00a0\r\t" if hangs else " \u00a0\r"), is_after_blank, hangs, len(cells_in(line)) > 1))
        is_after_blank = not normalise(line)
    return found


def cells_in(line: str) -> list[str]:
    """The cells of a line of a table, parted by upright strokes or tabs; the line itself where it is none.

    A number before a clause is parted from it by a tab as well.
    """
    line = line.strip(" \u00a0\r")
    if " | " in line.strip("| "):
        return [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
    tabs = line.strip("\t").count("\t")
    is_row = tabs > 1 or (tabs == 1 and not split_number(line.strip("\t"))[0])
    return [cell.strip() for cell in line.split("\t")] if is_row else [line]


def _width(lines: Sequence[Line]) -> int:
    """How long a full line of its pages is; 0 where its paragraphs are not cut into lines."""
    if len(lines) < FEWEST_LINES or _share_cut(lines) <= WRAPPED:
        return 0
    return _usual_length(lines)


def _usual_length(lines: Sequence[Line]) -> int:
    lengths = sorted(len(line.text) for line in lines)
    usual = lengths[len(lengths) * 8 // 10]
    narrowest = NARROWEST_HAN if sum(map(_is_han, lines)) * 2 > len(lines) else NARROWEST
    # A paragraph on one line is longer than any page is wide.
    return usual if narrowest <= usual <= 160 else 0


def _share_cut(lines: Sequence[Line]) -> float:
    """The share of lines that end within a sentence, of those that are full."""
    usual = _usual_length(lines) if lines else 0
    full = [line for line in lines if len(line.text) >= usual * FULL]
    if not usual or not full:
        return 0.0
    cut = [line for line in full if not ENDS_A_CLAUSE.search(line.text) and not line.text.endswith(":")]
    return len(cut) / len(full)


def _is_han(line: Line) -> bool:
    return len(HAN.findall(line.text)) * 2 > len(line.text)


# --- Page numbers, running heads, footnotes -----------------------------------------------------------------------------------


def _without_furniture(lines: Sequence[Line], is_done: IsDone) -> Iterator[Line]:
    numbers = set(_page_numbers(lines))
    heads = _running_heads(lines, numbers)
    for at, line in enumerate(lines):
        if at in numbers:
            kind = RepairKind.PAGE_NUMBER
        elif at in heads:
            kind = RepairKind.RUNNING_HEAD
        else:
            yield line
            continue
        if not is_done(kind, line.place, line.text):
            yield line


def _page_numbers(lines: Sequence[Line]) -> Iterator[int]:
    """Where they stand. A number alone that goes on counting the clauses, with words of a clause below, is none."""
    last_number = 0
    for at, line in enumerate(lines):
        text = normalise(line.text)
        match = PAGE_NUMBER.fullmatch(text)
        if match is None:
            number, _rest = split_number(line.text, last_number)
            if is_call(text):
                last_number = 0
            elif digits := DIGITS.match(number):
                last_number = int(digits[0])
            continue
        below = normalise(lines[at + 1].text) if at + 1 < len(lines) else ""
        counted = int(match[1] or match[2])
        if text.isdecimal() and counted == last_number + 1 and below and not below[0].isupper() and not PAGE_NUMBER.fullmatch(below):
            last_number = counted
        else:
            yield at


def _running_heads(lines: Sequence[Line], numbers: Collection[int]) -> set[int]:
    """Lines that come again but for their digits, beside page numbers or three times; beside one number, those that name an assembly."""
    at_skeleton: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        text = normalise(line.text)
        if at in numbers or len(text) > LONGEST_HEAD or ENDS_A_CLAUSE.search(text) or is_call(text) or split_number(line.text)[0]:
            continue
        at_skeleton.setdefault(DIGITS.sub("#", matching(text)), []).append(at)
    heads: set[int] = set()
    ordered = sorted(numbers)
    for places in at_skeleton.values():
        near = [at for at in places if _is_near(at, ordered)]
        if len(near) >= 2 or (near and NAMES_AN_ASSEMBLY.search(normalise(lines[near[0]].text))):
            heads.update(near)
        elif len(places) >= 3 and not ordered and all(other - one >= SHORTEST_PAGE for one, other in pairwise(places)):
            # The first page says it as its title.
            heads.update(places[1:])
    return heads


def _is_near(at: int, ordered: Sequence[int]) -> bool:
    place = bisect_right(ordered, at)
    return any(abs(number - at) <= HEAD_WITHIN for number in ordered[max(place - 1, 0) : place + 1])


def _without_notes(lines: Sequence[Line], is_done: IsDone) -> tuple[list[Line], dict[str, str]]:
    """Footnotes: numbered lines that begin with a capital, whose number stands at a word of the text, and their further lines up to
    what the text goes on with."""
    text = " ".join(line.text for line in lines)

    @cache
    def is_referred_to(number: str) -> bool:
        return re.search(rf"[^\W\d_][.,;)]?(?:{number}|{_superscript(number)})(?![\w.]|\)\s)", text) is not None

    kept: list[Line] = []
    notes: dict[str, str] = {}
    note, left = "", 0
    for line in lines:
        match = NOTE.match(line.text)
        number = match and (match[1] or str(SUPERSCRIPTS.index(match[2])))
        if (
            match
            and number
            and number not in notes
            and len(notes) < MOST_NOTES
            and line.text[match.end()].isupper()
            and is_referred_to(number)
            and is_done(RepairKind.FOOTNOTE, line.place, line.text)
        ):
            note, notes[number], left = number, normalise(line.text[match.end() :]), LINES_OF_NOTE
        elif note and left and not line.is_after_blank and not _begins(line, 0) and not notes[note].endswith((".", "。")):
            notes[note], left = f"{notes[note]} {normalise(line.text)}", left - 1
        else:
            note = ""
            kept.append(line)
    return kept, notes


def _superscript(number: str) -> str:
    return "".join(SUPERSCRIPTS[int(digit)] for digit in number)


def _with_references(paragraph: Paragraph, notes: Iterable[str]) -> Paragraph:
    text = paragraph.text
    for number in notes:
        reference = rf"(?<=[^\W\d_])([.,;)]?)(?:{number}|{_superscript(number)})(?![\w.]|\)\s)"
        text = re.sub(reference, rf"\1[^{number}]", text, count=1)
    return Paragraph(text, paragraph.kind, paragraph.number, paragraph.places)


# --- Paragraphs -----------------------------------------------------------------------------------------------------------------


class Open:
    """The paragraph that is being put together. Only its first and last words are looked at, however long it becomes."""

    def __init__(self, line: Line):
        text = normalise(line.text)
        self.pieces, self.places = [line.text], [line.place]
        self.is_number_alone, self.is_heading = _is_number_alone(text), _is_heading(text)
        self.is_row = line.is_row
        self.brackets = 0
        self.tail = ""
        self.note_end(line)

    def note_end(self, line: Line) -> None:
        self.last_length = len(line.text)
        self.tail = normalise(self.pieces[-1])[-TAIL:]
        self.brackets += line.text.count("(") - line.text.count(")")

    def paragraph(self) -> Paragraph:
        return Paragraph("".join(self.pieces), places=tuple(self.places))


def _joined(lines: Sequence[Line], width: int, is_done: IsDone) -> Iterator[Paragraph]:
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", matching(" ".join(line.text for line in lines))))
    current: Open | None = None
    last_number = 0
    for line in lines:
        begins = not line.hangs and _begins(line, last_number)
        if current is not None and _goes_on(current, line, width, begins=begins) and _join(current, line, words, is_done):
            continue
        if current is not None:
            yield current.paragraph()
        if is_call(normalise(line.text)):
            last_number = 0
        elif digits := DIGITS.match(split_number(line.text, last_number)[0] or (line.text if line.text.isdecimal() else "")):
            last_number = int(digits[0])
        current = Open(line)
    if current is not None:
        yield current.paragraph()


def _goes_on(current: Open, line: Line, width: int, *, begins: bool) -> bool:
    """Whether a line belongs to the paragraph above it."""
    if line.hangs and not current.is_row:
        return True
    if begins or current.is_heading or current.is_row or not width:
        return False
    if current.is_number_alone:
        return True
    text, is_full = normalise(line.text[:TAIL]), current.last_length >= width * FULL
    if current.brackets > 0 and is_full:
        return True
    # A comma ends a call, which is a line of its own, and no clause that goes on.
    if not current.tail.endswith(",") and (ENDS_A_CLAUSE.search(current.tail) or current.tail.endswith(":")):
        # Within a sentence only after an abbreviation: "No. 5", "(Rev. Geneva".
        return is_full and text[:1].islower() and bool(ABBREVIATED.search(current.tail))
    if line.is_after_blank and not text[:1].islower():
        return False
    return is_full or text[:1].islower()


def _begins(line: Line, last_number: int) -> bool:
    """Whether a line begins a paragraph by itself: a number, a call, a heading."""
    text = normalise(line.text)
    return line.is_row or bool(
        split_number(line.text, last_number)[0]
        or _is_number_alone(text)
        or is_call(text)
        or _is_heading(text)
        or OPENING.match(matching(text[:80]))
        or (len(text) <= 120 and not ENDS_A_CLAUSE.search(text) and ANNEX.match(matching(text)))
    )


def _is_heading(text: str) -> bool:
    return is_resolution_heading(text, may_have_title=True) or (len(text) <= 200 and bool(RESREF.match(text))) or is_call(text)


def _is_number_alone(text: str) -> bool:
    number, rest = split_number(f"{text}\t", 0)
    return bool(number) and not normalise(rest)


def _join(current: Open, line: Line, words: Counter[str], is_done: IsDone) -> bool:
    """Put it to the paragraph; False if that repair is left undone."""
    above, text = current.pieces[-1], line.text.lstrip()
    last, gap, kind, said = above, " ", RepairKind.JOINED, text
    hyphened, first = HYPHENED.search(above[-TAIL:]), re.match(r"[^\W\d_]+", text)
    if current.is_number_alone:
        gap, kind, said = "\t", RepairKind.NUMBER, f"{above} {text}"
    elif hyphened and first:
        gap = ""
        if _is_cut(hyphened[1], hyphened[2], first[0], words):
            last, kind, said = above[: -len(hyphened[2])], RepairKind.HYPHEN, f"{hyphened[0]} {first[0]}"
    elif HAN.match(above[-1]) or HAN.match(text[:1]) or above.endswith(("-", "/", "\u2010")):
        gap = ""
    if not is_done(kind, line.place, said):
        return False
    current.pieces[-1] = last
    current.pieces.append(f"{gap}{text}")
    current.places.append(line.place)
    current.is_number_alone = False
    current.note_end(line)
    return True


def _is_cut(start: str, hyphen: str, end: str, words: Counter[str]) -> bool:
    """Whether a hyphen at the end of a line cuts a word, and joins no two."""
    one, other = matching(start), matching(end)
    if hyphen == "\u00ad":
        return True
    return end[0].islower() and not words[f"{one}-{other}"] and (words[one + other] > 0 or one not in KEEPS_HYPHEN)
