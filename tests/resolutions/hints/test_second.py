"""Ways of changing a clause that the second set holds in each language. Its shape: `test_unseen.py`. No rule is run on it here."""

import pytest

from tests.resolutions.hints.labelled import second
from tests.resolutions.hints.test_unseen import LANGUAGES

WAYS = {
    "a new clause": lambda clause: not clause.before,
    "a clause that goes": lambda clause: not clause.after,
    "words added within": lambda clause: bool(clause.before) and len(clause.after) > len(clause.before),
    "words gone within": lambda clause: bool(clause.after) and len(clause.after) < len(clause.before),
}


def of(language):
    return [clause for clause in second() if clause.language == language]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_changes_clauses_in_all_ways_for_hint_and_trap(language, way):
    found = {bool(clause.expected) for clause in of(language) if WAYS[way](clause)}

    assert found == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_verb_lines_that_change_and_preambles(language):
    calls = {bool(clause.expected) for clause in of(language) if clause.call_before != clause.call_after}
    preambles = {bool(clause.expected) for clause in of(language) if clause.part == "preamble"}

    assert calls == preambles == {True, False}
