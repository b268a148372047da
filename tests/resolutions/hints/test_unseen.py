"""The shape of the unseen clauses. No rule is run on them here."""

import re

import pytest

from tests.resolutions.hints.labelled import UNSEEN, UNSEEN_FILE, labelled, unseen

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
SIDES = {
    ("role", "inserted"),
    ("role", "deleted"),
    ("blocks", "inserted"),
    ("stakeholders", "inserted"),
    ("stakeholders", "deleted"),
    ("verb-up", "inserted"),
    ("verb-down", "deleted"),
    ("rights", "inserted"),
    ("rights", "deleted"),
}
MISSED_BEFORE = {"functions", "ott", "certification", "encryption", "shutdown", "blacklist", "identity", "retention", "content"}
LURES = {"genre", "cost", "right", "forest", "resist", "admin", "training", "translation", "gender", "budget", "question", "accessibility"}
# A letter of the language, for a clause filed under the wrong one.
SCRIPTS = {"ar": r"[\u0621-\u064a]", "ru": r"[а-яё]", "zh": r"[\u4e00-\u9fff]", "en": r"[a-z]", "fr": r"[a-z]", "es": r"[a-z]"}


def of(language):
    return [clause for clause in unseen() if clause.language == language]


def words(clause):
    """All that a clause says, before and after, without what does not count: spaces, capitals and the mark at its end."""
    texts = (clause.before, clause.after, clause.call_before, clause.call_after)
    return clause.language, *(" ".join(text.lower().split()).rstrip(" .,;؛،；，") for text in texts)


def test_there_are_six_languages_and_one_half():
    assert {clause.language for clause in unseen()} == set(LANGUAGES)
    assert {clause.half for clause in unseen()} == {UNSEEN}
    assert {clause.part for clause in unseen()} == {"operative", "preamble"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_enough_clauses_and_half_of_them_traps(language):
    clauses = of(language)

    assert len(clauses) >= 60
    assert 0.4 <= sum(not clause.expected for clause in clauses) / len(clauses) <= 0.6


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_families_and_sides(language):
    assert {label for clause in of(language) for label in clause.expected} == SIDES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_themes_missed_before_and_the_lures(language):
    clauses = of(language)

    assert {clause.theme for clause in clauses if clause.expected} >= MISSED_BEFORE
    assert {clause.theme for clause in clauses if not clause.expected} >= LURES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_is_written_in_its_language(language):
    for clause in of(language):
        letters = re.findall(r"[^\W\d_]", (clause.before + clause.after).lower())
        assert len(re.findall(SCRIPTS[language], (clause.before + clause.after).lower())) > len(letters) / 2, clause.key


def test_each_clause_says_what_changes_and_leaves_no_mark_behind():
    for clause in unseen():
        assert (clause.before, clause.call_before) != (clause.after, clause.call_after), clause.key
        texts = (clause.before, clause.after, clause.call_before, clause.call_after)
        assert not any(re.search(r"\[[−+-]|[−+-]\]|  | [,;.]| $|^ ", text) for text in texts), clause.key
        assert re.fullmatch(r"[a-z]+", clause.theme), clause.key
        assert {side for _, side in clause.expected} <= {"inserted", "deleted"}
    assert UNSEEN_FILE.read_text().count("[−") == UNSEEN_FILE.read_text().count("−]")


def test_no_clause_stands_twice_nor_in_the_other_file():
    assert len({clause.key for clause in (*unseen(), *labelled())}) == len(unseen()) + len(labelled())
    assert len({words(clause) for clause in unseen()}) == len(unseen())
    assert not {words(clause) for clause in unseen()} & {words(clause) for clause in labelled()}
