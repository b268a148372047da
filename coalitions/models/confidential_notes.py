"""What somebody writes for herself and a few people she names, beside a delegation or a resolution (class C3, R-15).

A note is stored once for each of its readers, as a letter in a box: `place` is a keyed digest of one reader and of the thing it is about,
and everything else is in one encrypted column without length or date. So a row shows neither who wrote it, nor who reads it, nor what it
is about, nor which other rows are the same note.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import models

from amnt.accounts.models import User
from amnt.encryption.fields import SealedField
from amnt.encryption.keys import digest
from coalitions.models.delegations import Delegation
from coalitions.models.seats import people_in_coalitions_of
from resolutions.models import Assembly, Resolution

KINDS: dict[str, type[models.Model]] = {"delegation": Delegation, "resolution": Resolution}


def place_of(reader_id: int, thing: models.Model) -> str:
    return place_by_key(reader_id, kind_of(thing), thing.pk)


def place_by_key(reader_id: int, kind: str, key: int) -> str:
    return digest(f"confidential:{reader_id}:{kind}:{key}")


def kind_of(thing: models.Model) -> str:
    return next(kind for kind, model in KINDS.items() if isinstance(thing, model))


class ConfidentialNoteQuerySet(models.QuerySet["ConfidentialNote"]):
    def on(self, user: User, thing: models.Model) -> "ConfidentialNoteQuerySet":
        """What lies in her box about this, by whoever wrote it."""
        return self.filter(place=place_of(user.pk, thing))

    def everywhere(self, user: User) -> "ConfidentialNoteQuerySet":
        """What lies in her boxes about anything."""
        places = [
            place_by_key(user.pk, kind, key) for kind, model in KINDS.items() for key in model._base_manager.values_list("pk", flat=True)
        ]
        return self.filter(place__in=places)

    def readable_by(self, user: User) -> "Iterator[ConfidentialNote]":
        """Of those in her boxes, her own, and those of people who are in a coalition with her now."""
        known = set(people_in_coalitions_of(user))
        return (note for note in self if note.author_id == user.pk or note.author_id in known)

    def by_author(self, user: User) -> "list[ConfidentialNote]":
        """Those that she wrote, the newest first."""
        hers = [note for note in self.everywhere(user) if note.author_id == user.pk]
        return sorted(hers, key=lambda note: note.at, reverse=True)

    def visible_to(self, user: User) -> "ConfidentialNoteQuerySet":
        """Her own, and those of which she is named a reader. Nobody else's, whatever her role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=[note.pk for note in self.everywhere(user).readable_by(user)])


class ConfidentialNote(models.Model):
    """The copy of one note that one of its readers has. Never changed: its author takes it out with all its copies."""

    LONGEST = 2000

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="+")
    place = models.CharField(max_length=64, db_index=True, editable=False)
    sealed = SealedField()

    objects = ConfidentialNoteQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return ""

    @property
    def author_id(self) -> int:
        return self.sealed["author"]

    @property
    def text(self) -> str:
        return self.sealed["text"]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.sealed["at"])

    @property
    def readers(self) -> list[int]:
        """The keys of the people whom its author named."""
        return self.sealed["readers"]

    @property
    def copies(self) -> list[str]:
        """The keys of the copies of these readers: in the author's copy only."""
        return self.sealed["copies"]

    @property
    def about(self) -> tuple[str, int]:
        """The kind and the key of what it is about."""
        kind, key = self.sealed["about"]
        return kind, key
