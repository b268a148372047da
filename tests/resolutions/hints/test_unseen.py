"""The shape of the clauses by other hands, those that only measure and those to tune on. No rule is run on them here."""

import re

import pytest

from tests.resolutions.hints.labelled import (
    SECOND,
    SECOND_FILE,
    TRAPS,
    TRAPS_FILE,
    UNSEEN,
    UNSEEN_ENGLISH_FILE,
    UNSEEN_FILE,
    labelled,
    second,
    traps,
    unseen,
)

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
SETS = {UNSEEN: unseen, SECOND: second}  # balanced, in six languages
BY_OTHER_HANDS = {**SETS, TRAPS: traps}
FILES = {UNSEEN: (UNSEEN_FILE, UNSEEN_ENGLISH_FILE), SECOND: (SECOND_FILE,), TRAPS: (TRAPS_FILE,)}
LEAST = {UNSEEN: 60, SECOND: 150}
# A letter of the language, for a clause filed under the wrong one.
SCRIPTS = {"ar": r"[\u0621-\u064a]", "ru": r"[а-яё]", "zh": r"[\u4e00-\u9fff]", "en": r"[a-z]", "fr": r"[a-z]", "es": r"[a-z]"}


in_each_set = pytest.mark.parametrize("half", SETS)
in_each_file = pytest.mark.parametrize("half", BY_OTHER_HANDS)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def of(half, language):
    return [clause for clause in SETS[half]() if clause.language == language]


def words(clause):
    """All that a clause says, before and after, without what does not count: spaces, capitals and the mark at its end."""
    texts = (clause.before, clause.after, clause.call_before, clause.call_after)
    return clause.language, *(" ".join(text.lower().split()).rstrip(" .,;؛،；，") for text in texts)


@in_each_set
def test_there_are_six_languages_and_one_half(half):
    assert {clause.language for clause in SETS[half]()} == set(LANGUAGES)
    assert {clause.half for clause in SETS[half]()} == {half}
    assert {clause.part for clause in SETS[half]()} == {"operative", "preamble"}


@in_each_set
@in_each_language
def test_a_language_has_enough_clauses_and_half_of_them_traps(half, language):
    clauses = of(half, language)

    assert len(clauses) >= LEAST[half]
    assert 0.4 <= sum(not clause.expected for clause in clauses) / len(clauses) <= 0.6


@in_each_set
@in_each_language
def test_a_language_has_all_families_and_sides(half, language):
    assert {label for clause in of(half, language) for label in clause.expected} == SIDES


@in_each_set
@in_each_language
def test_a_language_has_the_themes_missed_before_and_the_lures(half, language):
    clauses = of(half, language)

    assert {clause.theme for clause in clauses if clause.expected} >= MISSED_BEFORE
    assert {clause.theme for clause in clauses if not clause.expected} >= LURES


@in_each_file
def test_a_clause_is_written_in_its_language(half):
    for clause in BY_OTHER_HANDS[half]():
        letters = re.findall(r"[^\W\d_]", (clause.before + clause.after).lower())
        assert len(re.findall(SCRIPTS[clause.language], (clause.before + clause.after).lower())) > len(letters) / 2, clause.key


@in_each_file
def test_each_clause_says_what_changes_and_leaves_no_mark_behind(half):
    for clause in BY_OTHER_HANDS[half]():
        assert (clause.before, clause.call_before) != (clause.after, clause.call_after), clause.key
        texts = (clause.before, clause.after, clause.call_before, clause.call_after)
        assert not any(re.search(r"\[[−+-]|[−+-]\]|  | [,;.]| $|^ ", text) for text in texts), clause.key
        assert re.fullmatch(r"[a-z]+", clause.theme), clause.key
        assert {side for _, side in clause.expected} <= {"inserted", "deleted"}
    for file in FILES[half]:
        assert file.read_text().count("[−") == file.read_text().count("−]")


def test_no_clause_stands_twice_in_its_file_nor_in_another():
    by_other_hands = [*unseen(), *second(), *traps()]
    clauses = [*by_other_hands, *labelled()]

    assert len({clause.key for clause in clauses}) == len(clauses)
    assert len({words(clause) for clause in by_other_hands}) == len(by_other_hands)
    assert not {words(clause) for clause in by_other_hands} & {words(clause) for clause in labelled()}
