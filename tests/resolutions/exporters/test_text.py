"""A comparison as a message, and nothing more than what changed."""

from dataclasses import replace

from hypothesis import given

from resolutions.exporters.shapes import ExportedClause, ExportedComparison, ExportedSection
from resolutions.exporters.text import as_text, versions_as_text

from .comparisons import COMPARISONS, LIGHTHOUSES, NOTHING_TO_SAY, SIDE_BY_SIDE


def unchanged(count):
    return f"{count} unchanged"


def line_of(row):
    return as_text(ExportedComparison("T", "", "en", [ExportedSection("resolves", "resolves", [row])]), unchanged=unchanged).splitlines()[
        -1
    ]


def test_operative_first_marked_in_brackets_and_the_unchanged_counted():
    assert as_text(LIGHTHOUSES, unchanged=unchanged) == (
        "Resolution 7: lighthouses\n"
        "EUR/38A7/1, beside the text in force\n"
        "\n"
        "resolves\n"
        "[−1 to paint the northern lighthouse white before winter;−]\n"
        "[−2−][+1+] to light every lamp; (renumbered)\n"
        "[+2 to paint the northern lighthouse red before winter comes;+] (from resolves 1)\n"
        "(1 unchanged)\n"
        "[+4 to count the lamps once a year.+]\n"
        "\n"
        "[+instructs the Director+]\n"
        "[+1 to report each year.+]\n"
        "\n"
        "recalling[+ further+]\n"
        "(1 unchanged)\n"
        "[−b) that fog is announced by horn;−]\n"
        "[−c)−][+b)+] that buoys are painted[+ red or green+];\n"
        "\n"
        "RESOLUTION 7 (REV. [−SOMEWHERE−][+ELSEWHERE+], [−2022−][+2024+])\n"
        "(1 unchanged)\n"
    )


def test_of_a_long_clause_what_stands_near_its_changes_is_kept():
    words = " ".join(f"word{number}" for number in range(40))

    assert line_of(ExportedClause("1", "1", words, words.replace("word20 ", "other "))) == (
        "1 … word14 word15 word16 word17 word18 word19 [−word20−][+other+] word21 word22 word23 word24 word25 word26 …"
    )


def test_of_a_clause_that_only_got_another_number_how_it_begins_is_kept():
    words = " ".join(f"word{number}" for number in range(40))

    assert line_of(ExportedClause("1", "2", words, words)) == f"[−1−][+2+] {' '.join(f'word{number}' for number in range(12))} …"


def test_quotation_marks_of_another_shape_are_no_change():
    assert line_of(ExportedClause("1", "1", "que l'eau « claire »", "que l’eau “claire”")) == "(1 unchanged)"


def test_each_proposal_is_a_line_after_its_identifier():
    assert versions_as_text(SIDE_BY_SIDE, unchanged=unchanged) == (
        "Resolution 7\n"
        "Three proposals\n"
        "\n"
        "resolves\n"
        "In force: 1 to light every lamp of the coast;\n"
        "• EUR/38A7/1: 1 to light every lamp of [−the coast−][+both coasts+];\n"
        "• B/12/1: [−1 to light every lamp of the coast;−] (withdrawn since)\n"
        "• RCC/40A1/2: 1 to light every lamp of the coast;\n"
        "• RCC/40A1/2: [+2 to count the lamps.+]\n"
        "\n"
        "recalling\n"
        "(1 unchanged)\n"
    )


def test_in_arabic_an_identifier_still_reads_from_left_to_right():
    text = versions_as_text(replace(SIDE_BY_SIDE, language="ar"), unchanged=unchanged)

    assert "• \u2066EUR/38A7/1\u2069: " in text


def test_nothing_to_compare_is_only_a_title():
    assert as_text(NOTHING_TO_SAY, unchanged=unchanged) == "Resolution 8\n"


@given(COMPARISONS)
def test_the_same_comparison_is_the_same_text_and_a_clause_is_one_line(comparison):
    text = as_text(comparison, unchanged=unchanged)

    assert text == as_text(comparison, unchanged=unchanged)
    most = 2 + sum(2 + 2 * len(section.clauses) for section in comparison.sections)
    assert len(text.split("\n")) <= most + 1
