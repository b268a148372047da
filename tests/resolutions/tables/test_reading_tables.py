"""Tables of Word files and OpenDocument texts: every cell where it stands, before and after the marks."""

import pytest

from resolutions.importers.docx import WarningCode, read_contribution
from tests.resolutions.tables.files import FILES, cell, in_docx, in_odt, odt_cell, odt_row, odt_table, row, table


def cells_of(clauses, side):
    return {
        (clause.cell.table, clause.cell.row, clause.cell.column): getattr(clause, side)
        for clause in clauses
        if clause.cell and getattr(clause, side)
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_cell_is_read_where_it_stands(file):
    clauses = read_contribution(file.data).proposals[0].clauses

    assert (cells_of(clauses, "before"), cells_of(clauses, "after")) == (file.before, file.after)
    assert {clause.kind for clause in clauses if clause.cell} == {"cell"}
    assert {clause.cell.row for clause in clauses if clause.cell and clause.cell.is_header} == set(file.header)
    spans = {
        (clause.cell.table, clause.cell.row, clause.cell.column): (clause.cell.rows, clause.cell.columns)
        for clause in clauses
        if clause.cell and (clause.cell.rows, clause.cell.columns) != (1, 1)
    }
    assert spans == (file.spans or {})


def test_a_cell_whose_words_are_all_others_is_the_same_cell():
    years = table(row("Lamps", "2027", mark="del"), row("Lamps", "2027"), row("Bells", "2028", mark="ins"))

    found = [
        (clause.before, clause.after, clause.change) for clause in read_contribution(in_docx(years)).proposals[0].clauses if clause.cell
    ]

    assert found == [
        ("Lamps", None, "deleted"),
        ("2027", None, "deleted"),
        ("Lamps", "Lamps", "unchanged"),
        ("2027", "2027", "unchanged"),
        (None, "Bells", "added"),
        (None, "2028", "added"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        in_docx(table(row("a", cell("above", table(row("x", "y")))))),
        in_odt(odt_table(odt_row("a", odt_cell("above", odt_table(odt_row("x", "y")))))),
    ],
    ids=["docx", "odt"],
)
def test_a_table_in_a_cell_is_said(data):
    assert WarningCode.NESTED_TABLE in {warned.code for warned in read_contribution(data).warnings}


def test_spans_that_no_table_has_are_cut_down():
    wide = in_docx(table(row(cell("a", span=900_000_000), "b")))

    clauses = [clause for clause in read_contribution(wide).proposals[0].clauses if clause.cell]

    assert [(clause.cell.column, clause.cell.columns) for clause in clauses] == [(0, 63), (62, 1)]
