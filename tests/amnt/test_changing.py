"""The recipes name what there is."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
RECIPES = (ROOT / "docs" / "changing.md").read_text()
# Outside the excerpts, which also show files that a recipe makes.
PROSE = re.sub(r"```.*?```", "", RECIPES, flags=re.DOTALL)
FOLDERS = ("amnt/", "bin/", "calendar_app/", "coalitions/", "docs/", "locale/", "resolutions/", "templates/", "tests/")


def test_every_file_that_a_recipe_names_is_there():
    named = {name for name in re.findall(r"`([^` ]+)`", PROSE) if name.startswith(FOLDERS)}
    assert len(named) > 50
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_there_are_twelve_recipes_each_with_its_files_and_an_excerpt():
    recipes = re.split(r"^## \d+\. ", RECIPES, flags=re.MULTILINE)[1:]
    assert len(recipes) == 12
    assert [
        recipe.splitlines()[0] for recipe in recipes if "\nFiles" not in recipe or "```diff" not in recipe or "\nNoticed" not in recipe
    ] == []
    assert len(RECIPES.splitlines()) <= 200
