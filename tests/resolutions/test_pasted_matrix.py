"""A table pasted from a spreadsheet: every cell is either understood or told; nothing is dropped in silence."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.importers.pasted_matrix import CellProblem, Pasted, PastedProposal, TableShape, Unreadable, read_table


def said(pasted: Pasted) -> list[tuple]:
    return [(one.row, one.column, one.resolution, one.who, one.action, one.identifier, one.status, one.is_late) for one in pasted.asked]


def test_a_matrix_names_those_who_ask_in_its_first_row():
    pasted = read_table("Résolution\tUAT\tCEPT\n50\tMOD\tMOD EUR/38A7/1\nRés. 52 — Spam\t\tNOC (prelim)\n")
    assert (pasted.shape, pasted.header) == (TableShape.MATRIX, 1)
    assert said(pasted) == [
        (2, 2, "50", "UAT", "MOD", "", "", False),
        (2, 3, "50", "CEPT", "MOD", "EUR/38A7/1", "", False),
        (3, 3, "52", "CEPT", "NOC", "", "preliminary", False),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Resolution\tWho\tAction\tIdentifier\tStatus",
        "Résolution\tGroupe\tAction\tCote\tStatut",
        "Resolución\tGrupo\tAcción\tCódigo\tEstado",
    ],
)
def test_a_list_is_known_by_its_header_in_three_languages(header):
    pasted = read_table(f"{header}\n50\tCEPT\tMOD\tEUR/38A7/1\tcommon\n[IAP-1] Nueva\tCITEL\tADD\t\ttardía")
    assert (pasted.shape, pasted.header) == (TableShape.LIST, 1)
    assert said(pasted) == [
        (2, 3, "50", "CEPT", "MOD", "EUR/38A7/1", "common", False),
        (3, 3, "[IAP-1]", "CITEL", "ADD", "", "", True),
    ]


def test_columns_of_a_list_may_stand_in_any_order_or_have_no_header_in_the_usual_one():
    assert said(read_table("Action;Who;Resolution\nSUP;RCC;47")) == [(2, 1, "47", "RCC", "SUP", "", "", False)]
    assert said(read_table("47,RCC,SUP,RCC/40A3/2")) == [(1, 3, "47", "RCC", "SUP", "RCC/40A3/2", "", False)]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_tabs_semicolons_and_commas_separate_columns(separator):
    table = separator.join(("Res", "APT", "RCC")) + "\n" + separator.join(("50", "MOD", "NOC"))
    assert [one.who for one in read_table(table).asked] == ["APT", "RCC"]


def test_a_cell_may_hold_several_proposals_and_remarks():
    pasted = read_table('Res\tStates\n50\t"MOD USA/48A3/2 (late)\nNOC B/45/1?, SUP ARG/46/1"\n')
    assert said(pasted) == [
        (2, 2, "50", "States", "MOD", "USA/48A3/2", "", True),
        (2, 2, "50", "States", "NOC", "B/45/1", "preliminary", False),
        (2, 2, "50", "States", "SUP", "ARG/46/1", "", False),
    ]


@pytest.mark.parametrize(
    ("cell", "trouble"),
    [
        ("to be seen", CellProblem.NO_ACTION),
        ("MOD NOC", CellProblem.TWO_ACTIONS),
        ("MOD perhaps", CellProblem.WORDS),
        ("MOD (who knows)", CellProblem.WORDS),
        ("x" * 2000, CellProblem.TOO_LONG),
    ],
)
def test_what_is_not_understood_is_told_with_its_place(cell, trouble):
    [one] = read_table(f"Res\tAPT\n50\t{cell}").asked
    assert (one.row, one.column, one.trouble) == (2, 2, trouble)


def test_a_row_without_a_resolution_and_a_column_without_a_name_are_told():
    assert [one.trouble for one in read_table("Res\tAPT\nTotal\tMOD").asked] == [CellProblem.NO_RESOLUTION]
    assert [one.trouble for one in read_table("Res\tAPT\t\n50\tMOD\tNOC").asked] == [None, CellProblem.NO_WHO]


@pytest.mark.parametrize("cell", ["", "-", "—", "○", " "])
def test_nothing_received_is_nothing_asked(cell):
    assert read_table(f"Res\tAPT\tRCC\n50\t{cell}\tMOD").asked[0].who == "RCC"


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n\t\n", "empty"), ("hello", "no_columns"), ("a\tb\n" * 1500, "too_large")])
def test_what_is_no_table_is_refused(text, code):
    with pytest.raises(Unreadable) as refused:
        read_table(text)
    assert refused.value.code == code


# --- Properties -----------------------------------------------------------------------------------------------------------

ACTIONS = st.sampled_from(["MOD", "ADD", "SUP", "NOC"])
STATUSES = st.sampled_from(["", "preliminary", "common", "submitted", "withdrawn"])
CODES = st.sampled_from(["EUR", "ACP", "B"])
IDENTIFIERS = st.just("") | st.builds(lambda *parts: "{}/{}/{}".format(*parts), CODES, st.integers(1, 99), st.integers(1, 9))
CELLS = st.one_of(st.none(), st.tuples(ACTIONS, IDENTIFIERS, STATUSES, st.booleans()))


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=6, unique=True),
    st.lists(st.sampled_from(["APT", "UAT", "LAS", "CEPT", "CITEL", "RCC", "Kenya"]), min_size=1, max_size=5, unique=True),
    st.data(),
    st.sampled_from(["\t", ";", ","]),
)
def test_what_is_written_into_a_table_is_read_out_of_it(resolutions, columns, data, separator):
    table, wanted = [["Resolution", *columns]], []
    for row, resolution in enumerate(resolutions, start=2):
        line = [f"Res. {resolution}"]
        for column, who in enumerate(columns, start=2):
            cell = data.draw(CELLS)
            if cell is None:
                line.append("")
                continue
            action, identifier, status, is_late = cell
            remarks = [f"({word})" for word in (status, "late" if is_late else "") if word]
            line.append(" ".join(filter(None, (action, identifier, *remarks))))
            wanted.append((row, column, str(resolution), who, action, identifier, status, is_late))
        table.append(line)
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(table)
    assert said(read_table(written.getvalue())) == wanted


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text):
    try:
        pasted = read_table(text)
    except Unreadable:
        return
    assert all(isinstance(one, PastedProposal) and (one.trouble or (one.action and one.resolution)) for one in pasted.asked)


@given(st.lists(st.text(alphabet="MODNC /1?()x-", max_size=20), min_size=1, max_size=8))
def test_every_cell_that_says_something_comes_back_with_its_place(cells):
    columns = [f"G{n}" for n in range(len(cells))]
    pasted = read_table("\t".join(("Res", *columns)) + "\n" + "\t".join(("50", *cells)))
    told = {one.column for one in pasted.asked}
    speaks = {place for place, cell in enumerate(cells, start=2) if any(c.isalnum() for c in cell)}
    assert speaks <= told


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("[IAP-1] Nouvelle IA", ("[IAP-1]", "Nouvelle IA", True)),
        ("New resolution: AI", ("", "AI", True)),
        ("Draft new Resolution [AFCP-2]: Rights", ("[AFCP-2]", "Rights", True)),
        ("Projet de nouvelle Résolution — Droits", ("", "Droits", True)),
        ("Proyecto de nueva Resolución [IAP-1] – IA", ("[IAP-1]", "IA", True)),
        ("new resolution on Resolution 50", ("", "on Resolution 50", True)),
        ("Nouvelle résolution", ("", "", True)),
        ("New resolution 106", ("106", "", False)),
        ("Rés. 50 — Cybersécurité", ("50", "", False)),
    ],
)
def test_a_row_may_be_about_a_new_resolution(row, named):
    [one] = read_table(f"Res\tCEPT\n{row}\tADD").asked
    assert (one.resolution, one.title, one.is_new, one.trouble) == (*named, None)


def test_new_resolutions_are_those_a_row_asks_to_add_by_label_or_title():
    pasted = read_table("Res;CEPT;UAT\n[AFCP-1] Rights;MOD;ADD\n[afcp-1];ADD\nNew resolution: AI;ADD;NOC\n[RCC-9];NOC\n50;ADD")
    assert [(key, first.row, first.column) for key, first in pasted.drafts().items()] == [("[afcp-1]", 2, 3), ("ai", 4, 2)]
