"""Reads the two texts a document with tracked changes holds: before its marks, and after them.

Source: ECMA-376 part 1, 17.13.5 (revisions), and how Word itself accepts and rejects them.

One walk writes both views. A run is in *before* unless something above it inserts it, in *after* unless something above it deletes
it; so what was deleted from an insertion is in neither. A paragraph mark is marked by itself: where a view lacks it, the paragraph
runs on into the next one and takes its properties.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from resolutions.domain.tables import MOST_COLUMNS, CellPlace, within_limits

from ..paragraphs import FileRefused, MarkedDocument, Paragraph, ReaderWarning, RefusalCode, WarningCode, shorten
from ..style_names import KINDS, NamedStyle, key_of, kind_of
from .guard import Parts
from .numbering import VAL, Counters, Lists, W, read_lists, whole

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

INSERTS = frozenset({f"{W}ins", f"{W}moveTo"})
DELETES = frozenset({f"{W}del", f"{W}moveFrom"})
# Transparent elements: content controls, links and tags do not mark changes.
CONTAINERS = frozenset(f"{W}{name}" for name in ("hyperlink", "sdtContent", "smartTag", "customXml", "fldSimple", "dir", "bdo"))
P, R, TBL, TR, TC, SDT = (f"{W}{name}" for name in ("p", "r", "tbl", "tr", "tc", "sdt"))
AROUND_ROWS = frozenset({SDT, *CONTAINERS, *INSERTS, *DELETES})
PPR, RPR, NUMPR, PSTYLE = (f"{W}{name}" for name in ("pPr", "rPr", "numPr", "pStyle"))
TEXT = frozenset({f"{W}t", f"{W}delText", f"{M}t"})
FIXED = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
NOTES = {f"{W}footnoteReference": "", f"{W}endnoteReference": "e"}
VANISH = f"{W}vanish"
PICTURES = frozenset({f"{W}drawing", f"{W}pict"})
EMBEDDED = frozenset({f"{W}altChunk", f"{W}subDoc", f"{W}object"})

MAX_PARAGRAPHS = 100_000  # ten times the longest contribution we prepare for
MAX_MARK = 20  # letters of a footnote's own mark, and of the blanks before it


@dataclass(slots=True)
class Style(NamedStyle):
    # The list and the level that it names, each by itself: what it leaves out is that of the style it is based on.
    number: str | None
    level: int | None


@dataclass(slots=True)
class View:
    """One of the two texts while it is being written."""

    counters: Counters
    paragraphs: list[Paragraph] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    # Open fields, as [where its instruction began in `chunks`, whether its result has begun].
    fields: list[list[int]] = field(default_factory=list)

    def field_char(self, kind: str | None) -> None:
        """Keep the result of a field and drop its instruction, with its content."""
        if kind == "begin":
            self.fields.append([len(self.chunks), False])
        elif self.fields and kind in ("separate", "end"):
            start, has_result = self.fields[-1]
            if not has_result:
                del self.chunks[start:]
                self.fields[-1][1] = True
            if kind == "end":
                self.fields.pop()

    def close_broken_fields(self) -> bool:
        """At the end of a paragraph: a field without a result is broken. Its text stays."""
        kept = [opened for opened in self.fields if opened[1]]
        is_broken = len(kept) != len(self.fields)
        self.fields = kept
        return is_broken

    def end_paragraph(self, kind: str, number: tuple[str, int] | None, cell: CellPlace | None) -> None:
        printed = self.counters.next(*number) if number else ""
        self.paragraphs.append(Paragraph("".join(self.chunks), kind, printed, tuple(self.places), cell))
        self.chunks.clear()
        self.places.clear()

    def end_story(self, kind: str, cell: CellPlace | None) -> None:
        """Close a pending paragraph at the end of a cell, a table or the story, if it has a text."""
        if self.chunks:
            self.end_paragraph(kind, None, cell)
        self.places.clear()


class Walk:
    """Reads one story (the body, or one note)."""

    def __init__(self, styles: dict[str, Style], lists: Lists, reading: MarkedDocument):
        self.styles = styles
        self.lists = lists
        self.reading = reading
        self.before = View(Counters(lists))
        self.after = View(Counters(lists))
        self.place = 0
        self.tables = 0
        self.cell: CellPlace | None = None
        self.last_kinds = ("", "")
        self.kinds: dict[str | None, str] = {}
        self.numberings: dict[str, tuple[str | None, int | None]] = {}
        self.referred: set[str] = set()

    # -- blocks -------------------------------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element, inserted: bool = False, deleted: bool = False) -> None:
        for element in parent:
            tag = element.tag
            if tag == P:
                self.paragraph(element, inserted, deleted)
            elif tag == TBL:
                self.end_story()
                self.table(element, inserted, deleted)
            elif tag == SDT or tag in CONTAINERS:
                self.blocks(element, inserted, deleted)
            elif tag in INSERTS:
                self.mark(element)
                self.blocks(element, True, deleted)
            elif tag in DELETES:
                self.mark(element)
                self.blocks(element, inserted, True)
            elif tag == f"{MC}AlternateContent":
                self.blocks(alternative(element), inserted, deleted)
            elif tag in EMBEDDED:
                self.warn(WarningCode.EMBEDDED_FILE)
            elif tag in (f"{M}oMath", f"{M}oMathPara"):
                self.inline(element, inserted, deleted)
            else:
                self.unread(element)

    def table(self, table: etree._Element, inserted: bool, deleted: bool) -> None:
        """A table within a cell is read as lines of that cell."""
        if self.cell is not None:
            self.warn(WarningCode.NESTED_TABLE)
            self.rows(table, {}, inserted, deleted)
        elif is_frame(table):
            self.rows(table, {}, inserted, deleted)
        else:
            self.tables += 1
            self.rows(table, places_in(table, self.tables), inserted, deleted)

    def rows(self, parent: etree._Element, places: Mapping[etree._Element, CellPlace], inserted: bool, deleted: bool) -> None:
        """places -- of the cells; empty where the table is none"""
        for element in parent:
            tag = element.tag
            if tag == TR:
                row_inserted, row_deleted = self.marks_in(element.find(f"{W}trPr"), inserted, deleted)
                self.rows(element, places, row_inserted, row_deleted)
            elif tag == TC:
                properties = element.find(f"{W}tcPr")
                cell_inserted, cell_deleted = inserted, deleted
                for mark in properties if properties is not None else ():
                    if mark.tag in (f"{W}cellIns", f"{W}cellDel"):
                        self.mark(mark)
                        cell_inserted |= mark.tag == f"{W}cellIns"
                        cell_deleted |= mark.tag == f"{W}cellDel"
                outside = self.cell
                self.cell = places.get(element, outside)
                self.blocks(element, cell_inserted, cell_deleted)
                self.end_story()
                self.cell = outside
            elif tag == SDT or tag in CONTAINERS:
                self.rows(element, places, inserted, deleted)
            elif tag in INSERTS:
                self.rows(element, places, True, deleted)
            elif tag in DELETES:
                self.rows(element, places, inserted, True)
            else:
                self.unread(element)

    def end_story(self) -> None:
        self.before.end_story(self.last_kinds[0], self.cell)
        self.after.end_story(self.last_kinds[1], self.cell)

    # -- paragraphs ---------------------------------------------------------------------------------------------------------

    def paragraph(self, paragraph: etree._Element, inserted: bool, deleted: bool) -> None:
        self.place += 1
        if self.place > MAX_PARAGRAPHS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        for view in (self.before, self.after):
            view.places.append(self.place)
        properties = paragraph.find(PPR)
        mark_inserted, mark_deleted = inserted, deleted
        if properties is not None:
            mark_inserted, mark_deleted = self.marks_in(properties.find(RPR), inserted, deleted)
        kind_after, number_after, number_is_new = self.properties(properties)
        kind_before, number_before = kind_after, None if number_is_new else number_after
        if properties is not None and (change := properties.find(f"{W}pPrChange")) is not None:
            self.mark(change)
            kind_before, number_before, _is_new = self.properties(change.find(PPR))
        self.inline(paragraph, inserted, deleted)
        broken = [view.close_broken_fields() for view in (self.before, self.after)]
        if any(broken):
            self.warn(WarningCode.BROKEN_FIELD)
        if not mark_inserted:
            self.before.end_paragraph(kind_before, number_before, self.cell)
        elif not self.before.chunks:
            self.before.places.clear()
        if not mark_deleted:
            self.after.end_paragraph(kind_after, number_after, self.cell)
        elif not self.after.chunks:
            self.after.places.clear()
        self.last_kinds = (kind_before, kind_after)

    def marks_in(self, properties: Iterable[etree._Element] | None, inserted: bool, deleted: bool) -> tuple[bool, bool]:
        """The state with the marks directly in some properties applied."""
        for mark in properties if properties is not None else ():
            if mark.tag in INSERTS:
                self.mark(mark)
                inserted = True
            elif mark.tag in DELETES:
                self.mark(mark)
                deleted = True
        return inserted, deleted

    def properties(self, properties: etree._Element | None) -> tuple[str, tuple[str, int] | None, bool]:
        """Kind by style, list number (numId and level) if any, and whether that number is itself an insertion."""
        name: str | None = None
        number: str | None = None
        level: int | None = None
        is_new = False
        for child in properties if properties is not None else ():
            if child.tag == PSTYLE:
                name = child.get(VAL)
            elif child.tag == NUMPR:
                number, level = numbering_in(child)
                is_new = child.find(f"{W}ins") is not None
        if name not in self.kinds:
            self.kinds[name] = kind_of(name, self.styles)
        if name is not None and (number is None or level is None):
            of_style = self.style_numbering(name)
            level = of_style[1] if level is None and number in (None, of_style[0]) else level
            number = of_style[0] if number is None else number
        return self.kinds[name], (number, level or 0) if number not in (None, "0") else None, is_new

    def style_numbering(self, name: str) -> tuple[str | None, int | None]:
        """The list and the level of a style, each its own or that of the nearest style it is based on."""
        if name not in self.numberings:
            chain: list[tuple[str, Style]] = []
            style_id: str | None = name
            while style_id is not None and len(chain) < 12 and (style := self.styles.get(style_id)) is not None:
                chain.append((style_id, style))
                style_id = style.based_on
            number = next((style.number for _id, style in chain if style.number is not None), None)
            named = ((style_id, style.level) for style_id, style in chain)
            levels = ((self.lists.level_of_style(number, style_id), level) for style_id, level in named) if number else iter(())
            level = next((found for pair in levels for found in pair if found is not None), None)
            self.numberings[name] = number, level
        return self.numberings[name]

    # -- runs ---------------------------------------------------------------------------------------------------------------

    def inline(self, parent: etree._Element, inserted: bool, deleted: bool) -> None:
        for element in parent:
            tag = element.tag
            if tag == R:
                self.run(element, inserted, deleted)
            elif tag in INSERTS:
                self.mark(element)
                self.inline(element, True, deleted)
            elif tag in DELETES:
                self.mark(element)
                self.inline(element, inserted, True)
            elif tag == SDT or tag in CONTAINERS:
                self.inline(element, inserted, deleted)
            elif tag == f"{MC}AlternateContent":
                self.inline(alternative(element), inserted, deleted)
            elif tag == f"{M}r":
                self.run(element, inserted, deleted)
            elif tag.startswith(M):
                self.inline(element, inserted, deleted)
            elif tag in EMBEDDED:
                self.warn(WarningCode.EMBEDDED_FILE)
            elif tag != PPR:
                self.unread(element)

    def run(self, run: etree._Element, inserted: bool, deleted: bool) -> None:
        has_own_mark = False
        for element in run:
            tag = element.tag
            if tag in TEXT:
                if has_own_mark:
                    continue
                self.write(element.text or "", inserted, deleted)
            elif tag == RPR:
                hidden = False
                for mark in element:  # one loop, for there are more of these than of anything else
                    name = mark.tag
                    if name in INSERTS or name in DELETES:
                        inserted, deleted = self.marks_in((mark,), inserted, deleted)
                    elif name == VANISH:
                        hidden = mark.get(VAL, "1") not in ("0", "false", "off")
                if hidden:
                    if any(child.tag in TEXT and child.text for child in run):
                        self.warn(WarningCode.HIDDEN_TEXT, "".join(child.text or "" for child in run if child.tag in TEXT))
                    return
            elif tag in FIXED:
                self.write(FIXED[tag], inserted, deleted)
            elif tag == f"{W}fldChar":
                kind = element.get(f"{W}fldCharType")
                if not inserted:
                    self.before.field_char(kind)
                if not deleted:
                    self.after.field_char(kind)
            elif tag in NOTES:
                name = NOTES[tag] + element.get(f"{W}id", "")[:9]
                if name not in self.reading.notes:
                    self.warn(WarningCode.MISSING_NOTE, name)
                for warned in self.reading.note_warnings.pop(name, ()):
                    self.warn(warned.code, warned.text)
                self.write(f"[^{name}]", inserted, deleted)
                if not has_own_mark and element.get(f"{W}customMarkFollows", "0") not in ("0", "false", "off"):
                    has_own_mark = True
                    self.drop_mark(name, "".join(text.text or "" for text in run if text.tag in TEXT).strip())
            elif tag == f"{W}sym":
                self.write(symbol(element.get(f"{W}char", "")), inserted, deleted)
            elif tag in PICTURES:
                self.picture(element)
            elif tag in EMBEDDED:
                self.warn(WarningCode.EMBEDDED_FILE)
            elif tag == f"{W}ruby":
                for base in element.iterfind(f"{W}rubyBase"):
                    self.inline(base, inserted, deleted)
            elif tag == f"{MC}AlternateContent":
                self.run(alternative(element), inserted, deleted)
            else:
                self.unread(element)

    def write(self, text: str, inserted: bool, deleted: bool) -> None:
        if not inserted:
            self.before.chunks.append(text)
        if not deleted:
            self.after.chunks.append(text)

    def drop_mark(self, name: str, mark: str) -> None:
        """A custom mark ("1", "*") stands beside the reference and again before the note: it is part of neither text."""
        if mark and name in self.reading.notes and name not in self.referred:
            self.referred.add(name)
            before, after = (self.without_mark(text, mark) for text in self.reading.notes[name])
            self.reading.notes[name] = before, after

    @staticmethod
    def without_mark(text: str, mark: str) -> str:
        rest = text[:MAX_MARK].lstrip().removeprefix(mark)
        return rest + text[MAX_MARK:] if rest[:1].isspace() else text

    def picture(self, element: etree._Element) -> None:
        words = "".join("\n" if piece.tag == P else piece.text or "" for piece in element.iter(P, f"{W}t")).strip()
        if words:
            self.reading.boxes.append((self.place, words))
        self.warn(WarningCode.TEXT_BOX if words else WarningCode.PICTURE, words)

    def unread(self, element: etree._Element) -> None:
        """Unknown elements are skipped, with a warning where they hold words."""
        if len(element) and (words := "".join(text.text or "" for text in element.iter(*TEXT)).strip()):
            self.warn(WarningCode.UNREAD, words)

    def mark(self, element: etree._Element) -> None:
        if author := element.get(f"{W}author"):
            self.reading.authors.add(author[:200])

    def warn(self, code: WarningCode, text: str = "") -> None:
        self.reading.warnings.append(ReaderWarning(code, self.place, shorten(text)))


def is_frame(table: etree._Element) -> bool:
    """Whether a table only frames a text: one column, and several paragraphs in a cell."""
    rows = [row.findall(TC) for row in table.iterfind(TR)]
    return all(len(cells) == 1 for cells in rows) and any(len(cells[0].findall(P)) > 1 for cells in rows)


def places_in(table: etree._Element, number: int) -> dict[etree._Element, CellPlace]:
    """The place of each cell of a table. One that only continues a cell above it has the place of that cell."""
    places: dict[etree._Element, CellPlace] = {}
    continues: dict[etree._Element, etree._Element] = {}
    above: dict[int, etree._Element] = {}  # by the column where it begins, a cell that goes on in the next row
    may_be_header = True
    for row, element in enumerate(parts_of_table(table, TR)):
        properties = element.find(f"{W}trPr")
        may_be_header = may_be_header and properties is not None and is_on(properties.find(f"{W}tblHeader"))
        before = properties.find(f"{W}gridBefore") if properties is not None else None
        column = min(whole(before.get(VAL)), MOST_COLUMNS) if before is not None else 0
        going_on: dict[int, etree._Element] = {}
        for cell in parts_of_table(element, TC):
            span, merge = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
            columns = whole(span.get(VAL), 1) if span is not None else 1
            place = within_limits(CellPlace(number, row, column, 1, columns, is_header=may_be_header))
            if merge is not None:
                first = above.get(column) if merge.get(VAL) != "restart" else None
                going_on[column] = cell if first is None else first
                if first is not None:
                    continues[cell] = first
                    places[first] = replace(places[first], rows=row + 1 - places[first].row)
            places[cell] = place
            column += place.columns
        above = going_on
    return places | {cell: places[first] for cell, first in continues.items()}


def parts_of_table(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The rows of a table, or the cells of a row, in whatever marks and controls they stand."""
    for element in parent:
        if element.tag == wanted:
            yield element
        elif element.tag in AROUND_ROWS:
            yield from parts_of_table(element, wanted)


def is_on(setting: etree._Element | None) -> bool:
    return setting is not None and setting.get(VAL, "1") not in ("0", "false", "off")


def alternative(element: etree._Element) -> etree._Element:
    """The branch of an mc:AlternateContent that is read: the first choice, else the fallback."""
    choice = element.find(f"{MC}Choice")
    fallback = element.find(f"{MC}Fallback") if choice is None else choice
    return element if fallback is None else fallback


def numbering_in(properties: etree._Element) -> tuple[str | None, int | None]:
    """The list ("0" for none at all) and the level (0 to 8) that a w:numPr names, None for what it leaves out."""
    number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    return number.get(VAL) if number is not None else None, whole(level.get(VAL)) if level is not None else None


def symbol(code: str) -> str:
    """A character picked from a symbol font by its hexadecimal code. The private ones (a bullet, an arrow) print as "•"."""
    value = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
    if value < 32 or 0xD800 <= value < 0xE000:
        return "\ufffd"
    return "•" if 0xE000 <= value <= 0xF8FF else chr(value)


def read_styles(tree: etree._Element | None) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for element in tree.iterfind(f"{W}style") if tree is not None else ():
        if element.get(f"{W}type") not in (None, "paragraph"):
            continue
        name, parent, numbering = element.find(f"{W}name"), element.find(f"{W}basedOn"), element.find(f"{PPR}/{NUMPR}")
        number, level = numbering_in(numbering) if numbering is not None else (None, None)
        styles[element.get(f"{W}styleId", "")] = Style(
            key=key_of(name.get(VAL, "")) if name is not None else "",
            based_on=parent.get(VAL) if parent is not None else None,
            number=number,
            level=level,
        )
    return styles


def read_paragraphs(parts: Parts) -> MarkedDocument:
    """Both texts of a document whose parts are known to be harmless."""
    styles, lists = read_styles(parts.styles), read_lists(parts.numbering)
    reading = MarkedDocument([], [], {}, set(), [], [], has_styles=any(KINDS.get(style.key) == "call" for style in styles.values()))
    for prefix, tree in (("", parts.footnotes), ("e", parts.endnotes)):
        for note in tree if tree is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                name = prefix + note.get(f"{W}id", "")[:9]
                reading.notes[name] = _note(note, styles, lists, reading)
                # Reported where the body refers to the note, since their places are not in the body.
                reading.note_warnings[name] = reading.warnings[:]
                reading.warnings.clear()
    for head in parts.heads:
        reading.boxes.clear()
        reading.heads += [paragraph.text for paragraph in _story(head, styles, lists, reading).after.paragraphs]
        reading.heads += [words for _place, words in reading.boxes]
    reading.boxes.clear()
    reading.warnings.clear()  # of running heads and feet
    body = parts.body.find(f"{W}body")
    walk = _story(body, styles, lists, reading) if body is not None else Walk(styles, lists, reading)
    reading.before, reading.after = walk.before.paragraphs, walk.after.paragraphs
    if "attachedTemplate" in parts.remote:
        reading.warnings.append(ReaderWarning(WarningCode.REMOTE_TEMPLATE))
    if parts.remote - {"attachedTemplate"}:
        reading.warnings.append(ReaderWarning(WarningCode.REMOTE_OBJECT))
    return reading


def _story(story: etree._Element, styles: dict[str, Style], lists: Lists, reading: MarkedDocument) -> Walk:
    walk = Walk(styles, lists, reading)
    walk.blocks(story)
    walk.end_story()
    return walk


def _note(note: etree._Element, styles: dict[str, Style], lists: Lists, reading: MarkedDocument) -> tuple[str, str]:
    walk = _story(note, styles, lists, reading)
    before, after = (" ".join(paragraph.text for paragraph in view.paragraphs) for view in (walk.before, walk.after))
    return before, after
