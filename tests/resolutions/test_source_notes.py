"""Sources of facts are said in the reader's language, and nothing of them is lost."""

from datetime import timedelta
from time import perf_counter

import pytest
from django.utils.translation import override

from resolutions.domain.source_notes import SourcePart, Vocabulary, compiled_pattern, parts_of
from resolutions.importers.source_notes import shipped_vocabulary
from resolutions.models import Resolution

LANGUAGES = ["fr", "en", "es"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("guide", [SourcePart("", "le guide (Global Partners Digital, juillet 2024)", True)]),
        ("https://apt.int/x", [SourcePart("https://apt.int/x", "", True)]),
        ("web:https://apt.int/x", [SourcePart("https://apt.int/x", "", True)]),
        ("https://apt.int/x (read in a copy)", [SourcePart("https://apt.int/x", "lu dans une copie", True)]),
        ("https://a.int/x (Resolution 44, Rev. Dubai, 2012)", [SourcePart("https://a.int/x", "Résolution 44, rév. Dubaï, 2012", True)]),
        ("known, not checked again (title)", [SourcePart("", "connu, non revérifié (titre)", True)]),
        ("unverified knowledge", [SourcePart("", "connu, non revérifié", True)]),
        ("T25-SG12-260609", [SourcePart("", "T25-SG12-260609", True)]),
        ("heard at a meeting", [SourcePart("", "heard at a meeting", False)]),
        (
            "guide ; https://apt.int/x; https://itu.int/y",
            [
                SourcePart("", "le guide (Global Partners Digital, juillet 2024)", True),
                SourcePart("https://apt.int/x", "", True),
                SourcePart("https://itu.int/y", "", True),
            ],
        ),
        ("", []),
    ],
)
def test_each_part_of_a_source_is_said_in_the_language_asked_for(source, said):
    assert parts_of(source, "fr", shipped_vocabulary()) == said


def test_a_pattern_whose_inner_note_has_no_words_is_left_as_written():
    vocabulary = Vocabulary({}, ((compiled_pattern("known ({detail})"), {"fr": "connu ({detail})"}),))

    assert vocabulary.say("known (by hearsay)", "fr") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_note_is_there_in_every_language(language):
    vocabulary = shipped_vocabulary()

    assert [note for note, words in vocabulary.phrases.items() if not words.get(language)] == []
    assert [words for _pattern, words in vocabulary.patterns if not words.get(language)] == []


def test_a_pattern_has_the_same_slots_in_every_language():
    for pattern, words in shipped_vocabulary().patterns:
        for language in LANGUAGES:
            assert {slot for slot in pattern.groupindex if f"{{{slot}}}" in words[language]} == set(pattern.groupindex), words


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("https://www.apt.int/x ; guide", "apt.int"),
        ("guide", "la guía (Global Partners Digital, julio de 2024)"),
        ("guide ; heard at a meeting", ""),
        ("heard at a meeting", ""),
        ("", ""),
    ],
)
def test_a_mail_names_a_source_only_in_the_language_of_its_reader(source, said):
    with override("fr"):
        assert Resolution(source=source).short_source("es") == said


def test_a_link_that_is_not_clean_is_shown_as_text():
    parts = Resolution(source="https://a\u202e.int/x ; https://itu.int/a").source_parts

    assert [(part.link, part.is_said) for part in parts] == [("", False), ("https://itu.int/a", True)]


def test_a_link_within_words_of_a_person_stays_a_link():
    parts = Resolution(source="see https://itu.int/a or ask").source_parts

    assert [part.link for part in parts] == ["", "https://itu.int/a"]
    assert parts[0].words == "see https://itu.int/a or ask"


def test_a_long_source_of_a_person_is_read_in_reasonable_time():
    source = "Rev. A, " * 250

    begun = perf_counter()
    parts_of(source, "fr", shipped_vocabulary())
    assert timedelta(seconds=perf_counter() - begun) < timedelta(seconds=1)
