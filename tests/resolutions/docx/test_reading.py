"""The two texts that marks hold. `item` is what each test is about: the clauses under "resolves"."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutions.importers.docx import WarningCode, read_contribution, read_resolution, split_pasted
from resolutions.importers.docx import call as verb_line
from resolutions.importers.docx.numbering import written

from .writing import BY, STRICT_W, STYLES, call, dele, docx, header, ins, p, proposal, t

FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = (FIELD.format(kind) for kind in ("begin", "separate", "end"))
INSTRUCTION = "<w:r><w:instrText> REF lamp </w:instrText></w:r>"


def items(*paragraphs, **more):
    """Number and text before, number and text after, and the change, of each clause under the last call."""
    clauses = extraction(*paragraphs, **more).proposals[-1].clauses
    return [
        (clause.number_before, clause.before, clause.number_after, clause.after, clause.change)
        for clause in clauses
        if clause.kind not in ("resno", "restitle", "call")
    ]


def extraction(*paragraphs, action="MOD", **more):
    return read_contribution(docx(proposal(call("resolves"), *paragraphs, action=action), **more))


def codes(found):
    return {warned.code for warned in found.warnings}


# -- marks --------------------------------------------------------------------------------------------------------------------


def test_what_is_deleted_from_an_insertion_is_in_neither_text():
    assert items(p("1\tto light ", ins(t("all "), dele(t("nearly ")), t("the ")), t("lamps;"))) == [
        ("1", "to light lamps;", "1", "to light all the lamps;", "modified")
    ]


def test_a_moved_clause_is_one_clause():
    moved = "to paint the northern lighthouse white before the winter comes;"
    move_from, move_to = (f"<w:{tag} {BY}>{t(moved)}</w:{tag}>" for tag in ("moveFrom", "moveTo"))

    assert items(
        p(move_from, mark="moveFrom"), p("to light every lamp of the coast;"), p("to keep the foghorns dry;"), p(move_to, mark="moveTo")
    ) == [
        ("", "to light every lamp of the coast;", "", "to light every lamp of the coast;", "unchanged"),
        ("", "to keep the foghorns dry;", "", "to keep the foghorns dry;", "unchanged"),
        ("", moved, "", moved, "moved"),
    ]


def test_of_two_clauses_that_changed_places_the_one_that_was_marked_has_moved():
    moved, kept = "to paint the northern lighthouse white;", "to light every lamp of the coast;"
    move_from, move_to = (f"<w:{tag} {BY}>{t(moved)}</w:{tag}>" for tag in ("moveFrom", "moveTo"))
    table = f"<w:tbl><w:tr><w:tc>{p(kept)}</w:tc><w:tc>{p(move_to)}</w:tc></w:tr></w:tbl>"

    found = items(p(move_from, mark="moveFrom"), table)

    assert [(clause[1], clause[-1]) for clause in found] == [(kept, "unchanged"), (moved, "moved")]


def test_short_clauses_are_not_the_same_for_having_the_same_signs():
    found = items(p(ins(t("1\tto report;")), mark="ins"), p("2\tto row the boats home;"), p(dele(t("3\tto join;")), mark="del"))

    assert [clause[-1] for clause in found] == ["added", "unchanged", "deleted"]


def test_a_paragraph_whose_mark_is_deleted_runs_on_into_the_next():
    assert items(p("1\tto light the lamps", dele(t(";")), mark="del"), p(dele(t("2\t")), t(" and the buoys;"))) == [
        ("1", "to light the lamps;", "1", "to light the lamps and the buoys;", "modified"),
        ("2", "and the buoys;", None, None, "deleted"),
    ]


def test_a_paragraph_that_was_split_was_one():
    first, second = p("1\tto light the lamps", ins(t(";")), mark="ins"), p(ins(t("2\t")), t(" of the northern coast and of the southern;"))

    assert items(first, second) == [
        (None, None, "1", "to light the lamps;", "added"),
        (
            "1",
            "to light the lamps of the northern coast and of the southern;",
            "2",
            "of the northern coast and of the southern;",
            "modified",
        ),
    ]


def test_the_last_paragraph_may_be_deleted():
    assert items(p("1\tto light."), p(dele(t("2\tto paint.")), mark="del")) == [
        ("1", "to light.", "1", "to light.", "unchanged"),
        ("2", "to paint.", None, None, "deleted"),
    ]


def test_clauses_deleted_and_put_in_again_elsewhere_are_the_same_clauses():
    """What Word's own comparison writes."""
    lamps, buoys = "that lamps are lit by night on every coast;", "that buoys are painted red or green;"
    fog = "that fog is announced by horn;"

    found = items(
        p(dele(t(f"c)\t{fog}")), mark="del"),
        p(dele(t(f"d)\t{lamps}")), mark="del"),
        p(dele(t(f"e)\t{buoys}")), mark="del"),
        p(ins(t(f"c)\t{lamps}")), mark="ins"),
        p(ins(t(f"d)\t{buoys}")), mark="ins"),
    )

    assert found == [
        ("c)", fog, None, None, "deleted"),
        ("d)", lamps, "c)", lamps, "renumbered"),
        ("e)", buoys, "d)", buoys, "renumbered"),
    ]


def test_a_paragraph_left_in_place_with_other_words_is_looked_for_elsewhere():
    lamps, buoys = "that lamps are lit by night on every coast;", "the budget of the pilot school, as approved each spring;"

    assert items(p(dele(t(lamps)), ins(t(buoys))), p(ins(t(lamps)), mark="ins")) == [
        (None, None, "", buoys, "added"),
        ("", lamps, "", lamps, "unchanged"),
    ]


def test_fields_show_their_result():
    assert items(p("1\tsee lamp ", BEGIN, INSTRUCTION, SEPARATE, t("seven"), END, ins(t(" and eight")), t(";"))) == [
        ("1", "see lamp seven;", "1", "see lamp seven and eight;", "modified")
    ]


def test_nested_fields_show_the_result_of_the_outer_one():
    inner = BEGIN + INSTRUCTION + SEPARATE + t("hidden") + END

    assert items(p("1\tsee ", BEGIN, INSTRUCTION, inner, SEPARATE, t("lamp"), END, dele(t(" x")), t(";")))[0][3] == "see lamp;"


def test_a_field_may_be_deleted_by_half():
    found = extraction(
        p("1\tsee ", dele(BEGIN, INSTRUCTION, SEPARATE), t("lamp seven"), END, t(" for ever;")), p("2\tto ", ins(t("light;")))
    )

    assert [(clause.before, clause.after) for clause in found.proposals[0].clauses[-2:]] == [
        ("see lamp seven for ever;", "see lamp seven for ever;"),
        ("to", "to light;"),
    ]


def test_a_field_that_lost_its_end_swallows_nothing_and_is_said():
    found = extraction(p("1\tsee ", BEGIN, dele(SEPARATE), t("lamp seven"), dele(END)), p("2\tto ", ins(t("light;"))))

    assert [clause.after for clause in found.proposals[0].clauses[-2:]] == ["see lamp seven", "to light;"]
    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.BROKEN_FIELD, 5)]


def test_rows_and_cells_come_and_go():
    def cell(text, mark=""):
        return f"<w:tc><w:tcPr>{mark}</w:tcPr>{p(text)}</w:tc>"

    def row(*cells, mark=""):
        return f"<w:tr><w:trPr>{mark}</w:trPr>{''.join(cells)}</w:tr>"

    table = (
        "<w:tbl>"
        + row(cell("lamp"), cell("colour", f"<w:cellIns {BY}/>"))
        + row(cell("north"), mark=f"<w:ins {BY}/>")
        + row(cell("south"), mark=f"<w:del {BY}/>")
        + "</w:tbl>"
    )

    assert items(p("1\tas in the table:"), table) == [
        ("1", "as in the table:", "1", "as in the table:", "unchanged"),
        ("", "lamp", "", "lamp", "unchanged"),
        (None, None, "", "colour", "added"),
        (None, None, "", "north", "added"),
        ("", "south", None, None, "deleted"),
    ]


def test_nothing_runs_on_past_a_cell_or_a_table():
    table = f"<w:tbl><w:tr><w:tc>{p('lamp', mark='del')}</w:tc><w:tc>{p('buoy')}</w:tc></w:tr></w:tbl>"

    assert [found[3] for found in items(p("1\tlook:", mark="del"), table, p("2\tto ", ins(t("light;"))))] == [
        "look:",
        "lamp",
        "buoy",
        "to light;",
    ]


def test_a_text_in_a_frame_is_read_like_any_other():
    texts = ["RESOLUTION 7 (REV. SOMEWHERE, 2022)", "Lighthouses", "resolves", "1\tto light."]

    frame = f"<w:tbl><w:tr><w:tc>{''.join(map(p, texts))}</w:tc></w:tr></w:tbl>"
    found = read_contribution(docx(header("ADD\tABC/1/1") + frame))

    assert [(clause.kind, clause.after) for clause in found.proposals[0].clauses[1:]] == [
        ("restitle", "Lighthouses"),
        ("call", "resolves"),
        ("item", "to light."),
    ]


def test_a_text_in_the_columns_of_a_table_is_said():
    rows = [("Now", "Then"), ("RESOLUTION 7 (Rev. Then, 2022)", "RESOLUTION 7 (Rev. Now, 2024)"), ("resolves", "resolves")]
    table = "".join(f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>" for cells in rows)

    found = read_contribution(docx(header("ADD\tABC/1/1") + f"<w:tbl>{table}</w:tbl>"))

    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.NO_RESOLUTION, 1), (WarningCode.IN_TABLE, 4)]


def test_footnotes_are_clauses_of_their_own():
    notes = '<w:footnote w:type="separator" w:id="-1"/>' + "".join(
        f'<w:footnote w:id="{number}">{p(text, *more)}</w:footnote>'
        for number, text, more in ((2, "Including ", (dele(t("small")), ins(t("all")), t(" islands."))), (3, "And rocks.", ()))
    )
    reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'

    assert items(p("1\tto light", reference.format(2), ins(reference.format(3)), t(";")), footnotes=notes) == [
        ("1", "to light[^2];", "1", "to light[^2][^3];", "modified"),
        ("[^2]", "Including small islands.", "[^2]", "Including all islands.", "modified"),
        (None, None, "[^3]", "And rocks.", "added"),
    ]


def test_a_mark_of_a_note_that_is_typed_by_hand_is_part_of_no_text():
    note = f'<w:footnote w:id="2">{p("1", chr(9) + "1 island, and all rocks.")}</w:footnote>'
    reference = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>'

    assert items(p("1\tto ", ins(t("light")), reference, t(" lamps;")), footnotes=note) == [
        ("1", "to [^2] lamps;", "1", "to light[^2] lamps;", "modified"),
        ("[^2]", "1 island, and all rocks.", "[^2]", "1 island, and all rocks.", "unchanged"),
    ]


def test_a_note_that_is_not_there_is_said():
    found = extraction(p("1\tto light", '<w:r><w:footnoteReference w:id="9"/></w:r>', ins(t(" on;"))))

    assert [(warned.code, warned.place, warned.text) for warned in found.warnings] == [(WarningCode.MISSING_NOTE, 5, "9")]


def test_what_could_not_be_read_of_a_note_is_said_where_the_text_refers_to_it():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>in secret</w:t></w:r>"
    note = f'<w:footnote w:id="2">{p("And rocks.", hidden, "<w:r><w:drawing/></w:r>")}</w:footnote>'

    found = extraction(p("1\tto ", ins(t("light"))), p("2\tto row", '<w:r><w:footnoteReference w:id="2"/></w:r>'), footnotes=note)

    assert [(warned.code, warned.place, warned.text) for warned in found.warnings] == [
        (WarningCode.HIDDEN_TEXT, 6, "in secret"),
        (WarningCode.PICTURE, 6, ""),
    ]


def test_words_in_an_unknown_form_are_said_with_their_place():
    runs = ("<w:new>", t("one"), "</w:new>")
    table = f"<w:tbl><w:new><w:tr><w:tc>{p('four')}</w:tc></w:tr></w:new></w:tbl>"

    found = extraction(
        p("1\tto ", ins(t("light")), "".join(runs), "<w:r><w:new><w:t>two</w:t></w:new></w:r>", "<w:subDoc/>"),
        f"<w:new>{p('three')}</w:new>",
        table,
    )

    assert [(warned.code, warned.place, warned.text) for warned in found.warnings] == [
        (WarningCode.UNREAD, 5, "one"),
        (WarningCode.UNREAD, 5, "two"),
        (WarningCode.EMBEDDED_FILE, 5, ""),
        (WarningCode.UNREAD, 5, "three"),
        (WarningCode.UNREAD, 5, "four"),
    ]


def test_where_there_is_no_choice_what_stands_in_for_it_is_read():
    fallback = f"<mc:AlternateContent><mc:Fallback>{t(' here')}</mc:Fallback></mc:AlternateContent>"

    assert items(p("1\tto ", ins(t("light")), fallback)) == [("1", "to here", "1", "to light here", "modified")]


def test_controls_links_and_the_like_are_read_through():
    runs = (
        f"<w:sdt><w:sdtContent>{t('1')}</w:sdtContent></w:sdt>",
        f"<w:hyperlink>{t(chr(9) + 'to ')}</w:hyperlink>",
        f"<w:smartTag>{ins(t('light '))}</w:smartTag>",
        f"<w:fldSimple>{t('every ')}</w:fldSimple>",
        f"<w:bdo>{t('lamp')}</w:bdo>",
        f"<mc:AlternateContent><mc:Choice>{t(' here')}</mc:Choice><mc:Fallback>{t(' there')}</mc:Fallback></mc:AlternateContent>",
        f"<m:oMath><m:r><w:rPr><w:ins {BY}/></w:rPr><m:t> x</m:t></m:r></m:oMath>",
    )

    assert items(f"<w:sdt><w:sdtContent>{p(*runs)}</w:sdtContent></w:sdt>") == [
        ("1", "to every lamp here", "1", "to light every lamp here x", "modified")
    ]


def test_hidden_text_pictures_and_embedded_files_are_said_with_their_place():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>in secret</w:t></w:r>"
    box = "<w:r><w:pict><w:p><w:r><w:t>a box</w:t></w:r></w:p></w:pict></w:r>"

    found = extraction(p("1\tto ", ins(t("light")), hidden, box, "<w:r><w:drawing/></w:r>"), "<w:altChunk/>")

    assert found.proposals[0].clauses[-1].after == "to light"
    assert [(warned.code, warned.place, warned.text) for warned in found.warnings] == [
        (WarningCode.HIDDEN_TEXT, 5, "in secret"),
        (WarningCode.TEXT_BOX, 5, "a box"),
        (WarningCode.PICTURE, 5, ""),
        (WarningCode.EMBEDDED_FILE, 5, ""),
    ]


def test_the_strict_namespace_is_read_as_the_other():
    body = proposal(call("resolves"), p("1\tto ", ins(t("light;"))))

    assert read_contribution(docx(body, namespace=STRICT_W)) == read_contribution(docx(body))


def test_authors_are_a_set_and_no_source():
    found = extraction(p("1\tto ", ins(t("light;")).replace("A Translator", "Country Z"), dele(t("x"))))

    assert found.authors == ("A Translator", "Country Z")
    assert found.proposals[0].sources == ("ABC",)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from(["", "ins", "del"]), st.sampled_from(["lamp ", "buoy ", "fog "])), max_size=5), max_size=6)
)
def test_each_text_is_what_its_marks_leave(paragraphs):
    wrap = {"": t, "ins": lambda text: ins(t(text)), "del": lambda text: dele(t(text))}

    def left(without):
        texts = ("".join(text for mark, text in runs if mark != without).strip() for runs in paragraphs)
        return [text for text in texts if text]

    found = read_contribution(
        docx(header("MOD A/1/1") + call("resolves") + "".join(p(*(wrap[mark](text) for mark, text in runs)) for runs in paragraphs))
    )

    clauses = [clause for clause in found.proposals[0].clauses if clause.kind == "item"]
    assert sorted(clause.after for clause in clauses if clause.after) == sorted(left("del"))
    if found.proposals[0].has_marks:
        assert sorted(clause.before for clause in clauses if clause.before) == sorted(left("ins"))


# -- numbers ------------------------------------------------------------------------------------------------------------------

NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
)


def listed(number=1, level=0, more=""):
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>{more}</w:numPr>'


def test_automatic_numbers_are_counted_in_each_text():
    assert items(
        p("to light;", extra=listed()),
        p(ins(t("to paint;")), extra=listed(), mark="ins"),
        p("to mend:", extra=listed()),
        p("nets;", extra=listed(level=1)),
        p("to sail;", extra=listed(2)),
        p("to row.", extra=listed(2)),
        numbering=NUMBERING,
    ) == [
        ("1", "to light;", "1", "to light;", "unchanged"),
        (None, None, "2", "to paint;", "added"),
        ("2", "to mend:", "3", "to mend:", "renumbered"),
        ("2.a)", "nets;", "3.a)", "nets;", "renumbered"),
        ("7", "to sail;", "7", "to sail;", "unchanged"),
        ("8", "to row.", "8", "to row.", "unchanged"),
    ]


def test_letters_begin_again_under_each_number():
    levels = (0, 1, 1, 0, 1)

    found = items(*(p("to light;", extra=listed(level=level)) for level in levels), numbering=NUMBERING, action="ADD")

    assert [number for _old, _before, number, _after, _change in found] == ["1", "1.a)", "1.b)", "2", "2.a)"]


def test_a_list_may_be_defined_by_a_style_or_change_a_level():
    roman = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1)"/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Ours"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="6"><w:styleLink w:val="Ours"/>{roman}</w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="5"/></w:num>'
        f'<w:num w:numId="6"><w:abstractNumId w:val="6"/><w:lvlOverride w:ilvl="0">{roman.replace("lowerRoman", "upperLetter")}'
        "</w:lvlOverride></w:num>"
    )

    found = items(*(p("to light;", extra=listed(number)) for number in (5, 5, 6)), numbering=numbering, action="ADD")

    assert [number for _old, _before, number, _after, _change in found] == ["i)", "ii)", "A)"]


def numbers(*paragraphs, styles="", levels, restarts=""):
    """The numbers that are printed. levels -- (format, text, more) of each"""
    made = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text, more) in enumerate(levels)
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="1">{made}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="1"/>{restarts}</w:num>'
    )
    found = items(*paragraphs, numbering=numbering, styles=STYLES + styles, action="ADD")
    return [number for _old, _before, number, _after, _change in found]


def style_of(name, based_on="", numbering=""):
    parent = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{parent}'
        f"<w:pPr><w:numPr>{numbering}</w:numPr></w:pPr></w:style>"
    )


THREE = (("decimal", "%1", ""), ("decimal", "%1.%2", ""), ("decimal", "%1.%2.%3", ""))
ILVL, NUM = '<w:ilvl w:val="{}"/>', '<w:numId w:val="{}"/>'


def test_a_style_may_name_a_level_and_take_its_list_from_the_style_below():
    styles = style_of("Point", numbering=NUM.format(1)) + style_of("Under", "Point", ILVL.format(1))

    found = numbers(*(p("to light;", style=style) for style in ("Point", "Under", "Under", "Point")), styles=styles, levels=THREE)

    assert found == ["1", "1.1", "1.2", "2"]


def test_a_paragraph_may_name_a_level_alone_or_a_list_alone():
    deep = f"<w:numPr>{ILVL.format(2)}</w:numPr>"
    other = f"<w:numPr>{NUM.format(1)}</w:numPr>"
    none = f"<w:numPr>{NUM.format(0)}</w:numPr>"
    styles = style_of("Point", numbering=ILVL.format(1) + NUM.format(1))

    found = numbers(*(p("to light;", style="Point", extra=extra) for extra in ("", deep, deep, other, none)), styles=styles, levels=THREE)

    assert found == ["1.1", "1.1.1", "1.1.2", "1.2", ""]


def test_the_level_that_names_a_style_counts_more_than_the_level_the_style_names():
    levels = (THREE[0], ("lowerLetter", "%2)", '<w:pStyle w:val="Letter"/>'))
    styles = style_of("Letter", numbering=ILVL.format(0) + NUM.format(1))

    found = numbers(p("to light;", extra=listed()), *[p("to mend;", style="Letter")] * 2, styles=styles, levels=levels)

    assert found == ["1", "a)", "b)"]


def test_a_list_begins_again_or_goes_on_as_it_says():
    steady = (THREE[0], ("decimal", "(%2)", '<w:lvlRestart w:val="0"/>'))
    after_first = (*THREE[:2], ("lowerLetter", "%3)", '<w:lvlRestart w:val="1"/>'))
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'

    def of(*pairs):
        return [p("to light;", extra=listed(number, level)) for number, level in pairs]

    assert numbers(*of((1, 0), (1, 1), (1, 0), (1, 1)), levels=steady) == ["1", "(1)", "2", "(2)"]
    assert numbers(*of((1, 0), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)), levels=after_first) == ["1", "a)", "1.1", "b)", "2", "a)"]
    assert numbers(*of((1, 0), (1, 0), (2, 0), (2, 0), (1, 0)), levels=THREE, restarts=again) == ["1", "2", "1", "2", "3"]
    assert numbers(*of((1, 0), (1, 0), (2, 0)), levels=THREE) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("form", "printed"),
    [("chineseCounting", ["一", "十", "十二", "二十", "三十五"]), ("decimalEnclosedCircle", ["①", "⑩", "⑫", "⑳", "35"])],
)
def test_chinese_lists_print_their_own_numbers(form, printed):
    assert [written(value, form) for value in (1, 10, 12, 20, 35)] == printed


def test_a_number_may_itself_be_new_and_a_typed_one_comes_first():
    old = f"<w:pPrChange {BY}><w:pPr>{listed(level=1)}</w:pPr></w:pPrChange>"

    assert items(
        p("to light;", extra=listed(more=f"<w:ins {BY}/>")),
        p("5 bis)\tto paint;", extra=listed()),
        p("to mend;", extra=listed() + old),
        numbering=NUMBERING,
    ) == [
        ("", "to light;", "1", "to light;", "renumbered"),
        ("5 bis)", "to paint;", "5 bis)", "to paint;", "unchanged"),
        ("1.a)", "to mend;", "3", "to mend;", "renumbered"),
    ]


@pytest.mark.parametrize(
    ("typed", "number", "text"),
    [
        ("a)\tthat lamps", "a)", "that lamps"),
        ("b)bis\tthat", "b)bis", "that"),
        ("b) bis\tthat", "b) bis", "that"),
        ("a bis)\tthat", "a bis)", "that"),
        ("1\tto", "1", "to"),
        ("1.1\tto", "1.1", "to"),
        ("1bis\tto", "1bis", "to"),
        ("iv)\tthose", "iv)", "those"),
        ("(1) to", "(1)", "to"),
        ("1 to light", "1", "to light"),
        ("–\tthe lamps", "–", "the lamps"),
        ("2024 was dark;", "", "2024 was dark;"),
        ("3 countries have lamps;", "", "3 countries have lamps;"),
        ("a lamp", "", "a lamp"),
        ("أ )\tأن المصابيح", "أ )", "أن المصابيح"),
        ("ب)\tأن", "ب)", "أن"),
        ("а)\tчто лампы", "а)", "что лампы"),
        ("1)\t灯塔", "1)", "灯塔"),
        ("一、灯塔", "一、", "灯塔"),
        ("1.\tto", "1.", "to"),
        ("1. to light", "1.", "to light"),
        ("2. to light", "", "2. to light"),
        ("1\u2009to light", "1", "to light"),
        ("a.\tthat lamps", "a.", "that lamps"),
        ("iv.\tthat lamps", "iv.", "that lamps"),
        ("U. N. lamps", "", "U. N. lamps"),
        ("[b)\tthat lamps]", "b)", "[that lamps]"),
        ("[1 to light]", "1", "[to light]"),
        ("[2024] was dark;", "", "[2024] was dark;"),
        ("1bis.1.1\tto light", "1bis.1.1", "to light"),
        ("1.2bis.1\tto light", "1.2bis.1", "to light"),
        ("2bis.\tto light", "2bis.", "to light"),
        ("1bis. to light", "1bis.", "to light"),
        ("1.1 to light", "1.1", "to light"),
        ("3.5 metres of rope", "", "3.5 metres of rope"),
        ("1-\tto light", "1-", "to light"),
        ("1- to light", "1-", "to light"),
        ("1-year terms", "", "1-year terms"),
        ("8- and 9-metre boats", "", "8- and 9-metre boats"),
        ("1bistro", "", "1bistro"),
        ("ﻫ )\tأن المصابيح", "ﻫ )", "أن المصابيح"),
        ("ھ)\tأن المصابيح", "ھ)", "أن المصابيح"),
        ("ه‍ )\tأن المصابيح", "ه‍ )", "أن المصابيح"),
        ("1-\tأن المصابيح", "1-", "أن المصابيح"),
        ("2 مكرراً\tأن المصابيح", "2 مكرراً", "أن المصابيح"),
        ("2 مكرراً ثانياً\tأن المصابيح", "2 مكرراً ثانياً", "أن المصابيح"),
        ("ё)\tчто лампы", "ё)", "что лампы"),
        ("аа)\tчто лампы", "аа)", "что лампы"),
        ("б.\tчто лампы", "б.", "что лампы"),
        ("1 бис\tчто лампы", "1 бис", "что лампы"),
        ("а) бис\tчто лампы", "а) бис", "что лампы"),
        ("А что до ламп", "", "А что до ламп"),
        ("（一）灯塔", "（一）", "灯塔"),
        ("1．灯塔", "1．", "灯塔"),
        ("1.灯塔", "1.", "灯塔"),
        ("①灯塔", "①", "灯塔"),
        ("十二、灯塔", "十二、", "灯塔"),
        ("三个灯塔", "", "三个灯塔"),
    ],
)
def test_typed_numbers(typed, number, text):
    [found] = items(p(typed), action="ADD")

    assert found == (None, None, number, text, "added")


@given(
    st.integers(-5, 10**12),
    st.sampled_from(["decimal", "lowerRoman", "upperLetter", "lowerLetter", "russianLower", "arabicAbjad", "strange"]),
)
def test_no_number_prints_at_length(value, form):
    assert 0 < len(written(value, form)) <= 160


def test_numbers_as_word_prints_them():
    assert [written(28, form) for form in ("decimal", "lowerLetter", "upperRoman", "decimalZero")] == ["28", "bb", "XXVIII", "28"]


# -- structure ----------------------------------------------------------------------------------------------------------------


def test_several_proposals_of_several_sources():
    body = (
        proposal(call("resolves"), p("1\tto ", ins(t("light;"))), p("Reasons:\tDark.", style="Reasons"))
        + p(ins(t("ADD\tABC/DEF/12A3/2")), style="Proposal")
        + p("DRAFT NEW RESOLUTION [ABC-1]", style="ResNo")
        + p("Buoys", style="Restitle")
        + call("invites Member States")
        + p("to paint.")
    )

    found = read_contribution(docx(body))

    assert [(proposal.action, proposal.code, proposal.sources, proposal.reasons) for proposal in found.proposals] == [
        ("MOD", "ABC/12A3/1", ("ABC",), "Dark."),
        ("ADD", "ABC/DEF/12A3/2", ("ABC", "DEF"), None),
    ]
    assert [proposal.resolution.number for proposal in found.proposals] == ["7", None]
    assert {clause.change for clause in found.proposals[1].clauses} == {"added"}
    assert found.warnings == ()


def test_an_addition_has_no_before_and_a_suppression_no_after_with_marks_or_without():
    added = extraction(p("1\tto ", dele(t("paint")), ins(t("light"))), action="ADD").proposals[0]
    suppressed = extraction(p(dele(t("1\tto light")), mark="del"), action="SUP").proposals[0]

    assert [(clause.before, clause.after) for clause in added.clauses[-1:]] == [(None, "to light")]
    assert [(clause.before, clause.after) for clause in suppressed.clauses[-1:]] == [("to light", None)]


def test_a_change_without_marks_knows_no_before_and_says_so():
    found = extraction(p("1\tto light every harbour;"))

    assert found.proposals[0].has_marks is False
    assert {(clause.before, clause.number_before, clause.change) for clause in found.proposals[0].clauses} == {(None, None, "unknown")}
    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.MOD_WITHOUT_MARKS, 1)]


def test_no_change_with_marks_keeps_what_stood():
    found = extraction(p("1\tto ", dele(t("light")), ins(t("paint"))), action="NOC")

    assert found.proposals[0].clauses[-1].after == found.proposals[0].clauses[-1].before == "to light"
    assert WarningCode.NOC_WITH_MARKS in codes(found)


def test_a_deleted_header_is_no_proposal_and_is_said():
    found = read_contribution(
        docx(proposal(call("resolves"), p("1\tto ", ins(t("light;")))) + p(dele(t("SUP\tABC/12A3/2")), style="Proposal"))
    )

    assert [proposal.code for proposal in found.proposals] == ["ABC/12A3/1"]
    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.DELETED_HEADER, 6)]


def test_a_header_that_cannot_be_read_still_begins_a_proposal():
    found = read_contribution(
        docx(proposal(call("resolves"), p("1\tto light."), action="ADD") + header("ADD\tsee below") + call("resolves") + p("to row."))
    )

    assert [(proposal.code, len(proposal.clauses)) for proposal in found.proposals] == [("ABC/12A3/1", 4), ("see below", 2)]
    assert WarningCode.BAD_HEADER in codes(found)


def test_a_header_without_style_that_cannot_be_read_begins_a_proposal_too():
    found = read_contribution(
        docx(proposal(call("resolves"), p("1\tto light."), action="ADD") + p("ADD\tABC/12A3") + call("resolves") + p("to row."))
    )

    assert [(proposal.code, len(proposal.clauses)) for proposal in found.proposals] == [("ABC/12A3/1", 4), ("ABC/12A3", 2)]
    assert WarningCode.BAD_HEADER in codes(found)


def test_a_file_without_proposals_says_so():
    assert [warned.code for warned in read_contribution(docx(p("Good morning to you all"))).warnings] == [
        WarningCode.LANGUAGE_UNKNOWN,
        WarningCode.NO_PROPOSAL,
    ]


def test_styles_may_be_lost_and_the_words_still_tell():
    texts = ["MOD\tABC/12A3/1", "RESOLUTION 7 (REV. SOMEWHERE, 2022)", "Lighthouses", "(Somewhere, 2022)"]
    texts += ["The World Telecommunication Standardization Assembly (Somewhere, 2022),", "considering further", "a)\tthat nights are dark,"]
    texts += ["resolves to instruct Study Group 2"]

    found = read_contribution(docx("".join(map(p, texts)) + p("1\tto ", ins(t("light;"))) + p("Reasons: Dark."), styles=""))

    [proposal] = found.proposals
    assert [(clause.kind, clause.part) for clause in proposal.clauses] == [
        ("resno", None),
        ("restitle", None),
        ("resref", None),
        ("opening", None),
        ("call", "preamble"),
        ("item", "preamble"),
        ("call", "operative"),
        ("item", "operative"),
    ]
    assert (proposal.reasons, found.language) == ("Dark.", "en")
    assert codes(found) == {WarningCode.LOST_STYLES}


HEADINGS = STYLES + "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>' for level in (1, 2, 3)
)


def test_in_a_draft_that_has_only_headings_the_words_tell_which_is_what():
    lines = [(1, "Resolution 7 (Rev. Somewhere, 2022)"), (2, "Lighthouses"), (3, "considering"), (0, "a)\tthat nights are dark,")]
    lines += [
        (3, "resolves"),
        (0, "1\tto light;"),
        (1, "Annex 1"),
        (2, "Requests for lamps"),
        (0, "by letter"),
        (2, "Reasons"),
        (0, "Dark."),
    ]

    found = read_contribution(
        docx(p("ADD\tABC/1/1") + "".join(p(text, style=f"Heading{level}" if level else "") for level, text in lines), styles=HEADINGS)
    )

    [proposal] = found.proposals
    assert (proposal.resolution.number, proposal.resolution.title_after, proposal.reasons) == ("7", "Lighthouses", "Dark.")
    assert [(clause.kind, clause.part) for clause in proposal.clauses[2:]] == [
        ("call", "preamble"),
        ("item", "preamble"),
        ("call", "operative"),
        ("item", "operative"),
        ("annex", "annex"),
        ("heading", "annex"),
        ("item", "annex"),
    ]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("RESOLUTION No. 7 (Rev. Somewhere, 2022)", "Lighthouses"),
        ("Résolution n° 7 (Rév. Quelque part, 2022)", "Lighthouses"),
        ("RESOLUCIÓN N.º 7", "Lighthouses"),
        ("РЕЗОЛЮЦИЯ № 7 (Пересм. Где-то, 2022 г.)", "Lighthouses"),
        ("Resolution 7 – Buoys", "Buoys"),
        ("Resolution 7 (Rev. Somewhere - 2022): Buoys", "Buoys"),
    ],
)
def test_the_number_of_a_resolution_in_the_shapes_members_write(heading, title):
    below = [] if title == "Buoys" else ["Lighthouses"]

    found = read_contribution(docx(header("ADD\tABC/1/1") + "".join(map(p, [heading, *below, "resolves", "1\tto light."])), styles=""))

    about = found.proposals[0].resolution
    assert (about.number, about.title_after) == ("7", title)


def test_styles_are_known_by_name_and_through_what_they_are_based_on():
    styles = STYLES.replace('w:styleId="Call"', 'w:styleId="Anruf7"') + (
        '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My call"/><w:basedOn w:val="Anruf7"/></w:style>'
    )

    found = read_contribution(docx(proposal(p("resolves", style="Mine"), p("1\tto light."), action="ADD"), styles=styles))

    assert [clause.kind for clause in found.proposals[0].clauses][-2:] == ["call", "item"]


def test_a_call_may_stand_before_the_words_of_its_clause():
    texts = ["considering that nights are dark,", "resolves to light lamps;", "instructs the Director to report."]

    found = read_contribution(docx(header("ADD\tABC/1/1") + "".join(map(p, ["RESOLUTION 7", "Lighthouses", *texts])), styles=""))

    assert [(clause.part, clause.section_after, clause.after) for clause in found.proposals[0].clauses[2:]] == [
        ("preamble", "considering", "that nights are dark,"),
        ("operative", "resolves", "to light lamps;"),
        ("operative", "instructs", "the Director to report."),
    ]
    assert (found.language, codes(found)) == ("en", {WarningCode.LOST_STYLES})


def test_where_calls_have_lines_of_their_own_a_clause_may_begin_like_one():
    texts = [
        "RESOLUTION 7",
        "Lighthouses",
        "considering",
        "noting the reports, that nights are dark,",
        "resolves",
        "requests to be answered.",
    ]

    found = read_contribution(docx(header("ADD\tABC/1/1") + "".join(map(p, texts)), styles=""))

    assert [(clause.section_after, clause.after) for clause in found.proposals[0].clauses if clause.kind == "item"] == [
        ("considering", "noting the reports, that nights are dark,"),
        ("resolves", "requests to be answered."),
    ]


def test_an_unknown_call_stays_in_the_part_it_stands_in_and_is_said():
    found = read_contribution(
        docx(proposal(call("pondering"), p("a)\tx"), call("resolves"), p("1\tx"), call("frobnicates"), p("1\ty"), action="ADD"))
    )

    assert [(clause.section_after, clause.part) for clause in found.proposals[0].clauses if clause.kind == "item"] == [
        ("pondering", "preamble"),
        ("resolves", "operative"),
        ("frobnicates", "operative"),
    ]
    assert [(warned.code, warned.place, warned.text) for warned in found.warnings] == [
        (WarningCode.UNKNOWN_CALL, 4, "pondering"),
        (WarningCode.UNKNOWN_CALL, 8, "frobnicates"),
    ]


def test_a_clause_that_took_on_the_style_of_its_call_is_a_clause():
    found = extraction(p("1\tto light every lamp", style="Call"), p("to row.", style="Call"), action="ADD")

    assert [(clause.kind, clause.section_after, clause.number_after) for clause in found.proposals[0].clauses[-2:]] == [
        ("item", "resolves", "1"),
        ("item", "resolves", ""),
    ]
    assert found.warnings == ()


def test_annexes_are_a_part_of_their_own():
    found = extraction(p("1\tto light."), p("ANNEX 1", style="AnnexNo"), p("List of lamps"), action="ADD")

    assert [(clause.kind, clause.part) for clause in found.proposals[0].clauses[-2:]] == [("annex", "annex"), ("item", "annex")]


def test_what_follows_the_reasons_is_said():
    found = extraction(
        p("1\tto light."), p("Reasons: Dark.", style="Reasons"), p("And cold."), call("resolves"), p("1\tmore."), action="ADD"
    )

    assert found.proposals[0].reasons == "Dark.\nAnd cold."
    assert [(warned.code, warned.place) for warned in found.warnings] == [(WarningCode.TEXT_AFTER_REASONS, 8)]


def test_arabic_with_tatweel_and_marks():
    body = (
        header("MOD\tARB/36A7/1")
        + p("القـرار 7 (المراجَع في جنيف، 2022)", style="ResNo")
        + call("وإذ تـدرك")
        + p("أ )\tأن المصابيح مهمة،")
        + call("يقـرر تكليف لجنة الدراسات 2")
        + p("\u200f1\tأن ", dele(t("تضاء")), ins(t("تطفأ")), t(" المصابيح."))
    )

    found = read_contribution(docx(body))

    [proposal] = found.proposals
    assert (found.language, proposal.resolution.number) == ("ar", "7")
    assert [(clause.kind, clause.part, clause.number_after) for clause in proposal.clauses[1:]] == [
        ("call", "preamble", ""),
        ("item", "preamble", "أ )"),
        ("call", "operative", ""),
        ("item", "operative", "1"),
    ]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("language", "preamble", "operative", "heading"),
    [
        ("en", "recognizing further", "resolves to instruct Study Group 2", "RESOLUTION 7 (REV. SOMEWHERE, 2022)"),
        ("fr", "ayant à l’esprit", "prie instamment les États Membres", "RÉSOLUTION 7 (RÉV. QUELQUE PART, 2022)"),
        ("es", "teniendo en cuenta", "alienta a los Estados Miembros", "RESOLUCIÓN 7 (REV. ALGÚN LUGAR, 2022)"),
        ("ru", "принимая во внимание,", "поручает Директору", "РЕЗОЛЮЦИЯ 7 (ПЕРЕСМ. ГДЕ-ТО, 2022 г.)"),
        ("zh", "考虑到", "责成电信标准化局主任", "第7号决议（2022年，修订版）"),
        ("ar", "إذ تضع في اعتبارها", "تدعو الدول الأعضاء", "القرار 7 (المراجَع، 2022)"),
    ],
)
def test_the_calls_of_six_languages(language, preamble, operative, heading):
    body = header("ADD\tABC/1/1") + "".join(map(p, [heading, "X", preamble, "a)\ty,", operative, "z."]))

    found = read_contribution(docx(body, styles=""))

    [proposal] = found.proposals
    assert (found.language, proposal.resolution.number, proposal.resolution.title_after) == (language, "7", "X")
    assert [clause.part for clause in proposal.clauses] == [None, None, "preamble", "preamble", "operative", "operative"]


@pytest.mark.parametrize(
    ("line", "language", "part", "verb", "addressee"),
    [
        ("resolves to instruct Study Group 2", "en", "operative", "resolves to instruct", "Study Group 2"),
        ("recognizing further", "en", "preamble", "recognizing further", ""),
        ("further resolves", "en", "operative", "further resolves", ""),
        ("invites Member States, Sector Members", "en", "operative", "invites", "Member States, Sector Members"),
        ("invite les États Membres", "fr", "operative", "invite", "les États Membres"),
        ("décide de charger la Commission d’études 2", "fr", "operative", "décide de charger", "la Commission d’études 2"),
        ("resuelve encargar al Director", "es", "operative", "resuelve encargar", "al Director"),
        ("يقـرر تكليف لجنة الدراسات", "ar", "operative", "يقرر تكليف", "لجنة الدراسات"),
        ("[instructs the Director]", "en", "operative", "instructs", "the Director"),
        ("resolves [to urge Member States]", "en", "operative", "resolves", "[to urge Member States]"),
    ],
)
def test_a_call_is_a_verb_and_whom_it_addresses(line, language, part, verb, addressee):
    found = verb_line(line)

    assert found is not None
    assert (found.language, found.part, found.verb, found.addressee) == (language, part, verb, addressee)


def test_a_verb_that_two_languages_share_is_read_in_the_language_of_the_text():
    assert [verb_line("consciente", language).language for language in ("es", "fr")] == ["es", "fr"]
    assert verb_line("invita a los Estados Miembros", "es").addressee == "a los Estados Miembros"
    assert verb_line("frobnicates") is None


def test_a_resolution_by_itself_is_cut_the_same_way_pasted_or_from_a_file():
    texts = [
        "Geneva, yesterday",
        "RESOLUTION 7 (Rev. Somewhere, 2022)",
        "Lighthouses",
        "considering",
        "a)\tthat nights are dark,",
        "resolves",
        "1\tto light.",
    ]

    pasted, filed = split_pasted("\n".join(texts)), read_resolution(docx("".join(map(p, texts)), styles=""))

    assert pasted.clauses == filed.clauses
    assert (pasted.language, pasted.number, pasted.title) == ("en", "7", "Lighthouses")
    assert [(clause.part, clause.section, clause.number, clause.text) for clause in pasted.clauses[-3:]] == [
        ("preamble", "considering", "a)", "that nights are dark,"),
        ("operative", "resolves", "", "resolves"),
        ("operative", "resolves", "1", "to light."),
    ]
    assert pasted.warnings == ()


def test_a_resolution_by_itself_begins_at_its_number_alone():
    texts = ["Resolution 7: lighthouses", "as it stands", "RESOLUTION 7 (Rev. Somewhere, 2022)", "Lighthouses", "resolves", "1\tto light."]

    assert split_pasted("\n".join(texts)).title == "Lighthouses"
    assert split_pasted("\n".join([texts[0], *texts[4:]])).number == "7"


@given(st.text(max_size=400))
def test_anything_may_be_pasted(text):
    for clause in split_pasted(text).clauses:
        assert clause.text == " ".join(clause.text.split())
