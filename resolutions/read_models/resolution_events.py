"""The events of one resolution, newest first: its facts, its texts, and the proposals on it that one may read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import get_language

from amnt.accounts.models import User
from resolutions.models import Outcome, ProposalEvent, Resolution, Revision, RevisionText
from resolutions.read_models.history import RecordedSave, changes_of

FACTS, TEXTS, PROPOSALS = range(3)


@dataclass(frozen=True, slots=True)
class TextEvent:
    """A text was entered, or checked by a second person."""

    at: datetime
    text: RevisionText
    is_check: bool
    by: User | None


@dataclass(frozen=True, slots=True)
class Event:
    """One of the three is set.

    who -- a name, empty if the reader may not know it.
    """

    at: datetime
    who: str
    fact: RecordedSave | None = None
    text: TextEvent | None = None
    proposal: ProposalEvent | None = None


def _label(record: Any) -> str:
    """Of a past state of a revision, in the reader's language if it had one there."""
    return getattr(record, f"label_{(get_language() or '')[:2]}", "") or record.label


class ResolutionEvents(Sequence[Event]):
    """A sequence for a paginator. Facts and texts are few; events of proposals are loaded for one page only.

    name -- says a person as far as the reader may know her
    """

    def __init__(self, resolution: Resolution, user: User, *, name: Callable[[User], str]) -> None:
        self.resolution, self.user, self.name = resolution, user, name

    @cached_property
    def _facts(self) -> list[RecordedSave]:
        of_parts = {"resolution_id": self.resolution.pk}
        return [
            *changes_of(Resolution, {"id": self.resolution.pk}, thing=lambda record: self.resolution.full_name, name=self.name),
            *changes_of(Revision, of_parts, thing=_label, name=self.name),
            *changes_of(Outcome, of_parts, thing=lambda record: str(record.assembly), name=self.name),
        ]

    @cached_property
    def _texts(self) -> list[TextEvent]:
        texts = RevisionText.objects.visible_to(self.user).filter(revision__resolution=self.resolution)
        found = []
        for text in texts.select_related("revision", "entered_by", "checked_by"):
            found.append(TextEvent(text.entered_at, text, False, text.entered_by))
            if text.checked_at:
                found.append(TextEvent(text.checked_at, text, True, text.checked_by))
        return found

    @cached_property
    def _order(self) -> list[tuple[datetime, int, int]]:
        """Sort keys, newest first: the instant, which of the three, and its index or, for an event of a proposal, its primary key."""
        events = ProposalEvent.objects.visible_to(self.user).filter(proposal__resolution=self.resolution)
        rows = [
            *((change.at, FACTS, place) for place, change in enumerate(self._facts)),
            *((event.at, TEXTS, place) for place, event in enumerate(self._texts)),
            *((at, PROPOSALS, key) for key, at in events.values_list("pk", "at")),
        ]
        return sorted(rows, reverse=True)

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        rows = self._order[place]
        keys = [key for _at, source, key in rows if source == PROPOSALS]
        readable = ProposalEvent.objects.visible_to(self.user).select_related("proposal__contribution__assembly", "proposal__group", "by")
        events = readable.in_bulk(keys)
        return [self._event(*row, events) for row in rows]

    def _event(self, at: datetime, source: int, key: int, events: dict[int, ProposalEvent]) -> Event:
        if source == FACTS:
            return Event(at, self._facts[key].who, fact=self._facts[key])
        if source == TEXTS:
            text = self._texts[key]
            return Event(at, self.name(text.by) if text.by else "", text=text)
        event = events[key]
        return Event(at, self.name(event.by) if event.by else "", proposal=event)
