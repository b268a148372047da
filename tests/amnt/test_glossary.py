"""The glossary names what there is."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Named there, and no model: an enumeration, a column, a folder.
OTHERS = {"resolutions.DateStatus", "Clause.part", "calendar_app/reminders/", "User.is_staff"}


def test_every_name_in_the_glossary_is_that_of_a_model():
    rows = re.findall(r"^\|.*\| ([^|]+) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - OTHERS
    models = {model.__name__ for model in apps.get_models()}
    assert len(named) > 20
    assert {name for name in named if name.split(".")[-1] not in models} == set()
