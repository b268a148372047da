"""The lines that proposals begin with, and what stands under each of them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ..paragraphs import Paragraph
from . import codes
from .lexicon import normalise


@dataclass(frozen=True, slots=True)
class Header:
    """line -- as it stands in the file; text -- its identifier, or what stands in place of one that can be read"""

    place: int
    action: str
    code: codes.Code | None
    text: str
    line: str


def header_of(paragraph: Paragraph) -> Header | None:
    """The header of a proposal that a paragraph is, by its style or by its words."""
    is_styled = paragraph.kind == "proposal"
    if paragraph.kind == "contents" or (not is_styled and len(paragraph.text) > codes.MAX_HEADER):
        return None
    if not is_styled and codes.action_of(paragraph.text[:20]) is None:
        return None
    code = codes.parse(paragraph.text)
    if code is not None:
        return Header(paragraph.places[-1], code.action, code, str(code), paragraph.text)
    action = codes.action_of(paragraph.text) if is_styled or codes.looks_like_header(paragraph.text) else None
    if action is None:
        return None
    rest = re.sub(r"^\(?\s*[A-Z]{3}\s*\)?\*?\s*", "", normalise(paragraph.text))
    return Header(paragraph.places[-1], action, None, rest[: codes.MAX_HEADER], paragraph.text)


def headers_in(paragraphs: Sequence[Paragraph]) -> list[Header]:
    """All of one text, in its order. Where some stand outside of tables, a table of identifiers is a list of the proposals."""
    found = [(paragraph, header) for paragraph in paragraphs if (header := header_of(paragraph))]
    alone = [header for paragraph, header in found if paragraph.kind == "proposal" or not paragraph.in_table]
    return alone or [header for _paragraph, header in found]


def shared_out(texts: Sequence[Sequence[Paragraph]], headers: Sequence[Header], gone: Sequence[Header]) -> list[list[list[Paragraph]]]:
    """Of each text, the paragraphs of each proposal, without the header lines and without what stands above the first.

    gone -- headers that are deleted: what stands under one, up to the next header, is no part of the proposal above it. One right
        below another only had its line written anew.
    """
    lines = {header.place for header in (*headers, *gone)}
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
