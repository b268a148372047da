"""Tables of two columns whose header says that they hold two versions of a text: read as the text before and the text after.

Only the header decides, or a person: a table of mandates or of dates has two columns as well.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from resolutions.domain.aligning import ComparableClause, align

from ..paragraphs import MarkedDocument, Paragraph, shorten
from .lexicon import matching, normalise
from .shapes import TwoColumnTable
from .version_words import GOES, IN_FORCE, PROPOSED, STAYS

LONGEST_HEADER = 120
# "Resolution 50", "(Rev. Geneva, 2022)", "of", and signs around the words that count.
BESIDE = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|(?:resolution|resolucion|резолюци[яию]|القرار|第?\s*\d+\s*号决议)\s*\d*"
    r"|(?<!\w)(?:of|de la|de l'|for)(?!\w)|[\d:.*_\"«»“”]+"
)
ASSEMBLY = re.compile(
    r"(?:wtsa|amnt|cmnt|вас[эе]|wtdc|cmdt|вкрэ|pp|pc|пк)[-‑– ]?(\d{2,4})"
    r"|\((?:rev|rév|пересм)\.?[^()]*?(\d{4})\)|المراجع[^()]*?(\d{4})|（[^（）]*?(\d{4})[^（）]*修订版）"
)


def two_column_tables(paragraphs: Iterable[Paragraph], declared: Mapping[int, bool]) -> list[TwoColumnTable]:
    """declared -- by number of a table, what a person says: that it holds two versions, or that it is a table"""
    found = []
    for number, together in groupby((each for each in paragraphs if each.cell), key=lambda each: each.cell.table if each.cell else 0):
        cells = list(together)
        if {each.cell.column for each in cells if each.cell} != {0, 1}:
            continue
        top = min(each.cell.row for each in cells if each.cell)
        header = [
            " ".join(normalise(each.text) for each in cells if each.cell and (each.cell.row, each.cell.column) == (top, at))
            for at in (0, 1)
        ]
        is_recognised = versions_in(header) is not None
        is_versions = declared.get(number, is_recognised)
        found.append(TwoColumnTable(number, cells[0].places[0], shorten(header[0]), shorten(header[1]), is_versions, is_recognised))
    return found


def versions_in(header: Sequence[str]) -> tuple[int, int] | None:
    """The columns of the older and of the newer version, by the two headers; None where they do not say so."""
    if any(len(text) > LONGEST_HEADER for text in header):
        return None
    older, newer = ([bare(text) in words for text in header] for words in (_IN_FORCE, _PROPOSED))
    years = [_year(text) for text in header]
    for old, new in ((0, 1), (1, 0)):
        if older[old] and newer[new]:
            return old, new
        # "WTSA-20" beside "WTSA-24", "WTSA-24" beside "Proposal".
        if years[old] and years[new] and years[old] < years[new]:
            return old, new
        if years[old] and newer[new]:
            return old, new
    return None


def bare(text: str) -> str:
    """Without what may stand beside the words that count, accents and case."""
    return " ".join(BESIDE.sub(" ", folded(text)).strip(" -–—/").split())


def folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", matching(normalise(text)))
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")


def _year(text: str) -> int:
    match = ASSEMBLY.search(matching(normalise(text)))
    digits = next(filter(None, match.groups()), "") if match else ""
    return 0 if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _words(*lists: str) -> frozenset[str]:
    return frozenset(bare(words) for several in lists for words in several.split(", "))


_IN_FORCE, _PROPOSED = _words(*IN_FORCE.values()), _words(*PROPOSED.values())
_STAYS, _GOES = (frozenset(map(folded, words.split(", "))) for words in (STAYS, GOES))


def with_versions(reading: MarkedDocument, tables: Iterable[TwoColumnTable]) -> MarkedDocument:
    """The document with these tables taken apart: one column in the text before the marks, the other in that after them."""
    before, after = list(reading.before), list(reading.after)
    for table in tables:
        if not table.is_versions:
            continue
        older, newer = versions_in((table.left, table.right)) or (0, 1)
        cells = [each for each in reading.after if each.cell and each.cell.table == table.number]
        olds: list[Paragraph] = []
        news: list[Paragraph] = []
        for row, together in groupby(cells, key=lambda each: each.cell.row if each.cell else 0):
            line = list(together)
            if row == cells[0].cell.row and table.is_recognised:  # type: ignore[union-attr]
                continue
            old, new = ([replace(each, cell=None) for each in line if each.cell and each.cell.column == at] for at in (older, newer))
            said = folded(" ".join(each.text for each in new)).strip(" ()[]（）.")
            if said in _STAYS:
                new = old
            elif said in _GOES:
                new = []
            olds += [
                replace(one, places=(*one.places, *other.places)) if other else one for one, other in _beside(old, new)
            ]  # where marks would have left one paragraph
            news += new
        before, after = _in_place(before, olds, table), _in_place(after, news, table)
    return replace(reading, before=before, after=after)


def _beside(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[tuple[Paragraph, Paragraph | None]]:
    """The paragraphs of one cell, each with that of the other cell which it became."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    before, after = ([ComparableClause("", "", each.text) for each in several] for several in (old, new))
    became = {change.old[0]: new[change.new[0]] for change in align(before, after) if change.old and change.new}
    return [(each, became.get(at)) for at, each in enumerate(old)]


def _in_place(paragraphs: Sequence[Paragraph], instead: Sequence[Paragraph], table: TwoColumnTable) -> list[Paragraph]:
    rest = [each for each in paragraphs if not (each.cell and each.cell.table == table.number)]
    at = next((place for place, each in enumerate(rest) if each.places and each.places[0] > table.place), len(rest))
    return [*rest[:at], *instead, *rest[at:]]
