"""Tables that open in a spreadsheet as they were, with nothing in them that it would run."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from resolutions.exporters.packing import without_illegal
from resolutions.exporters.sheets import as_csv, as_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://example.org")']
CELLS = st.text(max_size=20) | st.integers(-(10**9), 10**9) | st.none()
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6)


def sheet(data):
    return load_workbook(io.BytesIO(data)).active


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# -- CSV ----------------------------------------------------------------------------------------------------------------------


def test_a_csv_begins_with_its_mark_and_its_lines_end_as_the_standard_says():
    assert as_csv(["Résolution", "Titre"], [["7", 'dit "phare", ou feu'], [7, None]]) == (
        b'\xef\xbb\xbfR\xc3\xa9solution,Titre\r\n7,"dit ""phare"", ou feu"\r\n7,\r\n'
    )


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text):
    # Behind a tab or a line break a cell may begin too.
    written = f"'{text[0]}'{text[1:]}" if text[0].isspace() else f"'{text}"
    assert read_csv(as_csv([text], [[text]])) == [[written], [written]]


def test_numbers_below_nothing_stay_numbers():
    assert read_csv(as_csv(["n"], [[-3], [-0.5]])) == [["n"], ["-3"], ["-0.5"]]


def test_dates_and_times_are_written_as_the_standard_says():
    assert read_csv(as_csv(["when"], [[date(2026, 11, 24)], [datetime(2026, 11, 24, 9, 30, tzinfo=UTC)]])) == [
        ["when"],
        ["2026-11-24"],
        ["2026-11-24 09:30:00+00:00"],
    ]


@given(ROWS)
def test_no_cell_of_any_csv_starts_a_formula_and_every_text_is_kept(rows):
    found = read_csv(as_csv(["a", "b"], rows))[1:]

    for row, read in zip(rows, found, strict=True):
        for cell, text in zip(row, read, strict=True):
            if isinstance(cell, str):
                assert text.replace("'", "") == cell.replace("'", "").encode("utf-8", "replace").decode()
                assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    "text", ['x";=1+1&"', "x; =1+1", "x\n=1", "x\r-1", 'say "+1"', "x|@SUM(A1)", "x;\t=1", " =1", "x\u2028=1", "x;＝1"]
)
@pytest.mark.parametrize("separator", ",;\t|")
def test_no_formula_begins_behind_another_separator(text, separator):
    data = as_csv(["a", text], [["b", text]]).decode("utf-8-sig")

    for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator):
        for cell in row:
            for line in cell.splitlines() or [""]:
                assert not line.lstrip().startswith(("=", "+", "-", "@", "＝")), cell


@given(st.lists(st.text(alphabet='a;,|"=+-@ \t\r\n', max_size=12), min_size=2, max_size=2), st.sampled_from(",;\t|"))
def test_no_text_becomes_a_formula_whichever_separator_reads_it(row, separator):
    data = as_csv(["a", "b"], [row]).decode("utf-8-sig")

    cells = [cell for read in csv.reader(io.StringIO(data, newline=""), delimiter=separator) for cell in read]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@"))] == []


def test_hyphens_of_ordinary_words_stay_as_they_are():
    assert read_csv(as_csv(["a"], [["non-discrimination; mot-clé (e-mail), A/B + C = D"]]))[1] == [
        "non-discrimination; mot-clé (e-mail), A/B + C = D"
    ]


# -- XLSX ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_be_a_formula_is_a_text(text):
    head, cell = sheet(as_xlsx("Matrix", [text], [[text]]))["A"]

    expected = text.replace("\r", "\n")
    assert [(each.value, each.data_type, each.quotePrefix) for each in (head, cell)] == [(expected, "s", True)] * 2


@given(ROWS)
def test_there_is_no_formula_in_any_xlsx_and_every_cell_is_kept(rows):
    data = as_xlsx("Matrix", ["a", "b"], rows)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    found = [[cell.value for cell in row] for row in sheet(data).iter_rows(min_row=2, max_row=len(rows) + 1)]
    kept = [[without_illegal(cell) or None if isinstance(cell, str) else cell for cell in row] for row in rows]
    assert found == kept


def test_the_header_stays_in_sight_and_columns_are_as_wide_as_their_words():
    found = sheet(
        as_xlsx("Matrix", ["Resolution", "n", "决议"], [["A title of thirty-odd letters, or", 1, "夜间点亮灯塔"], ["x" * 500, 2, None]])
    )

    assert (found.freeze_panes, found.title, found["A1"].font.bold, found["A2"].font.bold) == ("A2", "Matrix", True, False)
    assert [found.column_dimensions[letter].width for letter in "ABC"] == [60, 8, 14]


@pytest.mark.parametrize(
    ("title", "name"),
    [("Matrix: A/B [draft]", "Matrix A B draft"), ("", "1"), ("'", "1"), ("x" * 40, "x" * 31), ("a\x00b", "a b")],
)
def test_any_title_makes_a_name_for_the_sheet(title, name):
    assert sheet(as_xlsx(title, ["a"], [])).title == name


def test_times_with_a_zone_are_given_in_utc():
    geneva = timezone(timedelta(hours=1))

    assert sheet(as_xlsx("T", ["when"], [[datetime(2026, 11, 24, 9, 30, tzinfo=geneva)]]))["A2"].value == datetime(2026, 11, 24, 8, 30)  # noqa: DTZ001


def test_a_text_longer_than_a_cell_says_that_it_goes_on():
    value = sheet(as_xlsx("T", ["text"], [["x" * 40_000]]))["A2"].value

    assert (len(value), value[-1]) == (32_767, "…")


def test_an_arabic_sheet_runs_from_right_to_left():
    assert sheet(as_xlsx("T", ["a"], [], is_right_to_left=True)).sheet_view.rightToLeft is True


def test_the_same_table_is_the_same_bytes_on_another_day_and_names_nobody():
    with time_machine.travel("2026-11-24 09:00Z", tick=False):
        first = as_xlsx("T", ["a"], [["b", 1]])
    with time_machine.travel("2027-01-05 17:00Z", tick=False):
        second = as_xlsx("T", ["a"], [["b", 1]])

    assert first == second
    properties = load_workbook(io.BytesIO(first)).properties
    assert (properties.creator, properties.lastModifiedBy, properties.title) == (None, None, "T")
