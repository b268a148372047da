"""Calendar files of others: bytes in, plain events out.

Read are only the parts of an event that say when, what and where it is (`KEPT`): people, alarms, descriptions and attachments are passed
over before anything is understood, and so are definitions of time zones, whose rules could be written to run for ever. A zone counts by its
name alone.
Source: RFC 5545 (iCalendar).
"""

import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import vDDDTypes
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.links import is_clean_link

LARGEST = 2**20
MOST_EVENTS = 500
LONGEST_UID, LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINE = 255, 300, 100, 8000
MOST_LINES = 100  # of one event
KEPT = {"UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "URL", "STATUS", "RRULE", "RDATE", "RECURRENCE-ID"}
# RFC 5545, section 3.3.11.
ESCAPED = re.compile(r"\\([\\;,nN])")
STATUSES = {"CONFIRMED", "TENTATIVE", "CANCELLED"}


class Trouble(StrEnum):
    """Why an event cannot be taken over."""

    REPEATS = "repeats"
    UNREADABLE = "unreadable"
    NO_TITLE = "no-title"


@dataclass(frozen=True)
class ReadEvent:
    """One event as a file says it, in values that JSON can hold.

    uid -- names it in every version of the file; made of its title and day where the file gives none
    on, until -- its first and last day, both included, as "2028-08-07"
    hour, zone -- of its beginning, "09:00" and an IANA name; empty where it has no hour, or one without a zone
    status -- one of STATUSES, or empty
    """

    uid: str
    title: str = ""
    place: str = ""
    url: str = ""
    on: str = ""
    until: str = ""
    hour: str = ""
    zone: str = ""
    status: str = ""
    trouble: str = ""

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.on)

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.until)

    @property
    def time(self) -> time | None:
        return time.fromisoformat(self.hour) if self.hour else None

    @property
    def digest(self) -> str:
        """Of all that it says: another one says something else."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def read_calendar(data: bytes) -> list[ReadEvent]:
    """The events of a calendar file, each once, in order of their days. RuleBroken, with a sentence, if it is none or too large."""
    if len(data) > LARGEST:
        raise RuleBroken(_("This calendar is larger than 1 MB. Bring in a part of it."))
    text = data.decode("utf-8-sig", errors="replace")
    if "BEGIN:VCALENDAR" not in text[:LONGEST_LINE].upper():
        raise RuleBroken(_("This is no calendar file: it does not begin as one (BEGIN:VCALENDAR)."))
    found: dict[str, ReadEvent] = {}
    for number, lines in enumerate(_events_in(text), 1):
        if number > MOST_EVENTS:
            raise RuleBroken(_("This calendar holds more than %(most)d events. Bring in a part of it.") % {"most": MOST_EVENTS})
        event = _event(lines)
        # An exception to a series names the same event: one of them alone says nothing of the others.
        found[event.uid] = replace(event, trouble=Trouble.REPEATS.value) if event.uid in found else event
    if not found:
        raise RuleBroken(_("There is no event in this calendar."))
    return sorted(found.values(), key=lambda event: (event.on or "9999", event.title, event.uid))


def _events_in(text: str):
    """The unfolded lines of each event, without what stands in parts of it."""
    inside: list[str] = []
    lines: list[str] = []
    for line in _unfolded(text):
        name, _colon, value = line.partition(":")
        name = name.strip().upper()
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside[-1] == "VEVENT":
                lines = []
        elif name == "END":
            if inside and inside.pop() == "VEVENT":
                yield lines
        elif inside and inside[-1] == "VEVENT" and name.partition(";")[0] in KEPT and len(lines) < MOST_LINES:
            lines.append(line)


def _unfolded(text: str):
    """RFC 5545, section 3.1: a line that begins with a space continues the one before. Longer ones than anybody needs are cut."""
    parts: list[str] = []
    length = 0
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if raw[:1] in (" ", "\t"):
            if length < LONGEST_LINE:
                parts.append(raw[1:LONGEST_LINE])
                length += len(raw)
            continue
        if parts:
            yield "".join(parts)
        parts, length = [raw[:LONGEST_LINE]], len(raw)
    yield "".join(parts)


def _event(lines: list[str]) -> ReadEvent:
    said: dict[str, tuple[dict[str, str], str]] = {}
    for line in lines:
        try:
            name, parameters, value = Contentline(line).parts()
            said.setdefault(name.upper(), ({key.upper(): str(word) for key, word in parameters.items()}, str(value)))
        except (ValueError, TypeError, KeyError, IndexError):
            # What cannot be read is not there: without its day the event is refused, without its place it has none.
            continue
    title = _words(said, "SUMMARY")[:LONGEST_TITLE].rstrip()
    url = said.get("URL", ({}, ""))[1].strip()
    status = said.get("STATUS", ({}, ""))[1].strip().upper()
    event = ReadEvent(
        uid=_words(said, "UID")[:LONGEST_UID],
        title=title,
        place=_words(said, "LOCATION")[:LONGEST_PLACE].rstrip(" ,;"),
        url=url if is_clean_link(url) else "",
        status=status if status in STATUSES else "",
    )
    try:
        event = _dated(event, said)
        trouble = "" if title else Trouble.NO_TITLE.value
    except (ValueError, TypeError, KeyError, OverflowError, ArithmeticError, AttributeError):
        trouble = Trouble.UNREADABLE.value
    if said.keys() & {"RRULE", "RDATE", "RECURRENCE-ID"}:
        trouble = Trouble.REPEATS.value
    if not event.uid:
        event = replace(event, uid=f"none:{sha256(repr((event.title, event.on)).encode()).hexdigest()[:32]}")
    return replace(event, trouble=trouble)


def _words(said: dict[str, tuple[dict[str, str], str]], name: str) -> str:
    return one_line(ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], said[name][1])) if name in said else ""


def _dated(event: ReadEvent, said: dict[str, tuple[dict[str, str], str]]) -> ReadEvent:
    """With its days and hour. ValueError and the like where it says none."""
    begins, zone = _moment(*said["DTSTART"])
    ends = begins
    if "DTEND" in said:
        ends, _zone = _moment(*said["DTEND"])
    elif "DURATION" in said:
        lasts = vDDDTypes.from_ical(said["DURATION"][1].strip())
        if not isinstance(lasts, timedelta):
            raise ValueError("no duration")
        ends = begins + lasts
    if isinstance(begins, datetime) != isinstance(ends, datetime):
        raise ValueError("begins and ends are not of one kind")
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        # An end whose zone is missing or unknown is read on the clock of the beginning.
        local = ends.astimezone(begins.tzinfo) if ends.tzinfo and begins.tzinfo else ends.replace(tzinfo=begins.tzinfo)
        # What ends at midnight does not last into the next day.
        last_day = (local - timedelta(seconds=1)).date() if local > begins else begins.date()
        hour = f"{begins:%H:%M}" if zone else ""
        first_day = begins.date()
    else:
        # DTEND of days is the day after the last one.
        first_day, hour = begins, ""
        last_day = ends - timedelta(days=1) if ends > begins else begins
    return replace(event, on=first_day.isoformat(), until=last_day.isoformat(), hour=hour, zone=zone if hour else "")


def _moment(parameters: dict[str, str], value: str) -> tuple[Any, str]:
    """A day, or an instant and the zone in which the file gives it; without one, its clock says nothing certain."""
    found = vDDDTypes.from_ical(value.strip())
    if not isinstance(found, datetime):
        if not isinstance(found, date):
            raise ValueError("no day")
        return found, ""
    if found.tzinfo is not None:
        return found.astimezone(UTC), "UTC"
    name = parameters.get("TZID", "").strip().strip('"').lstrip("/")
    name = WINDOWS_TO_OLSON.get(name, name)
    if not times.is_zone(name):
        return found, ""
    return found.replace(tzinfo=ZoneInfo(name)), name
