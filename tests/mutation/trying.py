"""A pytest plugin: instead of running the tests, tries a seeded sample of changes per module against the tests that run the changed lines.

Each is tried in a process forked from this one. Killed: a test fails, or its time is over. Survived: every test tried passes.
"""

import json
import os
import signal
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.applying import Change
from tests.mutation.covering import FOLDER
from tests.mutation.mutants import mutants_of, paths

SURVIVED, KILLED = 0, 1


@dataclass
class Covered:
    """Which tests run a line, those first that run the fewest other lines, and what each costs."""

    by_line: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)
    breadth: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Covered":
        covered = cls()
        for file in sorted(FOLDER.glob("covered-*.json")):
            for test, row in json.loads(file.read_text()).items():
                covered.seconds[test] = row["seconds"]
                covered.breadth[test] = sum(map(len, row["lines"].values()))
                for path, lines in row["lines"].items():
                    covered.by_file[path].add(test)
                    for line in lines:
                        covered.by_line[path, line].append(test)
        return covered

    def tests(self, change: Change) -> list[str]:
        path = change.mutant.path
        names: set[str] = set()
        for old, _ in change.code:
            names.update(self.by_line.get((path, change.mutant.line), ()) or self.within(path, old))
        if change.constants:
            names |= self.by_file[path]
        return sorted(names, key=lambda test: (self.breadth[test] * (self.seconds[test] + 0.05), test))

    def within(self, path: str, code) -> set[str]:
        """A line that never runs by itself (a continued expression): the tests that run any line of its function."""
        lines = {line for _, _, line in code.co_lines() if line is not None and line != code.co_firstlineno}
        return {test for line in lines for test in self.by_line.get((path, line), ())}


class Trying:
    def __init__(self, config) -> None:
        self.options = config.option
        self.items: dict[str, pytest.Item] = {}
        self.running: dict[int, Change] = {}
        self.results: dict[str, Counter[str]] = defaultdict(Counter)
        self.survivors: list[Change] = []

    def pytest_runtestloop(self, session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.make_the_database(session)
        covered = Covered.read()
        modules = [path for path in paths() if not self.options.module or any(part in path for part in self.options.module)]
        for path in modules:
            self.try_module(path, covered)
            self.say(path)
        self.summary()
        return True

    def make_the_database(self, session) -> None:
        """By running two tests of different folders: what both share (the session's fixtures) stays."""
        with_database = [item for item in session.items if item.get_closest_marker("django_db")]
        first = with_database[0]
        other = next(item for item in with_database if item.path.parent != first.path.parent)
        runtestprotocol(first, nextitem=other, log=False)

    def try_module(self, path: str, covered: Covered) -> None:
        broken: set[str] | None = None
        tried = 0
        for mutant in mutants_of(path, self.options.seed):
            if tried == self.options.sample:
                break
            change = Change(mutant)
            if not change or change.module is None:
                continue
            tried += 1
            tests = [test for test in covered.tests(change) if test in self.items]
            if not tests:
                self.count(change, "not covered")
                continue
            if broken is None:
                broken = self.tests_that_fail_unchanged(sorted(covered.by_file[path] & self.items.keys()), covered)
            self.wait_for_room(self.options.workers)
            self.start(change, [test for test in tests if test not in broken], covered)
        self.wait_for_room(1)

    def tests_that_fail_unchanged(self, tests: list[str], covered: Covered) -> set[str]:
        """In a forked process (some start threads or processes of their own): they prove nothing here."""
        if not hasattr(self, "_broken"):
            self._broken: dict[str, bool] = {}
        unknown = [test for test in tests if test not in self._broken]
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            silence()
            failed = [test for test in self.within_seconds(unknown, covered) if not self.passes(test)]
            with os.fdopen(write, "w") as pipe:
                json.dump(failed, pipe)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            failed = set(json.loads(pipe.read() or "[]"))
        os.waitpid(pid, 0)
        self._broken.update({test: test in failed for test in unknown})
        return {test for test, broken in self._broken.items() if broken}

    def within_seconds(self, tests: list[str], covered: Covered) -> list[str]:
        """Those that the changes of this run may be tried with."""
        chosen, spent = [], 0.0
        for test in tests:
            spent += covered.seconds[test]
            if spent > self.options.seconds:
                break
            chosen.append(test)
        return chosen

    def start(self, change: Change, tests: list[str], covered: Covered) -> None:
        chosen = self.within_seconds(tests, covered)
        pid = os.fork()
        if pid:
            self.running[pid] = change
            return
        silence()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(30 + int(10 * sum(covered.seconds[test] for test in chosen)))
        change.apply()
        for test in chosen:
            if not self.passes(test):
                os._exit(KILLED)
        os._exit(SURVIVED)

    def passes(self, test: str) -> bool:
        item = self.items[test]
        nextitem = next(other for other in self.items.values() if other.path.parent != item.path.parent)
        return not any(report.failed for report in runtestprotocol(item, nextitem=nextitem, log=False))

    def wait_for_room(self, workers: int) -> None:
        while len(self.running) >= workers:
            pid, status = os.wait()
            change = self.running.pop(pid)
            self.count(change, "survived" if status == SURVIVED else "killed")

    def count(self, change: Change, result: str) -> None:
        self.results[change.mutant.path][result] += 1
        if result != "killed":
            self.survivors.append(change)
            print(f"\n{result}: {change.mutant.name}\n{change.mutant.difference()}", flush=True)

    def say(self, path: str) -> None:
        counts = self.results[path]
        if counts:
            print(f"{path}: {counts['killed']} of {counts.total()} killed", flush=True)

    def summary(self) -> None:
        killed = sum(counts["killed"] for counts in self.results.values())
        total = sum(counts.total() for counts in self.results.values())
        print(f"\nSeed {self.options.seed}: {killed} of {total} killed ({killed / max(total, 1):.1%}) in {len(self.results)} modules")


def silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def pytest_addoption(parser):
    parser.addoption("--module", action="append", help="only the modules whose path contains this")
    parser.addoption("--sample", type=int, default=30, help="changes per module")
    parser.addoption("--seed", type=int, default=1)
    parser.addoption("--workers", type=int, default=os.cpu_count() or 1)
    parser.addoption("--seconds", type=float, default=60.0, help="of tests that one change is tried with, the closest first")


def pytest_configure(config):
    config.pluginmanager.register(Trying(config), "trying")
