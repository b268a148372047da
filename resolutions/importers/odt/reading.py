"""Reads the two texts an OpenDocument text with tracked changes holds: before its marks, and after them.

Source: OpenDocument 1.3 part 3 (change tracking), and how LibreOffice accepts and rejects them.

The document itself is the text after the marks. What was inserted lies between two marks; what was deleted is kept apart, and a mark
says where it was. Within a paragraph the first and the last paragraph of a deletion are parts of that paragraph, so that every further
one means that a paragraph ended there.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree

from resolutions.domain.tables import MOST_COLUMNS, CellPlace, within_limits

from ..packages import Package
from ..paragraphs import FileRefused, MarkedDocument, Paragraph, ReaderWarning, RefusalCode, WarningCode, shorten
from ..style_names import KINDS, kind_of
from .guard import OFFICE, Parts, parts_of
from .numbering import OUTLINE, STYLE, TEXT, Counters, Numbering, whole
from .styles import AUTOMATIC, DISPLAY, NAMED, Styles

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
HREF = "{http://www.w3.org/1999/xlink}href"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

P, H, SPAN, SPACES, TAB, LINE_BREAK = (f"{TEXT}{name}" for name in ("p", "h", "span", "s", "tab", "line-break"))
CHANGE, CHANGE_START, CHANGE_END, CHANGE_ID = (f"{TEXT}{name}" for name in ("change", "change-start", "change-end", "change-id"))
INSERTION, DELETION, TRACKED = (f"{TEXT}{name}" for name in ("insertion", "deletion", "tracked-changes"))
LIST, ITEM, HEADER, SECTION, NOTE = (f"{TEXT}{name}" for name in ("list", "list-item", "list-header", "section", "note"))
STYLE_NAME, IS_HIDDEN, START = f"{TEXT}style-name", f"{TEXT}is-hidden", f"{TEXT}start-value"
TBL, ROW, CELL, COVERED = (f"{TABLE}{name}" for name in ("table", "table-row", "table-cell", "covered-table-cell"))
ROW_GROUPS = frozenset(f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group"))
FIXED = {TAB: "\t", LINE_BREAK: "\n"}
INDEXES = frozenset(
    f"{TEXT}{name}-index" for name in ("illustration", "table", "object", "user", "alphabetical")
) | {f"{TEXT}table-of-content", f"{TEXT}bibliography"}  # fmt: skip
# Marks of places, page breaks and comments: no words of the text.
PASSED_OVER = frozenset(
    f"{TEXT}{name}"
    for name in (
        *("soft-page-break", "bookmark", "bookmark-start", "bookmark-end", "reference-mark", "reference-mark-start", "script"),
        *("reference-mark-end", "toc-mark", "toc-mark-start", "toc-mark-end", "sequence-decls", "variable-decls", "user-field-decls"),
        *("dde-connection-decls", "alphabetical-index-auto-mark-file", "index-title-template", "ruby-text", TRACKED[len(TEXT) :]),
    )
) | {f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{OFFICE}forms", f"{OFFICE}change-info", f"{OFFICE}event-listeners"}
EMBEDDED = frozenset(f"{DRAW}{name}" for name in ("object", "object-ole", "floating-frame", "plugin", "applet"))
BLANKS = str.maketrans(dict.fromkeys("\t\r\n", " "))  # in the XML; what prints as a tab or a line break is an element
ELSEWHERE = re.compile(r"(?:https?|ftp|smb|file)://[^/]|//|\\\\", re.IGNORECASE)
MAX_PARAGRAPHS = 100_000  # as in a Word file
MAX_SPACES = 100  # that one element stands for
ABOVE = (f"{STYLE}header", f"{STYLE}header-left", f"{STYLE}header-first")
BELOW = (f"{STYLE}footer", f"{STYLE}footer-left", f"{STYLE}footer-first")


@dataclass(slots=True)
class Changes:
    """The tracked changes of one story, by identifier.

    deleted -- what each deletion took out; unmade -- insertions that were deleted again, in neither text
    ended -- insertions that have an end: of another, nothing would say where it stops
    """

    inserted: set[str] = field(default_factory=set)
    deleted: dict[str, etree._Element] = field(default_factory=dict)
    unmade: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Properties:
    """style -- the name of its style"""

    style: str = ""
    kind: str = ""
    numbering: Numbering | None = None

    def is_like(self, other: "Properties") -> bool:
        """Whether the last paragraph of a deletion, which has these, is the paragraph it was taken from: where the number of that one
        begins, and which list it continues, only itself says."""
        if self.numbering is None or other.numbering is None:
            return self.style == other.style
        return (self.style, self.numbering.style, self.numbering.depth) == (other.style, other.numbering.style, other.numbering.depth)


@dataclass(slots=True)
class OpenList:
    number: int
    style: str
    depth: int


@dataclass(slots=True)
class OpenItem:
    """is_used -- whether its number was given to a paragraph"""

    style: str
    start: int | None
    is_used: bool = False


@dataclass(slots=True)
class View:
    """One of the two texts while it is being written."""

    counters: Counters
    paragraphs: list[Paragraph] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    # Of a paragraph that was joined, those of the first part that has words; or those that a deletion says.
    properties: Properties | None = None

    def write(self, text: str, properties: Properties) -> None:
        self.chunks.append(text)
        if self.properties is None and not text.isspace():
            self.properties = properties

    def end_paragraph(self, properties: Properties, cell: CellPlace | None) -> None:
        properties = self.properties or properties
        printed = self.counters.next(properties.numbering) if properties.numbering else ""
        self.paragraphs.append(Paragraph("".join(self.chunks), properties.kind, printed, tuple(self.places), cell))
        self.clear()

    def clear(self) -> None:
        self.chunks.clear()
        self.places.clear()
        self.properties = None

    def end_story(self, properties: Properties, cell: CellPlace | None) -> None:
        """Close a pending paragraph at the end of a cell, a table or the story, if it has a text."""
        if self.chunks:
            self.end_paragraph(properties, cell)
        self.clear()


class Walk:
    """Reads one story (the body, or one note).

    place -- of the story in the body, for what is no part of it
    """

    def __init__(self, styles: Styles, reading: MarkedDocument, changes: Changes, place: int | None = None):
        self.styles = styles
        self.reading = reading
        self.changes = changes
        self.story_place = place
        self.before = View(Counters(styles.lists))
        self.after = View(Counters(styles.lists))
        self.place = 0
        self.tables = 0
        self.cell: CellPlace | None = None
        self.in_index = False
        self.properties = Properties()
        self.deleted_properties = Properties()  # of the paragraph of a deletion that was read last
        self.kinds: dict[str, str] = {}
        # What the next words are in: open insertions, deletions, deletions of an insertion.
        self.insertions: set[str] = set()
        self.deletions = 0
        self.hidden: list[str] | None = None
        # Paragraphs of a deletion that were already read into the paragraph it was taken from; None outside of such a deletion.
        self.joined: int | None = None
        self.list: OpenList | None = None
        self.item: OpenItem | None = None
        self.known_lists: dict[str, int] = {}
        self.last_of_style: dict[str, int] = {}
        self.lists = 0

    # -- blocks -------------------------------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element) -> None:
        for element in parent:
            tag = element.tag
            if tag in (P, H):
                self.paragraph(element)
            elif tag == LIST:
                self.open_list(element)
            elif tag == TBL:
                self.table(element)
            elif tag in (CHANGE, CHANGE_START, CHANGE_END):
                self.change(element)
            elif tag == SECTION:
                self.section(element)
            elif tag in INDEXES:
                self.index(element)
            elif tag == f"{TEXT}index-title":
                self.blocks(element)
            elif tag == f"{TEXT}numbered-paragraph":
                self.numbered_paragraph(element)
            elif tag.startswith(DRAW):
                self.picture(element)
            elif tag not in PASSED_OVER:
                self.unread(element)

    def section(self, section: etree._Element) -> None:
        source = section.find(f"{TEXT}section-source")
        if source is not None and is_elsewhere(source):
            self.warn(WarningCode.REMOTE_OBJECT)
        if section.get(DISPLAY) == "none" or section.get(IS_HIDDEN) == "true":
            self.warn(WarningCode.HIDDEN_TEXT, words_of(section))
        else:
            self.blocks(section)

    def index(self, index: etree._Element) -> None:
        self.in_index, outside = True, self.in_index
        for body in index.iterfind(f"{TEXT}index-body"):
            self.blocks(body)
        self.in_index = outside

    def open_list(self, element: etree._Element) -> None:
        parent, item = self.list, self.item
        style = element.get(STYLE_NAME, "")
        if parent is None:
            self.list = OpenList(self.number_of_list(element, style), style, 0)
        else:
            self.list = OpenList(parent.number, style or parent.style, parent.depth + 1)
        for child in element:
            if child.tag == ITEM:
                self.item = OpenItem(child.get(f"{TEXT}style-override") or self.list.style, whole(child.get(START)))
                self.blocks(child)
            elif child.tag == HEADER:
                self.item = None
                self.blocks(child)
            elif child.tag in (CHANGE, CHANGE_START, CHANGE_END):
                self.change(child)
        self.list, self.item = parent, item

    def number_of_list(self, element: etree._Element, style: str) -> int:
        """The list whose counters this one uses: one of its own, or that which it continues. Of a deleted one nothing says what it
        continued, and where it is continued it has no name: it is the last of its style."""
        name = element.get(f"{TEXT}continue-list")
        continued = self.known_lists.get(name or "")
        if continued is None and (name or self.deletions or element.get(f"{TEXT}continue-numbering") == "true"):
            continued = self.last_of_style.get(style)
        if continued is None:
            self.lists += 1
            continued = self.lists
        self.last_of_style[style] = continued
        if own := element.get(XML_ID):
            self.known_lists[own] = continued
        return continued

    def numbered_paragraph(self, element: etree._Element) -> None:
        style, name = element.get(STYLE_NAME, ""), element.get(f"{TEXT}list-id", "")
        if name not in self.known_lists:
            self.known_lists[name] = self.number_of_list(element, style)
        depth = (whole(element.get(f"{TEXT}level"), 1) or 1) - 1
        outer, item = self.list, self.item
        self.list, self.item = OpenList(self.known_lists[name], style, depth), OpenItem(style, whole(element.get(START)))
        self.blocks(element)
        self.list, self.item = outer, item

    # -- tables -------------------------------------------------------------------------------------------------------------

    def table(self, table: etree._Element) -> None:
        """A table within a cell is read as lines of that cell."""
        joined, outer, item = self.joined, self.list, self.item
        self.joined = self.list = self.item = None
        self.end_deleted_part(joined)
        if self.cell is not None:
            self.warn(WarningCode.NESTED_TABLE)
            self.rows(table, {})
        elif is_frame(table):
            self.rows(table, {})
        else:
            self.tables += 1
            self.rows(table, places_in(table, self.tables))
        self.joined, self.list, self.item = joined, outer, item
        if joined is not None:  # the next paragraph of the deletion, or the rest of the paragraph it was taken from
            self.begin_paragraph()
            self.joined = 0

    def end_deleted_part(self, joined: int | None) -> None:
        """Before a table: what was read so far is a paragraph. Within a deletion only before the marks, for after them it goes on."""
        self.before.end_story(self.properties, self.cell)
        if joined is None:
            self.after.end_story(self.properties, self.cell)

    def rows(self, parent: etree._Element, places: Mapping[etree._Element, CellPlace]) -> None:
        """places -- of the cells; empty where the table is none"""
        for element in parent:
            tag = element.tag
            if tag == ROW or tag in ROW_GROUPS:
                self.rows(element, places)
            elif tag == CELL:
                outside = self.cell
                self.cell = places.get(element, outside)
                self.blocks(element)
                self.end_deleted_part(0 if self.deletions else None)
                self.cell = outside
            elif tag in (CHANGE, CHANGE_START, CHANGE_END):
                self.change(element)

    # -- paragraphs ---------------------------------------------------------------------------------------------------------

    def paragraph(self, paragraph: etree._Element) -> None:
        name = paragraph.get(STYLE_NAME, "")
        if self.joined is not None:
            properties = self.properties_of(paragraph, name)
            if self.joined:  # only where a paragraph ends, a deletion says for sure what it was, and what the next one was
                self.before.properties = self.deleted_properties
                self.end_paragraph()
                self.begin_paragraph()
                self.before.properties = self.properties if properties.is_like(self.properties) else properties
            self.deleted_properties = properties
            self.joined += 1
            self.inline(paragraph)
            return
        self.begin_paragraph()
        self.properties = self.properties_of(paragraph, name)
        with self.hiding(self.styles.is_hidden(name, self.styles.paragraphs)):
            self.inline(paragraph)
        self.end_paragraph()

    def begin_paragraph(self) -> None:
        self.place += 1
        if self.place > MAX_PARAGRAPHS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        for view in (self.before, self.after):
            view.places.append(self.place)

    def end_paragraph(self) -> None:
        """Where a view lacks this end, its paragraph runs on into the next one."""
        for view, has_end in ((self.before, not self.insertions), (self.after, not self.deletions)):
            if has_end:
                view.end_paragraph(self.properties, self.cell)
            elif not view.chunks:
                view.clear()

    def properties_of(self, paragraph: etree._Element, name: str) -> Properties:
        if name not in self.kinds:
            self.kinds[name] = kind_of(name, self.styles.paragraphs)
        kind = "contents" if self.in_index else self.kinds[name]
        return Properties(name, kind, self.numbering_of(paragraph, name))

    def numbering_of(self, paragraph: etree._Element, name: str) -> Numbering | None:
        """Only the first paragraph of an item has its number; a heading outside of lists has that of the outline."""
        if self.list is not None:
            if self.item is None or self.item.is_used:
                return None
            self.item.is_used = True
            style = self.item.style or self.styles.list_of(name) or ""
            return Numbering(self.list.number, style, self.list.depth, self.item.start)
        is_outside = self.styles.list_of(name) is not None or paragraph.get(f"{TEXT}is-list-header") == "true"
        if paragraph.tag != H or is_outside:
            return None
        is_restarted = paragraph.get(f"{TEXT}restart-numbering") == "true"
        start = whole(paragraph.get(START)) if paragraph.get(START) else 1 if is_restarted else None
        return Numbering(0, OUTLINE, (whole(paragraph.get(f"{TEXT}outline-level"), 1) or 1) - 1, start)

    # -- marks --------------------------------------------------------------------------------------------------------------

    def change(self, element: etree._Element, *, in_paragraph: bool = False) -> None:
        name = element.get(CHANGE_ID, "")
        if element.tag == CHANGE_START:
            if name in self.changes.inserted and name in self.changes.ended:
                self.insertions.add(name)
        elif element.tag == CHANGE_END:
            self.insertions.discard(name)
        elif (deleted := self.changes.deleted.pop(name, None)) is not None and name not in self.changes.unmade:
            self.put_back(deleted, in_paragraph=in_paragraph)

    def put_back(self, deleted: etree._Element, *, in_paragraph: bool) -> None:
        """Read what was deleted here into the text before the marks."""
        properties, joined, outer, item = self.properties, self.joined, self.list, self.item
        self.deletions += 1
        self.joined = 0 if in_paragraph else None
        self.list = self.item = None
        self.blocks(deleted)
        self.deletions -= 1
        self.properties, self.joined, self.list, self.item = properties, joined, outer, item

    # -- within a paragraph -------------------------------------------------------------------------------------------------

    def inline(self, parent: etree._Element) -> None:
        if parent.text:
            self.write_words(parent.text)
        for element in parent:
            tag = element.tag
            if tag == SPAN:
                if self.styles.is_hidden(element.get(STYLE_NAME, ""), self.styles.texts):
                    with self.hiding(True):
                        self.inline(element)
                else:
                    self.inline(element)
            elif tag == SPACES:
                self.write(" " * min(whole(element.get(f"{TEXT}c"), 1) or 0, MAX_SPACES))
            elif tag in FIXED:
                self.write(FIXED[tag])
            elif tag in (CHANGE, CHANGE_START, CHANGE_END):
                self.change(element, in_paragraph=True)
            elif tag == NOTE:
                self.note(element)
            elif tag in (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"):
                self.hidden_field(element)
            elif tag.startswith(DRAW):
                self.picture(element)
            elif tag in PASSED_OVER:
                pass
            elif tag.startswith((TEXT, LOEXT)):  # links, fields, which show their result, and the like
                self.inline(element)
            else:
                self.unread(element)
            if element.tail:
                self.write_words(element.tail)

    def hidden_field(self, element: etree._Element) -> None:
        """A text with a condition. It shows when that says so; LibreOffice keeps in it what is hidden, too."""
        if element.get(IS_HIDDEN) == "true":
            self.warn(WarningCode.HIDDEN_TEXT, element.get(f"{TEXT}string-value") or words_of(element))
        else:
            self.inline(element)

    @contextmanager
    def hiding(self, is_hidden: bool) -> Iterator[None]:
        """Words go nowhere, and are said in a warning."""
        if not is_hidden or self.hidden is not None:
            yield
            return
        self.hidden = []
        yield
        words, self.hidden = "".join(self.hidden), None
        if words.strip():
            self.warn(WarningCode.HIDDEN_TEXT, words)

    def write_words(self, text: str) -> None:
        self.write(text.translate(BLANKS) if "\n" in text or "\t" in text or "\r" in text else text)

    def write(self, text: str) -> None:
        if self.hidden is not None:
            self.hidden.append(text)
            return
        if not self.insertions:
            self.before.write(text, self.properties)
        if not self.deletions:
            self.after.write(text, self.properties)

    def note(self, note: etree._Element) -> None:
        name = f"{'e' if note.get(f'{TEXT}note-class') == 'endnote' else ''}{len(self.reading.notes) + 1}"
        self.reading.notes[name] = "", ""
        body = note.find(f"{TEXT}note-body")
        if body is not None:
            walk = Walk(self.styles, self.reading, self.changes, self.place if self.story_place is None else self.story_place)
            walk.read(body)
            before, after = (" ".join(paragraph.text for paragraph in view.paragraphs) for view in (walk.before, walk.after))
            self.reading.notes[name] = before, after
        self.write(f"[^{name}]")

    def picture(self, element: etree._Element) -> None:
        if any(map(is_elsewhere, element.iter(f"{DRAW}image", *EMBEDDED))):
            self.warn(WarningCode.REMOTE_OBJECT)
        words = lines_of(element)
        if words:
            self.reading.boxes.append((self.place, words))
            self.warn(WarningCode.TEXT_BOX, words)
        else:
            is_embedded = next(element.iter(*EMBEDDED), None) is not None
            self.warn(WarningCode.EMBEDDED_FILE if is_embedded else WarningCode.PICTURE)

    def unread(self, element: etree._Element) -> None:
        """Unknown elements are skipped, with a warning where they hold words."""
        if words := words_of(element):
            self.warn(WarningCode.UNREAD, words)

    def warn(self, code: WarningCode, text: str = "") -> None:
        place = self.place if self.story_place is None else self.story_place
        self.reading.warnings.append(ReaderWarning(code, place, shorten(text)))

    def read(self, story: etree._Element) -> None:
        self.blocks(story)
        for view in (self.before, self.after):
            view.end_story(self.properties, None)


def is_frame(table: etree._Element) -> bool:
    """Whether a table only frames a text: one column, and several paragraphs in a cell."""
    rows = [row.findall(CELL) for parent in (table, *table.iterchildren(*ROW_GROUPS)) for row in parent.iterchildren(ROW)]
    return all(len(cells) == 1 for cells in rows) and any(len(cells[0].findall(P)) > 1 for cells in rows)


def places_in(table: etree._Element, number: int) -> dict[etree._Element, CellPlace]:
    """The place of each cell of a table."""
    places = {}
    for row, (element, is_header) in enumerate(rows_in(table, is_header=False)):
        column = 0
        for cell in element.iterchildren(CELL, COVERED):
            spans = [whole(cell.get(f"{TABLE}number-{name}-spanned"), 1) or 1 for name in ("rows", "columns")]
            if cell.tag == CELL:
                places[cell] = within_limits(CellPlace(number, row, column, spans[0], spans[1], is_header=is_header))
            column = min(column + (whole(cell.get(f"{TABLE}number-columns-repeated"), 1) or 1), MOST_COLUMNS)
    return places


def rows_in(parent: etree._Element, *, is_header: bool) -> Iterator[tuple[etree._Element, bool]]:
    for element in parent:
        if element.tag == ROW:
            yield element, is_header
        elif element.tag in ROW_GROUPS:
            yield from rows_in(element, is_header=is_header or element.tag == f"{TABLE}table-header-rows")


def is_elsewhere(element: etree._Element) -> bool:
    return ELSEWHERE.match(element.get(HREF, "")) is not None


def words_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def lines_of(element: etree._Element) -> str:
    """The words of its paragraphs, each on a line."""
    pieces, paragraphs = [], 0
    for event, piece in etree.iterwalk(element, events=("start", "end")):
        is_paragraph = piece.tag in (P, H)
        if event == "start":
            paragraphs += is_paragraph
            pieces.append("\n" * is_paragraph + (piece.text or "") * (paragraphs > 0))
        else:
            paragraphs -= is_paragraph
            pieces.append((piece.tail or "") * (paragraphs > 0))
    return "".join(pieces).strip()


def read_changes(story: etree._Element, reading: MarkedDocument) -> Changes:
    changes = Changes()
    for tracked in story.iterfind(TRACKED):
        for region in tracked:
            name = region.get(XML_ID) or region.get(f"{TEXT}id", "")
            deletion, insertion = region.find(DELETION), region.find(INSERTION)
            if deletion is not None:
                changes.deleted[name] = deletion
                if insertion is not None:
                    changes.unmade.add(name)
            elif insertion is not None:
                changes.inserted.add(name)
            reading.authors |= {author.text.strip()[:200] for author in region.iter(CREATOR) if author.text and author.text.strip()}
    changes.ended = {end.get(CHANGE_ID, "") for end in story.iter(CHANGE_END)}
    return changes


def read_paragraphs(package: Package) -> MarkedDocument:
    """Both texts of a document. Raises FileRefused for one that may not be read."""
    try:
        return _read(parts_of(package))
    except RecursionError as error:  # deletions in deletions: each is as deep as a document may be
        raise FileRefused(RefusalCode.TOO_DEEP) from error


def _read(parts: Parts) -> MarkedDocument:
    named = [None if parts.styles is None else parts.styles.find(NAMED), parts.content.find(NAMED)]
    styles = Styles().read(named)
    has_styles = any(KINDS.get(style.key) == "call" for style in styles.paragraphs.values())
    reading = MarkedDocument([], [], {}, set(), [], [], has_styles=has_styles)
    read_heads(parts, styles, reading)
    walk = Walk(styles.read([parts.content.find(AUTOMATIC)]), reading, read_changes(parts.text, reading))
    walk.read(parts.text)
    reading.before, reading.after = walk.before.paragraphs, walk.after.paragraphs
    return reading


def read_heads(parts: Parts, styles: Styles, reading: MarkedDocument) -> None:
    """The running heads and feet of all kinds of pages, with the text boxes in them."""
    pages = None if parts.styles is None else parts.styles.find(f"{OFFICE}master-styles")
    if parts.styles is None or pages is None:
        return
    styles = styles.read([parts.styles.find(AUTOMATIC)])
    for head in pages.iter(*ABOVE, *BELOW):
        if head.get(f"{STYLE}display") != "false":
            walk = Walk(styles, reading, read_changes(head, reading))
            walk.read(head)
            reading.heads += [paragraph.text for paragraph in walk.after.paragraphs]
            reading.heads += [words for _place, words in reading.boxes]
            reading.boxes.clear()
    reading.warnings.clear()
    reading.notes.clear()
