"""Dates as forms state them and as the record of changes stores them."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from amnt.accounts.models import User, check_zone
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.languages import current_language
from amnt.core.links import is_clean_link
from calendar_app.models import Deadline, Meeting
from resolutions.models import ENDS_BEFORE_IT_STARTS, Assembly, DateStatus

Target = Meeting | Deadline | Assembly
State = dict[str, Any]


@dataclass(frozen=True)
class NewDate:
    """A date as a form states it: days, optionally an hour in a zone, and its certainty.

    follows -- for a deadline: whether it keeps counting from the first day of its meeting or assembly; None leaves that as it is
    """

    on: date
    status: str = DateStatus.CONFIRMED
    until: date | None = None
    hour: time | None = None
    zone: str = times.ITU_ZONE
    follows: bool | None = None

    @property
    def last_day(self) -> date:
        return self.until or self.on

    @property
    def instant(self) -> datetime:
        return times.instant_of(self.on, self.hour, self.zone)


def check_new_date(new: NewDate) -> None:
    """Refuse days in the wrong order, and a time that does not exist in its zone on that day."""
    if new.last_day < new.on:
        raise RuleBroken(str(ENDS_BEFORE_IT_STARTS), field="until")
    try:
        check_zone(new.zone)
    except ValidationError as error:
        raise RuleBroken(error.messages[0], field="zone") from None
    if new.hour is not None and not times.exists(new.on, new.hour, new.zone):
        language = current_language()
        raise RuleBroken(
            _("On %(day)s the clocks in %(place)s (%(zone)s) go forward: %(hour)s does not exist there. Choose another time.")
            % {
                "day": times.day(new.on, language),
                "place": times.place(new.zone, language),
                "zone": new.zone,
                "hour": times.hour(datetime.combine(new.on, new.hour)),
            },
            field="hour",
        )


def check_source(source: str, *, is_private: bool, may_have_words: bool = False) -> None:
    """None needed for a call of a circle; else a web address.

    may_have_words -- the source of facts may be several links, in words
    """
    has_link = bool(Meeting(source=source).source_links) if may_have_words else is_clean_link(source)
    if (source or not is_private) and not has_link:
        raise RuleBroken(_("An official date needs its source: a link where anyone can check it."), field="source")


# --- Kept in the record of changes ----------------------------------------------------------------------------------


def state_of(target: Target) -> State:
    """The state of a date as the record of changes stores it."""
    if isinstance(target, Assembly):
        return {"starts_on": iso(target.starts_on), "ends_on": iso(target.ends_on), "date_status": target.date_status}
    state = {
        "at": target.at.astimezone(UTC).isoformat(),
        "has_hour": target.has_hour,
        "zone": target.zone,
        "date_status": target.date_status,
    }
    if isinstance(target, Meeting):
        return state | {"starts_on": iso(target.starts_on), "ends_on": iso(target.ends_on)}
    return state | {"offset_days": target.offset_days}


def new_date_of(state: State) -> NewDate:
    """The `NewDate` that produces a recorded state."""
    hour = None
    if "at" in state:
        local = datetime.fromisoformat(state["at"]).astimezone(ZoneInfo(state["zone"] if state["has_hour"] else times.ITU_ZONE))
        on, hour = local.date(), local.time() if state["has_hour"] else None
    on = date.fromisoformat(state["starts_on"]) if state.get("starts_on") else on
    until = date.fromisoformat(state["ends_on"]) if state.get("ends_on") else None
    follows = state["offset_days"] is not None if "offset_days" in state else None
    return NewDate(on, state["date_status"], until, hour, state.get("zone", times.ITU_ZONE), follows)


def set_state(target: Target, state: State) -> None:
    for name, value in state.items():
        if name == "at":
            value = datetime.fromisoformat(value)
        elif name in {"starts_on", "ends_on"} and value:
            value = date.fromisoformat(value)
        setattr(target, name, value)


def fingerprint(target: Target) -> str:
    """Two people changing at once: the one who saw an older state has an older fingerprint."""
    state = {**state_of(target), "version": getattr(target, "version", None)}
    return sha256(json.dumps(state).encode()).hexdigest()


def instant_state(new: NewDate) -> State:
    return {
        "at": new.instant.astimezone(UTC).isoformat(),
        "has_hour": new.hour is not None,
        "zone": new.zone,
        "date_status": str(new.status),
    }


def meeting_state(new: NewDate) -> State:
    return instant_state(new) | {"starts_on": iso(new.on), "ends_on": iso(new.last_day)}


def hour_of(target: Meeting | Deadline) -> time | None:
    return target.at.astimezone(ZoneInfo(target.zone)).time() if target.has_hour else None


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def save_with_author(by: User, target: Target, fields: list[str] | None = None) -> None:
    """Save these fields, with the author in the history."""
    target._history_user = by  # type: ignore[union-attr]
    target.save(update_fields=fields)
