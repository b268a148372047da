"""Undoing the act just done, from the notice that says so, for ten minutes.

An act whose service can restore what was there offers it with its sentence:

    undo.success_with_undo(request, _("Done."), kind="coalitions.follow_up", about={…ids and values to restore…})

The notice then holds a form. What to restore travels in it, encrypted and bound to the person: nothing is stored, and nothing is left
after the ten minutes. The function registered for the kind restores it, locked, or refuses with a sentence if others changed it since.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.notices import undo_tag
from amnt.encryption.keys import WrongFieldKey, decrypt, encrypt, is_encrypted

UNDOABLE_FOR = timedelta(minutes=10)

# (about, by=…) restores and returns what to say; raises RuleBroken if it cannot.
Undo = Callable[..., str]
_kinds: dict[str, Undo] = {}


def register(kind: str, undo: Undo) -> None:
    _kinds[kind] = undo


def success_with_undo(request: HttpRequest, sentence: str, *, kind: str, about: dict[str, Any] | None) -> None:
    """Like `messages.success`, with a button that undoes the act; without one if there is nothing to restore (`about` is None)."""
    messages.success(request, sentence, extra_tags=undo_tag(token_of(kind, about, by=request.user)))  # type: ignore[arg-type]


def change(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any] | None:
    """What to restore, and what must still stand there for that; None if nothing changed."""
    return {"before": before, "after": after} if before != after else None


def token_of(kind: str, about: dict[str, Any] | None, *, by: User) -> str:
    """What the button carries; empty if there is nothing to restore."""
    if about is None:
        return ""
    if kind not in _kinds:
        raise LookupError(kind)
    return encrypt(json.dumps({"kind": kind, "by": by.pk, "at": now().isoformat(), "about": about}))


def undo(token: str, *, by: User) -> str:
    """Undo what this token stands for, and return what to say."""
    too_late = RuleBroken(_("Ten minutes have passed: this can no longer be undone here."))
    try:
        said = json.loads(decrypt(token)) if is_encrypted(token) else None
    except WrongFieldKey:
        said = None
    if said is None or said["by"] != by.pk or datetime.fromisoformat(said["at"]) < now() - UNDOABLE_FOR:
        raise too_late
    return _kinds[said["kind"]](said["about"], by=by)
