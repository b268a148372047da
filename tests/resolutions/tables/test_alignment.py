"""Which cell became which: an inserted row or column leaves every other cell what it is."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.domain.aligning import ChangeKind, align
from resolutions.domain.tables import CellPlace, blocks
from resolutions.importers.clause_origins import ParsedClause, pair_by_structure

ACTIONS = [
    ("Action", "Who", "Deadline"),
    ("Light every lamp of the coast", "Director", "2027"),
    ("Ring the bells in fog", "Director", "2027"),
    ("Paint the buoys", "Study Group 3", "2028"),
    ("Count the lamps", "Study Group 3", "2028"),
    ("Report to the council", "Secretary-General", "2027"),
]


@dataclass(frozen=True)
class Words:
    text: str
    cell: CellPlace | None = None
    call: str = "resolves"
    number: str = ""


def table(rows, number=1):
    return [Words(text, CellPlace(number, at, column)) for at, row in enumerate(rows) for column, text in enumerate(row) if text]


def pairs(old, new):
    return {(old[i].cell, new[j].cell) for change in align(old, new) for i in change.old for j in change.new}


def kinds(old, new):
    return [
        (change.kind.value, *(old[i].text for i in change.old), *(new[j].text for j in change.new))
        for change in align(old, new)
        if change.kind is not ChangeKind.UNCHANGED
    ]


@pytest.mark.parametrize("place", range(1, len(ACTIONS) + 1))
@pytest.mark.parametrize("row", [("Ring the bells at noon", "Director", "2027"), ("Sweep the quay", "Secretary-General", "2028")])
def test_an_inserted_row_shifts_no_other(place, row):
    rows = [*ACTIONS[:place], row, *ACTIONS[place:]]
    old, new = table(ACTIONS), table(rows)

    assert kinds(old, new) == [("added", text) for text in row]
    assert pairs(old, new) == {
        (CellPlace(1, at, column), CellPlace(1, at + (at >= place), column)) for at in range(len(ACTIONS)) for column in range(3)
    }


def test_rows_that_are_counted_are_no_other_rows_when_one_is_put_in():
    old = table([("No.", "Task"), ("1", "light the lamps"), ("2", "ring the bells"), ("3", "paint the buoys")])
    new = table([("No.", "Task"), ("1", "light the lamps"), ("2", "sweep the quay"), ("3", "ring the bells"), ("4", "paint the buoys")])

    assert kinds(old, new) == [
        ("added", "2"),
        ("added", "sweep the quay"),
        ("modified", "2", "3"),
        ("modified", "3", "4"),
    ]


def test_a_deleted_row_takes_its_own_cells_away():
    old, new = table(ACTIONS), table([*ACTIONS[:2], *ACTIONS[3:]])

    assert kinds(old, new) == [("removed", text) for text in ACTIONS[2]]


def test_an_inserted_column_shifts_no_other():
    new = table([("Priority", *ACTIONS[0]), *(("high", *row) for row in ACTIONS[1:])])

    assert kinds(table(ACTIONS), new) == [("added", "Priority"), *[("added", "high")] * 5]


def test_a_cell_with_other_words_is_the_same_cell():
    rows = [list(row) for row in ACTIONS]
    rows[3][1] = "Council Working Group"
    rows[2][2] = "2030"

    assert kinds(table(ACTIONS), table(rows)) == [("modified", "2027", "2030"), ("modified", "Study Group 3", "Council Working Group")]


def test_the_first_cell_tells_a_row_whose_other_words_are_new():
    old = table([("Question", "Title"), ("1/4", "Lamps of the northern coast"), ("2/4", "Bells")])
    new = table([("Question", "Title"), ("1/4", "Charging for the use of harbours"), ("2/4", "Bells")])

    assert kinds(old, new) == [("modified", "Lamps of the northern coast", "Charging for the use of harbours")]


def test_rows_that_change_places_stay_themselves():
    old, new = table(ACTIONS), table([ACTIONS[0], ACTIONS[2], ACTIONS[1], *ACTIONS[3:]])

    assert kinds(old, new) == []
    assert (CellPlace(1, 1, 0), CellPlace(1, 2, 0)) in pairs(old, new)


def test_two_tables_pair_each_with_its_own_and_clauses_around_them_as_ever():
    other = [("Lamp", "Colour"), ("north", "white"), ("south", "red")]
    before, between = Words("to keep these tables:"), Words("and this one, which lists colours:")
    old = [before, *table(ACTIONS, 1), between, *table(other, 2)]
    new = [before, *table(other, 1), between, *table(ACTIONS, 2)]

    found = {(old[i].cell.table, new[j].cell.table) for change in align(old, new) for i in change.old for j in change.new if old[i].cell}
    assert found == {(1, 2), (2, 1)}
    assert [change.kind for change in align(old, new) if not old[change.old[0]].cell] == [ChangeKind.UNCHANGED] * 2


def test_a_cell_of_which_no_place_is_known_pairs_by_its_words():
    old = [Words("Light every lamp of the coast"), Words("Director")]

    assert kinds(old, table([("Light every lamp of the coast", "Director")])) == []


words = st.sampled_from(["", "lamp", "bell", "the red buoy", "2027", "Study Group 3", "light the lamps of the coast"])
tables = st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=6)


@given(tables, tables)
def test_every_cell_is_in_one_change_and_the_way_back_is_the_same(one, other):
    old, new = [Words("to keep this table:"), *table(one)], [Words("to keep that table:"), *table(other)]
    forth, back = align(old, new), align(new, old)

    assert sorted(i for change in forth for i in change.old) == list(range(len(old)))
    assert sorted(j for change in forth for j in change.new) == list(range(len(new)))
    assert {(change.old, change.new) for change in forth} == {(change.new, change.old) for change in back}


def test_cells_of_two_languages_pair_by_where_they_stand():
    french = [("Mesure", "Qui", "Échéance"), ("Allumer les lampes", "", "2027"), ("Sonner les cloches", "Directeur", "")]
    english = [("Action", "Who", "Deadline"), ("Light the lamps", "Director", "2027"), ("Ring the bells", "", "2028")]
    old, new = (
        [ParsedClause("operative", "cell", "", "", "", "", each.text, each.cell) for each in cells]
        for cells in (table(english, 3), table(french, 1))
    )
    pairs = {new[there].text: old[here].text for there, here in pair_by_structure(old, new).items()}

    assert pairs == {
        **{"Mesure": "Action", "Qui": "Who", "Échéance": "Deadline", "Allumer les lampes": "Light the lamps", "2027": "2027"},
        "Sonner les cloches": "Ring the bells",
    }


def test_what_stands_between_cells_of_a_table_comes_after_it():
    cells = table(ACTIONS[:2])
    between = Words("a clause that somebody added")

    assert [(block.grid is not None, len(block.items)) for block in blocks([*cells[:3], between, *cells[3:]])] == [(True, 6), (False, 1)]
