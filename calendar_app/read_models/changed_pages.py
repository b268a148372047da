"""Which pages that facts name as their source have changed since somebody checked the fact there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from amnt.core import outgoing
from calendar_app.models import SourcePage
from resolutions.importers.reference import COMPILED_ON


def changed_pages() -> dict[str, datetime]:
    """When each page was found changed, by its address. None where this service asks nobody."""
    if not outgoing.is_on():
        return {}
    return _changed(SourcePage.objects.all())


def changed_since_checked(fact: Any, pages: Mapping[str, datetime]) -> date | None:
    """The day on which a page it names was found changed, if nobody has checked the fact since. None of what nobody ever checked."""
    found = [pages[link] for link in fact.source_links if link in pages]
    if not found:
        return None
    changed: datetime = max(found)
    if fact.verified_at is not None:
        return changed.date() if fact.verified_at < changed else None
    compiled = not fact.is_from_memory and fact.reference_key is not None
    return changed.date() if compiled and changed.date() >= COMPILED_ON else None


def page_changed_on(fact: Any) -> date | None:
    """The same of one fact."""
    if not outgoing.is_on() or not (links := fact.source_links):
        return None
    return changed_since_checked(fact, _changed(SourcePage.objects.filter(address__in=links)))


def _changed(pages: QuerySet[SourcePage]) -> dict[str, datetime]:
    return {address: at for address, at in pages.exclude(changed_at=None).values_list("address", "changed_at") if at}
