"""The lines that proposals begin with, `MOD CEPT/35A5/1` in all the shapes seen, and what stands under each of them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..paragraphs import Paragraph
from .lexicon import normalise

ACTIONS = ("MOD", "ADD", "SUP", "NOC", "UNC")
MAX_HEADER = 200  # letters

HEADER = re.compile(
    r"""
    \(?\s*(?P<action>MOD|ADD|SUP|NOC|UNC)\s*\)?\s*\*?\s*[:–-]?\s*
    (?P<sources>[A-Z]{1,5}(?:\d{1,2}[A-Z]?)?(?:\s?/\s?[A-Z]{1,5}(?:\d{1,2}[A-Z]?)?){0,80})\s?/\s?
    (?P<document>\d{1,4})
    (?P<addenda>(?:\s?A\d{1,3}|\(\s?ADD\.?\s?\d{1,3}\s?\))*)
    (?P<revision>R\d{1,3}|\(\s?REV\.?\s?\d{1,3}\s?\))?
    \s?/\s?(?P<number>\d{1,4})(?P<suffix>[A-Z]?)
    (?:\s*\#\s*(?P<tag>[\w-]{1,40}))?
    [\s*]*(?:\[\^\w{1,9}\])?[.:]?
    (?:\s*[(\[](?!\s?(?:add|rev|corr?)\b)[^()\[\]]{0,60}[)\]])?
    """,
    re.VERBOSE | re.IGNORECASE,
)
LIKE_HEADER = re.compile(
    r"\(?\s?(?:MOD|ADD|SUP|NOC|UNC)\s?\)?\*?[\s:–-]+[A-Z][A-Z\d]*"
    r"(?:\s?[/-]\s?[A-Z\d.]+|\s?\((?i:add|rev)\.?\s?\d{1,3}\))*\s?/\s?[A-Z]*\d[A-Z\d.()/* -]{0,20}"
)
ACTION_ALONE = re.compile(r"\(?\s*(?:MOD|ADD|SUP|NOC|UNC)\s*\)?\*?")
STARTS = re.compile(r"\(?\s*(?P<action>MOD|ADD|SUP|NOC|UNC)\s*\)?(?![a-z])")


@dataclass(frozen=True, slots=True)
class Code:
    """A proposal's identifier, taken apart. UNC (unchanged) is read as NOC.

    Source: General Rules of conferences, assemblies and meetings of the Union, No. 42, and documents of earlier assemblies.
    """

    action: str
    sources: tuple[str, ...]
    document: int
    addenda: tuple[int, ...]
    revision: int | None
    number: int
    suffix: str = ""
    tag: str | None = None

    def __str__(self) -> str:
        addenda = "".join(f"A{addendum}" for addendum in self.addenda)
        revision = "" if self.revision is None else f"R{self.revision}"
        return f"{'/'.join(self.sources)}/{self.document}{addenda}{revision}/{self.number}{self.suffix}"


def parse_code(text: str) -> Code | None:
    """The identifier that a line is, or None. Letters after the action may be small, spaces may be missing or too many."""
    if len(text) > MAX_HEADER:
        return None
    match = HEADER.fullmatch(normalise(text))
    if match is None or not match["action"].isupper():
        return None
    action = match["action"]
    return Code(
        action="NOC" if action == "UNC" else action,
        sources=tuple(re.findall(r"[A-Z\d]+", match["sources"].upper())),
        document=int(match["document"]),
        addenda=tuple(map(int, re.findall(r"\d+", match["addenda"]))),
        revision=int(match["revision"].strip("RrEeVv(). ")) if match["revision"] else None,
        number=int(match["number"]),
        suffix=match["suffix"].lower(),
        tag=match["tag"],
    )


def looks_like_header(text: str) -> bool:
    """Whether a line without a style begins a proposal, though its identifier cannot be read: `MOD⇥EUR/45A12`."""
    return len(text) <= MAX_HEADER and LIKE_HEADER.fullmatch(normalise(text)) is not None


def action_of(text: str) -> str | None:
    """The action that a line starts with, though its identifier cannot be read."""
    match = STARTS.match(normalise(text))
    if match is None:
        return None
    return "NOC" if match["action"] == "UNC" else match["action"]


# --- In a document ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """line -- as in the file; text -- its identifier, or the text in its place if that cannot be read"""

    place: int
    action: str
    code: Code | None
    text: str
    line: str
    # Of a header on two lines, the place of the first.
    above: tuple[int, ...] = ()


def header_of(paragraph: Paragraph) -> Header | None:
    """The header of a proposal that a paragraph is, by its style or by its words."""
    is_styled = paragraph.kind == "proposal"
    if paragraph.kind == "contents" or (not is_styled and len(paragraph.text) > MAX_HEADER):
        return None
    if not is_styled and action_of(paragraph.text[:20]) is None:
        return None
    code = parse_code(paragraph.text)
    if code is not None:
        return Header(paragraph.places[-1], code.action, code, str(code), paragraph.text)
    action = action_of(paragraph.text) if is_styled or looks_like_header(paragraph.text) else None
    if action is None:
        return None
    rest = re.sub(r"^\(?\s*[A-Z]{3}\s*\)?\*?\s*", "", normalise(paragraph.text))
    return Header(paragraph.places[-1], action, None, rest[:MAX_HEADER], paragraph.text)


def headers_in(paragraphs: Sequence[Paragraph]) -> list[Header]:
    """All of one text, in its order. Where some stand outside of tables, a table of identifiers is a list of the proposals."""
    found = [(paragraph, header) for paragraph in paragraphs if (header := header_of(paragraph))]
    if not found:
        found = _on_two_lines(paragraphs)
    alone = [header for paragraph, header in found if paragraph.kind == "proposal" or not paragraph.in_table]
    return alone or [header for _paragraph, header in found]


def _on_two_lines(paragraphs: Sequence[Paragraph]) -> list[tuple[Paragraph, Header]]:
    """As papers of earlier assemblies print them: the action on one line, the identifier on the one below, or the other way round."""
    filled = [paragraph for paragraph in paragraphs if normalise(paragraph.text)]
    found = []
    for one, other in pairwise(filled):
        lines = [one, other] if ACTION_ALONE.fullmatch(normalise(one.text)) else [other, one]
        if ACTION_ALONE.fullmatch(normalise(lines[0].text)) and (code := parse_code(" ".join(line.text for line in lines))):
            line = f"{one.text} {other.text}"
            found.append((other, Header(other.places[-1], code.action, code, str(code), line, (one.places[-1],))))
    return found


def shared_out(texts: Sequence[Sequence[Paragraph]], headers: Sequence[Header], gone: Sequence[Header]) -> list[list[list[Paragraph]]]:
    """For each text, the paragraphs of each proposal, without header lines and what is above the first.

    gone -- deleted headers: the paragraphs under one, up to the next header, do not belong to the proposal above. A deleted header right
        below another was only rewritten.
    """
    lines = {place for header in (*headers, *gone) for place in (*header.above, header.place)}
    filled = sorted({paragraph.places[-1] for text in texts for paragraph in text if normalise(paragraph.text)} - lines)
    standing = [header.place for header in headers]

    def is_rewritten(place: int) -> bool:
        above = bisect_left(standing, place)
        return above > 0 and bisect_left(filled, place) == bisect_left(filled, standing[above - 1])

    starts = sorted([*standing, *(header.place for header in gone if not is_rewritten(header.place))])
    shared = []
    for text in texts:
        shares: dict[int, list[Paragraph]] = {place: [] for place in starts}
        for paragraph in text:
            place = paragraph.places[-1]
            above = bisect_right(starts, place) - 1
            if above >= 0 and place not in lines and paragraph.kind != "proposal":
                shares[starts[above]].append(paragraph)
        shared.append([shares[place] for place in standing])
    return shared


def sections(texts: Sequence[Sequence[Paragraph]], starts: Sequence[int]) -> list[list[list[Paragraph]]]:
    """For each text, the paragraphs from each of these places to the next; what is above the first is left out."""
    shared = []
    for text in texts:
        shares: list[list[Paragraph]] = [[] for _start in starts]
        for paragraph in text:
            if (share := bisect_right(starts, paragraph.places[-1]) - 1) >= 0:
                shares[share].append(paragraph)
        shared.append(shares)
    return shared
