"""The offices of a delegation that were asked, and how they answer: from contacts that the reader may read, by what was written of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from coalitions.models import Contact
from resolutions.folding import fold


@dataclass(frozen=True)
class Office:
    """days -- in how many it usually answered; None if it never did; channel -- how it was asked most often
    asked_by -- who asked last, by a short name; empty for someone who has left
    """

    name: str
    asked: int
    answered: int
    days: int | None
    channel: str
    last_on: date
    asked_by: str


def offices(contacts: Iterable[Contact]) -> list[Office]:
    """Those that a contact names, the one asked last first.

    contacts -- of one delegation, the latest first, `with_people`
    """
    by_name: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.office:
            by_name[fold(contact.office)].append(contact)
    return [_office(rows) for rows in by_name.values()]


def _office(rows: list[Contact]) -> Office:
    last = rows[0]
    waited = [(row.answered_on - row.asked_on).days for row in rows if row.answered_on]
    [(channel, _times)] = Counter(row.get_channel_display() for row in rows).most_common(1)
    person = last.person if getattr(last, "person_is_here", False) else None
    return Office(
        name=last.office,
        asked=len(rows),
        answered=len(waited),
        days=median_low(waited) if waited else None,
        channel=str(channel),
        last_on=last.asked_on,
        asked_by=person.short_name if person else "",
    )
