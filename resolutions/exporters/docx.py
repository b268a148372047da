"""A comparison as a Word file with true tracked changes: dataclasses in, bytes out. No database, no disk, no Django.

    as_docx(comparison, author="…")            two versions: accepting every mark gives the new one, rejecting them the old one
    versions_as_docx(versions, author="…")     several proposals, each clause of each marked against the text in force
    proposals_as_docx(proposals, author="…")   several proposals, one whole after another

The same input gives the same bytes. The marks name the author given and nobody else; remarks are comments, so that they are part of
neither text. What XML cannot hold becomes U+FFFD. Nothing of the size of the texts is bounded here: 10,000 clauses take two seconds.
Source: ECMA-376 part 1, 17.13.5 (revisions) and 17.13.4 (comments).
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from resolutions.domain.table_names import cell_name
from resolutions.domain.tables import Grid, GridRow, blocks
from resolutions.domain.wording import diff, tokens

from . import styles
from .packing import packed, without_illegal
from .shapes import (
    ExportedClause,
    ExportedComparison,
    ExportedHeader,
    ExportedProposals,
    ExportedVersions,
    ExportedWording,
    VersionsClause,
    line,
)

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TABLE_WIDTH = 9638  # of a page between its margins, in twentieths of a point
INS, DEL, MOVE_FROM, MOVE_TO = "ins", "del", "moveFrom", "moveTo"


class MarkedText(NamedTuple):
    """Text under one mark: ins, del, moveFrom, moveTo, or "" for what stays."""

    text: str
    mark: str


def as_docx(comparison: ExportedComparison, *, author: str, date: datetime | None = None) -> bytes:
    """Two versions as one document of tracked changes.

    author -- whom the marks name: a neutral word, never a person; date -- when they say they were made, or None for no date.
    Word asks a move for its date; without one, what moved is marked as taken out here and put in there.
    """
    writer = _DocxWriter(comparison.language, author, date)
    writer.heading(comparison.title, comparison.subtitle)
    writer.comparison(comparison, _moves(comparison) if date else {})
    return writer.finished(comparison.title)


def proposals_as_docx(proposals: ExportedProposals, *, author: str, date: datetime | None = None) -> bytes:
    """Whole proposals, one after another, each in its own language under the line that it begins with: as a contribution holds them."""
    writer = _DocxWriter(proposals.language, author, date)
    writer.heading(proposals.title, proposals.subtitle)
    for proposal in proposals.proposals:
        writer.language = proposal.language
        writer.comparison(proposal, {})
    writer.language = proposals.language
    return writer.finished(proposals.title)


def versions_as_docx(versions: ExportedVersions, *, author: str, date: datetime | None = None) -> bytes:
    """Each clause in force, and below it every wording proposed, headed by its identifier and marked against it.

    Accepting every mark gives what is proposed, rejecting them the text in force, once for each proposal.
    """
    writer = _DocxWriter(versions.language, author, date)
    writer.heading(versions.title, versions.subtitle)
    for section in versions.sections:
        writer.call(section.call, section.call)
        for block in blocks(section.clauses):
            clauses = block.items
            if block.grid is not None:
                writer.table(block.grid, lambda clause: (clause.text, clause.text, ""))
                clauses = tuple(clause for clause in block.grid.items if clause.wordings)
            for clause in clauses:
                writer.in_force(versions.in_force, clause)
                for wording in clause.wordings:
                    writer.wording(clause, wording)
    return writer.finished(versions.title)


def plain_as_docx(title: str, subtitle: str, language: str, paragraphs: Iterable[tuple[str, str]]) -> bytes:
    """A document without marks. paragraphs -- style (`styles`, or Normal) and text of each; language -- ar, en, es, fr, ru or zh"""
    writer = _DocxWriter(language, "", None)
    writer.heading(title, subtitle)
    for style, text in paragraphs:
        writer.runs(writer.paragraph(style), [MarkedText(text, "")])
    return writer.finished(title)


def marked_texts(before: str, after: str) -> Iterator[MarkedText]:
    """What stays, is deleted and inserted, character by character: typography too, which the comparison ignores."""
    for piece in diff(before, after):
        if piece.is_same:
            yield from _to_the_letter(piece.before, piece.after)
        else:
            yield MarkedText(piece.before, DEL)
            yield MarkedText(piece.after, INS)


def _to_the_letter(before: str, after: str) -> Iterator[MarkedText]:
    if before == after:
        yield MarkedText(before, "")
        return
    old, new = tokens(before), tokens(after)
    if len(old) != len(new):
        old, new = [before], [after]
    for one, other in zip(old, new, strict=True):
        start, end = _common_ends(one, other)
        yield MarkedText(one[:start], "")
        yield MarkedText(one[start : len(one) - end], DEL)
        yield MarkedText(other[start : len(other) - end], INS)
        yield MarkedText(one[len(one) - end :], "")


def _common_ends(one: str, other: str) -> tuple[int, int]:
    """How many letters two words share at both ends, without separating a letter from its accents."""
    most = min(len(one), len(other))
    start = next((place for place in range(most) if one[place] != other[place]), most)
    end = next((place for place in range(most - start) if one[-1 - place] != other[-1 - place]), most - start)
    while start and any(_hangs(text[start : start + 1]) for text in (one, other)):
        start -= 1
    while end and _hangs(one[len(one) - end]):
        end -= 1
    return start, end


def _hangs(letter: str) -> bool:
    return letter != "" and (letter in "\u200c\u200d" or unicodedata.category(letter)[0] == "M")


def _joined(parts: Iterator[MarkedText]) -> list[MarkedText]:
    """Merge the parts: none empty, no two neighbours with one mark, deletions before insertions."""
    joined: list[MarkedText] = []
    waiting = {DEL: "", INS: ""}

    def settle() -> None:
        joined.extend(MarkedText(text, mark) for mark, text in waiting.items() if text)
        waiting.update({DEL: "", INS: ""})

    for text, mark in parts:
        if not text:
            continue
        if mark:
            waiting[mark] += text
        elif joined and not joined[-1].mark and not any(waiting.values()):
            joined[-1] = MarkedText(joined[-1].text + text, "")
        else:
            settle()
            joined.append(MarkedText(text, ""))
    settle()
    return joined


def _renumbered(before: str | None, after: str | None) -> Iterator[MarkedText]:
    """The number and the tab after it. A number is replaced whole."""
    if before and after:
        yield from [MarkedText(before, "")] if before == after else [MarkedText(before, DEL), MarkedText(after, INS)]
        yield MarkedText("\t", "")
    elif before or after:
        yield MarkedText(f"{before or after}\t", DEL if before else INS)


def _moves(comparison: ExportedComparison) -> dict[str, list[MarkedText]]:
    """The words of each moved clause by the name of the move, where both ends exist."""
    left: dict[str, ExportedClause] = {}
    arrived: dict[str, ExportedClause] = {}
    for section in comparison.sections:
        for row in section.clauses:
            if row.move and row.after is None:
                left[row.move] = row
            elif row.move and row.before is None:
                arrived[row.move] = row
    return {
        name: _parts(left[name].number_before, left[name].before, arrived[name].number_after, arrived[name].after)
        for name in left.keys() & arrived.keys()
    }


def _parts(number_before: str | None, before: str | None, number_after: str | None, after: str | None) -> list[MarkedText]:
    """A clause, its number first; inserted or deleted whole where one side has none."""
    before, after = (text if text is None else without_illegal(text) for text in (before, after))
    if before is None:
        return [MarkedText(line(number_after, after), INS)]
    if after is None:
        return [MarkedText(line(number_before, before), DEL)]
    return _joined(iter([*_renumbered(number_before, number_after), *marked_texts(before, after)]))


class _DocxWriter:
    """Writes the body, paragraph by paragraph, and collects the comments."""

    def __init__(self, language: str, author: str, date: datetime | None) -> None:
        self.language = language
        self.by = {_w("author"): without_illegal(author)}
        if date is not None:
            self.by[_w("date")] = date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.document = etree.Element(_w("document"), nsmap={"w": styles.W})
        self.body = etree.SubElement(self.document, _w("body"))
        self.comments = etree.Element(_w("comments"), nsmap={"w": styles.W})
        self.last_id = 0

    # What is written

    def heading(self, title: str, subtitle: str) -> None:
        for style, text in (("Title", title), ("Subtitle", subtitle)):
            if text:
                self.runs(self.paragraph(style), [MarkedText(text, "")])

    def proposal(self, header: ExportedHeader) -> None:
        self.runs(self.paragraph("Proposal"), [MarkedText(f"{header.action}\t{header.identifier}", "")])
        for style, text in (("ResNo", header.resolution), ("Restitle", header.title)):
            if text:
                self.runs(self.paragraph(style), [MarkedText(text, "")])

    def comparison(self, comparison: ExportedComparison, moves: Mapping[str, list[MarkedText]]) -> None:
        if comparison.header:
            self.proposal(comparison.header)
        for section in comparison.sections:
            self.call(section.call_before, section.call_after)
            for block in blocks(section.clauses):
                if block.grid is not None:
                    self.table(block.grid, lambda row: (row.before, row.after, row.note))
                else:
                    self.row(block.item, moves.get(block.item.move))

    def call(self, before: str, after: str) -> None:
        if before or after:
            self.clause("Call", _joined(marked_texts(before, after)), mark=_whole(before or None, after or None))

    def row(self, row: ExportedClause, move: list[MarkedText] | None) -> None:
        """move -- the words of the clause, where the row is one end of a move."""
        if row.before is None and row.after is None:
            return
        style = styles.STYLE_OF.get(row.kind, "Clause" if row.number_before or row.number_after else "Normal")
        mark = _whole(row.before, row.after)
        if move is None or not mark:
            parts = _parts(row.number_before, row.before, row.number_after, row.after)
            self.clause(style, parts, mark=mark, note=row.note)
            return
        # Moved words are marked at both ends; deleted ones at the first, inserted ones at the second.
        mark = MOVE_FROM if mark == DEL else MOVE_TO
        elsewhere = INS if mark == MOVE_FROM else DEL
        parts = [MarkedText(text, kind or mark) for text, kind in move if kind != elsewhere]
        self.clause(style, parts, mark=mark, note=row.note, move=row.move)

    def table[T](self, grid: Grid[T], sides: Callable[[T], tuple[str | None, str | None, str]]) -> None:
        """A table: rows of which one version has no cell are put in or taken out whole. sides -- of a cell: before, after, and a remark"""
        shown = [item for item in grid.items if sides(item)[:2] != (None, None)]
        if not shown:
            return
        last = self.body[-1] if len(self.body) else None
        if last is not None and last.tag == _w("tbl"):
            self.paragraph("Normal")  # or the two would be one
        table = etree.SubElement(self.body, _w("tbl"))
        properties = etree.SubElement(table, _w("tblPr"))
        if self.language == "ar":
            etree.SubElement(properties, _w("bidiVisual"))
        etree.SubElement(properties, _w("tblW"), {_w("w"): "5000", _w("type"): "pct"})
        borders = etree.SubElement(properties, _w("tblBorders"))
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            etree.SubElement(borders, _w(side), {_w("val"): "single", _w("sz"): "4", _w("space"): "0", _w("color"): "auto"})
        width = str(TABLE_WIDTH // grid.columns)
        columns = etree.SubElement(table, _w("tblGrid"))
        for _column in range(grid.columns):
            etree.SubElement(columns, _w("gridCol"), {_w("w"): width})
        merged: dict[int, tuple[int, int]] = {}  # by column, of a cell that goes on downwards: how many rows, how many columns
        for row in grid.rows:
            self.table_row(table, row, grid.columns, merged, sides)

    def table_row[T](
        self,
        table: etree._Element,
        row: GridRow[T],
        columns: int,
        merged: dict[int, tuple[int, int]],
        sides: Callable[[T], tuple[str | None, str | None, str]],
    ) -> None:
        line = etree.SubElement(table, _w("tr"))
        both = [sides(item) for item in row.items]
        mark = _whole(*(next((side[place] for side in both if side[place] is not None), None) for place in (0, 1))) if both else ""
        properties = etree.SubElement(line, _w("trPr"))
        if row.is_header:
            etree.SubElement(properties, _w("tblHeader"))
        if mark:
            self.marked(properties, mark)
        cells = iter(row.cells)
        column = 0
        while column < columns:
            if column in merged:
                left, span = merged[column]
                self.cell(line, span, "continue")
                merged[column] = left - 1, span
                if left == 1:
                    del merged[column]
                column += span
                continue
            cell = next(cells)
            element = self.cell(line, cell.columns, "restart" if cell.rows > 1 else "")
            if cell.rows > 1:
                merged[column] = cell.rows - 1, cell.columns
            self.words_of_cell(element, [sides(item) for item in cell.items], mark)
            column += cell.columns

    def cell(self, line: etree._Element, columns: int, merge: str) -> etree._Element:
        cell = etree.SubElement(line, _w("tc"))
        properties = etree.SubElement(cell, _w("tcPr"))
        if columns > 1:
            etree.SubElement(properties, _w("gridSpan"), {_w("val"): str(columns)})
        if merge:
            etree.SubElement(properties, _w("vMerge"), {_w("val"): merge})
        if merge == "continue":
            etree.SubElement(cell, _w("p"))
        return cell

    def words_of_cell(self, cell: etree._Element, both: Sequence[tuple[str | None, str | None, str]], mark: str) -> None:
        """Its words in one paragraph, which stays where only they come or go. mark -- of its row"""
        paragraph = self.paragraph("Normal", mark, parent=cell)
        before = "\n".join(side[0] for side in both if side[0] is not None)
        after = "\n".join(side[1] for side in both if side[1] is not None)
        self.runs(paragraph, _parts(None, before if mark != INS else None, None, after if mark != DEL else None))
        if note := " ".join(filter(None, (side[2] for side in both))):
            self.comment(paragraph, note, mark)

    def in_force(self, name: str, clause: VersionsClause) -> None:
        if clause.text is None:
            return
        paragraph = self.paragraph("InForce")
        if clause.cell:
            name = " — ".join(filter(None, (name, cell_name(clause.cell))))
        if name:
            self.runs(paragraph, [MarkedText(f"{name}\n", "")])
        self.runs(paragraph, [MarkedText(line(clause.number, clause.text), "")])

    def wording(self, clause: VersionsClause, wording: ExportedWording) -> None:
        head = self.paragraph("Source")
        # As <bdi> does on a page: an identifier is Latin text whatever surrounds it.
        self.runs(head, [MarkedText(wording.identifier, "")], is_latin=True)
        if wording.language_name:
            self.runs(head, [MarkedText(f" ({wording.language_name})", "")])
        if wording.note:
            self.comment(head, wording.note)
        number, text = clause.start_of(wording)
        if not wording.is_marked:
            self.clause("Wording", [MarkedText(line(wording.number, wording.text), "")], language=wording.language)
        elif text is not None or wording.text is not None:
            parts = _parts(number, text, wording.number, wording.text)
            self.clause("Wording", parts, mark=_whole(text, wording.text), language=wording.language)

    # How

    def clause(self, style: str, parts: list[MarkedText], *, mark: str = "", note: str = "", move: str = "", language: str = "") -> None:
        """A paragraph.

        mark -- on its end, if all of it is inserted or deleted; move -- the name of the move it is one end of; language -- if not that of
        the document
        """
        paragraph = self.paragraph(style, mark, language)
        if move:
            start = self.marked(paragraph, f"{mark}RangeStart")
            start.set(_w("name"), without_illegal(move))
        self.runs(paragraph, parts, language=language)
        if note:
            self.comment(paragraph, note, mark)
        if move:  # beyond the paragraph, for its end moved too
            etree.SubElement(self.body, _w(f"{mark}RangeEnd"), {_w("id"): start.get(_w("id"))})

    def paragraph(self, style: str, mark: str = "", language: str = "", parent: etree._Element | None = None) -> etree._Element:
        paragraph = etree.SubElement(self.body if parent is None else parent, _w("p"))
        properties = etree.SubElement(paragraph, _w("pPr"))
        if style != "Normal":
            etree.SubElement(properties, _w("pStyle"), {_w("val"): style})
        if (language or self.language) == "ar":
            etree.SubElement(properties, _w("bidi"))
        elif self.language == "ar":
            etree.SubElement(properties, _w("bidi"), {_w("val"): "0"})
        if mark:
            self.marked(etree.SubElement(properties, _w("rPr")), mark)
        return paragraph

    def marked(self, parent: etree._Element, mark: str) -> etree._Element:
        self.last_id += 1
        return etree.SubElement(parent, _w(mark), {_w("id"): str(self.last_id), **self.by})

    def runs(self, paragraph: etree._Element, parts: list[MarkedText], *, is_latin: bool = False, language: str = "") -> None:
        for text, mark in parts:
            self.run(self.marked(paragraph, mark) if mark else paragraph, text, mark == DEL, is_latin, language)

    def run(self, parent: etree._Element, text: str, is_deleted: bool = False, is_latin: bool = False, language: str = "") -> None:
        """language -- if not that of the document"""
        run = etree.SubElement(parent, _w("r"))
        properties = etree.Element(_w("rPr"))
        if is_latin:
            etree.SubElement(properties, _w("lang"), {_w("val"): "en-GB"})
        elif (language or self.language) == "ar":
            etree.SubElement(properties, _w("rtl"))
        elif (language or self.language) == "zh":
            # Quotation marks and the like are drawn from the Chinese font, as wide as its characters.
            etree.SubElement(properties, _w("rFonts"), {_w("hint"): "eastAsia"})
        if language and not is_latin:
            script = {"ar": "bidi", "zh": "eastAsia"}.get(language, "val")
            etree.SubElement(properties, _w("lang"), {_w(script): styles.LANGUAGES[language]})
        if len(properties):
            run.append(properties)
        for place, one_line in enumerate(without_illegal(text).split("\n")):
            if place:
                etree.SubElement(run, _w("br"))
            for cell, words in enumerate(one_line.split("\t")):
                if cell:
                    etree.SubElement(run, _w("tab"))
                if words:
                    etree.SubElement(run, _w("delText" if is_deleted else "t"), {XML_SPACE: "preserve"}).text = words

    def comment(self, paragraph: etree._Element, note: str, mark: str = "") -> None:
        """A remark in the margin, on the whole of the paragraph."""
        self.last_id += 1
        name = {_w("id"): str(self.last_id)}
        comment = etree.SubElement(self.comments, _w("comment"), {**name, **self.by})
        inside = etree.SubElement(comment, _w("p"))
        properties = etree.SubElement(inside, _w("pPr"))
        etree.SubElement(properties, _w("pStyle"), {_w("val"): "CommentText"})
        if self.language == "ar":
            etree.SubElement(properties, _w("bidi"))
        self.run(inside, note)
        paragraph.insert(1, etree.Element(_w("commentRangeStart"), name))
        etree.SubElement(paragraph, _w("commentRangeEnd"), name)
        parent = self.marked(paragraph, mark) if mark else paragraph
        etree.SubElement(etree.SubElement(parent, _w("r")), _w("commentReference"), name)

    def keep_apart(self) -> None:
        """Where a paragraph ends in words put in, and whole paragraphs put in follow, the mark of the first of these ends is moved up.

        Written on the last end instead, both texts are the same; but LibreOffice takes what was put in on both sides of an end for one
        piece, and rejecting that takes the end as well: two clauses would run together.
        """
        for is_table, together in groupby(self.body, key=lambda element: element.tag == _w("tbl")):
            if not is_table:
                self.keep_paragraphs_apart([element for element in together if element.tag == _w("p")])

    def keep_paragraphs_apart(self, paragraphs: Sequence[etree._Element]) -> None:
        for place, paragraph in enumerate(paragraphs):
            if not len(paragraph) or paragraph[-1].tag != _w(INS) or _mark_of(paragraph) is not None:
                continue
            last = place
            while last + 1 < len(paragraphs) and (mark := _mark_of(paragraphs[last + 1])) is not None and mark.tag == _w(INS):
                last += 1
            # The last paragraph of all has no mark; below the last one above a table there is none.
            starts_below = [child.tag for below in paragraphs[last + 1 : last + 2] for child in below[1:2]]
            if last > place and starts_below != [_w(INS)]:
                self.move_mark(paragraphs[last], paragraph)

    def move_mark(self, lower: etree._Element, upper: etree._Element) -> None:
        """Both have their properties first. Rejected, the two become one paragraph, which keeps the style of the upper one."""
        below, above = lower[0], upper[0]
        above.append(below[-1])
        style_above, style_below = above.find(_w("pStyle")), below.find(_w("pStyle"))
        named = [style.get(_w("val")) if style is not None else None for style in (style_above, style_below)]
        if named[0] != named[1]:
            before = etree.SubElement(self.marked(below, "pPrChange"), _w("pPr"))
            if style_above is not None:
                before.append(deepcopy(style_above))

    def finished(self, title: str) -> bytes:
        # The last paragraph of a document cannot be deleted: as a clause it would be left empty when rejected.
        etree.SubElement(self.body, _w("p"))
        self.keep_apart()
        section = etree.SubElement(self.body, _w("sectPr"))
        etree.SubElement(section, _w("pgSz"), {_w("w"): "11906", _w("h"): "16838"})
        margins = dict.fromkeys(("top", "right", "bottom", "left"), "1134") | dict.fromkeys(("header", "footer"), "720") | {"gutter": "0"}
        etree.SubElement(section, _w("pgMar"), {_w(side): width for side, width in margins.items()})
        if self.language == "ar":
            etree.SubElement(section, _w("bidi"))
        parts = ["styles", "settings", *["comments"] * bool(len(self.comments))]
        members = {
            "[Content_Types].xml": styles.content_types(parts).encode(),
            "_rels/.rels": styles.package_relations().encode(),
            "docProps/core.xml": styles.core_properties(without_illegal(title), self.language).encode(),
            "word/document.xml": _bytes(self.document),
            "word/_rels/document.xml.rels": styles.document_relations(parts).encode(),
            "word/styles.xml": styles.style_sheet(self.language).encode(),
            "word/settings.xml": styles.settings().encode(),
        }
        if len(self.comments):
            members["word/comments.xml"] = _bytes(self.comments)
        return packed(members.items())


def _mark_of(paragraph: etree._Element) -> etree._Element | None:
    """The mark on its end."""
    found = paragraph.find(f"{_w('pPr')}/{_w('rPr')}")
    return found[0] if found is not None else None


def _whole(before: str | None, after: str | None) -> str:
    """The mark on a paragraph that is on one side only."""
    if before is None:
        return INS
    return DEL if after is None else ""


def _w(name: str) -> str:
    return f"{{{styles.W}}}{name}"


def _bytes(tree: etree._Element) -> bytes:
    content: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
    return content
