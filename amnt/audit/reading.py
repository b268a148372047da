"""Entries as a person reads them: people by name as long as the audit may name them, objects by their kind, columns by their label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models.options import Options
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.audit import acts
from amnt.audit.forms import AuditFilter
from amnt.audit.models import PERSON, AuditEntry, AuditEntryQuerySet, AuditLevel, Pseudonym

A_PAGE = 50
# Whoever is named no more.
FORMER_MEMBER = gettext_lazy("a former member")

Name = Callable[[Any], str]


@dataclass(frozen=True)
class AuditLine:
    """
    who, about -- a person, or for a public fact its kind and code; empty where the reader is not told
    columns -- labels of those that changed
    level -- "public", "coalition", "circle" or "delegation", as templates mark it; empty for what belongs to an account
    """

    at: datetime
    sentence: str
    who: str
    about: str
    columns: list[str]
    level: str


LEVELS = {
    AuditLevel.PUBLIC: "public",
    AuditLevel.COALITION: "coalition",
    AuditLevel.RESTRICTED: "circle",
    AuditLevel.DELEGATION: "delegation",
}


def page_of(request: HttpRequest, entries: AuditEntryQuerySet) -> tuple[AuditFilter, Page]:
    """The bound filter, and the page of entries that it finds."""
    asked = AuditFilter(request.GET, zone=request.user.time_zone)  # type: ignore[union-attr]
    return asked, Paginator(asked.found(entries), A_PAGE).get_page(request.GET.get("page"))


def lines(entries: Iterable[AuditEntry], *, name: Name, read_in_full: Callable[[AuditEntry], bool] = lambda entry: True) -> list[AuditLine]:
    """One query whatever their number.

    name -- what a person is called on this page
    read_in_full -- whether the reader is told more of an entry than its act, its class and its moment
    """
    entries = list(entries)
    people = with_names(entries, name)
    found = []
    for entry in entries:
        in_full = read_in_full(entry)
        who = people.get(str(entry.actor), str(FORMER_MEMBER)) if entry.actor else nobody(entry)
        said = (who, subject_of(entry, people), columns(entry)) if in_full else ("", "", [])
        found.append(AuditLine(entry.at, entry.sentence, *said, level_of(entry)))
    return found


def nobody(entry: AuditEntry) -> str:
    if acts.is_unnamed(entry.act):
        return _("somebody whose name is not kept")
    return _("the service itself, or a command run by its host")


def level_of(entry: AuditEntry) -> str:
    """An account belongs to no coalition: its acts are not marked as the coalition's."""
    is_of_account = entry.level == AuditLevel.COALITION and entry.coalition is None
    return "" if is_of_account else LEVELS[AuditLevel(entry.level)]


def with_names(entries: Iterable[AuditEntry], name: Name) -> dict[str, str]:
    pseudonyms = {str(entry.actor) for entry in entries if entry.actor}
    pseudonyms |= {entry.object_id for entry in entries if entry.object_type == PERSON}
    rows = Pseudonym.objects.filter(name__in=pseudonyms).select_related("user")
    return {str(row.name): name(row.user) for row in rows}


def subject_of(entry: AuditEntry, people: Mapping[str, str]) -> str:
    """The person or public fact an entry is about; empty for what has no short code."""
    if entry.object_type == PERSON:
        return people.get(entry.object_id, str(FORMER_MEMBER))
    meta = meta_of(entry)
    if meta is None or (entry.level != AuditLevel.PUBLIC and is_public_id(entry.object_id)):
        return ""
    kind = capfirst(str(meta.verbose_name))
    return kind if is_public_id(entry.object_id) else f"{kind} {entry.object_id}".strip()


def columns(entry: AuditEntry) -> list[str]:
    """The labels of the columns that changed, as far as they are columns of what the act is about."""
    meta = meta_of(entry)
    return [label for column in entry.fields if (label := label_of(meta, column))] if meta else []


def meta_of(entry: AuditEntry) -> Options | None:
    try:
        return apps.get_model(entry.object_type)._meta if entry.object_type else None
    except LookupError:
        return None


def label_of(meta: Options, column: str) -> str:
    try:
        return str(meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return ""


def is_public_id(object_id: str) -> bool:
    """Whether it is random, and says nothing to a reader."""
    try:
        UUID(object_id)
    except ValueError:
        return False
    return True
