"""Copies of what is overwritten or discarded, kept for two weeks; whoever may do the act may restore it.

The service that overwrites calls `keep` in its transaction. Restoring is registered per kind:

    kept_copies.register(
        "coalitions.follow_up_words",
        sentence=_("Earlier wording of a follow-up"),
        act=_("The earlier wording of a follow-up was restored"),
        look=look_at_words,        # (copy, user) -> CopyPreview, or None if she may not read what it was part of, or if that is gone
        put_back=put_words_back,   # (copy, by=…) -> the thing as it is again, which has a page; raises RuleBroken if it cannot be
        lock=lock_follow_up,       # (copy): locks what these two read, if needed
    )

Numbers of restricted documents are deleted at once, without a copy.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit import acts
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import digest
from coalitions.models import Circle, KeptCopy
from coalitions.services.circle_acts import record_in


@dataclass(frozen=True)
class PreviewPart:
    """One text: how it is called, what stood there and what stands there now."""

    name: str
    before: str
    now: str = ""


@dataclass(frozen=True)
class CopyPreview:
    """What a person reads before restoring it.

    back -- the page it was part of
    """

    parts: list[PreviewPart]
    may_put_back: bool
    back: str

    @property
    def state(self) -> str:
        """A digest of the present values, to notice changes since a page showed them."""
        return digest(json.dumps([part.now for part in self.parts]))


@dataclass(frozen=True)
class KeptCopyKind:
    sentence: str | Promise
    look: Callable[[KeptCopy, User], CopyPreview | None]
    put_back: Callable[..., Any]
    lock: Callable[[KeptCopy], object]


_kinds: dict[str, KeptCopyKind] = {}


def register(
    kind: str,
    *,
    sentence: str | Promise,
    act: str | Promise,
    look: Callable[[KeptCopy, User], CopyPreview | None],
    put_back: Callable[..., Any],
    lock: Callable[[KeptCopy], object] = lambda copy: None,
) -> None:
    """sentence -- how its page is called; act -- how the audit calls it when it is put back"""
    _kinds[kind] = KeptCopyKind(sentence, look, put_back, lock)
    acts.register(act_of(kind), act)


def act_of(kind: str) -> str:
    return f"{kind}_put_back"


def sentence_of(copy: KeptCopy) -> str:
    return str(_kinds[copy.kind].sentence)


def preview_of(copy: KeptCopy, user: User) -> CopyPreview | None:
    return _kinds[copy.kind].look(copy, user)


def keep(
    kind: str,
    content: dict[str, Any],
    *,
    about: UUID,
    by: User | None,
    circle: Circle | None = None,
    belongs_at: datetime | None = None,
    at: datetime | None = None,
) -> KeptCopy:
    """Keep a copy; without a circle only `by` may read it."""
    if kind not in _kinds:
        raise LookupError(kind)
    copy = KeptCopy(kind=kind, about=about, circle=circle, owner=None if circle else by, content=content, by=by, belongs_at=belongs_at)
    copy.at = at or copy.at
    copy.save()
    return copy


@transaction.atomic
def put_back(copy: KeptCopy, *, by: User, seen: str) -> Any:
    """Restore once, and only if the present values are as `seen` (`CopyPreview.state`). They are kept as a copy."""
    row = KeptCopy.objects.there().select_for_update(of=("self",)).filter(pk=copy.pk).first()
    if row is None:
        raise RuleBroken(_("This has already been restored, or its two weeks are over."))
    kind = _kinds[row.kind]
    kind.lock(row)
    look = kind.look(row, by)
    if look is None or not look.may_put_back:
        raise RuleBroken(_("You can no longer restore this."))
    if look.state != seen:
        raise RuleBroken(_("It has changed since you opened this page. Read what is there now, then decide."))
    thing = kind.put_back(row, by=by)
    if row.circle:
        record_in(row.circle, act_of(row.kind), by=by, about=thing)
    else:
        record(act_of(row.kind), by=by, level=AuditLevel.DELEGATION)
    row.delete()
    return thing


def forget(copy: KeptCopy) -> None:
    """Delete a copy for good. Only personal ones: a circle's may not be deleted by one person."""
    if copy.owner is None:
        raise RuleBroken(_("This belongs to a circle: it stays until its two weeks are over."))
    copy.delete()
