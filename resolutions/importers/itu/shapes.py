"""The result of parsing a contribution or a resolution: plain dataclasses."""

from dataclasses import dataclass

from resolutions.domain.tables import CellPlace

from ..paragraphs import ReaderWarning, Repair


@dataclass(frozen=True, slots=True)
class TextClause:
    """One clause of one text.

    kind -- resno, restitle, resref, opening, call, item, heading, annex, cell, footnote or note
    part -- preamble, operative, annex, or None for what stands above the first call
    section -- the wording of the call it stands under, None above the first call
    number -- as printed ("a)", "1", "b) bis", "[^2]"), or ""
    text -- normalised: runs of white space are one space, U+2011 is "-", no bidi marks; without its number
    cell -- its place in a table: one clause holds all paragraphs of its cell, each a line with its number
    """

    kind: str
    part: str | None
    section: str | None
    number: str
    text: str
    place: int
    places: tuple[int, ...] = ()
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """One clause before and after the proposal; a missing side is None. `part` is that of the side that is shown: after, else before.

    change -- unchanged, renumbered (only its number), moved (the same words elsewhere), modified, added, deleted,
        or unknown where the file does not say what it starts from
    place_before, place_after -- physical paragraphs, counted from 1
    cell -- its place in a table, the same on both sides
    """

    kind: str
    part: str | None
    section_before: str | None
    section_after: str | None
    number_before: str | None
    number_after: str | None
    before: str | None
    after: str | None
    change: str
    part_before: str | None = None
    place_before: int | None = None
    place_after: int | None = None
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Which resolution a proposal is about. `number` is None for a draft new one."""

    number: str | None
    heading_before: str | None
    heading_after: str | None
    title_before: str | None
    title_after: str | None


@dataclass(frozen=True, slots=True)
class DocumentProposal:
    """One proposal of a contribution.

    code -- without its action, as `CEPT/35A5/1`
    sources -- the codes in it that say who: codes are not acronyms (`EUR` prints for CEPT) and are data elsewhere
    has_marks -- False when nothing in it is marked: ADD, SUP and NOC rarely are; of a MOD it means that `before` is unknown
    reasons -- None when none are given
    """

    action: str
    code: str
    sources: tuple[str, ...]
    clauses: tuple[ProposedChange, ...]
    reasons: str | None
    resolution: Heading
    has_marks: bool
    place: int


@dataclass(frozen=True, slots=True)
class TwoColumnTable:
    """A table that may hold two versions of a text.

    number -- of the table in its document; left, right -- its header
    is_versions -- it is read as two versions, because its header says so (`is_recognised`) or a person
    """

    number: int
    place: int
    left: str
    right: str
    is_versions: bool
    is_recognised: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a contribution holds.

    language -- ar, en, es, fr, ru, zh or None
    authors -- who made the marks, often translators: never a country, never to be kept
    revision -- of the document, as its first page says: 1 for "Revision 1 to Document 45"; 0 where it says none
    """

    file: str
    language: str | None
    authors: tuple[str, ...]
    proposals: tuple[DocumentProposal, ...]
    warnings: tuple[ReaderWarning, ...]
    revision: int = 0
    tables: tuple[TwoColumnTable, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolutionText:
    """A resolution read by itself, as it stands once all marks are accepted. repairs -- of a text pasted from the pages of a PDF"""

    language: str | None
    number: str | None
    title: str | None
    clauses: tuple[TextClause, ...]
    warnings: tuple[ReaderWarning, ...]
    repairs: tuple[Repair, ...] = ()
