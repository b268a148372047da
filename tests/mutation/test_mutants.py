import importlib
import sys
import weakref

import pytest

from tests.mutation import applying, mutants
from tests.mutation.mutants import DropKeyword, DropStatement, Mutant, SwapFilterAndExclude, mutate_code

MODULE = """
LIMIT = 3


class Sums:
    @staticmethod
    def within(number):
        return number < LIMIT


def twice(number):
    return number * 2


def first[Thing](things: list[Thing]) -> Thing:
    return things[0]


class Fields:
    names = tuple(f"field_{number + 1}" for number in range(2))
"""


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        (SwapFilterAndExclude(), "rows.filter(a=1)", "rows.exclude(a=1)"),
        (SwapFilterAndExclude(), "rows.exclude(a=1)", "rows.filter(a=1)"),
        (DropKeyword(), "rows.filter(a=1, b=2)", "rows.filter( b=2)"),
        (DropStatement(), "def f():\n    save(a)\n    return a\n", "def f():\n    pass\n    return a\n"),
        (DropStatement(), "def f():\n    a.b = 1\n", "def f():\n    pass\n"),
    ],
)
def test_our_own_operators(operator, before, after):
    assert mutate_code(before, operator, 0) == after


@pytest.mark.parametrize(
    ("operator", "code"),
    [(SwapFilterAndExclude(), "rows.order_by(a)"), (DropKeyword(), "f(a, b)"), (DropKeyword(), "f(a=1)"), (DropStatement(), "a = save(b)")],
)
def test_what_our_own_operators_leave_as_it_is(operator, code):
    assert mutate_code(code, operator, 0) is None


def test_what_does_not_compile_is_no_change():
    assert mutants.compiles("def f(*, a): ...")
    assert not mutants.compiles("def f(/, a): ...")


@pytest.mark.parametrize(
    ("operator", "line", "unseen"),
    [
        ("DropStatement", "    user.lock()", True),
        ("DropStatement", '    logger.warning("Too many")', True),
        ("DropStatement", "    lock(by=user)", False),
        ("DropStatement", "    user.blocks.delete()", False),
        ("DropKeyword", "    rows.select_for_update(of=a, no_key=True)", True),
        ("DropKeyword", "    rows.filter(a=1, b=2)", False),
    ],
)
def test_what_no_test_on_sqlite_can_notice_is_left_out(operator, line, unseen):
    assert mutants.is_unseen(operator, line) == unseen


def test_what_is_mutated_is_in_every_app():
    paths = mutants.paths()
    assert "coalitions/permissions.py" in paths
    assert "resolutions/services/texts.py" in paths
    assert "calendar_app/reminders/placement.py" in paths
    assert not [path for path in paths if path.startswith("tests/")]


def test_a_seed_gives_the_same_changes_again():
    def names(seed):
        return [mutant.name for mutant in mutants.mutants_of("calendar_app/permissions.py", seed)]

    assert names(1) == names(1) != names(2)
    assert sorted(names(1)) == sorted(names(2))


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    (tmp_path / "amnt_sums.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(applying, "ROOT", tmp_path)
    monkeypatch.setattr(applying, "PACKAGES", ("amnt_sums",))
    yield importlib.import_module("amnt_sums")
    del sys.modules["amnt_sums"]


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [
        ("number <", "number >=", (False, 6)),
        ("* 2", "* 3", (True, 9)),
        ("LIMIT = 3", "LIMIT = 2", (True, 6)),
        ("LIMIT = 3", "LIMIT = 0", (False, 6)),
    ],
)
def test_a_change_reaches_what_is_loaded(loaded, before, after, result):
    assert (loaded.Sums.within(1), loaded.twice(3)) == (True, 6)
    change = applying.Change(Mutant("amnt_sums.py", "", 0, 0, MODULE.replace(before, after)))
    assert change
    change.apply()
    assert (loaded.Sums.within(1), loaded.twice(3)) == result


def test_a_change_reaches_a_function_with_type_parameters(loaded):
    applying.Change(Mutant("amnt_sums.py", "", 0, 0, MODULE.replace("things[0]", "things[1]"))).apply()
    assert loaded.first([3, 4]) == 4


def test_what_only_an_import_computes_is_not_changed(loaded):
    assert not applying.Change(Mutant("amnt_sums.py", "", 0, 0, MODULE.replace("number + 1", "number + 2")))


def test_a_change_passes_by_what_has_gone(loaded):
    gone = set()
    stale = weakref.proxy(gone)
    del gone
    applying.Change(Mutant("amnt_sums.py", "", 0, 0, MODULE.replace("* 2", "* 3"))).apply()
    assert loaded.twice(3) == 9
    assert type(stale) is weakref.ProxyType


def test_a_change_of_an_annotation_is_none(loaded):
    assert not applying.Change(Mutant("amnt_sums.py", "", 0, 0, MODULE.replace("def twice(number)", "def twice(number: int)")))
