"""Watching and unwatching a date."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import DateWatch, Deadline, Meeting


@transaction.atomic
def watch_date(target: Meeting | Deadline, *, by: User) -> DateWatch:
    """Watch a date. Safe to repeat."""
    watch, _is_new = DateWatch.objects.get_or_create(user=by, **_row(target))
    return watch


@transaction.atomic
def stop_watching_date(target: Meeting | Deadline, *, by: User) -> None:
    DateWatch.objects.filter(user=by, **_row(target)).delete()


def _row(target: Meeting | Deadline) -> dict[str, Any]:
    return {"meeting": target} if isinstance(target, Meeting) else {"deadline": target}


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "calendar_app.date_watch"


def watch_state(target: Meeting | Deadline, *, by: User) -> dict[str, Any]:
    """Whether this person watches it, and since when, as `undo` keeps it."""
    since = DateWatch.objects.filter(user=by, **_row(target)).values_list("created_at", flat=True).first()
    is_meeting = isinstance(target, Meeting)
    return {
        "meeting": target.pk if is_meeting else None,
        "deadline": None if is_meeting else target.pk,
        "since": since and since.isoformat(),
    }


@transaction.atomic
def undo_watch(about: dict[str, Any], *, by: User) -> str:
    """Watch it again, or no more, if she did not change that since."""
    before, after = about["before"], about["after"]
    table: type[Meeting | Deadline] = Meeting if before["meeting"] else Deadline
    target = table.objects.visible_to(by).filter(pk=before["meeting"] or before["deadline"]).first()
    by.lock()
    if target is None or bool(watch_state(target, by=by)["since"]) != bool(after["since"]):
        raise RuleBroken(_("You have changed this since: nothing was undone."))
    if before["since"]:
        row = watch_date(target, by=by)
        DateWatch.objects.filter(pk=row.pk).update(created_at=datetime.fromisoformat(before["since"]))
    else:
        stop_watching_date(target, by=by)
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_watch)
