"""Entries as a person reads them: people by name as long as the audit may name them, objects by their kind, columns by their label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from amnt.audit.forms import AuditFilter
from amnt.audit.models import PERSON, AuditEntry, AuditEntryQuerySet, Level, Pseudonym

A_PAGE = 50

Name = Callable[[Any], str]


@dataclass(frozen=True)
class Line:
    """
    who -- empty where the reader is not told
    about -- the person or the kind of object, and the labels of the columns that changed
    level -- "public", "coalition", "circle" or "delegation", as templates mark it
    """

    at: datetime
    sentence: str
    who: str
    about: list[str]
    level: str


LEVELS = {Level.PUBLIC: "public", Level.COALITION: "coalition", Level.RESTRICTED: "circle", Level.DELEGATION: "delegation"}


def page_of(request: HttpRequest, entries: AuditEntryQuerySet) -> tuple[AuditFilter, Page]:
    """The filter as it was asked for, and the page of entries that it finds."""
    asked = AuditFilter(request.GET, zone=request.user.time_zone)  # type: ignore[union-attr]
    return asked, Paginator(asked.found(entries), A_PAGE).get_page(request.GET.get("page"))


def lines(entries: Iterable[AuditEntry], *, name: Name, read_in_full: Callable[[AuditEntry], bool] = lambda entry: True) -> list[Line]:
    """One query whatever their number.

    name -- what a person is called on this page
    read_in_full -- whether the reader is told more of an entry than its act, its class and its moment
    """
    entries = list(entries)
    people = named(entries, name)
    found = []
    for entry in entries:
        in_full = read_in_full(entry)
        who = people.get(str(entry.actor), _("a former member")) if entry.actor else _("the service itself, or a command of its host")
        said = (who, about(entry, people)) if in_full else ("", [])
        found.append(Line(entry.at, entry.sentence, *said, LEVELS[Level(entry.level)]))
    return found


def named(entries: Iterable[AuditEntry], name: Name) -> dict[str, str]:
    pseudonyms = {str(entry.actor) for entry in entries if entry.actor}
    pseudonyms |= {entry.object_id for entry in entries if entry.object_type == PERSON}
    rows = Pseudonym.objects.filter(name__in=pseudonyms).select_related("user")
    return {str(row.name): name(row.user) for row in rows}


def about(entry: AuditEntry, people: Mapping[str, str]) -> list[str]:
    """The person or the kind of object, then what of it changed."""
    if not entry.object_type:
        return []
    if entry.object_type == PERSON:
        return [people.get(entry.object_id, _("a former member"))]
    try:
        meta = apps.get_model(entry.object_type)._meta
    except LookupError:
        return []
    labels = [label for column in entry.fields if (label := label_of(meta, column))]
    return [capfirst(str(meta.verbose_name)), *labels]


def label_of(meta, column: str) -> str:
    try:
        return str(meta.get_field(column).verbose_name)
    except FieldDoesNotExist:
        return ""
