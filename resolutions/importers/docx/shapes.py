"""What the reader hands out: plain dataclasses, and the codes of what it refuses or could not read."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a file is not read at all. `refusals.py` has a sentence for each."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_WORD = "old_word"
    LOCKED = "locked"
    PDF = "pdf"
    RICH_TEXT = "rich_text"
    OPEN_DOCUMENT = "open_document"
    NOT_WORD = "not_word"
    BAD_ZIP = "bad_zip"
    TOO_MANY_MEMBERS = "too_many_members"
    DUPLICATE_MEMBER = "duplicate_member"
    BAD_MEMBER_NAME = "bad_member_name"
    TOO_MUCH_INSIDE = "too_much_inside"
    ZIP_BOMB = "zip_bomb"
    LYING_SIZE = "lying_size"
    MACROS = "macros"
    DOCTYPE = "doctype"
    BAD_XML = "bad_xml"
    TOO_DEEP = "too_deep"
    TOO_COMPLEX = "too_complex"
    LIMITED_DISTRIBUTION = "limited_distribution"


class Trouble(StrEnum):
    """What a person should know about a file that was read. `refusals.py` has a sentence for each."""

    CORRIGENDUM = "corrigendum"
    NO_PROPOSAL = "no_proposal"
    NO_RESOLUTION = "no_resolution"
    NO_CLAUSES = "no_clauses"
    BAD_HEADER = "bad_header"
    DELETED_HEADER = "deleted_header"
    DUPLICATE_CODE = "duplicate_code"
    MOD_WITHOUT_MARKS = "mod_without_marks"
    NOC_WITH_MARKS = "noc_with_marks"
    UNKNOWN_CALL = "unknown_call"
    PREAMBLE_AFTER_OPERATIVE = "preamble_after_operative"
    TEXT_AFTER_REASONS = "text_after_reasons"
    IN_TABLE = "in_table"
    LANGUAGE_UNKNOWN = "language_unknown"
    LOST_STYLES = "lost_styles"
    BROKEN_FIELD = "broken_field"
    MISSING_NOTE = "missing_note"
    PICTURE = "picture"
    TEXT_BOX = "text_box"
    EMBEDDED_FILE = "embedded_file"
    HIDDEN_TEXT = "hidden_text"
    UNREAD = "unread"
    REMOTE_TEMPLATE = "remote_template"
    REMOTE_OBJECT = "remote_object"
    MORE = "more"


class Refused(ValueError):
    """A file that is not read. `code` says why; `number` is the document's number when only that may be kept."""

    def __init__(self, code: Refusal, *, number: str | None = None):
        super().__init__(code.value)
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that was not read, or not with certainty.

    place -- physical paragraph of the body, counted from 1; 0 for the file as a whole
    text -- the words it is about, shortened, or ""
    """

    code: Trouble
    place: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of one view (the text before the marks, or after them).

    text -- as read: tabs and line breaks kept, automatic number left out
    kind -- what its style says it is ("resno", "call", "item"…), or "" when the style says nothing
    number -- automatic number as Word would print it, or ""
    places -- the physical paragraphs it is made of, counted from 1: several where marks join paragraphs
    """

    text: str
    kind: str = ""
    number: str = ""
    places: tuple[int, ...] = (0,)
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class TextClause:
    """One clause of one text.

    kind -- resno, restitle, resref, opening, call, item, heading, annex, cell, footnote or note
    part -- preamble, operative, annex, or None for what stands above the first call
    section -- the wording of the call it stands under, None above the first call
    number -- as printed ("a)", "1", "b) bis", "[^2]"), or ""
    text -- normalised: runs of white space are one space, U+2011 is "-", no bidi marks; without its number
    """

    kind: str
    part: str | None
    section: str | None
    number: str
    text: str
    place: int
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause before and after the proposal; the side it is not on holds None.

    change -- unchanged, renumbered (only its number), moved (the same words elsewhere), modified, added, deleted,
        or unknown where the file does not tell what it starts from
    place_before, place_after -- physical paragraphs, counted from 1
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
    place_before: int | None = None
    place_after: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Which resolution a proposal is about. `number` is None for a draft new one."""

    number: str | None
    heading_before: str | None
    heading_after: str | None
    title_before: str | None
    title_after: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal of a contribution.

    code -- without its action, as `CEPT/35A5/1`
    sources -- the codes in it that say who: codes are not acronyms (`EUR` prints for CEPT) and are data elsewhere
    has_marks -- False when nothing in it is marked: ADD, SUP and NOC rarely are; of a MOD it means that `before` is unknown
    reasons -- None when none are given
    """

    action: str
    code: str
    sources: tuple[str, ...]
    clauses: tuple[Clause, ...]
    reasons: str | None
    resolution: Heading
    has_marks: bool
    place: int


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
    proposals: tuple[Proposal, ...]
    warnings: tuple[Warned, ...]
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ResolutionText:
    """A resolution read by itself, as it stands once all marks are accepted."""

    language: str | None
    number: str | None
    title: str | None
    clauses: tuple[TextClause, ...]
    warnings: tuple[Warned, ...]
