import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resolutions.domain.wording import (
    apply,
    as_marked_text,
    base_of,
    conflicts,
    diff,
    plain,
    same_wording,
    tokens,
    touched_by_both,
)

# Of everything something: words that meet again, any script, what hangs on letters, what is not seen, what is blank.
SNIPPETS = [
    "resolves",
    "to",
    "the",
    " ",
    "  ",
    "\u00a0",
    "\n",
    "ITU-T",
    "ITU\u2011T",
    "l’",
    "l'",
    ",",
    ";",
    "«",
    "”",
    "考虑到",
    "互联网",
    "يقـرر",
    "أن",
]
SNIPPETS += [
    "e\u0301",
    "é",
    "\u0301",
    "\u200f",
    "\u200e",
    "\u0640",
    "\u00ad",
    "👩🏽\u200d💻",
    "\u200d",
    "🇫🇷",
    "🇪",
    "\ufeff",
    "`",
    "हिन्दी",
    "שָׁלוֹם",
]
texts = st.one_of(
    st.lists(st.sampled_from(SNIPPETS), max_size=25).map("".join),
    st.lists(st.sampled_from(["resolves", "that", "the", "of", "report,", "考", "虑"]), max_size=25).map(" ".join),
    st.text(max_size=60),
)


@given(texts, texts)
def test_old_and_changes_make_new(old, new):
    changes = diff(old, new)

    assert apply(old, changes) == new
    assert base_of(changes) == old


@given(texts, texts)
def test_pieces_are_never_empty_and_what_is_same_alternates_with_what_is_not(old, new):
    pieces = diff(old, new)

    assert all(piece.before or piece.after for piece in pieces)
    assert all(same_wording(piece.before, piece.after) for piece in pieces if piece.is_same)
    assert all(first.is_same != second.is_same for first, second in pairwise(pieces))


@given(texts, texts)
def test_a_change_is_shown_exactly_when_the_wording_differs(old, new):
    assert all(piece.is_same for piece in diff(old, new)) == same_wording(old, new) == (plain(old) == plain(new))


@given(texts)
def test_tokens_joined_are_the_text(text):
    assert "".join(tokens(text)) == text


@given(texts.filter(plain))
@example("l’avis de l'UIT-T, «re-\u2011lu»-")
def test_tokens_do_not_depend_on_what_comes_later(text):
    """Plain Latin text is cut by a shorter pattern, unless there is something intricate anywhere in it."""
    assert tokens(text + " 考") == [*tokens(text + " "), "考"]


@given(texts)
def test_typography_is_no_difference(text):
    assert same_wording(text, unicodedata.normalize("NFD", unicodedata.normalize("NFC", text)))
    assert same_wording(text, text.replace(" ", "\u00a0").replace("'", "’").replace("-", "\u2011").replace("\n", " "))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("of ITU-T, as a whole", "of\u00a0ITU\u2011T, as  a\nwhole "),
        ("l’Assemblée ; « Internet »", 'l\'Assemblée; "Internet"'),
        ("members’ needs, say", "members' needs, say"),
        ("يقـــرر أن", "\u200fيقرر أن"),
        ("cybersécurité", unicodedata.normalize("NFD", "cybersécurité")),
        ("考虑到 互联网", "考虑到互联网"),
        ("co\u00adoperation", "cooperation"),
        ("", " \u200f\n"),
        ("all islands[^2]; rocks[^e1]", "all islands[^20]; rocks[^3]"),
    ],
)
def test_the_same_wording(one, other):
    assert same_wording(one, other)
    assert [piece.is_same for piece in diff(one, other)] == [True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shall", "should"),
        ("the internet", "the Internet"),
        ("in line", "inline"),
        ("ITU-T", "ITU T"),
        ("2022-2024", "2022–2024"),
        ("report;", "report,"),
        ("resumé", "resume"),
        ("all islands[^2];", "all islands;"),
        ("all islands[2];", "all islands[3];"),
    ],
)
def test_another_wording(one, other):
    assert not same_wording(one, other)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("among the main tasks of ITU-T", "among the foremost tasks of ITU\u2011T", "among the [−main−][+foremost+] tasks of ITU\u2011T"),
        ("to work on this.", "to work on this, with civil society.", "to work on this[+, with civil society+]."),
        ("annually, in writing, to the Council", "annually to the Council", "annually[−, in writing,−] to the Council"),
        ("tasks", "tasks and means", "tasks[+ and means+]"),
        ("tasks and means", "tasks", "tasks[− and means−]"),
        # One short word between two changes goes with them, two do not, nor does a longer one.
        ("reports of members", "notes of States", "[−reports of members−][+notes of States+]"),
        ("reports of the members", "notes of the States", "[−reports−][+notes+] of the [−members−][+States+]"),
        ("reports from members", "notes from States", "[−reports−][+notes+] from [−members−][+States+]"),
        # What is added or removed begins at the start of its phrase.
        (
            "that it is lit, that it is dry;",
            "that it is lit, that it is safe, that it is dry;",
            "that it is lit, [+that it is safe, +]that it is dry;",
        ),
        ("to light and to mend", "to light and to paint and to mend", "to light [+and to paint +]and to mend"),
        ("lamps; boats;", "lamps;", "lamps;[− boats;−]"),
        ("the use of boats", "the use of lamps and of boats", "the use [+of lamps and +]of boats"),
        ("(a) (c)", "(a) (b) (c)", "(a) [+(b) +](c)"),
        # Chinese has no spaces: character by character.
        ("考虑到全球网络发展", "考虑到全球网络快速发展", "考虑到全球网络[+快速+]发展"),
        # A person with a profession, a flag, a letter with its accent are each one.
        ("ask 👩🏽\u200d💻", "ask 👩🏽\u200d🔬", "ask [−👩🏽\u200d💻−][+👩🏽\u200d🔬+]"),
        ("🇫🇷 🇪🇸", "🇫🇷 🇪🇪", "🇫🇷 [−🇪🇸−][+🇪🇪+]"),
        ("وإذ تضع في اعتبارها", "وإذ تضع في حسبانها", "وإذ تضع في [−اعتبارها−][+حسبانها+]"),
        ("", "new", "[+new+]"),
        ("old", "", "[−old−]"),
        ("", "", ""),
    ],
)
def test_changes_read_well(old, new, marked):
    assert as_marked_text(diff(old, new)) == marked


def test_changes_apply_to_their_own_text_only():
    with pytest.raises(ValueError, match="another text"):
        apply("resolves to act", diff("decides to act", "decides to wait"))


def test_a_clause_longer_than_any_is_one_change_between_its_common_ends():
    """Past a certain length only the ends are compared, so that nobody's upload costs the memory of it."""
    old, new = ("a " + f"{letter} " * 30_000 + "z" for letter in "bc")

    changes = diff(old, new)

    assert [piece.is_same for piece in changes] == [True, False, True]
    assert apply(old, changes) == new


BASE = "to report to the Council annually on the main tasks of the Bureau"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        # Different words for the same one.
        (BASE.replace("main", "foremost"), BASE.replace("main", "urgent"), ["main"]),
        (BASE.replace("annually", "every year"), BASE.replace("Council annually", "Assembly"), ["Council annually"]),
        # Both add, at the same place, different things.
        (BASE + " and its work", BASE + " and its budget", [""]),
        # One adds inside what the other removes.
        (BASE.replace("annually ", "and publish annually "), BASE.replace("to the Council annually ", ""), ["to the Council annually "]),
        (BASE.replace("main", "foremost") + ", please", BASE.replace("main", "urgent") + " only", ["main", ""]),
    ],
)
def test_two_proposals_that_touch_the_same_words(first, second, words):
    found = conflicts(diff(BASE, first), diff(BASE, second))

    assert [conflict.words.strip() for conflict in found] == [word.strip() for word in words]
    assert all(BASE[conflict.start : conflict.end] == conflict.words for conflict in found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BASE.replace("main", "foremost"), BASE.replace("annually", "every year")),
        (BASE.replace("main", "foremost"), BASE.replace("main tasks", "main and lasting tasks")),
        (BASE.replace("main", "foremost"), BASE.replace("main", "foremost")),
        (BASE + ", if so asked", BASE + ", if so asked"),
        (BASE, ""),
    ],
)
def test_two_proposals_that_go_together(first, second):
    assert conflicts(diff(BASE, first), diff(BASE, second)) == []


def test_a_conflict_says_how_each_reads_there():
    first, second = diff(BASE, BASE.replace("main tasks", "foremost aims")), diff(BASE, BASE.replace("main", "urgent"))

    [conflict] = conflicts(first, second)

    assert (conflict.words, conflict.first, conflict.second) == ("main tasks", "foremost aims", "urgent tasks")


def test_what_both_ask_for_alike_is_touched_by_both_and_no_conflict():
    change = diff(BASE, BASE.replace("main", "foremost"))

    [touch] = touched_by_both(change, change)

    assert touch.agrees
    assert touch.words == "main"


def test_proposals_on_different_texts_cannot_be_held_against_each_other():
    with pytest.raises(ValueError, match="different texts"):
        conflicts(diff("one text", "one word"), diff("other text", "other word"))


@given(texts, texts, texts)
def test_conflicts_are_the_same_from_either_side(base, first, second):
    one, other = diff(base, first), diff(base, second)

    mirrored = [(touch.start, touch.end, touch.second, touch.first) for touch in touched_by_both(other, one)]

    assert [(touch.start, touch.end, touch.first, touch.second) for touch in touched_by_both(one, other)] == mirrored


@given(texts, texts)
def test_nobody_is_in_conflict_with_the_same_or_with_no_change(base, new):
    change = diff(base, new)

    assert conflicts(change, change) == []
    assert touched_by_both(change, diff(base, base)) == []
