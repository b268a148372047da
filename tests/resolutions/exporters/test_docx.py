"""The tracked changes of an exported comparison. What is read back is read by the importer, which both texts must come out of."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from lxml import etree

from resolutions.exporters.docx import as_docx, versions_as_docx
from resolutions.exporters.packing import without_illegal
from resolutions.exporters.shapes import ExportedClause, ExportedComparison, ExportedSection
from resolutions.importers.docx import read_resolution
from resolutions.importers.docx.guard import open_document
from resolutions.importers.docx.reading import read_paragraphs

from .comparisons import ARABIC, CHINESE, COMPARISONS, LIGHTHOUSES, NOTHING_TO_SAY, SIDE_BY_SIDE, WITH_CLAUSES_BELOW, sides

DAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order ECMA-376 part 1, annex A gives to what we use of each.
IN_ORDER = {
    "pPr": "pStyle keepNext tabs bidi spacing ind jc rPr pPrChange",
    "rPr": "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps color sz szCs rtl lang",
    "style": "name basedOn qFormat pPr rPr",
    "sectPr": "pgSz pgMar bidi",
}


def written(comparison, **more):
    return as_docx(comparison, author="Comparison", **more)


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body(data):
    return etree.fromstring(members(data)["word/document.xml"])


def both_texts(data):
    """Before and after, as the importer reads them, without the blank paragraph that ends every document."""
    found = read_paragraphs(open_document(data))
    assert found.warnings == []
    texts = [[paragraph.text for paragraph in view] for view in (found.before, found.after)]
    assert [text[-1] for text in texts] == ["", ""]
    return [text[:-1] for text in texts]


def marks(data, *names):
    return [
        (name, "".join(mark.itertext()))
        for mark in body(data).iter()
        for name in names
        if mark.tag == f"{W}{name}" and mark.find(f"{W}r") is not None
    ]


# -- both texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", [None, DAY], ids=["without a date", "dated"])
@pytest.mark.parametrize("comparison", [LIGHTHOUSES, ARABIC, CHINESE, NOTHING_TO_SAY], ids=["English", "Arabic", "Chinese", "empty"])
def test_rejecting_gives_the_old_text_and_accepting_the_new_one(comparison, date):
    assert both_texts(written(comparison, date=date)) == list(sides(comparison))


@given(COMPARISONS)
def test_so_it_is_with_any_texts_to_the_letter(comparison):
    old, new = ([without_illegal(paragraph) for paragraph in side] for side in sides(comparison))

    assert both_texts(written(comparison)) == [old, new]


def test_between_words_put_in_and_a_clause_put_in_below_the_mark_is_on_the_upper_end():
    """On the lower end, LibreOffice would take the end between them away with the rest."""
    data = written(WITH_CLAUSES_BELOW)
    ends = [("".join(paragraph.itertext()), paragraph.find(f"{W}pPr/{W}rPr/{W}ins") is not None) for paragraph in body(data).iter(f"{W}p")]

    assert ends[2:] == [
        ("1to light the lamps.;", True),
        ("2to row;", True),
        ("3to sail.", False),
        ("instructs the Director of the Bureau", True),
        ("to report.", False),
        ("", False),
    ]
    assert both_texts(data) == list(sides(WITH_CLAUSES_BELOW))


def test_a_verb_line_below_which_a_clause_was_put_in_is_one_in_either_text():
    found = read_paragraphs(open_document(written(WITH_CLAUSES_BELOW)))

    assert [[paragraph.kind for paragraph in view if "Director" in paragraph.text] for view in (found.before, found.after)] == [
        ["call"]
    ] * 2


def test_a_word_is_marked_and_nothing_around_it():
    row = ExportedClause("1", "1", "to light every lamp of the coast;", "to light each lamp of the coast;")

    assert marks(written(ExportedComparison("T", "", "en", [ExportedSection("", "", [row])])), "del", "ins") == [
        ("del", "every"),
        ("ins", "each"),
    ]


def test_of_an_apostrophe_of_another_shape_only_that_is_marked():
    row = ExportedClause("", "", "que l'eau est claire", "que l’eau est claire")

    assert marks(written(ExportedComparison("T", "", "fr", [ExportedSection("", "", [row])])), "del", "ins") == [("del", "'"), ("ins", "’")]


def test_a_letter_is_never_parted_from_its_accent():
    row = ExportedClause("", "", "l'e\u0301t", "l’e\u0301t")
    other = ExportedClause("", "", "caf\u00e9", "cafe\u0301")

    assert marks(written(ExportedComparison("T", "", "fr", [ExportedSection("", "", [row, other])])), "del", "ins") == [
        ("del", "'"),
        ("ins", "’"),
        ("del", "é"),
        ("ins", "e\u0301"),
    ]


def test_a_changed_number_is_replaced_whole():
    row = ExportedClause("3 bis", "3 ter", "to light;", "to light;")

    assert marks(written(ExportedComparison("T", "", "en", [ExportedSection("", "", [row])])), "del", "ins") == [
        ("del", "3 bis"),
        ("ins", "3 ter"),
    ]


def test_the_end_of_a_clause_that_came_or_went_is_marked_too():
    rows = [
        ExportedClause(None, "1", None, "to light."),
        ExportedClause("2", None, "to paint.", None),
        ExportedClause("3", "3", "to stay.", "to stay."),
    ]

    ends = [
        [mark.tag.removeprefix(W) for mark in paragraph.findall(f"{W}pPr/{W}rPr/*")]
        for paragraph in body(written(ExportedComparison("", "", "en", [ExportedSection("", "", rows)]))).iter(f"{W}p")
    ]
    assert ends == [["ins"], ["del"], [], []]


def test_what_moved_is_one_move_with_its_own_changes_marked_in_it():
    data = written(LIGHTHOUSES, date=DAY)

    assert marks(data, "moveFrom", "moveTo") == [
        ("moveFrom", "to paint the northern lighthouse "),
        ("moveFrom", " before winter"),
        ("moveFrom", ";"),
        ("moveTo", "to paint the northern lighthouse "),
        ("moveTo", " before winter"),
        ("moveTo", ";"),
        ("moveTo", ""),
    ]
    names = [start.get(f"{W}name") for start in body(data).iter(f"{W}moveFromRangeStart", f"{W}moveToRangeStart")]
    opened = {start.get(f"{W}id") for start in body(data).iter(f"{W}moveFromRangeStart", f"{W}moveToRangeStart")}
    closed = {end.get(f"{W}id") for end in body(data).iter(f"{W}moveFromRangeEnd", f"{W}moveToRangeEnd")}
    assert (names, opened) == (["north", "north"], closed)


def test_without_a_date_or_its_other_end_a_move_is_taken_out_and_put_in():
    alone = ExportedComparison("", "", "en", [ExportedSection("", "", [ExportedClause("1", None, "to light.", None, move="lost")])])

    assert marks(written(LIGHTHOUSES), "moveFrom", "moveTo") == []
    assert marks(written(alone, date=DAY), "del", "moveFrom") == [("del", "1to light.")]


def test_each_proposal_stands_below_the_clause_in_force_marked_against_it():
    head, force = ["Resolution 7", "Three proposals"], "In force\n1\tto light every lamp of the coast;"

    assert both_texts(versions_as_docx(SIDE_BY_SIDE, author="Comparison")) == [
        [
            *head,
            *["recalling", "In force\na)\tthat lamps are lit;"],
            *["resolves", force],
            *["EUR/38A7/1", "1\tto light every lamp of the coast;"],
            *["B/12/1", "1\tto light every lamp of the coast;"],
            *["RCC/40A1/2", "1\tto light every lamp of the coast;"],
            "RCC/40A1/2",
        ],
        [
            *head,
            *["recalling", "In force\na)\tthat lamps are lit;"],
            *["resolves", force],
            *["EUR/38A7/1", "1\tto light every lamp of both coasts;"],
            "B/12/1",
            *["RCC/40A1/2", "1\tto light every lamp of the coast;"],
            *["RCC/40A1/2", "2\tto count the lamps."],
        ],
    ]


def test_an_importer_finds_the_calls_and_clauses_of_the_new_text():
    found = read_resolution(written(LIGHTHOUSES))

    assert (found.number, found.title, found.warnings) == ("7", "Lighthouses", ())
    assert [(clause.kind, clause.section, clause.number) for clause in found.clauses] == [
        ("resno", None, ""),
        ("restitle", None, ""),
        ("call", "recalling further", ""),
        ("item", "recalling further", "a)"),
        ("item", "recalling further", "b)"),
        ("call", "resolves", ""),
        *(("item", "resolves", number) for number in "1234"),
        ("call", "instructs the Director", ""),
        ("item", "instructs the Director", "1"),
    ]


def test_ten_thousand_clauses_are_written_and_read_again():
    rows = [
        ExportedClause(
            str(place),
            str(place + place % 2),
            f"to light lamp {place} of the coast;",
            f"to light lamp {place} of both coasts;" if place % 3 else None,
        )
        for place in range(10_000)
    ]
    comparison = ExportedComparison("Long", "", "en", [ExportedSection("resolves", "resolves", rows)])

    assert both_texts(written(comparison)) == list(sides(comparison))


# -- the file -----------------------------------------------------------------------------------------------------------------


def test_the_same_comparison_is_the_same_bytes():
    assert written(LIGHTHOUSES, date=DAY) == written(replace(LIGHTHOUSES), date=DAY)
    with zipfile.ZipFile(io.BytesIO(written(LIGHTHOUSES))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nobody_is_named_but_the_author_given():
    data = members(written(LIGHTHOUSES, date=DAY))

    everything = b"".join(data.values()).decode()
    assert set(re.findall(r'w:author="([^"]*)"', everything)) == {"Comparison"}
    assert set(re.findall(r'w:date="([^"]*)"', everything)) == {"2026-11-24T09:30:00Z"}
    properties = etree.fromstring(data["docProps/core.xml"])
    assert {etree.QName(each).localname: each.text for each in properties} == {"title": "Resolution 7: lighthouses", "language": "en-GB"}


def test_without_a_date_there_is_none():
    assert b"w:date=" not in b"".join(members(written(LIGHTHOUSES)).values())


@pytest.mark.parametrize("comparison", [LIGHTHOUSES, ARABIC, CHINESE], ids=["English", "Arabic", "Chinese"])
def test_every_part_is_well_formed_and_in_the_order_of_the_schema(comparison):
    data = members(written(comparison, date=DAY))

    for content in data.values():
        for element in etree.fromstring(content).iter():
            allowed = IN_ORDER.get(etree.QName(element).localname)
            if allowed and element.tag.startswith(W):
                names = [etree.QName(child).localname for child in element]
                assert names == sorted(set(names), key=allowed.split().index)


def test_every_part_is_declared_and_every_relation_leads_somewhere():
    data = members(written(LIGHTHOUSES))

    declared = {element.get("PartName") for element in etree.fromstring(data["[Content_Types].xml"])} - {None}
    assert declared == {f"/{name}" for name in data if not name.endswith(".rels")} - {"/[Content_Types].xml"}
    targets = {element.get("Target") for element in etree.fromstring(data["word/_rels/document.xml.rels"])}
    assert targets == {"styles.xml", "settings.xml", "comments.xml"}


def test_no_two_marks_have_one_number():
    identifiers = [
        element.get(f"{W}id")
        for element in body(written(LIGHTHOUSES, date=DAY)).iter()
        if element.get(f"{W}author") is not None and element.get(f"{W}id")
    ]

    assert len(identifiers) == len(set(identifiers)) > 10


def test_remarks_are_comments_and_in_neither_text():
    data = written(LIGHTHOUSES)

    comments = etree.fromstring(members(data)["word/comments.xml"])
    assert ["".join(comment.itertext()) for comment in comments] == ["renumbered", "from resolves 1"]
    referred = [reference.get(f"{W}id") for reference in body(data).iter(f"{W}commentReference")]
    assert referred == [comment.get(f"{W}id") for comment in comments]
    assert "word/comments.xml" not in members(written(CHINESE))


def test_arabic_runs_from_right_to_left_but_for_identifiers():
    arabic = body(written(ARABIC))
    paragraphs = arabic.findall(f"{W}body/{W}p")[:-1]

    assert all(paragraph.find(f"{W}pPr/{W}bidi") is not None for paragraph in paragraphs)
    assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in arabic.iter(f"{W}r") if run.find(f"{W}commentReference") is None)
    side_by_side = body(versions_as_docx(replace(SIDE_BY_SIDE, language="ar"), author="Comparison"))
    left_to_right = ["".join(run.itertext()) for run in side_by_side.iter(f"{W}r") if run.find(f"{W}rPr/{W}rtl") is None]
    assert left_to_right == ["EUR/38A7/1", "B/12/1", "", "RCC/40A1/2", "RCC/40A1/2"]  # the empty one refers to a remark


def test_chinese_says_which_font_its_signs_are_drawn_from():
    hints = {run.find(f"{W}rPr/{W}rFonts").get(f"{W}hint") for run in body(written(CHINESE)).iter(f"{W}r")}

    assert hints == {"eastAsia"}


def test_the_language_is_said():
    styles = members(written(replace(LIGHTHOUSES, language="fr")))["word/styles.xml"]

    assert b'<w:lang w:val="fr-FR"' in styles


def test_what_xml_cannot_hold_is_replaced_and_line_ends_are_kept():
    row = ExportedClause("1", "1", "one\x00two\ud800\ufffe", "one\r\ntwo\vthree\x1b")

    assert both_texts(written(ExportedComparison("\x01", "", "en", [ExportedSection("", "", [row])]))) == [
        ["\ufffd", "1\tone\ufffdtwo\ufffd\ufffd"],
        ["\ufffd", "1\tone\ntwo\nthree\ufffd"],
    ]
