"""Lines that were wrapped with hanging indents come home as the clauses they were."""

import textwrap

import pytest

from resolutions.importers.docx import split_pasted
from resolutions.importers.paragraphs import RepairKind
from resolutions.services.text_entry import as_pasted
from tests.resolutions.tables.test_alignment import ACTIONS

LONG = """RESOLUTION 50 (Rev. Anytown, 2024)
Keeping networks trustworthy
considering
a)\tthat trust grows where people know who decides, and where those who decide say in public how they came to what they decided;
b)\tthat small networks need guidance written for them, not a shorter copy of what was written for large ones in other places;
resolves
1\tto keep studying how trust in networks can be measured, in at least 12 countries of every region, and to say what was found;
2\tto publish one short guide for small networks each year, in six languages, and to revise it when those who use it ask for that;
3\tto close.
"""
ARABIC = """القرار 50 (المراجع في مدينة، 2024)
يقرر
1\tمواصلة دراسة كيفية قياس الثقة في الشبكات في اثني عشر بلداً على الأقل من كل منطقة من المناطق ونشر النتائج؛
2\tنشر دليل قصير واحد للشبكات الصغيرة كل سنة بست لغات ومراجعته كلما طلب ذلك من يستعملونه في أي بلد من البلدان.
"""
SHORT = "resolves\n1\tto keep studying how trust in networks can be measured, in at least 12 countries of every region;\n2\tto close.\n"
TABLE = LONG + "\n".join(map(" | ".join, ACTIONS)) + "\n"


def wrapped(text, indent="\t", width=72, hyphens=True):
    lines = []
    for line in text.splitlines():
        if " | " in line:
            lines.append(line)
        else:
            lines += textwrap.wrap(
                line, width, subsequent_indent=indent, expand_tabs=False, replace_whitespace=False, break_on_hyphens=hyphens
            )
    return "\n".join(lines)


def clauses(text):
    return [(clause.kind, clause.section, clause.number, clause.text, clause.cell) for clause in split_pasted(text).clauses]


@pytest.mark.parametrize("text", [LONG, ARABIC, SHORT, TABLE], ids=["long", "Arabic", "short", "table"])
@pytest.mark.parametrize("indent", ["\t", "    ", "  ", "        "], ids=["tab", "four", "two", "eight"])
@pytest.mark.parametrize("width", [48, 72, 100])
def test_wrapped_lines_come_home_as_the_same_clauses(text, indent, width):
    assert clauses(wrapped(text, indent, width)) == clauses(text)


def test_what_is_corrected_by_hand_comes_home_wrapped_or_not():
    read = split_pasted(TABLE).clauses
    written = as_pasted(read)

    assert clauses(written) == clauses(TABLE)
    assert clauses(wrapped(written)) == clauses(TABLE)


def test_a_line_that_hangs_is_named_and_can_be_left_alone():
    paste = wrapped(SHORT)
    [repair] = split_pasted(paste).repairs

    assert (repair.kind, repair.place) == (RepairKind.JOINED, 3)
    assert [clause.text for clause in split_pasted(paste, undone=[repair.key]).clauses if clause.kind == "item"] == [
        "to keep studying how trust in networks can be measured, in at least 12",
        "countries of every region;",
        "to close.",
    ]


def test_a_list_that_is_set_in_is_not_joined_to_what_stands_above_it():
    paste = "resolves\n1\tto keep lists:\n\ta)\tof lamps;\n\tb)\tof bells and of the places where they are heard in fog;\n2\tto close."

    assert [clause.text for clause in split_pasted(paste).clauses if clause.kind == "item"] == [
        "to keep lists:",
        "of lamps;",
        "of bells and of the places where they are heard in fog;",
        "to close.",
    ]
