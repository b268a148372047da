import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.domain.aligning import ChangeKind, ClauseChange, ComparableClause, align, similarity
from tests.bench.texts import alignment_f1, edited, hard_edit, made_up, pairs_of

WORDS = ["report", "Council", "annually", "security", "network", "the", "of", "考虑", "يقرر", "👍"]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
clauses = st.builds(
    ComparableClause, call=st.sampled_from(["noting", "resolves", ""]), number=st.sampled_from(["", "1", "2", "a)"]), text=texts
)
versions = st.lists(clauses, max_size=14)

LONG = "that security work is carried out in many open forums, each within its own role and by its own means;"
OTHER = "to keep the protection of networks among the main tasks of the Sector, with due regard to the rights of users;"
THIRD = "to report to the Council every two years on what was done and on what could not be done for lack of means;"


def resolves(*texts, call="resolves"):
    return [ComparableClause(call, str(number), text) for number, text in enumerate(texts, start=1)]


def kinds(old, new):
    return [(change.kind.value, change.old, change.new) for change in align(old, new)]


@given(versions, versions)
def test_every_clause_is_in_exactly_one_change(old, new):
    changes = align(old, new)

    assert sorted(i for change in changes for i in change.old) == list(range(len(old)))
    assert sorted(j for change in changes for j in change.new) == list(range(len(new)))


@given(versions, versions)
def test_only_merged_and_split_have_several_on_a_side(old, new):
    sides = {
        ChangeKind.ADDED: lambda old, new: (old, new) == (0, 1),
        ChangeKind.REMOVED: lambda old, new: (old, new) == (1, 0),
        ChangeKind.MERGED: lambda old, new: old > 1 and new == 1,
        ChangeKind.SPLIT: lambda old, new: old == 1 and new > 1,
    }
    for change in align(old, new):
        assert sides.get(change.kind, lambda old, new: (old, new) == (1, 1))(len(change.old), len(change.new))


@given(versions)
def test_the_same_text_is_unchanged_throughout(version):
    changes = align(version, [ComparableClause(clause.call, clause.number, clause.text + "\u00a0") for clause in version])

    assert changes == [ClauseChange(ChangeKind.UNCHANGED, (place,), (place,), 1.0) for place in range(len(version))]
    assert changes == align(version, list(version))


@given(versions, versions)
def test_the_other_way_round_the_changes_are_the_same_reversed(old, new):
    there, back = align(old, new), align(new, old)

    assert Counter(there) == Counter(change.reversed() for change in back)
    assert sum(change.kind is ChangeKind.ADDED for change in there) == sum(change.kind is ChangeKind.REMOVED for change in back)


@given(versions, versions)
def test_changes_come_in_the_order_of_the_new_text(old, new):
    places = [change.new[0] for change in align(old, new) if change.new]

    assert places == sorted(places)


@given(versions, versions)
def test_claims_are_true_of_the_clauses(old, new):
    for change in align(old, new):
        if change.kind is ChangeKind.UNCHANGED:
            assert old[change.old[0]] == new[change.new[0]]
        if change.kind is ChangeKind.RENUMBERED:
            assert old[change.old[0]].text == new[change.new[0]].text
            assert old[change.old[0]].number != new[change.new[0]].number


def test_a_number_alone_is_no_change_of_substance():
    assert kinds(resolves(LONG, OTHER), resolves(THIRD, LONG, OTHER)) == [
        ("added", (), (0,)),
        ("renumbered", (0,), (1,)),
        ("renumbered", (1,), (2,)),
    ]


def test_what_is_removed_is_told_where_it_stood():
    assert kinds(resolves(LONG, OTHER, THIRD), resolves(LONG, THIRD)) == [
        ("unchanged", (0,), (0,)),
        ("removed", (1,), ()),
        ("renumbered", (2,), (1,)),
    ]


def test_a_clause_with_other_words_is_modified_whether_or_not_its_number_stays():
    [added, change] = align(resolves(OTHER), resolves(LONG, OTHER.replace("main", "foremost")))

    assert added.kind is ChangeKind.ADDED
    assert (change.kind, change.is_reworded, change.is_renumbered) == (ChangeKind.MODIFIED, True, True)
    assert 0.9 < change.similarity < 1


def test_a_clause_that_changes_places_is_moved_even_when_edited():
    old, new = resolves(LONG, OTHER, THIRD), resolves(OTHER, THIRD, LONG.replace("many", "several"))

    moved = align(old, new)[-1]

    assert (moved.kind, moved.old, moved.new, moved.is_reworded) == (ChangeKind.MOVED, (0,), (2,), True)


def test_a_clause_from_the_preamble_to_the_operative_part_is_moved():
    old = [*resolves(LONG, call="noting"), *resolves(OTHER)]
    new = [ComparableClause("noting", "1", THIRD), *resolves(LONG, OTHER)]

    moved = next(change for change in align(old, new) if change.old == (0,))

    assert (moved.kind, moved.new, moved.is_reworded, moved.is_under_another_call) == (ChangeKind.MOVED, (1,), False, True)


def test_clauses_whose_call_is_reworded_where_they_stand_are_modified_not_moved():
    old, new = resolves(LONG, OTHER, call="instructs the Director"), resolves(LONG, OTHER, call="invites the Director")

    changes = align(old, new)

    assert [(change.kind, change.is_reworded, change.is_under_another_call) for change in changes] == [
        (ChangeKind.MODIFIED, False, True)
    ] * 2


@pytest.mark.parametrize(("call", "paired"), [("resolves", True), ("noting", False)])
def test_across_calls_clauses_must_be_more_alike(call, paired):
    """Half of the words in common is enough where it stands, and not under another call that both texts have."""
    stay = [ComparableClause("noting", "1", THIRD), ComparableClause("resolves", "1", OTHER)]
    old = [stay[0], ComparableClause("resolves", "0", "one two three four five six"), stay[1]]
    new = [stay[0], ComparableClause(call, "0", "one two three seven eight nine"), stay[1]]

    changes = {change.kind for change in align(old, new)}

    assert (ChangeKind.ADDED not in changes) == paired


def test_two_clauses_made_one_and_one_made_two():
    one = f"{LONG} {OTHER}"

    assert kinds(resolves(THIRD, LONG, OTHER), resolves(THIRD, one)) == [("unchanged", (0,), (0,)), ("merged", (1, 2), (1,))]
    assert kinds(resolves(THIRD, one), resolves(THIRD, LONG, OTHER)) == [("unchanged", (0,), (0,)), ("split", (1,), (1, 2))]


def test_three_clauses_made_one_with_a_word_changed():
    one = f"{LONG} {OTHER} {THIRD}".replace("main", "foremost")

    [change] = align(resolves(LONG, OTHER, THIRD), resolves(one))

    assert (change.kind, change.old, change.is_reworded) == (ChangeKind.MERGED, (0, 1, 2), True)


def test_a_removed_clause_is_not_taken_for_merged_into_its_neighbour():
    assert kinds(resolves(LONG, OTHER), resolves(LONG + " and to go on doing so as long as it is of use to all,")) == [
        ("modified", (0,), (0,)),
        ("removed", (1,), ()),
    ]


def test_typography_alone_leaves_a_clause_unchanged():
    old = [ComparableClause("décide de charger l'UIT-T", "a)", "d'examiner l'expérience des États Membres;")]
    new = [ComparableClause("décide de charger l’UIT\u2011T", "a)\u00a0", "d’examiner l’expérience des États\u00a0Membres\u00a0;")]

    assert kinds(old, new) == [("unchanged", (0,), (0,))]


def test_sentences_deleted_and_inserted_again_under_other_letters_are_renumbered():
    """Machine compares mark whole clauses as deleted and the same ones as inserted: only the clauses tell."""
    old = [ComparableClause("considering", letter, text) for letter, text in zip(("c)", "d)", "e)"), (THIRD, LONG, OTHER), strict=True)]
    new = [ComparableClause("considering", letter, text) for letter, text in zip(("c)", "d)"), (LONG, OTHER), strict=True)]

    assert [change.kind for change in align(old, new)] == [ChangeKind.REMOVED, ChangeKind.RENUMBERED, ChangeKind.RENUMBERED]


def test_chinese_is_compared_by_character():
    assert similarity("考虑到互联网的发展", "考虑到互联网的快速发展") > 0.8


def test_clauses_that_say_the_same_several_times_are_paired_in_their_order():
    old, new = resolves(LONG, "idem;", OTHER, "idem;"), resolves(LONG, "idem;", OTHER, "idem;", "idem;")

    assert [change.kind for change in align(old, new)] == [ChangeKind.UNCHANGED] * 4 + [ChangeKind.ADDED]


def test_hard_edits_of_two_hundred_clauses_are_aligned():
    found = alignment_f1(200, seeds=8)

    assert found["ours"] >= 0.99
    assert found["strangers p99"] > 0.2  # these clauses are no easier to tell apart than real ones


def test_of_very_many_clauses_only_the_likely_ones_are_compared(monkeypatch):
    rng = random.Random(4)
    old = made_up(300, rng)
    new = [ComparableClause(clause.call, clause.number, edited(clause.text, 0.3, rng) + " anew") for clause in old]
    whole = pairs_of(align(old, new))

    monkeypatch.setattr("resolutions.domain.aligning._MOST_WORK", 0)

    assert whole == {(place, place) for place in range(300)}
    assert len(pairs_of(align(old, new)) & whole) >= 297


def test_what_the_generator_says_is_true_covers_what_stayed():
    rng = random.Random(5)
    old = made_up(100, rng)

    new, true = hard_edit(old, rng)

    assert len({i for i, _ in true}) == len({j for _, j in true}) == len(true)
    assert max(j for _, j in true) < len(new)


@given(versions, versions, st.data())
def test_what_is_known_to_be_one_clause_stays_one_whatever_its_words(old, new, data):
    count = min(len(old), len(new))
    known = list(
        zip(
            data.draw(st.permutations(range(len(old))))[:count:2],
            data.draw(st.permutations(range(len(new))))[:count:2],
            strict=False,
        )
    )
    changes = align(old, new, known)

    assert sorted(i for change in changes for i in change.old) == list(range(len(old)))
    assert sorted(j for change in changes for j in change.new) == list(range(len(new)))
    assert all(any(i in change.old and j in change.new for change in changes) for i, j in known)
