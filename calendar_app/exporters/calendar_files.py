"""Calendar files: events in, bytes out, for any program that reads iCalendar.

Nothing in a file names a person: no ATTENDEE, no ORGANIZER, and so no METHOD, which would ask for one. The same events give the same bytes:
DTSTAMP is the time of an event's last change, as RFC 5545 wants it of a file that is published, not the time of writing.
Sources: RFC 5545 (iCalendar), RFC 7986 (NAME, REFRESH-INTERVAL); X-WR-CALNAME and X-PUBLISHED-TTL say the same to older programs.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration, vText

PRODUCT = "-//amnt//calendar//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
# Programs repeat nothing beyond what they are told: clock changes are described until some time after the last event.
_CLOCKS_BEFORE, _CLOCKS_AFTER = timedelta(days=366), timedelta(days=2 * 366)


@dataclass(frozen=True)
class CalendarEvent:
    """One date.

    uid -- the same for as long as the date exists, whatever becomes of it
    sequence -- grows by one each time the date moves; at least 0
    changed_at -- aware
    begins -- a day, or an aware instant in its own zone (a ZoneInfo)
    ends -- the last day of an event of days, itself included; the end of one of instants; None: that day alone, or no known length
    alarms -- how long before; of an event of days, before its first midnight
    """

    uid: str
    sequence: int
    changed_at: datetime
    title: str
    begins: date | datetime
    ends: date | datetime | None = None
    is_tentative: bool = False
    is_busy: bool = False
    place: str = ""
    description: str = ""
    url: str = ""
    alarms: tuple[timedelta, ...] = ()


def as_calendar_file(
    events: Iterable[CalendarEvent], *, name: str, language: str, description: str = "", url: str = "", refresh: timedelta | None = None
) -> bytes:
    """UTF-8, lines folded and ended as RFC 5545 says.

    name -- what a program calls the calendar
    refresh -- how long a subscribed program may wait before it asks again
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(_text(name), params={"LANGUAGE": language}))
    calendar.add("x-wr-calname", vText(_text(name)))
    if description:
        calendar.add("description", _text(description))
    if url:
        calendar.add("url", _address(url))
    if refresh is not None:
        calendar.add("refresh-interval", vDuration(refresh), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(refresh).to_ical().decode())
    days = []
    for event in events:
        calendar.add_component(_event(event))
        days.append(event.begins.date() if isinstance(event.begins, datetime) else event.begins)
    if days:
        calendar.add_missing_timezones(min(days) - _CLOCKS_BEFORE, max(days) + _CLOCKS_AFTER)
    return calendar.to_ical()


def _event(said: CalendarEvent) -> Event:
    is_instant = isinstance(said.begins, datetime)
    if is_instant != isinstance(said.ends, datetime) and said.ends is not None:
        raise TypeError("An event is of days or of instants, not of both.")
    begins, ends = _once(said.begins), said.ends and _once(said.ends)
    if not is_instant:
        # DTEND of days is the day after the last one.
        ends = (said.ends or said.begins) + timedelta(days=1)
    event = Event()
    event.add("uid", _text(said.uid))
    event.add("sequence", said.sequence)
    event.add("dtstamp", said.changed_at.astimezone(UTC))
    event.add("last-modified", said.changed_at.astimezone(UTC))
    event.add("dtstart", begins)
    if ends is not None:
        event.add("dtend", ends)
    event.add("summary", _text(said.title))
    event.add("status", "TENTATIVE" if said.is_tentative else "CONFIRMED")
    event.add("transp", "OPAQUE" if said.is_busy else "TRANSPARENT")
    if said.place:
        event.add("location", _text(said.place))
    if said.description:
        event.add("description", _text(said.description))
    if said.url:
        event.add("url", _address(said.url))
    for before in said.alarms:
        event.add_component(_alarm(said.title, before))
    return event


def _once(when: date | datetime) -> date | datetime:
    """An hour that the clocks show twice is read as the first of the two: the second one is written in UTC."""
    return when.astimezone(UTC) if isinstance(when, datetime) and when.fold else when


def _alarm(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _text(title))
    alarm.add("trigger", -before)
    return alarm


def _text(text: str) -> str:
    """Without control characters, which RFC 5545 forbids in text; line breaks stay, and become \\n."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def _address(url: str) -> str:
    """An address has no escape in RFC 5545: a line break in it would begin a line of ours."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in url):
        raise ValueError("An address holds no control characters.")
    return url
