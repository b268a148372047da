"""Names of tests are read in reports: they fit a line."""

import ast
from pathlib import Path

from django.conf import settings

LONGEST = 80


def test_no_test_has_a_name_longer_than_a_line():
    named = [
        node.name
        for path in sorted((Path(settings.BASE_DIR) / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert len(named) > 1000
    assert [name for name in named if len(name) > LONGEST] == []
