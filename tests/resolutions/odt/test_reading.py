"""The two texts that an .odt holds. `items` is what each test is about: the clauses under "resolves"."""

import pytest

from resolutions.importers.docx import FileRefused, RefusalCode, WarningCode, read_contribution, read_resolution
from resolutions.importers.odt import read_paragraphs
from resolutions.importers.odt.numbering import spreadsheet_letters
from resolutions.importers.packages import open_package
from tests.resolutions.docx import writing as word

from .writing import (
    NAMESPACES,
    STYLES,
    begin,
    box,
    call,
    changes_in,
    dele,
    document,
    header,
    ins,
    item,
    level,
    list_style,
    listed,
    note,
    odt,
    p,
    proposal,
    style,
    table,
)

DECIMAL = list_style("L", level(1, "1"), level(2, "a", suffix=")"), level(3, "i", suffix="."))
HIDDEN = style("T1", family="text", content='<style:text-properties text:display="none"/>')


def items(*paragraphs, **more):
    """Number and text before, number and text after, and the change, of each clause under the last call."""
    return [
        (clause.number_before, clause.before, clause.number_after, clause.after, clause.change)
        for clause in extraction(*paragraphs, **more).proposals[-1].clauses
        if clause.kind not in ("resno", "restitle", "call")
    ]


def extraction(*paragraphs, action="MOD", **more):
    return read_contribution(odt(proposal(call("resolves"), *paragraphs, action=action), **more))


def after(*paragraphs, **more):
    """Number and text of each clause, in a proposal without marks."""
    return [(number, text) for _number, _text, number, text, _change in items(*paragraphs, action="ADD", **more)]


def texts(*paragraphs, **more):
    """The paragraphs of the text before and of the text after."""
    read = read_paragraphs(open_package(odt("".join(paragraphs), **more)))
    return [paragraph.text for paragraph in read.before], [paragraph.text for paragraph in read.after]


def warned(found):
    return [(warning.code, warning.text) for warning in found.warnings]


# -- marks --------------------------------------------------------------------------------------------------------------------


def test_words_that_were_deleted_are_put_back_where_they_were():
    assert items(p("1\tto light ", dele("all "), ins("the "), "lamps;")) == [
        ("1", "to light all lamps;", "1", "to light the lamps;", "modified")
    ]


def test_what_is_deleted_from_an_insertion_is_in_neither_text():
    assert items(p("1\tto light ", ins("all "), dele("nearly ", was_inserted=True), ins("the "), "lamps;")) == [
        ("1", "to light lamps;", "1", "to light all the lamps;", "modified")
    ]


def test_what_is_deleted_between_the_marks_of_an_insertion_is_in_neither_text():
    start, end = begin()

    assert items(p("1\tto light ", start, "all ", dele("nearly "), end, "lamps;"))[0][1::2] == ("to light lamps;", "to light all lamps;")


def test_a_whole_paragraph_that_was_deleted_is_a_paragraph_again():
    deleted = dele(p("2\tto paint the lighthouses;"), p())

    assert items(p("1\tto light lamps;"), p(deleted, dele("3"), ins("2"), "\tto row boats.")) == [
        ("1", "to light lamps;", "1", "to light lamps;", "unchanged"),
        ("2", "to paint the lighthouses;", None, None, "deleted"),
        ("3", "to row boats.", "2", "to row boats.", "renumbered"),
    ]


def test_a_paragraph_deleted_from_the_end_of_the_one_before_is_a_paragraph_again():
    deleted = dele(p(), p("2\tto paint the lighthouses;"))

    assert [clause[1::2] for clause in items(p("1\tto light lamps;", deleted), p("3\tto row boats."))] == [
        ("to light lamps;", "to light lamps;"),
        ("to paint the lighthouses;", None),
        ("to row boats.", "to row boats."),
    ]


def test_a_deletion_over_the_end_of_a_paragraph_joins_two():
    deleted = dele(p(" and buoys;"), p("2\tto paint"))

    assert texts(p("1\tto light lamps", deleted, " the lighthouses.")) == (
        ["1\tto light lamps and buoys;", "2\tto paint the lighthouses."],
        ["1\tto light lamps the lighthouses."],
    )


def test_a_paragraph_stands_where_its_words_stood():
    deleted = dele(p("2\tto paint;"), p("3\tto row;"), p())
    start, end = begin()

    read = read_paragraphs(
        open_package(odt(p("1\tto light;") + p(deleted, "4\tto sing;") + p(start, "5\tto tell;") + p(end, "6\tto end.")))
    )

    assert [paragraph.places for paragraph in read.before] == [(1,), (2,), (3,), (4,), (6,)]
    assert [paragraph.places for paragraph in read.after] == [(1,), (4,), (5,), (6,)]


def test_a_deletion_beside_paragraphs_is_paragraphs():
    assert [clause[1::2] for clause in items(p("1\tto light lamps;"), dele(p("2\tto paint;"), p("3\tto row;")), p("4\tto sing."))] == [
        ("to light lamps;", "to light lamps;"),
        ("to paint;", None),
        ("to row;", None),
        ("to sing.", "to sing."),
    ]


@pytest.mark.parametrize("is_at_its_end", [False, True])
def test_a_paragraph_that_was_inserted_was_not_there(is_at_its_end):
    """Its own end, or that of the paragraph before it."""
    start, end = begin()
    ends = [p("1\tto light lamps;", start), p("2\tto paint;", end), p("3\tto row.")]
    starts = [p("1\tto light lamps;"), p(start, "2\tto paint;"), p(end, "3\tto row.")]

    assert [clause[1::2] for clause in items(*(ends if is_at_its_end else starts))] == [
        ("to light lamps;", "to light lamps;"),
        (None, "to paint;"),
        ("to row.", "to row."),
    ]


def test_a_paragraph_that_was_split_was_one():
    start, end = begin()

    assert [clause[1::2] for clause in items(p("1\tto light lamps", start, ";"), p("2\t", end, " of the northern coast."))] == [
        (None, "to light lamps;"),
        ("to light lamps of the northern coast.", "of the northern coast."),
    ]


def test_paragraphs_between_two_marks_were_not_there():
    start, end = begin()

    found = items(p("1\tto light lamps;"), start, p("2\tto paint;"), listed(item("3\tto row;")), end, p("4\tto sing."))

    assert [clause[1] for clause in found] == ["to light lamps;", None, None, "to sing."]


def test_a_paragraph_keeps_the_style_it_had_before_it_was_joined():
    deleted = dele(p("instructs the Director", style="Call"), p())

    found = extraction(p("to light lamps;"), p(deleted, "to row boats.")).proposals[0].clauses[-2:]

    assert [(clause.before, clause.section_before, clause.section_after) for clause in found] == [
        ("instructs the Director", "instructs the Director", None),
        ("to row boats.", "instructs the Director", "resolves"),
    ]


def test_words_and_the_end_of_a_paragraph_may_be_two_deletions():
    """What LibreOffice makes of two authors. The style of some words is not written down, that of a paragraph is."""
    line = [dele(p("instructs the Director")), dele(p(style="Call"), p())]
    of_list = [dele(p("to sing;")), dele(listed(item(p()), style="L"), p())]

    text = [listed(item("to light lamps;"), style="L"), p(*line, "to row boats."), p(*of_list, "to end.")]
    found = extraction(*text, styles=STYLES + DECIMAL).proposals[0].clauses[-4:]

    assert [(clause.kind, clause.number_before, clause.before) for clause in found] == [
        ("call", "", "instructs the Director"),
        ("item", "", "to row boats."),
        ("item", "2", "to sing;"),
        ("item", "", "to end."),
    ]


def test_what_follows_a_deletion_keeps_the_style_it_had():
    deleted = dele(p(" and buoys;"), p("instructs the Director", style="Call"))

    read = read_paragraphs(open_package(odt(p("1\tto light lamps", deleted))))

    assert [(paragraph.kind, paragraph.text) for paragraph in read.before] == [
        ("", "1\tto light lamps and buoys;"), ("call", "instructs the Director"),
    ]  # fmt: skip


def test_a_line_that_was_inserted_gives_its_style_to_nothing():
    start, end = begin()

    found = extraction(p("to light lamps;"), p(start, "instructs the Director", style="Call"), p(end, "to row boats."))

    assert [(clause.kind, clause.before) for clause in found.proposals[0].clauses[-2:]] == [("call", None), ("item", "to row boats.")]


def test_a_change_of_form_is_none_of_the_text():
    region = '<text:changed-region xml:id="f"><text:format-change/></text:changed-region>'
    marks = '<text:change-start text:change-id="f"/>lamps<text:change-end text:change-id="f"/>'
    body = proposal(call("resolves"), p("1\tto light ", marks, dele(" now"), ";"))

    found = read_contribution(odt(xml=document(body, changes=changes_in(body).replace("</text:tracked", f"{region}</text:tracked"))))

    assert (found.proposals[0].clauses[-1].before, found.proposals[0].clauses[-1].after) == ("to light lamps now;", "to light lamps;")


def test_an_insertion_without_an_end_is_none():
    start, _end = begin()

    assert items(p("1\tto light", start, " lamps;"), p("2\tto ", dele("row"), ins("sail"), " boats."))[0][1] == "to light lamps;"


def test_a_mark_of_no_known_change_is_passed_over():
    lost = '<text:change text:change-id="x"/><text:change-start text:change-id="y"/><text:change-end text:change-id="y"/>'

    assert after(p("1\tto light", lost, " lamps;")) == [("1", "to light lamps;")]


def test_authors_are_those_of_the_changes():
    assert extraction(p("1\tto ", dele("light"), ins("lit"), ";")).authors == ("A Translator",)


def test_a_table_that_was_deleted_is_in_the_text_before():
    lamps = table(["lamp", "seven"], ["buoy", "eight"])

    assert texts(p("see ", dele(p("the table:"), lamps, p("and ")), "the end.")) == (
        ["see the table:", "lamp", "seven", "buoy", "eight", "and the end."],
        ["see the end."],
    )


def test_a_row_that_was_deleted_is_cell_by_cell_in_the_text_before():
    rows = table(["lamp", "seven"], [p(dele("buoy")), p(dele("eight"))], [p(ins("bell")), p(ins("nine"))])

    assert [clause[1::2] for clause in items(rows)] == [
        ("lamp", "lamp"),
        ("seven", "seven"),
        ("buoy", None),
        ("eight", None),
        (None, "bell"),
        (None, "nine"),
    ]


# -- words --------------------------------------------------------------------------------------------------------------------


def test_spaces_tabs_and_line_breaks():
    read = read_contribution(odt(proposal(call("resolves"), p("1\tto  light\n    all", '<text:s text:c="2"/>x<text:line-break/>y;'))))

    assert read.proposals[0].clauses[-1].after == "to light all x y;"


def test_words_in_words_and_marks_of_places():
    words = '<text:span>to <text:span text:style-name="T9">li<text:bookmark text:name="x"/>ght</text:span></text:span> <text:a>all</text:a>'
    more = '<text:soft-page-break/> <text:reference-mark-start text:name="r"/>lamps <text:page-number>7</text:page-number>'
    ruby = "<text:ruby><text:ruby-base>ab</text:ruby-base><text:ruby-text>over</text:ruby-text></text:ruby>"

    assert after(p("1\t", words, more, " ", ruby, ";")) == [("1", "to light all lamps 7 ab;")]


def test_comments_are_no_text():
    comment = "<office:annotation><dc:creator>Somebody</dc:creator><text:p>Secret</text:p></office:annotation>"

    found = extraction(p("1\tto light", comment, " lamps;"), comment, action="ADD")

    assert [clause.after for clause in found.proposals[0].clauses[-1:]] == ["to light lamps;"]
    assert "Secret" not in repr(found)


def test_hidden_words_are_left_out_and_said():
    hidden = '<text:span text:style-name="T1">secretly <text:span>today</text:span></text:span>'
    field = '<text:hidden-text text:is-hidden="true" text:string-value="or not"/><text:hidden-text>always </text:hidden-text>'

    found = extraction(p("1\tto light ", hidden, field, "lamps;"), action="ADD", automatic=HIDDEN)

    assert found.proposals[0].clauses[-1].after == "to light always lamps;"
    assert (WarningCode.HIDDEN_TEXT, "secretly today") in warned(found)
    assert (WarningCode.HIDDEN_TEXT, "or not") in warned(found)


def test_a_hidden_style_hides_what_is_based_on_it():
    styles = STYLES + style("Gone", content='<style:text-properties text:display="none"/>')

    assert after(p("to row;", style="P1"), p("to light."), styles=styles, automatic=style("P1", parent="Gone")) == [("", "to light.")]


def test_a_hidden_section_is_left_out_and_said():
    found = extraction(f'<text:section text:display="none">{p("to row;")}</text:section>', p("to light."), action="ADD")

    assert [clause.after for clause in found.proposals[0].clauses[-2:]] == ["resolves", "to light."]
    assert (WarningCode.HIDDEN_TEXT, "to row;") in warned(found)


def test_sections_are_read_through():
    assert after(f"<text:section>{p('to row;')}<text:section>{p('to light.')}</text:section></text:section>") == [
        ("", "to row;"),
        ("", "to light."),
    ]


def test_notes_are_read_with_their_marks():
    footnote, endnote = note(p("as of ", dele("today"), ins("now"), "."), p("Twice.")), note("at last.", kind="endnote")

    assert items(p("1\tto light lamps", footnote, " and ", dele("all "), "buoys", endnote, ";")) == [
        ("1", "to light lamps[^1] and all buoys[^e2];", "1", "to light lamps[^1] and buoys[^e2];", "modified"),
        ("[^1]", "as of today. Twice.", "[^1]", "as of now. Twice.", "modified"),
        ("[^e2]", "at last.", "[^e2]", "at last.", "unchanged"),
    ]


def test_what_is_odd_in_a_note_is_said_where_the_text_refers_to_it():
    found = extraction(p("one;"), p("two", note(p("n", "<draw:frame/>")), "."), action="ADD")

    assert [(warning.code, warning.place) for warning in found.warnings] == [(WarningCode.PICTURE, 6)]


def test_text_boxes_and_pictures_are_said_and_not_read():
    found = extraction(p("1\tto light", box("A stamp", "of two lines"), " lamps", "<draw:frame><draw:image/></draw:frame>", ";"))

    assert found.proposals[0].clauses[-1].after == "to light lamps;"
    assert [code for code in warned(found) if code[0] is not WarningCode.MOD_WITHOUT_MARKS] == [
        (WarningCode.TEXT_BOX, "A stamp of two lines"),
        (WarningCode.PICTURE, ""),
    ]


def test_a_file_in_the_file_is_said():
    assert warned(extraction(p('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>', "x"), action="ADD")) == [
        (WarningCode.EMBEDDED_FILE, "")
    ]


def test_words_in_a_form_that_is_not_known_are_said():
    assert warned(extraction(p("to light.", "<svg:x>words</svg:x>"), "<form:x>more</form:x>", action="ADD")) == [
        (WarningCode.UNREAD, "words"),
        (WarningCode.UNREAD, "more"),
    ]


def test_covered_cells_are_left_out():
    row = '<table:table-cell table:number-columns-spanned="2"><text:p>lamp</text:p></table:table-cell><table:covered-table-cell/>'
    head = f"<table:table-header-rows><table:table-row>{row}</table:table-row></table:table-header-rows>"

    assert after(f"<table:table>{head}<table:table-row>{row.replace('lamp', 'buoy')}</table:table-row></table:table>") == [
        ("", "lamp"),
        ("", "buoy"),
    ]


def test_a_table_that_frames_a_text_is_none():
    framed = table([p("1\tto light lamps;") + p("2\tto row boats.")])

    assert {clause.kind for clause in extraction(framed, action="ADD").proposals[0].clauses} == {"resno", "restitle", "call", "item"}
    assert extraction(table(["1", "lamps"]), action="ADD").proposals[0].clauses[-1].kind == "cell"


def test_a_table_of_contents_is_no_text_of_a_resolution():
    contents = (
        "<text:table-of-content><text:table-of-content-source/><text:index-body><text:index-title>"
        f"{p('Contents')}</text:index-title>{p('MOD ABC/12A3/2')}{p('resolves 3')}</text:index-body></text:table-of-content>"
    )

    found = read_contribution(odt(contents + proposal(call("resolves"), p("to light."), action="ADD")))

    assert [clause.after for clause in found.proposals[0].clauses] == [
        "RESOLUTION 7 (REV. SOMEWHERE, 2022)", "Lighthouses", "resolves", "to light.",
    ]  # fmt: skip
    assert found.warnings == ()


# -- styles -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown", "parent"),
    [("Call", "", ""), ("Appel", "Call", ""), ("P7", "", "Call"), ("Own", "Own one", "Call"), ("enumlev_20_1", "", "Call")],
)
def test_a_style_is_known_by_its_name_or_by_its_parents(name, shown, parent):
    found = extraction(p("frobnicates gently", style=name), p("x"), action="ADD", styles=STYLES + style(name, shown, parent))

    assert found.proposals[0].clauses[-2].kind == ("item" if name.startswith("enumlev") else "call")


def test_an_encoded_name_of_a_style_is_decoded():
    head = p("DRAFT NEW RESOLUTION", style="Res_5f_No") + p("Lighthouses", style="Res_5f_title")
    data = odt(header("ADD\tABC/1/1") + head + call("resolves"), styles=style("Res_5f_No") + style("Res_5f_title"))

    assert [clause.kind for clause in read_contribution(data).proposals[0].clauses] == ["resno", "restitle", "call"]


def test_without_styles_it_is_said_that_they_are_lost():
    found = extraction(p("to light."), action="ADD", style_sheet="<x/>")

    assert [code for code, _text in warned(found)] == [WarningCode.LOST_STYLES]
    assert [clause.kind for clause in found.proposals[0].clauses] == ["resno", "restitle", "call", "item"]


# -- numbers ------------------------------------------------------------------------------------------------------------------


def test_lists_are_numbered_as_they_print():
    nested = listed(item("a1"), item("a2", listed(item("deep"))))

    assert after(listed(item("one", "no number", nested), item("two", listed(item("b1"))), style="L"), styles=STYLES + DECIMAL) == [
        ("1", "one"),
        ("", "no number"),
        ("a)", "a1"),
        ("b)", "a2"),
        ("i.", "deep"),
        ("2", "two"),
        ("a)", "b1"),
    ]


def test_a_list_begins_anew_or_goes_on():
    lists = [
        listed(item("one"), item("two"), style="L", more='xml:id="first"'),
        p("between"),
        listed(item("three"), style="L", more='text:continue-numbering="true"'),
        listed(item("another one"), style="L"),
        listed(item("four"), style="L", more='text:continue-list="first"'),
        listed(item("seven", more='text:start-value="7"'), item("eight"), style="L"),
        listed(item("head", tag="list-header"), item("last one"), style="L"),
    ]

    assert after(*lists, styles=STYLES + DECIMAL) == [
        ("1", "one"), ("2", "two"), ("", "between"), ("3", "three"), ("1", "another one"), ("4", "four"), ("7", "seven"), ("8", "eight"),
        ("", "head"), ("1", "last one"),
    ]  # fmt: skip


def test_a_list_goes_on_although_another_is_between():
    """As Word saves it: every paragraph a list by itself."""
    again = 'text:continue-numbering="true"'
    deeper = item(listed(item("a"), more=again))

    lists = [listed(each, style=name, more=again) for each, name in ((item("1"), "L"), (item("x"), "M"), (deeper, "L"), (item("2"), "L"))]

    assert [number for number, _text in after(*lists, styles=STYLES + DECIMAL + DECIMAL.replace('"L"', '"M"'))] == ["1", "1", "a)", "2"]


def test_labels_are_made_of_prefix_suffix_and_the_levels_above():
    levels = [
        level(1, "I", suffix=" –", more='style:num-prefix="Article " text:start-value="3"'),
        level(2, "1", suffix=".", more='text:display-levels="2"'),
        level(3, "a", more='loext:num-list-format="%2%-%3%"'),
        level(4, "", suffix=")"),
        level(5, "", tag="list-level-style-bullet", more='text:bullet-char="-"'),
    ]
    deep = item(listed(item("b", listed(item("c", listed(item("d", listed(item("e")))))))))

    assert after(listed(item("a"), deep, style="M"), styles=STYLES + list_style("M", *levels)) == [
        ("Article III –", "a"),
        ("III.1.", "b"),
        ("1-a", "c"),
        ("", "d"),
        ("–", "e"),
    ]


def test_after_z_comes_aa_and_then_bb_only_if_that_is_said():
    def last(more):
        return after(listed(*[item("x") for _ in range(28)], style="M"), styles=STYLES + list_style("M", level(1, "a", more=more)))[-1][0]

    assert (last(""), last('style:num-letter-sync="true"')) == ("ab", "bb")
    assert [spreadsheet_letters(value, "A") for value in (0, 1, 26, 27, 702, 703)] == ["", "A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("01, 02, 03, ...", "02"),
        ("а, б, .., аа, аб, ... (ru)", "б"),
        ("أ, ب, ت, ...", "ب"),
        ("一, 二, 三, ...", "二"),
        ("①, ②, ③, ...", "②"),
        ("unknown", "2"),
    ],
)
def test_other_alphabets(form, number):
    found = after(listed(item("x"), item("y"), style="M"), styles=STYLES + list_style("M", level(1, form, suffix=")")))

    assert found[-1] == (f"{number})", "y")


def test_a_list_takes_the_style_of_its_paragraphs_or_of_an_item():
    styles = STYLES + DECIMAL + list_style("M", level(1, "A")) + style("Listed", more='style:list-style-name="L"')
    automatic = style("P1", parent="Listed")

    assert after(listed(item(p("x", style="P1"))), listed(item("y", more='text:style-override="M"'), style="L"), styles=styles,
                 automatic=automatic) == [("1", "x"), ("A", "y")]  # fmt: skip


def test_headings_are_numbered_by_the_outline():
    outline = f"<text:outline-style>{level(1, '1', suffix='.', tag='outline-level-style')}</text:outline-style>"
    headings = [
        p("To light", style="Heading_20_1", tag="h", more='text:outline-level="1"'),
        p("To paint", style="Heading_20_1", tag="h", more='text:outline-level="1" text:is-list-header="true"'),
        p("To row", style="P1", tag="h", more='text:outline-level="1"'),
        p("To sing", style="Heading_20_1", tag="h", more='text:outline-level="1"'),
    ]
    unlisted = style("P1", parent="Heading_20_1", more='style:list-style-name=""')

    read = read_paragraphs(open_package(odt("".join(headings), styles=STYLES + outline, automatic=unlisted)))

    assert [(paragraph.kind, paragraph.number) for paragraph in read.after] == [
        ("heading", "1."), ("heading", ""), ("heading", ""), ("heading", "2."),
    ]  # fmt: skip


def test_a_list_is_numbered_in_each_text_by_itself():
    start, end = begin()
    gone = dele(listed(item("gone"), item(""), style="L"))
    lists = listed(item("one"), item(p(start, "new")), item(p(end, gone, "two")), item("three"), style="L")

    assert items(lists, styles=STYLES + DECIMAL) == [
        ("1", "one", "1", "one", "unchanged"),
        (None, None, "2", "new", "added"),
        ("2", "gone", None, None, "deleted"),
        ("3", "two", "3", "two", "unchanged"),
        ("4", "three", "4", "three", "unchanged"),
    ]


def test_a_list_goes_on_where_its_beginning_was_deleted():
    """LibreOffice gives no name to a list within a deletion, and yet refers to it."""
    gone = dele(listed(item("gone;"), style="L"), p())
    lists = [p(gone, "between;"), listed(item("first"), style="L", more='text:continue-list="unnamed"')]

    assert items(*lists, styles=STYLES + DECIMAL) == [
        ("1", "gone;", None, None, "deleted"),
        ("", "between;", "", "between;", "unchanged"),
        ("2", "first", "1", "first", "renumbered"),
    ]


def test_an_item_begins_where_it_says_although_one_before_it_was_deleted():
    seven = item(p(dele(listed(item("gone"), item(""), style="L")), "seven"), more='text:start-value="7"')

    assert items(listed(item("one"), seven, style="L"), styles=STYLES + DECIMAL) == [
        ("1", "one", "1", "one", "unchanged"),
        ("2", "gone", None, None, "deleted"),
        ("7", "seven", "7", "seven", "unchanged"),
    ]


def test_some_words_deleted_from_an_item_leave_its_number():
    """In a list, as a paragraph of its own, or under another style."""
    for words in (listed(item("of three "), style="L"), p("of three "), p("of three ", style="P9")):
        lists = listed(item("one"), item(p("two ", dele(words), "lamps")), item("three"), style="L")

        assert items(lists, styles=STYLES + DECIMAL)[1:] == [
            ("2", "two of three lamps", "2", "two lamps", "modified"),
            ("3", "three", "3", "three", "unchanged"),
        ]


def test_a_numbered_paragraph_is_a_list_of_its_own():
    def numbered(words, depth=1):
        more = f'text:list-id="x" text:style-name="L" text:level="{depth}"'
        return f"<text:numbered-paragraph {more}>{p(words)}</text:numbered-paragraph>"

    found = after(numbered("one"), numbered("a", 2), numbered("b", 2), p("between"), numbered("two"), styles=STYLES + DECIMAL)

    assert [number for number, _text in found] == ["1", "a)", "b)", "", "2"]


# -- the file -----------------------------------------------------------------------------------------------------------------


def test_running_heads_and_text_boxes_in_them_are_read():
    with pytest.raises(FileRefused) as refused:
        read_contribution(odt(proposal(), heads=[("header", p("x")), ("footer-first", p(box("Document DT/78-E")))]))
    assert (refused.value.code, refused.value.number) == (RefusalCode.LIMITED_DISTRIBUTION, "DT/78-E")


def test_a_running_head_that_is_not_shown_is_not_read():
    hidden = f'<style:header-left style:display="false">{p("Document DT/78-E")}</style:header-left>'
    page = f"<office:master-styles><style:master-page>{hidden}</style:master-page></office:master-styles>"
    sheet = f"<office:document-styles {NAMESPACES}>{page}</office:document-styles>"

    assert len(read_contribution(odt(proposal(), style_sheet=sheet)).proposals) == 1


def test_a_note_in_a_running_head_is_none_of_the_text():
    found = read_contribution(odt(proposal(p("to light", note("now."), ".")), heads=[("header", p("x", note("y")))]))

    assert [clause.after for clause in found.proposals[0].clauses[-2:]] == ["to light[^1].", "now."]


def test_a_stamp_on_the_first_page_is_read():
    with pytest.raises(FileRefused) as refused:
        read_contribution(odt(p(box("RESTRICTED")) + proposal()))

    assert refused.value.code is RefusalCode.LIMITED_DISTRIBUTION


@pytest.mark.parametrize("mimetype", ["", "application/vnd.oasis.opendocument.text-template", "application/vnd.oasis.opendocument.text\n"])
def test_the_content_says_what_the_file_is(mimetype):
    found = read_contribution(odt(proposal(call("resolves"), p("to light."), action="ADD"), mimetype=mimetype), file="38A7.docx")

    assert found.proposals[0].clauses[-1].after == "to light."


def test_a_word_file_is_one_whatever_its_name():
    assert len(read_contribution(word.docx(word.proposal(word.call("resolves"))), file="38A7.odt").proposals) == 1


def test_an_old_manifest_with_a_doctype_is_read():
    data = odt(proposal(call("resolves")), manifest="<!-- <!DOCTYPE manifest:manifest PUBLIC 'x' 'Manifest.dtd'> -->")

    assert len(read_contribution(data).proposals) == 1


def test_a_resolution_by_itself_has_its_marks_accepted():
    text = proposal(call("resolves"), p("1\tto ", dele("light"), ins("lit"), " lamps."))

    assert [clause.text for clause in read_resolution(odt(text)).clauses][-1] == "to lit lamps."
