"""What the data files say: every sentence of ours in every language, every source in words, short titles that are short."""

from pathlib import Path

import pytest
from django.apps import apps

from calendar_app.services import reference as dates
from resolutions.domain.source_notes import parts_of
from resolutions.importers import glossary_and_notes
from resolutions.importers.source_notes import shipped_vocabulary
from resolutions.services import reference as texts

LANGUAGES = ["fr", "en", "es"]
SHAPES = {**texts.FILES, **dates.FILES, **glossary_and_notes.FILES}
# Our own wording; titles of the ITU stay blank where they are not established.
OURS = {
    "regional_groups": ("access", "common_proposals", "note", "region", "acronym"),
    "topics": ("name",),
    "resolutions": ("short_title", "why", "adopted"),
    "revisions": ("label",),
    "outcomes": ("summary",),
    "study_groups": ("about",),
    "meetings": ("title",),
    "deadlines": ("title",),
    "glossary": ("term", "definition"),
    "guide_notes": ("text",),
    "ways_in": ("name", "conditions", "pros", "cons", "approves", "time", "cost", "ties"),
    "fees": ("label",),
}


def rows_of(name):
    folder = dates.SHIPPED if name in dates.FILES else texts.SHIPPED
    return texts.read_file(Path(folder) / name, SHAPES[name]).rows


@pytest.fixture(scope="module")
def shipped():
    return {SHAPES[name].name: rows_of(name) for name in SHAPES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in OURS.items() for column in columns])
def test_every_sentence_of_ours_is_there_in_every_language(shipped, table, column, language):
    said = [(row.key, row.values[column]) for row in shipped[table] if row.values.get(column)]

    assert said
    assert [key for key, words in said if not words[language]] == []


def test_a_subject_that_stands_for_a_title_is_ours_and_in_every_language(shipped):
    subjects = [row for row in shipped["resolutions"] if row.values.get("has_official_title") is False]
    assert subjects

    assert [row.key for row in subjects if not all(row.values["title"].values())] == []


def test_every_resolution_has_a_short_title_and_no_two_of_a_series_the_same(shipped):
    rows = shipped["resolutions"]
    assert [row.key for row in rows if not row.values.get("short_title")] == []
    for language in LANGUAGES:
        names = [(row.values.get("series", "wtsa"), row.values["short_title"][language]) for row in rows]
        assert len(set(names)) == len(names)
        assert [name for _series, name in names if len(name) > 40 or name.endswith(".")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_is_said_in_every_language(shipped, language):
    unsaid = {
        part.words
        for rows in shipped.values()
        for row in rows
        for part in parts_of(row.values.get("source") or "", language, shipped_vocabulary())
        if not part.is_said
    }

    assert unsaid == set()


@pytest.mark.parametrize("folder", ["resolutions", "calendar_app"])
def test_french_has_narrow_spaces_before_its_double_signs(folder):
    data = Path(apps.get_app_config(folder).path) / "data"
    for path in data.iterdir():
        lines = [line for line in path.read_text().splitlines() if " fr:" in line or line.lstrip().startswith("fr:")]
        french = [line.split("fr:", 1)[1].split(", en:")[0] for line in lines]
        assert [line for line in french if " ;" in line or " : " in line or " »" in line or "« " in line or " ?" in line] == [], path.name


def test_the_corrections_of_november_2026_are_in(shipped):
    by_key = {table: {row.key: row.values for row in rows} for table, rows in shipped.items()}
    resolutions = by_key["resolutions"]
    assert resolutions["89"]["title"]["en"].endswith("to bridge the financial inclusion gap")
    assert resolutions["54"]["title"]["en"] == "Creation of, and assistance to, regional groups"
    assert by_key["outcomes"]["50@WTSA-24"]["confidence"] == "medium"
    assert not {"70@WTSA-24", "73@WTSA-24"} & by_key["outcomes"].keys()
    assert {"pp-102", "pp-140", "pp-214", "council-1336"} <= resolutions.keys()
    assert "ZA" in by_key["regional_groups"]["ATU"]["countries"]
    assert not by_key["regional_groups"]["ATU"]["are_countries_complete"]
    assert "ASMG" in by_key["regional_groups"]


def test_every_numbered_resolution_of_the_assembly_says_where_its_text_comes_from(shipped):
    """By a revision, or by when it was first adopted."""
    revised = {row.values["resolution"] for row in shipped["revisions"]}
    silent = [
        row.key
        for row in shipped["resolutions"]
        if row.values.get("series") is None and row.key not in revised and not row.values.get("adopted")
    ]

    assert silent == ["57"]  # suppressed


def test_every_suppressed_resolution_says_which_assembly_suppressed_it(shipped):
    suppressed = {row.key for row in shipped["resolutions"] if row.values["status"] == "suppressed"}
    said = {(row.values["resolution"], row.values["assembly"]) for row in shipped["outcomes"] if row.values.get("action") == "SUP"}
    assert suppressed == {"35", "57"}
    assert said == {("35", "WTSA-20"), ("57", "WTSA-16")}


def test_the_notes_of_the_guide_name_resolutions_and_topics_that_ship(shipped):
    notes = shipped["guide_notes"]
    slugs = {row.values["slug"] for row in shipped["resolutions"]}
    tags = {row.values["tag"] for row in shipped["topics"]}

    assert {slug for row in notes for slug in row.values.get("resolutions") or ()} <= slugs
    assert {tag for row in notes for tag in row.values.get("topics") or ()} <= tags


def test_no_sentence_of_the_glossary_is_given_in_one_language_for_another(shipped):
    """Names of bodies and abbreviations may be alike; explanations are not."""
    said = [(row.key, row.values["definition"]) for row in shipped["glossary"]]

    assert [key for key, words in said if words["en"] in (words["fr"], words["es"])] == []
