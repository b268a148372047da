"""What the traps of each language are near to, and the hints among them. Their form: `test_unseen.py`. No rule is run on them here."""

import pytest

from tests.resolutions.hints.labelled import TRAPS, traps
from tests.resolutions.hints.test_second import WAYS

LANGUAGES = ("en", "fr", "es")
NEAR_RIGHTS = {
    "surveillance",
    "filter",
    "identity",
    "retention",
    "register",
    "control",
    "blocking",
    "content",
    "protective",
    "gone",
    "negated",
}
NEAR_ROLE = {"budget", "website", "allocation", "resources", "licence", "vote", "translation", "monitoring", "otherbody"}


def of(language, *, expected):
    return [clause for clause in traps() if clause.language == language and bool(clause.expected) is expected]


def test_the_traps_are_in_three_languages_and_one_half():
    assert {clause.language for clause in traps()} == set(LANGUAGES)
    assert {clause.half for clause in traps()} == {TRAPS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_traps_near_rights_and_near_role(language):
    themes = [clause.theme for clause in of(language, expected=False)]

    assert len(themes) >= 70
    assert sum(theme in NEAR_RIGHTS | NEAR_ROLE for theme in themes) >= 40
    assert set(themes) >= NEAR_RIGHTS | NEAR_ROLE


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_sets_its_traps_in_all_ways(language, way):
    assert any(WAYS[way](clause) for clause in of(language, expected=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_plain_hints_of_rights_and_role(language):
    hints = of(language, expected=True)

    assert len(hints) >= 15
    assert {label for clause in hints for label in clause.expected} == {("rights", "inserted"), ("rights", "deleted"), ("role", "inserted")}
