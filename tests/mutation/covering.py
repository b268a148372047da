"""A pytest plugin: which test runs which lines of the modules that are mutated, kept in var/mutation/ for `bin/mutate`."""

import gc
import json
import sys
import time
from collections import defaultdict
from types import CodeType, FunctionType

import pytest

from tests.mutation.mutants import ROOT, paths

FOLDER = ROOT / "var" / "mutation"
TOOL = sys.monitoring.COVERAGE_ID
EVENTS = sys.monitoring.events


class Covering:
    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.files = {str(ROOT / path): path for path in paths()}
        self.lines: set[tuple[str, int]] = set()
        self.found: dict[str, dict[str, object]] = {}
        self.seconds_of_database = 0.0

    def pytest_collection_finish(self):
        """Watch the code of these modules alone, all loaded by now: watching every line of Django costs ten times as much."""
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, EVENTS.LINE, self.line)
        for function in gc.get_objects():
            if type(function) is FunctionType:
                self.watch(function.__code__)

    def watch(self, code: CodeType) -> None:
        if code.co_filename in self.files:
            sys.monitoring.set_local_events(TOOL, code, EVENTS.LINE)
            for constant in code.co_consts:
                if isinstance(constant, CodeType):
                    self.watch(constant)

    def line(self, code, line):
        self.lines.add((self.files[code.co_filename], line))
        return sys.monitoring.DISABLE

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """Making the database is not the cost of the test that happens to be the first one."""
        began = time.process_time()
        result = yield
        if fixturedef.argname == "django_db_setup":
            self.seconds_of_database += time.process_time() - began
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.lines = set()
        self.seconds_of_database = 0.0
        sys.monitoring.restart_events()
        began = time.process_time()
        result = yield
        by_file = defaultdict(list)
        for path, line in sorted(self.lines):
            by_file[path].append(line)
        seconds = time.process_time() - began - self.seconds_of_database
        self.found[item.nodeid] = {"seconds": round(seconds, 3), "lines": by_file}
        return result

    def pytest_sessionfinish(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"covered-{self.worker}.json").write_text(json.dumps(self.found))


def pytest_configure(config):
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        return  # with xdist, only the workers run tests
    covering = Covering(getattr(config, "workerinput", {}).get("workerid", "alone"))
    config.pluginmanager.register(covering, "covering")
