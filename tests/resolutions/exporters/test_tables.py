"""Tables in an exported comparison: rows come and go as rows, words within their cells, and the file comes home cell for cell."""

import pytest

from resolutions.domain.tables import CellPlace, united
from resolutions.exporters.docx import as_docx, versions_as_docx
from resolutions.exporters.shapes import (
    ExportedClause,
    ExportedComparison,
    ExportedHeader,
    ExportedSection,
    ExportedVersions,
    ExportedWording,
    VersionsClause,
    VersionsSection,
)
from resolutions.exporters.text import as_text
from resolutions.importers.docx import read_contribution, read_resolution
from tests.resolutions.tables.files import FILES
from tests.resolutions.tables.test_reading_tables import cells_of

PLACES = {"head": (0, True), "a": (1, False), "new": (2, False), "gone": (3, False), "last": (4, False)}


def cell(row, column, before, after, **more):
    return ExportedClause(None, None, before, after, kind="cell", cell=CellPlace(1, row, column, is_header=row == 0, **more))


ROWS = [
    cell(0, 0, "Question", "Question"),
    cell(0, 1, "Title", "Title"),
    cell(1, 0, "1/4", "1/4"),
    cell(1, 1, "Lamps of the coast", "Lamps of every coast\nand their colours"),
    cell(2, 0, None, "3/4"),
    cell(2, 1, None, "Horns of ferries"),
    cell(3, 0, "2/4", None),
    cell(3, 1, "Bells in fog", None),
    cell(4, 0, "4/4", "4/4"),
    cell(4, 1, None, "Buoys"),
]


def comparison(rows=ROWS, language="en", call="resolves", around=True):
    before = [ExportedClause("1", "1", "to keep these questions:", "to keep these questions:")]
    behind = [ExportedClause("2", "2", "to list others each year.", "to list others every year.")] * around
    header = ExportedHeader("MOD", "EUR/38A7/1", "RESOLUTION 7", "Lighthouses")
    return ExportedComparison("", "", language, [ExportedSection(call, call, [*before, *rows, *behind], "operative")], header)


def side(rows, name):
    return {(1, row.cell.row, row.cell.column): getattr(row, name) for row in rows if getattr(row, name) is not None}


@pytest.mark.parametrize("around", [True, False], ids=["with text below", "last of all"])
def test_an_exported_table_comes_home_cell_for_cell(around):
    [home] = read_contribution(as_docx(comparison(around=around), author="Comparison")).proposals

    assert cells_of(home.clauses, "before") == side(ROWS, "before")
    assert cells_of(home.clauses, "after") == side(ROWS, "after")
    assert {clause.cell.row for clause in home.clauses if clause.cell and clause.cell.is_header} == {0}
    items = [("1", "to keep these questions:", "to keep these questions:")]
    items += [("2", "to list others each year.", "to list others every year.")] * around
    assert [(each.number_after, each.before, each.after) for each in home.clauses if each.kind == "item"] == items


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_table_that_was_read_comes_home_as_it_was_read(file):
    read = [clause for clause in read_contribution(file.data).proposals[0].clauses if clause.cell]
    rows = [ExportedClause(None, None, clause.before, clause.after, kind="cell", cell=clause.cell) for clause in read]
    language = "ar" if "right to left" in file.name else "en"
    [home] = read_contribution(
        as_docx(comparison(rows, language, "يقرر" if language == "ar" else "resolves"), author="Comparison")
    ).proposals

    assert [(each.cell, each.before, each.after, each.change) for each in home.clauses if each.cell] == [
        (each.cell, each.before, each.after, each.change) for each in read
    ]


def test_merged_cells_come_home_merged():
    rows = [
        cell(0, 0, "Group", "Group", columns=2),
        cell(0, 2, "Year", "Year"),
        cell(1, 0, "North", "North", rows=2),
        cell(1, 1, "lamps", "lamps"),
        cell(1, 2, "2027", "2028"),
        cell(2, 1, "bells", "bells"),
        cell(2, 2, "2028", "2028"),
    ]
    [home] = read_contribution(as_docx(comparison(rows), author="Comparison")).proposals

    assert [clause.cell for clause in home.clauses if clause.cell] == [row.cell for row in rows]


def test_an_arabic_table_runs_from_right_to_left():
    rows = [cell(0, 0, "السؤال", "السؤال"), cell(0, 1, "العنوان", "عنوان"), cell(1, 0, "1/4", "1/4"), cell(1, 1, "المصابيح", None)]
    data = as_docx(comparison(rows, language="ar", call="يقرر"), author="Comparison")

    [home] = read_contribution(data).proposals
    assert (cells_of(home.clauses, "before"), cells_of(home.clauses, "after")) == (side(rows, "before"), side(rows, "after"))


def test_two_tables_one_after_the_other_stay_two():
    rows = [cell(0, 0, "a", "a"), cell(0, 1, "b", "c")]
    second = [ExportedClause(None, None, "d", "d", kind="cell", cell=CellPlace(2, 0, column)) for column in (0, 1)]
    [home] = read_contribution(as_docx(comparison([*rows, *second]), author="Comparison")).proposals

    assert [clause.cell.table for clause in home.clauses if clause.cell] == [1, 1, 2, 2]


def test_a_changed_table_is_a_line_for_each_row_in_a_message():
    written = as_text(comparison(), unchanged=lambda count: f"{count} unchanged")

    assert written.splitlines()[2:] == [
        "resolves",
        "(1 unchanged)",
        "Question | Title",
        "1/4 | Lamps of [−the−][+every+] coast[+ and their colours+]",
        "[+3/4+] | [+Horns of ferries+]",
        "[−2/4−] | [−Bells in fog−]",
        "4/4 | [+Buoys+]",
        "2 to list others [−each−][+every+] year.",
    ]


def test_below_a_table_each_wording_names_the_cell_it_changes():
    clauses = [
        VersionsClause("", "1/4", (), "cell", CellPlace(1, 0, 0)),
        VersionsClause("", "Lamps", (ExportedWording("EUR/38A7/1", None, "Lamps and bells"),), "cell", CellPlace(1, 0, 1)),
    ]
    versions = ExportedVersions("", "", "en", "Rev. 2022", [VersionsSection("resolves", clauses, "operative")])
    clauses = read_resolution(versions_as_docx(versions, author="Comparison")).clauses

    assert [clause.text for clause in clauses if clause.cell] == ["1/4", "Lamps"]
    assert "Rev. 2022 — table 1, row 1, column 2 Lamps" in {clause.text for clause in clauses}


def test_rows_and_columns_of_two_texts_find_one_place_each():
    def at(row, column, table=1):
        return CellPlace(table, row, column)

    pairs = [
        (at(0, 0, 4), at(0, 0)),
        (at(0, 1, 4), at(0, 2)),
        (None, at(0, 1)),
        (at(1, 0, 4), None),
        (at(1, 1, 4), None),
        (None, at(1, 0)),
        (at(2, 0, 4), at(2, 0)),
        (None, None),
        (None, at(0, 0, 2)),
    ]
    assert united(pairs) == [at(0, 0), at(0, 2), at(0, 1), at(1, 0), at(1, 2), at(2, 0), at(3, 0), None, at(0, 0, 2)]
