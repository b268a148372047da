"""All data about a person: its export, and its erasure.

This module knows what its own layer stores. Each app above registers what it stores:

    personal_data.register("watches", lambda user: Rows(…))     what "Download my data" contains
    personal_data.register_refusal(last_lead)                    a sentence if the person cannot be erased yet, else ""
    personal_data.register_on_erase(leave_coalitions)            what to close or hand back before the person is erased
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Field, Model, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.audit import acts
from amnt.audit.models import AuditEntry

Part = Callable[[User], Any]
Refusal = Callable[[User], str]
OnErase = Callable[[User], None]

_parts: dict[str, Part] = {}
# How a page for people calls each part.
_names: dict[str, object] = {
    "person": _("Your account"),
    "audit": _("Your entries in the audit log"),
    "authenticator": _("Second factors"),
    "apitoken": _("API keys"),
    "device": _("Devices"),
    "knownbrowser": _("Known browsers"),
    "knownnetwork": _("Known networks"),
    "notice": _("Notices of deletion"),
    "mail-sent": _("E-mails"),
    "mail-stopped": _("E-mails you stopped"),
    "memberships": _("Coalitions"),
    "circles": _("Circles"),
    "mandates": _("Organisations you answer for"),
    "follow_ups": _("Follow-ups"),
    "readings": _("Readings"),
    "positions": _("Positions"),
    "confidential_notes": _("Your confidential notes"),
    "unavailable": _("What you are not available on"),
    "own_seats": _("Your seat on a delegation"),
    "statements": _("Statements you opened"),
    "statement_answers": _("Answers to statements"),
    "statement_invitations": _("Organisations you invited to sign"),
    "watches": _("Resolutions you watch"),
    "region_watches": _("Regional groups you watch"),
    "brought_in": _("Files you uploaded"),
    "discarded": _("Files you discarded"),
    "documents": _("Documents you entered"),
    "texts": _("Texts you entered or checked"),
    "attendances": _("Meetings you go to"),
    "date_watches": _("Dates you watch"),
    "calendar_feeds": _("Calendar addresses"),
    "reminders": _("Reminders"),
}
_refusals: list[Refusal] = []
_on_erase: list[OnErase] = []

# Apps whose rows about a person are all of that person alone, and the columns that are keys rather than data.
OWN_APPS = {"accounts", "mfa", "retention"}
SECRET = {"id", "user", "password", "digest", "data"}


def register(name: str, part: Part) -> None:
    _parts[name] = part


def register_refusal(refusal: Refusal) -> None:
    _refusals.append(refusal)


def register_on_erase(on_erase: OnErase) -> None:
    _on_erase.append(on_erase)


class Rows:
    """Rows as plain data: counted by the database, and read in chunks.

    found -- in an order in which no two are equal, since pages are cut from it
    as_data -- of one row
    chunk -- how many are in memory at once: few of what is large
    """

    def __init__(self, found: QuerySet, as_data: Callable[[Any], dict[str, Any]], *, chunk: int = 500):
        self.found, self.as_data, self.chunk = found, as_data, chunk

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.as_data, self.found.iterator(chunk_size=self.chunk))

    def __getitem__(self, place: slice) -> list[dict[str, Any]]:
        return list(map(self.as_data, self.found[place].iterator(chunk_size=self.chunk)))

    def count(self) -> int:
        return self.found.count()


def rows(found: QuerySet, *, without: Iterable[str] = ()) -> Rows:
    """These rows, columns by name, without keys and secrets."""
    names = [field.name for field in columns(found.model, without=without)]
    return Rows(found.values_list(*names), lambda row: dict(zip(names, row, strict=True)))


def columns(model: type[Model], *, without: Iterable[str] = ()) -> list[Field]:
    left_out = SECRET | set(without)
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def personal_data(user: User) -> dict[str, Any]:
    """All that is stored about this person, by name. Rows are read when they are iterated."""
    person = {field.name: field.value_from_object(user) for field in columns(User)}
    data: dict[str, Any] = {"made_at": now(), "person": person}
    for relation in User._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label in OWN_APPS and relation.get_accessor_name():
            data[str(model._meta.model_name)] = rows(model._default_manager.filter(**{relation.field.name: user}).order_by("pk"))
    data["audit"] = Rows(AuditEntry.objects.of(user).order_by("pk").values_list("at", "act", "fields"), _recorded)
    return data | {name: part(user) for name, part in _parts.items()}


def _recorded(entry: tuple[datetime, str, list[str]]) -> dict[str, Any]:
    at, act, fields = entry
    return {"at": at, "act": acts.sentence_of(act), "fields": fields}


@dataclass(frozen=True)
class ReadablePart:
    """One part of the personal data as pages show it.

    rows -- plain data, which a paginator counts and cuts
    """

    key: str
    name: str
    rows: Any


def readable_parts(data: Mapping[str, Any], above: str = "") -> Iterator[ReadablePart]:
    """Rows inside another part are a part of their own."""
    for name, part in data.items():
        key = f"{above}-{name}" if above else name
        if isinstance(part, Mapping) and any(isinstance(inner, Rows) for inner in part.values()):
            yield from readable_parts(part, key)
        elif isinstance(part, (Mapping, Rows, list)):
            yield ReadablePart(key, str(_names.get(key, label_of(key))), _as_rows(name, part))


def _as_rows(name: str, part: Mapping[str, Any] | Rows | list[Any]) -> Rows | list[Any]:
    """A mapping is one row, and a list of plain values is one too."""
    if isinstance(part, Mapping):
        return [part]
    return part if isinstance(part, Rows) or all(isinstance(row, Mapping) for row in part) else [{name: part}]


def as_pairs(rows: Iterable[Any]) -> list[list[tuple[str, str]]]:
    """For people: nested values are written out, empty ones left out."""
    return [row for row in map(list, map(pairs, rows)) if row]


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pairs(inner, f"{name}, {label_of(str(key))}" if name else label_of(str(key)))
    elif isinstance(value, (list, tuple, QuerySet)):
        for place, inner in enumerate(value, start=1):
            yield from pairs(inner, f"{name} {place}".strip())
    elif value not in (None, ""):
        yield name, f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)


def label_of(name: str) -> str:
    return name.replace("_", " ")


def reasons_against_erasure(user: User) -> list[str]:
    """Sentences that say what prevents the erasure of this person."""
    return [reason for refusal in _refusals if (reason := refusal(user))]


def run_on_erase(user: User) -> None:
    for on_erase in _on_erase:
        on_erase(user)
    Authenticator.objects.filter(user=user).delete()
    user.recoveries.all().delete()
    user.address_changes.all().delete()
    devices.end_all_access(user)
