"""What may be told of those who are not named: never so much that a name falls out by elimination."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from coalitions.statements.domain.counting import may_be_told
from coalitions.statements.domain.fingerprint import file_of, fingerprint, frozen

STATES = ("endorse", "not-now", "silent")


def possible(numbers: dict[str, int], known: dict[int, str]) -> list[tuple[str, ...]]:
    """Every way in which the unnamed may have answered, for whoever knows these numbers and the answers of some."""
    people = sum(numbers.values())
    return [
        way
        for way in product(STATES, repeat=people)
        if all(way.count(state) == numbers.get(state, 0) for state in STATES) and all(way[who] == said for who, said in known.items())
    ]


@given(st.lists(st.sampled_from(STATES), max_size=5))
def test_told_numbers_leave_open_what_each_other_answered(answers):
    numbers = {state: answers.count(state) for state in STATES}
    if not may_be_told(numbers):
        return
    # Nobody outside the group knows of anybody; nobody within it, who knows her own answer, knows of any other.
    for known in [{}, *({who: said} for who, said in enumerate(answers))]:
        ways = possible(numbers, known)
        for who in set(range(len(answers))) - set(known):
            assert len({way[who] for way in ways}) > 1


def test_numbers_that_would_name_someone_are_not_told():
    assert not may_be_told({})
    assert not may_be_told({"endorse": 1})
    assert not may_be_told({"endorse": 1, "silent": 1})
    assert not may_be_told({"endorse": 3})
    assert not may_be_told({"endorse": 5, "not-now": 1})
    assert may_be_told({"endorse": 1, "not-now": 1, "silent": 1})
    assert may_be_told({"endorse": 2, "not-now": 2})


@given(st.text())
def test_a_frozen_text_stays_as_it_is_and_ends_with_one_line_end(text):
    once = frozen(text)
    assert frozen(once) == once
    assert once.endswith("\n")
    assert not once.endswith("\n\n") or once == "\n"
    assert "\r" not in once


def test_the_fingerprint_is_that_of_the_file():
    # printf '%s\n' 'Été' | sha256sum
    assert fingerprint("Été") == "5c0d39d561f80f6a16f196f63866bd0e3e79e4640bf5a01d3bb44d7827b17056"
    assert file_of("E\u0301te\u0301\r\n") == "Été\n".encode()
    assert fingerprint("E\u0301te\u0301") == fingerprint("Été\n")
