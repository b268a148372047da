"""Calls without a style, in six languages: the lines of `calls.yaml`. The words were made for half of them; the others only measure."""

import zlib
from pathlib import Path

import pytest
import yaml

from resolutions.importers.docx import call, split_pasted
from resolutions.importers.itu.lexicon import LANGUAGES, MAX_CALL, is_call

LINES = yaml.load(Path(__file__).with_name("calls.yaml").read_bytes(), Loader=yaml.CSafeLoader)
HALVES = ("tune", "unseen")


def lines(language, half=None):
    """Those that are calls."""
    return [row for row in LINES if row["language"] == language and row["part"] and half in (None, row["half"])]


def ordinary(language):
    return [row["line"] for row in LINES if row["language"] == language and row["part"] is None]


def is_found(row):
    """As a call, in its language and part; whether or not the language of the text is known."""
    found = call(row["line"], row["language"])
    return (
        is_call(row["line"])
        and is_call(row["line"], row["language"])
        and found is not None
        and (found.language, found.part) == (row["language"], row["part"])
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_long_enough_and_nobody_chose_the_halves(language):
    assert len(lines(language)) >= 60
    assert len(ordinary(language)) >= 40
    assert [row["line"] for row in LINES if row["half"] != HALVES[zlib.crc32(row["line"].encode()) % 2]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_call_is_found_that_the_words_were_made_for(language):
    assert [row["line"] for row in lines(language, "tune") if not is_found(row)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_the_other_calls_at_least_95_in_100_are_found(language):
    rows = lines(language, "unseen")

    assert sum(map(is_found, rows)) >= 0.95 * len(rows)


@pytest.mark.parametrize(("language", "at_least"), [("ar", 7), ("en", 32), ("es", 20), ("fr", 20), ("ru", 10), ("zh", 25)])
def test_of_calls_in_published_texts_at_least_95_in_100_are_found(language, at_least):
    rows = [row for row in lines(language) if row.get("in_print")]

    assert len(rows) >= at_least
    assert sum(map(is_found, rows)) >= 0.95 * len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ordinary_line_is_a_call(language):
    assert [line for line in ordinary(language) if is_call(line) or is_call(line, language)] == []


@pytest.mark.parametrize(
    ("line", "language", "verb", "addressee"),
    [
        ("instructs and authorizes the Secretary-General", "en", "instructs and authorizes", "the Secretary-General"),
        ("recognizing, however,", "en", "recognizing, however", ""),
        ("resolves further to invite ITU‑R", "en", "resolves further to invite", "ITU-R"),
        ("décide en outre d’inviter l’UIT-R", "fr", "décide en outre d'inviter", "l’UIT-R"),
        ("ayant également à l’esprit", "fr", "ayant également à l'esprit", ""),
        ("teniendo también en cuenta", "es", "teniendo también en cuenta", ""),
        ("resuelve además invitar al UIT-R", "es", "resuelve además invitar", "al UIT-R"),
        ("решает далее предложить МСЭ-R", "ru", "решает далее предложить", "МСЭ-R"),
        ("принимая также во внимание", "ru", "принимая также во внимание", ""),
        ("进一步责成秘书长", "zh", "进一步责成", "秘书长"),
        ("做出决议，责成电信标准化局主任", "zh", "做出决议,责成", "电信标准化局主任"),
        ("وتكلف كذلك مدير المكتب", "ar", "وتكلف كذلك", "مدير المكتب"),
        ("تقرر أن تدعو الدول الأعضاء", "ar", "تقرر أن تدعو", "الدول الأعضاء"),
    ],
)
def test_what_is_said_beside_a_verb_belongs_to_it(line, language, verb, addressee):
    found = call(line, language)

    assert found is not None
    assert (found.language, found.verb, found.addressee) == (language, verb, addressee)


@pytest.mark.parametrize(
    "line",
    [
        "INSTRUCTS THE DIRECTOR OF TSB",
        "Invites Member States[^2]",
        "resolves [to urge Member States]",
        "[[resolves to instruct the Director of TSB]]",
        "\u200fيكـلـف الأمـين العـام",
        "\ufef3\ufedc\ufee0\ufed2 \ufe8d\ufef7\ufee3\ufef4\ufee6 \ufe8d\ufedf\ufecc\ufe8e\ufee1",  # the same in presentation forms
        "［责成电信标准化局主任］",
    ],
)
def test_brackets_notes_capitals_and_old_letter_forms_hide_no_call(line):
    assert is_call(line)


def test_what_is_longer_than_a_call_is_none():
    line = "invites Member States"

    assert is_call(line + " and Sector Members" * 10)
    assert not is_call(line + " and Sector Members" * (MAX_CALL // 10))


def test_ordinary_lines_stay_clauses_of_their_call():
    texts = ["第7号决议（2022年，修订版）", "灯塔", "做出决议", "请参见附件1", "建议书草案", "要求和架构", "责成秘书长", "鼓励创新和竞争"]

    found = split_pasted("\n".join(texts))

    assert [(clause.kind, clause.section, clause.text) for clause in found.clauses[2:]] == [
        ("call", "做出决议", "做出决议"),
        ("item", "做出决议", "请参见附件1"),
        ("item", "做出决议", "建议书草案"),
        ("item", "做出决议", "要求和架构"),
        ("call", "责成秘书长", "责成秘书长"),
        ("item", "责成秘书长", "鼓励创新和竞争"),
    ]
