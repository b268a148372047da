"""Each proposed clause finds the clause in force it starts from, or says that a person should look."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutions.domain.aligning import ChangeKind, similarity
from resolutions.domain.wording import same_wording
from resolutions.importers.anchoring import Starting, anchor, anchor_by_structure, candidates, candidates_by_structure, continued
from tests.bench.texts import f1, hard_edit, made_up

WORDS = ["report", "Council", "annually", "security", "network", "the", "of", "考虑", "يقرر"]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
clauses = st.builds(
    Starting,
    part=st.sampled_from(["preamble", "operative"]),
    kind=st.just("item"),
    call=st.sampled_from(["noting", "resolves", ""]),
    number=st.sampled_from(["", "1", "2", "a)"]),
    text=texts,
)
versions = st.lists(clauses, max_size=12)
ways = pytest.mark.parametrize("find", [anchor, anchor_by_structure])


def resolves(*texts, call="resolves", part="operative"):
    return [Starting(part, "item", call, str(number), text) for number, text in enumerate(texts, start=1)]


LONG = "that security work is carried out in many open forums, each within its own role and by its own means;"
OTHER = "to keep the protection of networks among the main tasks of the Sector, with due regard to the rights of users;"
THIRD = "to report to the Council every two years on what was done and on what could not be done for lack of means;"


@ways
@given(starting=versions, in_force=versions)
def test_no_two_clauses_are_anchored_to_one(find, starting, in_force):
    found = find(starting, in_force)
    bases = [each.base for each in found if each.base is not None]
    assert len(found) == len(starting)
    assert len(set(bases)) == len(bases)
    assert all(0 <= base < len(in_force) for base in bases)


@ways
@given(version=versions)
def test_the_text_itself_is_anchored_clause_by_clause_without_doubt(find, version):
    found = find(version, version)
    assert [each.base for each in found] == list(range(len(version)))
    assert not any(each.is_doubtful or each.differs for each in found)


@given(starting=versions, in_force=versions)
def test_what_differs_is_said_and_nothing_else(starting, in_force):
    for clause, found in zip(starting, anchor(starting, in_force), strict=True):
        if found.base is None:
            assert found.is_doubtful
        else:
            base = in_force[found.base]
            assert found.differs == (not same_wording(clause.text, base.text))
            assert found.likeness == similarity(base.text, clause.text)
            assert found.differs or not found.is_doubtful


@ways
@given(data=st.data(), starting=versions, in_force=versions)
def test_what_a_person_decided_stands(find, data, starting, in_force):
    places = data.draw(st.lists(st.sampled_from(range(len(starting))), unique=True)) if starting else []
    bases = data.draw(st.permutations(range(len(in_force))))
    decided = {place: bases[at] if at < len(bases) else None for at, place in enumerate(places)}
    found = find(starting, in_force, decided=decided)
    assert {place: found[place].base for place in places} == decided
    assert not any(found[place].is_doubtful for place in places)
    taken = [each.base for each in found if each.base is not None]
    assert len(set(taken)) == len(taken)


@given(old=versions, new=versions)
def test_a_clause_continues_one_clause_at_most(old, new):
    pairs = continued(old, new)
    assert len(set(pairs.values())) == len(pairs)
    assert continued(old, old) == {place: place for place in range(len(old))}


@given(clause=clauses, in_force=versions)
def test_every_clause_in_force_is_a_candidate_the_most_alike_first(clause, in_force):
    found = candidates(clause, in_force)
    assert sorted(each.base for each in found) == list(range(len(in_force)))
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    assert sorted(each.base for each in candidates_by_structure(clause, in_force)) == list(range(len(in_force)))


def test_anchors_survive_hard_edits():
    """Those that alignment is measured with: nearly every clause that stayed is found, and few are tied to another one."""
    for seed in range(5):
        rng = random.Random(seed)
        old = made_up(60, rng)
        new, true = hard_edit(old, rng)
        found = anchor(list(map(placed, new)), list(map(placed, old)))
        assert f1({(each.base, place) for place, each in enumerate(found) if each.base is not None}, true) >= 0.97


def placed(clause):
    return Starting("operative", "item", clause.call, clause.number, clause.text)


def test_a_clause_with_little_in_common_is_to_be_looked_at():
    half = "that security work is carried out in no forum whatsoever, whatever anybody else says about its means;"
    (found,) = anchor(resolves(half), resolves(LONG))
    assert (found.base, found.differs, found.is_doubtful) == (0, True, True)


def test_a_clause_made_of_two_is_tied_to_the_longer_and_to_be_looked_at():
    (found,) = anchor(resolves(f"{LONG} {OTHER}"), resolves(LONG, OTHER))
    assert (found.kind, found.is_doubtful) == (ChangeKind.MERGED, True)
    assert found.base == max(range(2), key=lambda place: similarity([LONG, OTHER][place], f"{LONG} {OTHER}"))


def test_of_two_halves_the_one_most_alike_keeps_the_clause():
    first, second = anchor(resolves(LONG, f"{OTHER} {OTHER}"), resolves(f"{LONG} {OTHER} {OTHER}"))
    assert [first.base, second.base].count(0) == 1
    assert first.is_doubtful
    assert second.is_doubtful


def test_a_clause_that_moved_is_found_where_it_stood():
    found = anchor(resolves(THIRD, LONG, OTHER), resolves(LONG, OTHER, THIRD))
    assert [each.base for each in found] == [2, 0, 1]
    assert not any(each.is_doubtful for each in found)


def test_across_languages_a_missing_clause_makes_its_part_doubtful():
    english = [*resolves("a", "b", call="considering", part="preamble"), *resolves("c", "d", "e")]
    french = [*resolves("un", "deux", call="considérant", part="preamble"), *resolves("trois", "quatre", call="décide")]
    found = anchor_by_structure(french, english)
    assert [(each.base, each.is_doubtful, each.likeness) for each in found] == [
        (0, False, None),
        (1, False, None),
        (2, True, None),
        (3, True, None),
    ]


def test_across_languages_candidates_of_the_same_part_and_number_come_first():
    english = [*resolves("a", "b", call="considering", part="preamble"), *resolves("c", "d")]
    (french,) = resolves("quatre", call="décide")
    assert [each.base for each in candidates_by_structure(french, english)] == [2, 3, 0, 1]
