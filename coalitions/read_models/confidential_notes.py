"""Confidential notes as their author and those she named read them: beside what they are about, and on a page of the author's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from amnt.accounts.models import User
from coalitions.models import ConfidentialNote
from coalitions.models.confidential_notes import KINDS
from coalitions.read_models.seats import deleted_on


@dataclass(frozen=True)
class ReadableNote:
    """
    told_to -- the names of those whom the author named, in her own copy only
    """

    id: UUID
    text: str
    at: datetime
    author: str
    is_hers: bool
    told_to: list[str]
    deleted_on: date | None
    about: Any = None


def notes_on(thing: Model, user: User) -> list[ReadableNote]:
    """In her box about this, the newest first."""
    found = ConfidentialNote.objects.on(user, thing).select_related("assembly").readable_by(user)
    return as_readable(found, user)


def notes_written_by(user: User) -> list[ReadableNote]:
    """All of hers, each with what it is about."""
    return as_readable(ConfidentialNote.objects.select_related("assembly").by_author(user), user, with_things=True)


def as_readable(found: Iterable[ConfidentialNote], user: User, *, with_things: bool = False) -> list[ReadableNote]:
    notes = sorted(found, key=lambda note: note.at, reverse=True)
    people = User.objects.in_bulk({pk for note in notes for pk in (note.author_id, *note.readers)})
    things: dict[tuple[str, int], Model] = {}
    if with_things:
        for kind, model in KINDS.items():
            keys = {key for each, key in (note.about for note in notes) if each == kind}
            things |= {(kind, pk): thing for pk, thing in model._default_manager.in_bulk(keys).items()}
    return [
        ReadableNote(
            id=note.pk,
            text=note.text,
            at=note.at,
            author=people[note.author_id].short_name if note.author_id in people else "",
            is_hers=note.author_id == user.pk,
            told_to=[people[pk].short_name for pk in note.readers if pk in people] if note.author_id == user.pk else [],
            deleted_on=deleted_on(note.assembly),
            about=things.get(note.about),
        )
        for note in notes
    ]
