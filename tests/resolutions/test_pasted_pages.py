"""What a text copied out of a PDF lost is put together again, each repair is named and can be left undone."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutions.importers.pasted_pages import RepairKind, put_together

PARAGRAPHS = [
    "RESOLUTION 7 (REV. SOMEWHERE, 2022)",
    "Lighthouses and the boats that pass them",
    "(Nowhere, 2016; Somewhere, 2022)",
    "The World Telecommunication Standardization Assembly (Somewhere, 2022),",
    "considering",
    "a)\tthat the lamps of every harbour are lit before the boats come in at night, and that nobody without a lamp has to pay;",
    "b)\tthat multi-stakeholder crews have kept the lamps for longer than anybody remembers, as the harbours' chronicle says;",
    "resolves to instruct Study Group 2",
    "1\tto study how lamps are lit, in collaboration with those who row, and to report to the next assembly in all languages of the coast;",
    "2\tto see to it that the keepers of lamps are heard, wherever they live, and that what they say is written in words of their own,",
    "invites Member States",
    "to send to each meeting of the group somebody who has kept a lamp for at least one winter, and to carry the cost of the journey.",
]


def wrapped(width=72, paragraphs=PARAGRAPHS):
    return "\n".join("\n".join(textwrap.wrap(text.expandtabs(1), width, break_on_hyphens=False)) for text in paragraphs)


def texts(pasted, undone=()):
    return [paragraph.text.replace("\t", " ") for paragraph in put_together(pasted, undone).paragraphs]


def plain(paragraphs=PARAGRAPHS):
    return [text.replace("\t", " ") for text in paragraphs]


@pytest.mark.parametrize("width", [60, 72, 90, 110])
def test_lines_of_a_page_become_the_paragraphs_they_were(width):
    assert texts(wrapped(width)) == plain()


def test_what_is_one_paragraph_a_line_stays_as_it_is():
    found = put_together("\n".join(PARAGRAPHS))

    assert ([paragraph.text for paragraph in found.paragraphs], found.repairs) == (PARAGRAPHS, ())


def test_words_cut_by_a_hyphen_are_whole_again_and_others_keep_theirs():
    cut = wrapped().replace("collaboration", "collabo-\nration").replace("multi-stakeholder", "multi-\nstakeholder")

    found = put_together(cut)

    assert [paragraph.text.replace("\t", " ") for paragraph in found.paragraphs] == plain()
    assert [repair.text for repair in found.repairs if repair.kind == RepairKind.HYPHEN] == ["collabo- ration"]


def paged(lines_a_page=6, head="WTSA-28 – Resolution 7"):
    found = []
    for at, line in enumerate(wrapped().splitlines()):
        found.append(line)
        if at % lines_a_page == lines_a_page - 1:
            found += [str(at // lines_a_page + 1), head]
    return "\n".join(found)


def test_page_numbers_and_running_heads_are_dropped_and_said():
    found = put_together(paged())

    assert [paragraph.text.replace("\t", " ") for paragraph in found.paragraphs] == plain()
    assert {repair.kind for repair in found.repairs} == {RepairKind.JOINED, RepairKind.PAGE_NUMBER, RepairKind.RUNNING_HEAD}


@pytest.mark.parametrize("head", ["WTSA-28 – Resolution 7", "Rés. 7 (AMNT-28)", "ВАСЭ-28 – Резолюция 7", "WTSA-28 - 第7号决议"])
def test_a_running_head_that_comes_once_is_dropped_where_it_names_an_assembly(head):
    found = put_together(paged(lines_a_page=12, head=head))

    assert [paragraph.text.replace("\t", " ") for paragraph in found.paragraphs] == plain()
    assert [repair.text for repair in found.repairs if repair.kind == RepairKind.RUNNING_HEAD] == [head]


def test_a_clause_beside_a_page_number_that_names_an_assembly_stays():
    lines = wrapped().splitlines()
    lines[6:6] = ["3", "as WTSA-28 asked in its resolution;"]

    assert "as WTSA-28 asked in its resolution;" in "\n".join(texts("\n".join(lines)))


def test_a_number_on_a_line_of_its_own_is_put_before_its_clause():
    alone = wrapped().replace("\n1 to study", "\n1\nto study").replace("\n2 to see", "\n2\nto see").replace("\na) that", "\na)\nthat")

    found = put_together(alone)

    assert [paragraph.text.replace("\t", " ") for paragraph in found.paragraphs] == plain()
    assert len([repair for repair in found.repairs if repair.kind == RepairKind.NUMBER]) == 3


def test_footnotes_are_kept_apart_from_the_text_they_stand_in():
    lines = wrapped().replace("the lamps of every harbour", "the lamps of every harbour1").splitlines()
    lines[8:8] = ["1 These include harbours on lakes, on rivers and on the sea, wherever", "they may be."]

    found = put_together("\n".join(lines))

    expected = [text.replace("every harbour ", "every harbour[^1] ") for text in plain()]
    assert [paragraph.text.replace("\t", " ") for paragraph in found.paragraphs] == expected
    assert found.notes == (("1", "These include harbours on lakes, on rivers and on the sea, wherever they may be."),)


def test_each_repair_can_be_left_undone_and_so_can_all_of_a_kind():
    pasted = paged()
    done = put_together(pasted)
    number = next(repair for repair in done.repairs if repair.kind == RepairKind.PAGE_NUMBER)

    one, all_of_them = put_together(pasted, [number.key]), put_together(pasted, [RepairKind.PAGE_NUMBER])

    assert number.key not in {repair.key for repair in one.repairs}
    assert any(repair.kind == RepairKind.PAGE_NUMBER for repair in one.repairs)
    assert not any(repair.kind == RepairKind.PAGE_NUMBER for repair in all_of_them.repairs)


def test_lines_that_are_left_as_they_were_are_said():
    assert put_together(wrapped(), [RepairKind.JOINED]).is_wrapped
    assert not put_together(wrapped()).is_wrapped


def test_places_are_the_lines_of_the_paste():
    found = put_together("\n\n" + wrapped())

    assert found.paragraphs[0].places == (3,)
    assert found.paragraphs[5].places == (8, 9)


def test_chinese_and_arabic_lines_are_joined_in_their_way():
    chinese = [
        "决议：",
        *["一、所有港口的灯塔在夜间船只进港之前都要点亮并且要有人看守而且不向任何没有灯的划船人收取费用也不要求他们提供任何其他的东西；"]
        * 4,
    ]
    first, rest = (
        "1 أن تضاء مصابيح كل ميناء قبل أن تدخل القوارب ليلاً وألا يطلب من",
        "أي شخص يجدف بلا مصباح أن يدفع شيئاً مقابل ذلك في أي وقت من الأوقات؛",
    )
    arabic = ["تقرر", *[f"{first} {rest}"] * 4]

    for paragraphs, width in ((chinese, 30), (arabic, 60)):
        lines = "\n".join("\n".join(textwrap.wrap(text, width)) for text in paragraphs)
        assert texts(lines) == paragraphs


@given(st.text(alphabet="abc 12.,;:-\n\t()", max_size=400), st.sampled_from([(), (RepairKind.JOINED,), (RepairKind.HYPHEN,)]))
@settings(max_examples=200)
def test_nothing_is_lost_but_what_is_said(pasted, undone):
    found = put_together(pasted, undone)

    dropped = {repair.place for repair in found.repairs if repair.kind in (RepairKind.PAGE_NUMBER, RepairKind.RUNNING_HEAD)}
    kept = {place for paragraph in found.paragraphs for place in paragraph.places}
    full = {place for place, line in enumerate(pasted.splitlines(), start=1) if line.split()}
    assert kept | dropped >= full - {repair.place for repair in found.repairs if repair.kind == RepairKind.FOOTNOTE}
