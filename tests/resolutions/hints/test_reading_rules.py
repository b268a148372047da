"""The file of rules says where and why it cannot be read."""

import re

import pytest

from resolutions.importers.reference import BadReference, read_reference_file
from resolutions.importers.wording_rules import WORDING_RULES, unmarked
from tests.resolutions.hints.labelled import shipped_rows

GOOD = """
wording_rules:
  - key: naming
    code: naming
    family: role
    position: 1
    name: {fr: Noms, en: Names, es: Nombres}
    explanation: {fr: "Qui gère.", en: "Who manages.", es: "Quién gestiona."}
    examples:
      fr: |
        ⚑ de [−suivre−][+gérer+] les noms
        ○ de suivre [+aussi +]les noms
      en: |
        ⚑ to [−follow−][+manage+] names
        ○ to follow names[+ closely+]
      es: |
        ⚑ [−seguir−][+gestionar+] los nombres
        ○ seguir [+también +]los nombres
    patterns:
      fr: {entries: ["+ gérer ..2 noms"]}
      en: {words: {run: [manage, run]}, entries: ["+ ({run}|oversee) ..2 names"]}
      es: {entries: ["+ gestionar ..2 nombres"]}
"""


def reading(text):
    return read_reference_file(text.encode(), file="wording_rules.yaml", shape=WORDING_RULES).rows


def test_a_rule_is_read_with_its_lists_in_its_entries():
    (row,) = reading(GOOD)

    assert row.values["patterns"] == {
        "fr": ["+ gérer ..2 noms"],
        "en": ["+ (manage|run|oversee) ..2 names"],
        "es": ["+ gestionar ..2 nombres"],
    }
    assert row.values["examples"]["en"] == "⚑ to [−follow−][+manage+] names\n○ to follow names[+ closely+]"


def test_a_rule_may_have_patterns_in_more_languages_than_it_is_explained_in():
    (row,) = reading(GOOD + '      ru: {entries: ["+ управл* ..2 имен*"]}\n')

    assert list(row.values["patterns"]) == ["fr", "en", "es", "ru"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("family: role", "family: rule"), "“family” is “rule”, not one of role, blocks, stakeholders, verb-up, verb-down, rights"),
        (("code: naming", "code: Naming"), "“code” is “Naming”, not a short name of small letters, figures and dashes"),
        (("    position: 1\n", ""), "“position” is missing"),
        (("es: Nombres", "es: null"), "“name” is missing in “es”"),
        (("      es: {entries", "      it: {entries"), "“patterns” is missing in “es”"),
        (('{entries: ["+ gérer ..2 noms"]}', '["+ gérer"]'), "“patterns” in “fr” must hold “words” and “entries” and nothing else"),
        (('{entries: ["+ gérer ..2 noms"]}', "{words: {}}"), "“patterns” in “fr”: “entries” must be a list of at least one line"),
        (("[manage, run]", "manage"), "“patterns” in “en”: each of “words” must be a list of words"),
        (("({run}|", "({walk}|"), "“patterns” in “en” names a list that is not there: “walk”"),
        (("gérer ..2 noms", "gérer ..20 noms"), "“patterns”: “gérer ..20 noms” has a gap of 20 words, where 1 to 12 are allowed"),
        (("○ to follow", "– to follow"), "“examples” in “en” must be two lines, the first beginning with ⚑ and the second with ○"),
        (("[+manage+] names", "[+use+] names"), "“examples” in “en”: this line is not found: ⚑ to [−follow−][+use+] names"),
        (("names[+ closely+]", "[+and manage +]names"), "“examples” in “en”: this line is found: ○ to follow [+and manage +]names"),
    ],
)
def test_a_malformed_rule_is_refused_with_row_and_reason(wrong, sentence):
    assert wrong[0] in GOOD

    with pytest.raises(BadReference) as refusal:
        reading(GOOD.replace(*wrong, 1))

    assert str(refusal.value) == f"wording_rules.yaml, row 1 (naming, line 3): {sentence}"


def test_the_rules_that_ship_are_read_and_cover_every_family():
    rows = shipped_rows()

    assert {row.values["family"] for row in rows} == {"role", "blocks", "stakeholders", "verb-up", "verb-down", "rights"}
    assert all(row.values["patterns"].keys() == {"fr", "en", "es", "ar", "ru", "zh"} for row in rows)
    assert [row.values["position"] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("row", shipped_rows(), ids=lambda row: row.key)
def test_words_for_people_are_set_as_the_language_sets_them(row):
    for column in ("name", "explanation", "examples"):
        for language, words in row.values[column].items():
            assert "'" not in words
            assert not any(f" {sign}" in words for sign in ";:!?»"), f"{language}: {words}"
            assert "« " not in words
            if language == "fr":
                assert not re.search("[^\u202f][;!?]|[^\u00a0][:»]|«[^\u00a0]", words)


def test_a_marked_line_is_what_was_and_what_is():
    assert unmarked("to [−study−][+make+] rules[+ anew+]") == ("to study rules", "to make rules anew")
