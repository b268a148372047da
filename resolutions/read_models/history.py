"""The history of a fact in words: who changed which field when, from what to what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from amnt.accounts.models import User

# Bookkeeping columns that say nothing of the fact.
UNSAID = {"id", "reference_key", "reference_values", "search_text", "version", "changed_at", "submission", "public_id"}


@dataclass(frozen=True)
class FieldChange:
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class RecordedSave:
    """One saving of one row. `steps` is empty when the row was added.

    who -- a name, empty if the reader may not know her, and for the data that ships
    """

    at: datetime
    who: str
    by_nobody: bool
    thing: str
    is_new: bool
    is_gone: bool
    steps: list[FieldChange] = field(default_factory=list)


def changes_of(model: Any, about: dict[str, Any], *, thing: Callable[[Any], str], name: Callable[[User], str]) -> list[RecordedSave]:
    """The history of rows of one model, the oldest first.

    about -- chooses the rows
    thing -- names the row of a record
    name -- the name of a person as far as the reader may know it: who changed a public fact may be of another coalition

    A save without a change of a shown field is left out.
    """
    before: dict[Any, Any] = {}
    changes = []
    joined = [column.name for column in model._meta.concrete_fields if column.name == "assembly"]
    for record in model.history.filter(**about).select_related("history_user", *joined).order_by("history_date", "history_id"):
        old = before.get(record.id)
        before[record.id] = record
        is_new, is_gone = record.history_type == "+" or old is None, record.history_type == "-"
        steps = [] if is_new or is_gone else _steps(model, old, record)
        if is_new or is_gone or steps:
            by = record.history_user
            changes.append(RecordedSave(record.history_date, name(by) if by else "", by is None, thing(record), is_new, is_gone, steps))
    return changes


def _steps(model: type[models.Model], old: Any, new: Any) -> list[FieldChange]:
    steps = []
    for column in _sayable(model):
        was, became = getattr(old, column.attname), getattr(new, column.attname)
        if (was or None) != (became or None):
            steps.append(FieldChange(str(column.verbose_name), _said(column, was), _said(column, became)))
    return steps


def _sayable(model: type[models.Model]) -> list[Any]:
    columns = model._meta.concrete_fields
    names = {column.name for column in columns}
    # The plain column of a translated field only repeats one of its languages.
    repeated = {name for name in names if f"{name}_{settings.LANGUAGE_CODE}" in names}
    return [column for column in columns if column.name not in UNSAID | repeated and not column.is_relation]


def _said(column: Any, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
