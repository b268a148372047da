"""Clauses of a text from its parsed lines, and the origin of each clause in another text.

Two texts in one language are aligned by their words; two languages of one revision by their structure, which translations keep.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from rapidfuzz.distance import Indel

from resolutions.domain.aligning import ChangeKind, ClauseChange, ClauseLike, align, similarity
from resolutions.domain.budgets import LONGEST_ADDRESSEE, LONGEST_CALL, LONGEST_NUMBER, LONGEST_VERB
from resolutions.domain.tables import CellPlace, ranks
from resolutions.importers.docx import ProposedChange, TextClause, call

# With fewer words in common, a person should review whether it is the same clause.
DOUBTFUL = 0.60

# Of a clause, by what it was read as; number, title, history and enacting line of the resolution are no clauses of it.
KINDS = {kind: kind for kind in ("item", "heading", "cell", "footnote", "note")} | {"annex": "heading", "call": "heading"}


@dataclass(frozen=True, slots=True)
class ParsedClause:
    """One clause of a text; see `models.ClauseText`. A line of an annex's title is a heading in it."""

    part: str
    kind: str
    call: str
    verb: str
    addressee: str
    number: str
    text: str
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The clause of the other text that a clause continues, how, and the similarity.

    is_main -- it keeps the identity; of the parts of a
    split clause, only the nearest does
    """

    place: int
    kind: str
    likeness: float
    is_main: bool = True

    @property
    def is_doubtful(self) -> bool:
        return self.likeness < DOUBTFUL or self.kind in (ChangeKind.MERGED, ChangeKind.SPLIT)


def rows_of(clauses: Sequence[TextClause], language: str) -> list[ParsedClause]:
    """The clauses of a text as read: without number, title and enacting line of the resolution, verb lines told by each clause.

    A verb line without clauses is a heading, and clauses above the first one belong to the preamble.
    """
    rows: list[ParsedClause] = []
    annex = ""
    for at, clause in enumerate(clauses):
        kind = KINDS.get(clause.kind)
        if clause.kind == "annex":
            annex = clause.text
        if kind is None or is_told_by_others(clauses, at):
            continue
        # A verb line is carried by its clauses; one without clauses is a heading.
        line = "" if clause.kind == "call" or not clause.section or clause.section == annex else clause.section
        found = call(line, language) if line else None
        rows.append(
            ParsedClause(
                part=clause.part or "preamble",
                kind=kind,
                call=line[:LONGEST_CALL],
                verb=found.verb[:LONGEST_VERB] if found else "",
                addressee=found.addressee[:LONGEST_ADDRESSEE] if found else "",
                number=clause.number[:LONGEST_NUMBER],
                text=clause.text,
                cell=clause.cell,
            )
        )
    return rows


def is_told_by_others(clauses: Sequence[TextClause | ProposedChange], at: int) -> bool:
    """Whether this is a verb line with clauses under it: each of them carries it."""
    following = clauses[at + 1].kind if at + 1 < len(clauses) else "call"
    return clauses[at].kind == "call" and following not in ("call", "annex")


# -- one language ---------------------------------------------------------------------------------------------------------------


def origins(old: Sequence[ClauseLike], new: Sequence[ClauseLike]) -> dict[int, Origin]:
    """By place in `new`, where each clause comes from. Those that are new have none."""
    return {place: origin for change in align(old, new) for place, origin in _origins(change, old, new)}


def _origins(change: ClauseChange, old: Sequence[ClauseLike], new: Sequence[ClauseLike]) -> Iterator[tuple[int, Origin]]:
    if not change.old or not change.new:
        return
    nearest, main = max(
        ((before, after) for before in change.old for after in change.new),
        key=lambda pair: similarity(old[pair[0]].text, new[pair[1]].text),
    )
    for place in change.new:
        yield place, Origin(nearest, change.kind.value, change.similarity, is_main=place == main)


# -- two languages --------------------------------------------------------------------------------------------------------------


class StructuredClause(Protocol):
    @property
    def part(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def call(self) -> str: ...
    @property
    def number(self) -> str: ...


def pair_by_structure(old: Sequence[StructuredClause], new: Sequence[StructuredClause]) -> dict[int, int]:
    """The place in `old` for each place in `new` whose clause stands in the same place of the text, whatever its language.

    Where both have as many verb lines in a part, they are taken one for one; under each, clauses pair by their numbers in order.
    Where they have not, a verb line pairs with one that has as many clauses, numbered alike, in order.
    """
    pairs: dict[int, int] = {}
    olds, news = _by_part(old), _by_part(new)
    for part in olds.keys() & news.keys():
        blocks_old, blocks_new = olds[part], news[part]
        if len(blocks_old) == len(blocks_new):
            together = list(zip(blocks_old, blocks_new, strict=True))
        else:
            together = [
                (blocks_old[i], blocks_new[j])
                for i, j in _in_common([_labels(old, block) for block in blocks_old], [_labels(new, block) for block in blocks_new])
            ]
        for block_old, block_new in together:
            for i, j in _in_common(_labels(old, block_old), _labels(new, block_new)):
                pairs[block_new[j]] = block_old[i]
    return pairs


def _by_part(clauses: Sequence[StructuredClause]) -> dict[str, list[list[int]]]:
    """Places of clauses by part, under one verb line each."""
    parts: dict[str, list[list[int]]] = {}
    for (part, _call), places in groupby(range(len(clauses)), key=lambda place: (clauses[place].part, clauses[place].call)):
        parts.setdefault(part, []).append(list(places))
    return parts


def _labels(clauses: Sequence[StructuredClause], places: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Kind and number of each, of a cell its place. Letters of other alphabets count as a), b), c)… in their order."""
    labels = []
    seen: Counter[str] = Counter()
    for place, cell in zip(places, ranks(clauses[place] for place in places), strict=True):
        if cell:
            labels.append((clauses[place].kind, cell))
            continue
        number = "".join(re.findall(r"\w+", clauses[place].number)).casefold()
        is_letter = bool(number) and not number[0].isdigit()
        seen["letter"] += is_letter
        if is_letter and not number.isascii():
            number = chr(ord("a") + (seen["letter"] - 1) % 26)
        labels.append((clauses[place].kind, number))
    return tuple(labels)


def _in_common[T](first: Sequence[T], second: Sequence[T]) -> Iterator[tuple[int, int]]:
    for start, other, size in Indel.opcodes(first, second).as_matching_blocks():
        for step in range(size):
            yield start + step, other + step
