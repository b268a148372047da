"""The input of the exporters: plain dataclasses with the texts, differences not computed yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolutions.domain.tables import CellPlace


@dataclass(frozen=True, slots=True)
class ExportedClause:
    """One clause in two versions; the text of a missing side is None.

    number_before, number_after -- as printed ("a)", "3 bis"), or None or "" for none
    note -- a remark beside the clause, in the language of the comparison; part of neither text
    kind -- what it is, as the importers name it: resno, restitle, resref, opening, heading, annex, note, or "" for a clause
    move -- a name two rows share when they are one clause that moved: the one that stood there, and the one that stands here now
    cell -- its place in a table that holds the rows and columns of both versions
    """

    number_before: str | None
    number_after: str | None
    before: str | None
    after: str | None
    note: str = ""
    kind: str = ""
    move: str = ""
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class ExportedSection:
    """A call and the clauses under it. The call is "" on a side without one.

    part -- preamble, operative, annex or ""; messages begin with what is operative
    """

    call_before: str
    call_after: str
    clauses: Sequence[ExportedClause]
    part: str = ""


@dataclass(frozen=True, slots=True)
class ExportedHeader:
    """What a proposal begins with in a document: action and identifier, number and title of its resolution, as an importer reads them."""

    action: str
    identifier: str
    resolution: str
    title: str


@dataclass(frozen=True, slots=True)
class ExportedComparison:
    """Two versions of a text. language -- that of the texts: ar, en, es, fr, ru or zh; header -- where the second is a proposal."""

    title: str
    subtitle: str
    language: str
    sections: Sequence[ExportedSection]
    header: ExportedHeader | None = None


@dataclass(frozen=True, slots=True)
class ExportedProposals:
    """Whole proposals, each with its header and in its language. language -- that of title and subtitle, not Arabic"""

    title: str
    subtitle: str
    language: str
    proposals: Sequence[ExportedComparison]


@dataclass(frozen=True, slots=True)
class ExportedWording:
    """How one proposal words a clause; text None where it takes the clause out. identifier -- as `EUR/38A7/1`.

    language -- where it is not that of the text in force, with its name as readers know it: it is then marked against `number_before` and
        `before`, in its own language, None where it adds the clause
    is_marked -- false where nothing in its language is known to mark it against: it is written as it is
    """

    identifier: str
    number: str | None
    text: str | None
    note: str = ""
    language: str = ""
    language_name: str = ""
    number_before: str | None = None
    before: str | None = None
    is_marked: bool = True


@dataclass(frozen=True, slots=True)
class VersionsClause:
    """A clause in force (text None where proposals add it), and every wording proposed for it. cell -- its place in a table in force"""

    number: str | None
    text: str | None
    wordings: Sequence[ExportedWording]
    kind: str = ""
    cell: CellPlace | None = None

    def start_of(self, wording: ExportedWording) -> tuple[str | None, str | None]:
        """Number and text that a wording is marked against."""
        return (wording.number_before, wording.before) if wording.language else (self.number, self.text)


@dataclass(frozen=True, slots=True)
class VersionsSection:
    call: str
    clauses: Sequence[VersionsClause]
    part: str = ""


@dataclass(frozen=True, slots=True)
class ExportedVersions:
    """Several proposals on one text, clause by clause. in_force -- what the text they start from is called, before each clause."""

    title: str
    subtitle: str
    language: str
    in_force: str
    sections: Sequence[VersionsSection]


def line(number: str | None, text: str | None) -> str:
    """A clause as one paragraph: its number, a tab, its text."""
    return f"{number}\t{text or ''}" if number else text or ""
