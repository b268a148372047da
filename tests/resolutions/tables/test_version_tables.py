"""A table of two versions of a text is read as two versions when its header says so, or a person; no other table is."""

import pytest

from resolutions.importers.docx import WarningCode, as_source, extract, from_source, read_contribution, read_marked
from resolutions.importers.itu.version_tables import versions_in
from tests.resolutions.docx import writing as word
from tests.resolutions.odt import writing as odt
from tests.resolutions.tables.files import cell, odt_row, odt_table, row, table

VERSIONS = [
    ("Text in force", "Proposed text"),
    ("Existing text", "Proposed amendments"),
    ("Current text:", "Proposal"),
    ("Resolution 50 (Rev. Geneva, 2022)", "Resolution 50 (Rev. New Delhi, 2024)"),
    ("WTSA-20", "WTSA-24"),
    ("EXISTING TEXT (WTSA-24)", "PROPOSED REVISION"),
    ("Texte en vigueur", "Proposition"),
    ("Texte actuel", "Modifications proposées"),
    ("Version en vigueur", "Texte révisé"),
    ("AMNT-20", "AMNT-24"),
    ("Texto vigente", "Propuesta"),
    ("Texto actual", "Modificación propuesta"),
    ("Redacción actual", "Redacción propuesta"),
    ("النص الحالي", "النص المقترح"),
    ("النص الساري", "التعديلات المقترحة"),
    ("النص الأصلي", "المقترح"),
    ("Действующий текст", "Предлагаемый текст"),
    ("Текущая редакция", "Предлагаемые изменения"),
    ("Существующий текст", "Проект пересмотра"),
    ("现行案文", "拟议修改"),
    ("现有文本", "建议案文"),
    ("原文", "修订案文"),
]
TABLES = [
    ("Question", "Title"),
    ("Action", "Deadline"),
    ("Existing Question", "New title"),
    ("Proposal", "Reasons"),
    ("Proposal", "Text in force of another resolution"),
    ("Study Group", "Mandate"),
    ("Current", "Next meeting"),
    ("2022", "2024"),
    ("Texte", "Proposition"),
    ("Action", "Échéance"),
    ("Acción", "Plazo"),
    ("Propuesta", "Motivos"),
    ("المسألة", "العنوان"),
    ("الإجراء", "الموعد"),
    ("Вопрос", "Название"),
    ("Действие", "Срок"),
    ("课题", "标题"),
    ("行动", "截止日期"),
]


@pytest.mark.parametrize("header", VERSIONS, ids=" | ".join)
def test_a_header_of_two_versions_is_known_either_way_round(header):
    assert versions_in(header) == (0, 1)
    assert versions_in(header[::-1]) == (1, 0)


@pytest.mark.parametrize("header", TABLES, ids=" | ".join)
def test_a_header_of_any_other_table_is_not(header):
    assert versions_in(header) is None
    assert versions_in(header[::-1]) is None


ROWS = [
    ("1\tto light the lamps;", "1\tto light every lamp;"),
    ("2\tto ring the bells in fog;", "(no change)"),
    ("3\tto paint the buoys each spring;", "SUP"),
    ("", "4\tto count the horns of ferries."),
]
READ = [
    ("resolves", "1", "to light the lamps;", "1", "to light every lamp;", "modified"),
    ("resolves", "2", "to ring the bells in fog;", "2", "to ring the bells in fog;", "unchanged"),
    ("resolves", "3", "to paint the buoys each spring;", None, None, "deleted"),
    ("resolves", None, None, "4", "to count the horns of ferries.", "added"),
]
IN_DOCX = word.docx(
    word.proposal(
        table(
            row("Text in force", "Proposed text"), row(cell(word.call("resolves")), cell(word.call("resolves"))), *[row(*r) for r in ROWS]
        )
    )
)
IN_ODT = odt.odt(
    odt.proposal(
        odt_table(
            odt_row("Text in force", "Proposed text"),
            odt_row(odt.call("resolves"), odt.call("resolves")),
            *[odt_row(*r) for r in ROWS],
        )
    )
)


def items(extraction):
    return [
        (each.section_after or each.section_before, each.number_before, each.before, each.number_after, each.after, each.change)
        for each in extraction.proposals[0].clauses
        if each.kind == "item"
    ]


@pytest.mark.parametrize("data", [IN_DOCX, IN_ODT], ids=["docx", "odt"])
def test_two_columns_are_read_clause_by_clause_as_if_they_had_marks(data):
    found = read_contribution(data)

    assert items(found) == READ
    assert found.proposals[0].has_marks
    assert [(warned.code, warned.text) for warned in found.warnings] == [(WarningCode.TWO_VERSIONS, "Text in force | Proposed text")]


def test_several_paragraphs_of_a_cell_stand_beside_those_of_the_other_cell():
    one = cell(word.p("1\tto light the lamps;"), word.p("2\tto ring the bells in fog;"))
    other = cell(word.p("1\tto light every lamp;"), word.p("2\tto sweep the quay of the ferry;"), word.p("3\tto ring the bells in fog;"))
    data = word.docx(word.proposal(word.call("resolves"), table(row("Proposed text", "Text in force"), row(other, one))))

    assert [(before, after, change) for _, _, before, _, after, change in items(read_contribution(data))] == [
        ("to light the lamps;", "to light every lamp;", "modified"),
        (None, "to sweep the quay of the ferry;", "added"),
        ("to ring the bells in fog;", "to ring the bells in fog;", "renumbered"),
    ]


def test_a_person_may_say_that_it_is_a_table():
    document = from_source(as_source(read_marked(IN_DOCX)))
    found = extract(document, declared={1: False})

    assert [clause.after for clause in found.proposals[0].clauses if clause.cell and clause.cell.column == 1][:2] == [
        "Proposed text",
        "1 to light every lamp;",
    ]
    assert [(each.is_versions, each.is_recognised) for each in found.tables] == [(False, True)]


def test_a_person_may_say_that_a_table_holds_two_versions():
    data = word.docx(word.proposal(word.call("resolves"), table(*[row(*r) for r in ROWS])))
    assert [(each.is_versions, each.is_recognised) for each in read_contribution(data).tables] == [(False, False)]

    found = extract(from_source(as_source(read_marked(data))), declared={1: True})
    assert items(found) == READ


def test_marks_within_the_columns_end_as_they_are_accepted():
    marked = word.p("1\tto light ", word.dele(word.t("the lamps")), word.ins(word.t("every lamp")), ";")
    data = word.docx(word.proposal(word.call("resolves"), table(row("Text in force", "Proposed text"), row(ROWS[0][0], cell(marked)))))

    assert items(read_contribution(data)) == READ[:1]
