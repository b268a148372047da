"""What a pattern may be, and that finding one takes time proportional to the text: by counting, not by the clock."""

import re

import pytest

from resolutions.domain.hints import BadPattern, HintRule, compiled
from resolutions.domain.patterns import MOST_GAP, Vocabulary, find, parsed, reading_of
from resolutions.importers.wording_rules import rules_of
from tests.resolutions.hints.labelled import shipped, shipped_rows

WORDS = r"[^\W_]+\*?(?:[ '’-][^\W_]+\*?)*"
ONE_OF = rf"(?:[^\W_]+\*?|\({WORDS}(?:\| ?{WORDS})*\))"
GAP = "|".join(str(words) for words in range(1, MOST_GAP + 1))
PATTERN = rf"{ONE_OF}(?: (?:\.\.(?:{GAP}) )?{ONE_OF})*"
ENTRY = re.compile(
    rf"\+ {PATTERN}(?: <>(?:{GAP}) {PATTERN})?|- {PATTERN}(?: / {PATTERN})?|~ {PATTERN} => {PATTERN}|!\d{{0,2}}(?:\+\d{{1,2}})? {PATTERN}"
    rf"|(?:up|down) (?:call|modal|act) [1-9]: {PATTERN}"
)


class Counted(list):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, place):
        self.looks += 1
        return super().__getitem__(place)

    def __iter__(self):
        for each in super().__iter__():
            self.looks += 1
            yield each


def looks(pattern, vocabulary, text):
    reading = reading_of("", text)
    reading.look_up(vocabulary)
    reading.said = reading.bits = Counted(reading.bits)
    find(pattern, reading)
    return reading.said.looks


@pytest.mark.parametrize("row", shipped_rows(), ids=lambda row: row.key)
def test_entries_are_words_alternatives_and_bounded_gaps_and_nothing_else(row):
    for entries in row.values["patterns"].values():
        for entry in entries:
            assert ENTRY.fullmatch(entry), entry


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar", "ru", "zh"])
def test_twice_the_text_takes_twice_the_looks_whatever_the_pattern_meets(language):
    vocabulary, _ = shipped().by_language[language]
    for pattern in vocabulary.patterns.values():
        begin = [alternatives[0].label.replace("*", "") for slot in pattern.slots for alternatives in slot.beginning.values()]
        for text in (begin[0] + " ", " ".join(begin) + " ", " ".join(reversed(begin)) + " "):
            text *= -(-4000 // len(text))
            once, twice = looks(pattern, vocabulary, text), looks(pattern, vocabulary, text * 2)
            assert twice <= 2.2 * once + 100


def test_a_pattern_made_to_be_slow_is_not():
    vocabulary = Vocabulary()
    pattern = parsed(" ..8 ".join(["(a|a a|a a a)"] * 8), vocabulary)

    assert looks(pattern, vocabulary, "a " * 4000) <= 2.1 * looks(pattern, vocabulary, "a " * 2000)
    assert looks(pattern, vocabulary, "a " * 2000) < 2000 * 8 * 9 * 10  # words, slots, a gap and what stands in it


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("manage names", "“manage names” is not an entry: it begins with none of +, -, ~, !, up and down, or is not complete"),
        ("+ ", "there is an empty pattern"),
        ("+ ..3 names", "“..3 names” has a gap without a word before it"),
        ("+ manage ..3", "“manage ..3” has a gap at its end"),
        ("+ manage ..13 names", "“manage ..13 names” has a gap of 13 words, where 1 to 12 are allowed"),
        ("+ manage ..0 names", "“manage ..0 names” has a gap of 0 words, where 1 to 12 are allowed"),
        ("+ manage (names", "“manage (names” cannot be read from “(names” on"),
        ("+ manage (names|)", "“” is not made of words"),
        ("+ .*", "“.*” cannot be read from “.*” on"),
        ("+ (a|b+)", "“b+” is not made of words"),
        ("+ ma*ge", "“ma*ge” is not made of words"),
        ("+ in*", "“in*” is a stem of fewer than 3 letters"),
        ("+ a b c d e f g h i", "“a b c d e f g h i” has 9 parts, more than 8"),
        ("~ users, to States", "“~ users, to States” does not say after “=>” what comes in its place"),
        ("up noun 3: charge", "“up noun 3: charge” is not an entry: it begins with none of +, -, ~, !, up and down, or is not complete"),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(entry, reason):
    with pytest.raises(BadPattern) as refusal:
        compiled([HintRule("a-rule", "role", "en", (entry,))])

    assert str(refusal.value) == reason


def test_the_longer_of_two_ways_to_say_it_is_found():
    vocabulary = Vocabulary()
    pattern = parsed("(private|private life)", vocabulary)
    reading = reading_of("", "for private life, and in private")
    reading.look_up(vocabulary)

    assert [reading.passage(match.start, match.end)[3] for match in find(pattern, reading)] == ["private life", "private"]


def test_a_stored_rule_is_a_rule_for_each_of_its_languages():
    rules = rules_of("a-rule", "role", {"fr": ["+ gérer"], "en": ["+ manage", "- not"]})

    assert rules == [HintRule("a-rule", "role", "fr", ("+ gérer",)), HintRule("a-rule", "role", "en", ("+ manage", "- not"))]


def stands(pattern, text):
    """Where it stands, as these words."""
    vocabulary = Vocabulary()
    ready, reading = parsed(pattern, vocabulary), reading_of("", text)
    reading.look_up(vocabulary)
    return [reading.passage(match.start, match.end)[3] for match in find(ready, reading)]


@pytest.mark.parametrize(
    "word", ["إدارة", "الإدارة", "وإدارة", "والإدارة", "بإدارة", "لإدارة", "للإدارة", "فللإدارة", "كالإدارة", "إدارتها", "وإدارته", "إِدَارَة"]
)
def test_what_arabic_writes_onto_a_word_does_not_hide_it(word):
    assert stands("إدارة", f"في {word} هنا") == [word]


def test_a_future_and_an_accusative_are_the_same_word_and_another_word_is_not():
    assert stands("يتولى", "وسيتولى القطاع") == ["وسيتولى"]
    assert stands("دور", "للاتحاد دورا") == ["دورا"]
    assert stands("دور", "دورة تدريبية") == []
    assert stands("إدارة", "إذا دارت") == []
    assert stands("حق", "حق") == ["حق"]
    assert stands("حق", "وحق") == []  # two letters left may be any word


def test_a_stem_of_russian_finds_its_endings_with_and_without_dots():
    assert stands("домен* имен*", "доменных имён, доменными именами") == ["доменных имён", "доменными именами"]


def test_chinese_is_found_within_a_run_of_characters_and_beside_latin_letters():
    assert stands("(域名|ip地址)", "分配域名及IP地址的工作") == ["域名", "IP地址"]
    assert stands("研究组", "ITU-T第17研究组主席") == ["研究组"]
    assert stands("域名", "域的名称") == []


def test_a_gap_lets_two_chinese_characters_pass_for_a_word():
    assert stands("管理 ..2 域名", "管理全部域名") == ["管理全部域名"]
    assert stands("管理 ..2 域名", "管理四个字的域名") == ["管理四个字的域名"]
    assert stands("管理 ..2 域名", "管理一共五个字域名") == []


@pytest.mark.parametrize("sign", ["。", "；", "؛", "؟", "！"])
def test_a_sentence_ends_in_every_script(sign):
    assert stands("管理 ..8 域名", f"管理{sign}域名") == []
    assert stands("إدارة ..8 أسماء", f"إدارة{sign} أسماء") == []


@pytest.mark.parametrize("quoted", ["“管理域名”", "《管理域名》", "「管理域名」", "„管理域名“"])
def test_a_title_in_its_marks_is_not_said(quoted):
    assert stands("管理域名", f"题为{quoted}的会议") == []
    assert stands("管理域名", "题为管理域名的会议") == ["管理域名"]
