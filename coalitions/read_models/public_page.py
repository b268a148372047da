"""What coalitions show on the page without a log-in: their names and statements, each as two of its leads chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coalitions.models import PublicPageEntry, Statement

# Newest first: so many stand on the page itself.
MOST_STATEMENTS = 20


@dataclass(frozen=True)
class PublicEntries:
    """What stands on the page of all coalitions that take part.

    names -- in alphabetical order; is_indexed -- whether all of them, and at least one, let search engines list the page
    changed -- the key of each entry and when it changed last: equal where nothing changed
    """

    names: Sequence[str]
    is_indexed: bool
    changed: Sequence[tuple[int, datetime]]


def public_entries() -> PublicEntries:
    """In one query."""
    rows = list(PublicPageEntry.objects.order_by("pk").values_list("pk", "shown_name", "is_indexed", "changed_at"))
    return PublicEntries(
        names=sorted((name for _pk, name, _is_indexed, _at in rows if name), key=str.casefold),
        is_indexed=bool(rows) and all(is_indexed for _pk, _name, is_indexed, _at in rows),
        changed=[(pk, at) for pk, _name, _is_indexed, at in rows],
    )


@dataclass(frozen=True)
class PublicStatement:
    """A statement that a coalition shows; by whom, if the coalition is named."""

    public_id: UUID
    title: str
    closed_at: datetime
    by: str


def public_statements() -> list[PublicStatement]:
    """The newest that are shown. In one query."""
    rows = Statement.objects.published().select_related("circle__coalition__public_page_entry").order_by("-closes_at", "-pk")
    return [
        PublicStatement(row.public_id, row.title, row.closes_at, row.circle.coalition.public_page_entry.shown_name)
        for row in rows[:MOST_STATEMENTS]
    ]
