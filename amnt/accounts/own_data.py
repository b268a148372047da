"""Everything that hangs on a person: to be handed to her, and to be erased.

This module knows what its own layer stores. Each app above adds what it stores, when it is ready:

    own_data.register("watches", lambda user: […])         what "Download my data" contains
    own_data.register_refusal(last_lead)                    a sentence if she cannot go yet, else ""
    own_data.register_farewell(leave_coalitions)            what to close or hand back before she is erased
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.audit.models import AuditEntry

Part = Callable[[User], Any]
Refusal = Callable[[User], str]
Farewell = Callable[[User], None]

_parts: dict[str, Part] = {}
# How a page for people calls each part.
_names: dict[str, object] = {
    "person": _("Your account"),
    "audit": _("What the audit holds of you"),
    "authenticator": _("Second factors"),
    "apitoken": _("API keys"),
    "device": _("Devices"),
    "knownbrowser": _("Known browsers"),
    "knownnetwork": _("Known networks"),
    "notice": _("Notices of deletion"),
    "mail": _("E-mails"),
    "memberships": _("Coalitions"),
    "circles": _("Circles"),
    "follow_ups": _("Follow-ups"),
    "readings": _("Readings"),
    "positions": _("Positions"),
    "watches": _("Resolutions you watch"),
    "region_watches": _("Regional groups you watch"),
    "brought_in": _("Files you brought in"),
    "discarded": _("Files you discarded"),
    "documents": _("Documents you entered"),
    "texts": _("Texts you entered or checked"),
    "attendances": _("Meetings you go to"),
    "date_watches": _("Dates you watch"),
    "reminders": _("Reminders"),
}
_refusals: list[Refusal] = []
_farewells: list[Farewell] = []

# Apps whose rows about a person are all hers, and the columns that are keys rather than data.
OWN_APPS = {"accounts", "mfa", "retention"}
SECRET = {"id", "user", "password", "digest", "data"}


def register(name: str, part: Part) -> None:
    _parts[name] = part


def register_refusal(refusal: Refusal) -> None:
    _refusals.append(refusal)


def register_farewell(farewell: Farewell) -> None:
    _farewells.append(farewell)


def rows(things: Iterable[Model], *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """These rows as plain data, columns by name, without keys and secrets."""
    left_out = SECRET | set(without)
    return [
        {field.name: field.value_from_object(thing) for field in thing._meta.concrete_fields if field.name not in left_out}
        for thing in things
    ]


def own_data(user: User) -> dict[str, Any]:
    """All we store about her, by the names of the trade."""
    data: dict[str, Any] = {"made_at": now(), "person": rows([user])[0]}
    for relation in User._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label in OWN_APPS and relation.get_accessor_name():
            data[str(model._meta.model_name)] = rows(model._default_manager.filter(**{relation.field.name: user}))
    recorded = AuditEntry.objects.of(user).order_by("pk")
    data["audit"] = [{"at": entry.at, "act": entry.sentence, "fields": entry.fields} for entry in recorded]
    return data | {name: part(user) for name, part in _parts.items()}


@dataclass(frozen=True)
class ReadablePart:
    """One part of her data as a page shows it: rows of names and values, all of them text."""

    name: str
    rows: list[list[tuple[str, str]]]


def readable(data: dict[str, Any]) -> list[ReadablePart]:
    """The same, for people: nested values are written out, empty ones left out, in the order of `own_data`."""
    parts = []
    for name, part in data.items():
        groups = [part] if isinstance(part, dict) else list(part) if isinstance(part, Iterable) and not isinstance(part, str) else []
        rows = [list(pairs(group)) for group in groups]
        parts.append(ReadablePart(str(_names.get(name, spoken(name))), [row for row in rows if row]))
    return [part for part in parts if part.rows]


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pairs(inner, f"{name}, {spoken(str(key))}" if name else spoken(str(key)))
    elif isinstance(value, (list, tuple, QuerySet)):
        for place, inner in enumerate(value, start=1):
            yield from pairs(inner, f"{name} {place}".strip())
    elif value not in (None, ""):
        yield name, f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)


def spoken(name: str) -> str:
    return name.replace("_", " ")


def reasons_to_stay(user: User) -> list[str]:
    """Sentences that say what has to be settled before she can be erased."""
    return [reason for refusal in _refusals if (reason := refusal(user))]


def say_farewell(user: User) -> None:
    for farewell in _farewells:
        farewell(user)
    Authenticator.objects.filter(user=user).delete()
    user.recoveries.all().delete()
    user.address_changes.all().delete()
    devices.close_everything(user)
