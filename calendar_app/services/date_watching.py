"""Watching and unwatching a date."""

from typing import Any

from django.db import transaction

from amnt.accounts.models import User
from calendar_app.models import DateWatch, Deadline, Meeting


@transaction.atomic
def watch_date(target: Meeting | Deadline, *, by: User) -> DateWatch:
    """Watch a date. Safe to repeat."""
    watch, _is_new = DateWatch.objects.get_or_create(user=by, **as_watched(target))
    return watch


@transaction.atomic
def stop_watching_date(target: Meeting | Deadline, *, by: User) -> None:
    DateWatch.objects.filter(user=by, **as_watched(target)).delete()
    by.note_changed()


def as_watched(target: Meeting | Deadline) -> dict[str, Any]:
    """The column of `DateWatch` that says so, with the date."""
    return {"meeting": target} if isinstance(target, Meeting) else {"deadline": target}
