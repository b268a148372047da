"""A pytest plugin: which test runs which lines of the modules that are mutated, kept in var/mutation/ for `bin/mutate`."""

import json
import sys
import time
from collections import defaultdict

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

    def start(self) -> None:
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, EVENTS.LINE, self.line)
        sys.monitoring.set_events(TOOL, EVENTS.LINE)

    def line(self, code, line):
        path = self.files.get(code.co_filename)
        if path is not None:
            self.lines.add((path, line))
        return sys.monitoring.DISABLE

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.lines = set()
        sys.monitoring.restart_events()
        began = time.process_time()
        result = yield
        by_file = defaultdict(list)
        for path, line in sorted(self.lines):
            by_file[path].append(line)
        self.found[item.nodeid] = {"seconds": round(time.process_time() - began, 3), "lines": by_file}
        return result

    def pytest_sessionfinish(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"covered-{self.worker}.json").write_text(json.dumps(self.found))


def pytest_configure(config):
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        return  # with xdist, only the workers run tests
    covering = Covering(getattr(config, "workerinput", {}).get("workerid", "alone"))
    covering.start()
    config.pluginmanager.register(covering, "covering")
