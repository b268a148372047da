"""The input of the exporters: plain dataclasses with the texts, differences not computed yet."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportedClause:
    """One clause in two versions; the text of a missing side is None.

    number_before, number_after -- as printed ("a)", "3 bis"), or None or "" for none
    note -- a remark beside the clause, in the language of the comparison; part of neither text
    kind -- what it is, as the importers name it: resno, restitle, resref, opening, heading, annex, note, or "" for a clause
    move -- a name two rows share when they are one clause that moved: the one that stood there, and the one that stands here now
    """

    number_before: str | None
    number_after: str | None
    before: str | None
    after: str | None
    note: str = ""
    kind: str = ""
    move: str = ""


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
class ExportedWording:
    """How one proposal words a clause; text None where it takes the clause out. identifier -- as `EUR/38A7/1`."""

    identifier: str
    number: str | None
    text: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionsClause:
    """A clause in force (text None where proposals add it), and every wording proposed for it."""

    number: str | None
    text: str | None
    wordings: Sequence[ExportedWording]
    kind: str = ""


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
