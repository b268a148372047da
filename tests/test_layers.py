"""Pure modules and read models are what docs/architecture.md says; import-linter holds what they may import of our own packages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("resolutions", "coalitions", "calendar_app")
SUBJECTS = ("media", "outcomes", "outreach", "participation", "positions", "priorities", "statements", "texts")
PACKAGES = (*APPS, *(f"coalitions/{subject}" for subject in SUBJECTS))
PURE_PACKAGES = [f"{package}/domain" for package in PACKAGES] + [
    "resolutions/importers/docx",
    "resolutions/importers/itu",
    "resolutions/importers/odt",
]
# What pure modules may import of Django: words, dates and texts, no settings, rows or requests.
PURE_DJANGO = {"django.utils.crypto", "django.utils.formats", "django.utils.functional", "django.utils.translation"}
PURE_OWN = {"amnt.core.errors", "amnt.core.times"}
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update",
}  # fmt: skip
OF_A_REQUEST = ("django.http", "django.shortcuts", "django.views", "rest_framework")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.name not in {"__init__.py", "__main__.py"})


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(*PURE_PACKAGES), ids=name_of)
def test_a_pure_module_imports_pure_things_only(path):
    pure = tuple(folder.replace("/", ".") for folder in PURE_PACKAGES)
    names = set(imported(ast.parse(path.read_text())))
    of_django = {name for name in names if name.partition(".")[0] in {"django", "rest_framework", "django_countries"}}
    own = {name for name in names if name.partition(".")[0] in {"amnt", *APPS}}
    assert of_django <= PURE_DJANGO
    assert {name for name in own - PURE_OWN if not name.startswith((*pure, "resolutions.importers.paragraphs"))} == set()


@pytest.mark.parametrize("path", modules(*(f"{package}/read_models" for package in PACKAGES)), ids=name_of)
def test_a_read_model_writes_nothing_and_knows_no_request(path):
    tree = ast.parse(path.read_text())
    calls = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert calls & WRITES == set()
    assert [name for name in imported(tree) if name.startswith(OF_A_REQUEST)] == []
    assert "request" not in arguments
