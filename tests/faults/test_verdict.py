"""bin/faults fails where a mail is lost, comes too often or leaves trouble behind."""

from collections import Counter

import pytest

from tests.faults.verdict import Result, exit_code

WRITTEN = {"a", "b", "c"}
WELL = Result.of(WRITTEN, Counter("abc"))


@pytest.mark.parametrize(
    ("arrived", "lost", "copies"), [("abc", 0, 0), ("ab", 1, 0), ("", 3, 0), ("aabbbc", 0, 3), ("aab", 1, 1), ("aaab", 1, 2)]
)
def test_what_did_not_arrive_is_lost_and_what_arrived_again_is_a_copy(arrived, lost, copies):
    result = Result.of(WRITTEN, Counter(arrived))
    assert (result.mails, result.lost, result.copies) == (3, lost, copies)


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (WELL, "✔ stalls 3 mails 0 lost 0 copies (≤ 0) 7 s"),
        (Result.of(WRITTEN, Counter("aabc"), 1, ["1 kill"]), "✔ stalls 3 mails 0 lost 1 copies (≤ 1) 7 s; 1 kill"),
        (Result.of(WRITTEN, Counter("aabc")), "✖ stalls 3 mails 0 lost 1 copies (≤ 0) 7 s"),
        (Result.of(WRITTEN, Counter("ab"), 9), "✖ stalls 3 mails 1 lost 0 copies (≤ 9) 7 s"),
        (Result(3, 0, 0, trouble=["3 people silenced"]), "✖ stalls 3 mails 0 lost 0 copies (≤ 0) 7 s; 3 people silenced"),
    ],
)
def test_each_scenario_is_a_line_that_says_whether_it_is_as_it_should_be(result, line):
    assert " ".join(result.line("stalls", 7.2).split()) == line


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([WELL], 0),
        ([WELL, Result.of(WRITTEN, Counter("ab"))], 1),
        ([Result.of(WRITTEN, Counter("aabc")), WELL], 1),
        ([WELL, Result(0, 0, 0, trouble=["libfaketime is not installed"]), WELL], 1),
    ],
)
def test_one_scenario_that_is_not_makes_it_fail(results, code):
    assert exit_code(results) == code
