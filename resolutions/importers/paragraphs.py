"""The output of a reader of any file format: paragraphs with their marks applied, and the codes of refusals and warnings."""

from dataclasses import dataclass, field
from enum import StrEnum

from resolutions.domain.tables import CellPlace

SHORT = 80  # letters of a text quoted in a warning


class RefusalCode(StrEnum):
    """The code of a refusal. `refusals.py` has a sentence for each."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_WORD = "old_word"
    LOCKED = "locked"
    PDF = "pdf"
    RICH_TEXT = "rich_text"
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


class WarningCode(StrEnum):
    """The code of a warning about a file that was read. `refusals.py` has a sentence for each."""

    CORRIGENDUM = "corrigendum"
    NO_PROPOSAL = "no_proposal"
    NO_HEADER = "no_header"
    TEXT_BETWEEN = "text_between"
    MERGED = "merged"
    SPLIT = "split"
    LINES_NOT_JOINED = "lines_not_joined"
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
    NESTED_TABLE = "nested_table"
    TWO_VERSIONS = "two_versions"
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


class FileRefused(ValueError):
    """A file that is not read. `code` says why; `number` is the document's number when only that may be kept."""

    def __init__(self, code: RefusalCode, *, number: str | None = None):
        super().__init__(code.value)
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class ReaderWarning:
    """Something that was not read, or not with certainty.

    place -- physical paragraph of the body, counted from 1; 0 for the file as a whole
    text -- the words it is about, shortened, or ""
    """

    code: WarningCode
    place: int = 0
    text: str = ""


class RepairKind(StrEnum):
    """What was done to a line of a paste: `refusals.py` has a sentence for each."""

    JOINED = "joined"
    HYPHEN = "hyphen"
    PAGE_NUMBER = "page_number"
    RUNNING_HEAD = "running_head"
    FOOTNOTE = "footnote"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair. place -- the line of the paste, counted from 1; text -- the words it is about, shortened"""

    kind: RepairKind
    place: int
    text: str

    @property
    def key(self) -> str:
        """Its name, by which it can be left undone."""
        return f"{self.kind}-{self.place}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of one view (the text before the marks, or after them).

    text -- as read: tabs and line breaks kept, automatic number left out
    kind -- what its style says it is ("resno", "call", "item"…), or "" when the style says nothing
    number -- automatic number as Word would print it, or ""
    places -- the physical paragraphs it is made of, counted from 1: several where marks join paragraphs
    cell -- the cell it stands in, which may hold several
    """

    text: str
    kind: str = ""
    number: str = ""
    places: tuple[int, ...] = (0,)
    cell: CellPlace | None = None

    @property
    def in_table(self) -> bool:
        return self.cell is not None


@dataclass(slots=True)
class MarkedDocument:
    """Both texts of a document, paragraph by paragraph, and what came with them.

    notes -- footnotes and endnotes by the name their reference has in the text (`2`, `e1`): text before, text after
    note_warnings -- what could not be read of each note; said where the text refers to it
    boxes -- place and words of each text box: no part of the text, but a stamp on the first page stands in one
    heads -- running heads and feet, with the text boxes in them
    """

    before: list[Paragraph]
    after: list[Paragraph]
    notes: dict[str, tuple[str, str]]
    authors: set[str]
    warnings: list[ReaderWarning]
    heads: list[str]
    has_styles: bool
    note_warnings: dict[str, list[ReaderWarning]] = field(default_factory=dict)
    boxes: list[tuple[int, str]] = field(default_factory=list)


def shorten(text: str) -> str:
    text = " ".join(text[: SHORT * 4].split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
