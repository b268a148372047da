"""Tables for spreadsheets: rows in, bytes out, and nothing in a cell that a spreadsheet would run as a formula.

Cells are text, whole or decimal numbers, dates, times (given in UTC when they have a zone), truth values, or None for empty.
Sources: RFC 4180 (CSV), OWASP (CSV injection), ECMA-376 part 1, 18 (XLSX).
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from openpyxl import Workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .packing import packed, without_illegal

type Cell = str | int | float | date | datetime | None

# The last four are those of Chinese and Japanese keyboards, which some spreadsheets take for the first four.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNS = "[=+@＝＋－＠-]"
_FORMULA_INSIDE = re.compile(rf"""([;,|"\t\r\n\v\f\x85\u2028\u2029])(?=\s*{_SIGNS})""")
_FORMULA_AFTER_BLANKS = re.compile(rf"\s+{_SIGNS}")
_LONGEST = 32_767  # characters of a cell, in Excel
_NARROWEST, _WIDEST, _MEASURED = 8, 60, 200  # letters of a column; rows looked at to find its width
_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # when every file says it was made: the clock is none of its content


def without_formulas(text: str) -> str:
    """With an apostrophe before all that a spreadsheet could run, whichever separator it reads the file with.

    In many languages that separator is a semicolon: then a cell begins in the middle of what we wrote as one.
    """
    guarded = _FORMULA_INSIDE.sub(r"\1'", text)
    return f"'{guarded}" if text.startswith(_STARTS_A_FORMULA) or _FORMULA_AFTER_BLANKS.match(text) else guarded


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, notice: str = "") -> bytes:
    """UTF-8 with a byte order mark, without which Excel guesses at the encoding; lines end as RFC 4180 says.

    notice -- who may read the file: its last line, so that programs find the header in the first
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    for row in (header, *rows, *([[notice]] if notice else [])):
        writer.writerow([_guarded(cell) for cell in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8", "replace")


def as_xlsx(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, is_right_to_left: bool = False, notice: str = ""
) -> bytes:
    """One sheet, its header in bold and always in sight. The same input gives the same bytes.

    title -- the name of the sheet, made to fit: at most 31 letters, none of []:*?/\\
    notice -- who may read the file: the first row, in sight with the header and printed on each page
    """
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = "", without_illegal(title)
    book.properties.created = book.properties.modified = _DAY
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A3" if notice else "A2"
    sheet.sheet_view.rightToLeft = is_right_to_left
    rows = [list(row) for row in rows]
    for place, width in enumerate(_widths(header, rows), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    if notice:
        sheet.print_title_rows = "1:2"
        sheet.append([_notice(sheet, notice)])
    sheet.append([_cell(sheet, name, is_header=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return _without_the_clock(target.getvalue())


def _guarded(cell: Cell) -> str | int | float | None:
    if isinstance(cell, str):
        return without_formulas(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat() if isinstance(cell, date) else cell


def _cell(sheet: WriteOnlyWorksheet, value: Cell, *, is_header: bool = False) -> OpenpyxlCell | Cell:
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    text = without_illegal(value)
    cell = WriteOnlyCell(sheet, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
    cell.data_type = "s"  # a formula is another type: a text in a cell of type text is never run
    cell.quotePrefix = text.startswith(_STARTS_A_FORMULA)  # and stays one when somebody edits the cell
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_header:
        cell.font = Font(bold=True)
    return cell


def _notice(sheet: WriteOnlyWorksheet, text: str) -> OpenpyxlCell | Cell:
    """It runs over the cells beside it, however narrow its own."""
    cell = _cell(sheet, text, is_header=True)
    cell.alignment = Alignment(wrap_text=False)  # type: ignore[union-attr]
    return cell


def _sheet_name(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f\ufffd]+", " ", without_illegal(title))
    return " ".join(name.split())[:31].strip(" '") or "1"


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    longest = [_width(name) for name in header]
    for row in rows[:_MEASURED]:
        for place, value in enumerate(row[: len(longest)]):
            longest[place] = max(longest[place], _width(str(value)) if value is not None else 0)
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in longest]


def _width(text: str) -> int:
    """Of the longest line; a Chinese character takes the room of two."""
    lines = (line[:_WIDEST] for line in text.splitlines() or [""])
    return max(sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in line) for line in lines)


def _without_the_clock(book: bytes) -> bytes:
    """openpyxl writes the moment of saving into the properties and on each member."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    made = _DAY.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    core = "docProps/core.xml"
    members[core] = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + made, members[core])
    return packed(members.items())
