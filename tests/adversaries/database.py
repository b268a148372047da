"""What stands in every table, to compare before and after."""

from django.apps import apps
from django.db import models
from django.utils import translation

from amnt.accounts.models import Session


def stored(*without: type[models.Model]) -> dict[str, list[str]]:
    """The rows of every table, by its label. Sessions are left out: a visitor without one is given one."""
    left_out = {Session, *without}
    tables = apps.get_models(include_auto_created=True)
    # Translated columns are read in the language of the reader.
    with translation.override("en"):
        return {
            model._meta.label: sorted(map(str, model._base_manager.values_list()))
            for model in tables
            if model not in left_out and model._meta.managed and not model._meta.proxy
        }


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows that are new, gone or other, by table."""
    found = {label: sorted(set(before[label]) ^ set(after[label])) for label in before}
    return {label: rows for label, rows in found.items() if rows}
