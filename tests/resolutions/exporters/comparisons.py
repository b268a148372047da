"""Comparisons for tests, of our own wording, and the two texts they are between."""

from hypothesis import strategies as st

from resolutions.exporters.shapes import (
    ExportedClause,
    ExportedComparison,
    ExportedSection,
    ExportedVersions,
    ExportedWording,
    VersionsClause,
    VersionsSection,
    line,
)

LIGHTHOUSES = ExportedComparison(
    "Resolution 7: lighthouses",
    "EUR/38A7/1, beside the text in force",
    "en",
    [
        ExportedSection(
            "",
            "",
            [
                ExportedClause("", "", "RESOLUTION 7 (REV. SOMEWHERE, 2022)", "RESOLUTION 7 (REV. ELSEWHERE, 2024)", kind="resno"),
                ExportedClause("", "", "Lighthouses", "Lighthouses", kind="restitle"),
            ],
        ),
        ExportedSection(
            "recalling",
            "recalling further",
            [
                ExportedClause("a)", "a)", "that lamps are lit by night;", "that lamps are lit by night;"),
                ExportedClause("b)", None, "that fog is announced by horn;", None),
                ExportedClause("c)", "b)", "that buoys are painted;", "that buoys are painted red or green;"),
            ],
            part="preamble",
        ),
        ExportedSection(
            "resolves",
            "resolves",
            [
                ExportedClause("1", None, "to paint the northern lighthouse white before winter;", None, move="north"),
                ExportedClause("2", "1", "to light every lamp;", "to light every lamp;", note="renumbered"),
                ExportedClause(
                    None, "2", None, "to paint the northern lighthouse red before winter comes;", note="from resolves 1", move="north"
                ),
                ExportedClause("3", "3", "to keep the foghorns dry;", "to keep the foghorns dry;"),
                ExportedClause(None, "4", None, "to count\tthe lamps\nonce a year."),
            ],
            part="operative",
        ),
        ExportedSection("", "instructs the Director", [ExportedClause(None, "1", None, "to report each year.")], part="operative"),
    ],
)
WITH_CLAUSES_BELOW = ExportedComparison(
    "Resolution 9",
    "",
    "en",
    [
        ExportedSection(
            "resolves",
            "resolves",
            [
                ExportedClause("1", "1", "to light the lamps.", "to light the lamps;"),
                ExportedClause(None, "2", None, "to row;"),
                ExportedClause(None, "3", None, "to sail."),
            ],
        ),
        ExportedSection("instructs the Director", "instructs the Director of the Bureau", [ExportedClause(None, "", None, "to report.")]),
    ],
)
NOTHING_TO_SAY = ExportedComparison("Resolution 8", "", "en", [])
ARABIC = ExportedComparison(
    "القرار 7",
    "EUR/38A7/1",
    "ar",
    [
        ExportedSection(
            "تقرر",
            "تقرر",
            [
                ExportedClause("1", "1", "أن تضاء المصابيح ليلا؛", "أن تضاء المصابيح كل ليلة؛", note="ملاحظة"),
                ExportedClause(None, "2", None, "وأن تعد."),
            ],
        )
    ],
)
CHINESE = ExportedComparison(
    "第7号决议",
    "",
    "zh",
    [
        ExportedSection(
            "做出决议",
            "做出决议",
            [ExportedClause("1", "1", "夜间点亮“灯塔”；", "每晚点亮“灯塔”；"), ExportedClause("2", None, "每年清点。", None)],
        )
    ],
)
SIDE_BY_SIDE = ExportedVersions(
    "Resolution 7",
    "Three proposals",
    "en",
    "In force",
    [
        VersionsSection("recalling", [VersionsClause("a)", "that lamps are lit;", [])], part="preamble"),
        VersionsSection(
            "resolves",
            [
                VersionsClause(
                    "1",
                    "to light every lamp of the coast;",
                    [
                        ExportedWording("EUR/38A7/1", "1", "to light every lamp of both coasts;"),
                        ExportedWording("B/12/1", None, None, note="withdrawn since"),
                        ExportedWording("RCC/40A1/2", "1", "to light every lamp of the coast;"),
                    ],
                ),
                VersionsClause(None, None, [ExportedWording("RCC/40A1/2", "2", "to count the lamps.")]),
            ],
            part="operative",
        ),
    ],
)


def sides(comparison: ExportedComparison) -> tuple[list[str], list[str]]:
    """The old text and the new one, paragraph by paragraph, with what stands above both."""
    old = [text for text in (comparison.title, comparison.subtitle) if text]
    new = list(old)
    for section in comparison.sections:
        old += [section.call_before] * bool(section.call_before)
        new += [section.call_after] * bool(section.call_after)
        old += [line(row.number_before, row.before) for row in section.clauses if row.before is not None]
        new += [line(row.number_after, row.after) for row in section.clauses if row.after is not None]
    return old, new


# What may stand in a text: words, blanks of all kinds, quotation marks, letters with accents of their own, Arabic, Chinese, tabs.
WORDS = ["the", "lamp", "lamps", "of", "coast,", ";", "l’eau", "l'eau", "«", "»", "“", "ITU‑T", "ITU-T", "e\u0301", "\u00e9", "e\u0300"]
SIGNS = ["أن", "المصابيح", "夜间", "灯塔", "👩\u200d🚀", "\u200f", "\u00a0", "\t", "\n", " ", "  "]
TEXTS = st.lists(st.sampled_from([*WORDS, *SIGNS]), max_size=14).map(" ".join) | st.text(max_size=12)
SIDES = st.none() | TEXTS
NUMBERS = st.sampled_from([None, "", "1", "2", "a)", "3 bis"])
ROWS = st.builds(
    ExportedClause, NUMBERS, NUMBERS, SIDES, SIDES, note=st.sampled_from(["", "a note"]), kind=st.sampled_from(["", "resno", "heading"])
)
CALLS = st.sampled_from(["", "resolves", "resolves further", "invites"])
COMPARISONS = st.builds(
    ExportedComparison,
    TEXTS,
    TEXTS,
    st.sampled_from(["ar", "en", "es", "fr", "ru", "zh"]),
    st.lists(st.builds(ExportedSection, CALLS, CALLS, st.lists(ROWS, max_size=5)), max_size=3),
)
