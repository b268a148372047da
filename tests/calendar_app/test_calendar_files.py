"""Calendar files say what RFC 5545 asks for, and nothing of people."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from calendar_app.exporters.calendar_files import CalendarEvent, as_calendar_file

CHANGED = datetime(2028, 3, 1, 12, tzinfo=UTC)
GENEVA = ZoneInfo("Europe/Zurich")
FIRST = CalendarEvent("a", 0, CHANGED, "ATU preparatory meeting", date(2028, 9, 18), date(2028, 9, 20))
LINE = re.compile(rb"(?:[A-Z0-9-]+)(?:;[A-Z-]+=(?:[^\x00-\x1f\";:,]+|\"[^\"\x00-\x1f]*\"))*:[^\x00-\x08\x0a-\x1f\x7f]*")
ZONES = sorted(name for name in available_timezones() if "/" in name and name.split("/")[0] not in ("posix", "right", "Etc", "SystemV"))


def a_file(*events, **more):
    return as_calendar_file(events, **{"name": "My dates", "language": "en"} | more)


def read(data):
    """The events of a file whose every line is one of RFC 5545, by their uid."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    for line in data.replace(b"\r\n ", b"").split(b"\r\n")[:-1]:
        assert LINE.fullmatch(line), line
    calendar = Calendar.from_ical(data)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar.get_missing_tzids() == set()
    assert all(not part.errors for part in calendar.walk())
    for event in calendar.events:
        assert all(
            len([name for name, _value in event.property_items(recursive=False) if name == once]) == 1 for once in ("UID", "DTSTAMP")
        )
    return {str(event["UID"]): event for event in calendar.events}


def test_days_are_dates_and_end_the_day_after_the_last():
    event = read(a_file(FIRST))["a"]
    assert event["DTSTART"].to_ical() == b"20280918"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTEND"].to_ical() == b"20280921"
    assert event["DTEND"].params["VALUE"] == "DATE"


def test_one_day_alone_ends_the_next():
    event = read(a_file(CalendarEvent("a", 0, CHANGED, "Opening", date(2028, 12, 31))))["a"]
    assert (event.start, event.end) == (date(2028, 12, 31), date(2029, 1, 1))


def test_an_instant_keeps_its_zone_and_the_file_describes_it():
    data = a_file(CalendarEvent("a", 0, CHANGED, "Closing of contributions", datetime(2028, 9, 18, 23, 59, tzinfo=GENEVA)))
    event = read(data)["a"]
    assert event.start == datetime(2028, 9, 18, 23, 59, tzinfo=GENEVA)
    assert b"DTSTART;TZID=Europe/Zurich:20280918T235900\r\n" in data
    assert "DTEND" not in event
    zones = [str(zone["TZID"]) for zone in Calendar.from_ical(data).timezones]
    assert zones == ["Europe/Zurich"]


def test_an_instant_of_no_place_is_in_utc():
    data = a_file(
        CalendarEvent("a", 0, CHANGED, "Call", datetime(2028, 9, 18, 8, tzinfo=UTC), datetime(2028, 9, 18, 9, tzinfo=ZoneInfo("UTC")))
    )
    assert b"DTSTART:20280918T080000Z\r\n" in data
    assert b"DTEND:20280918T090000Z\r\n" in data
    assert b"VTIMEZONE" not in data


def test_an_assumption_is_tentative_and_a_fact_confirmed():
    events = read(a_file(FIRST, CalendarEvent("b", 0, CHANGED, "WTSA-32", date(2032, 9, 1), is_tentative=True)))
    assert {uid: event["STATUS"] for uid, event in events.items()} == {"a": "CONFIRMED", "b": "TENTATIVE"}


def test_a_file_is_the_same_until_an_event_changes():
    assert a_file(FIRST) == a_file(FIRST)
    event = read(a_file(FIRST))["a"]
    assert event.stamp == event.last_modified == CHANGED
    assert event["SEQUENCE"] == 0


def test_alarms_ring_before_and_only_if_asked_for():
    assert b"VALARM" not in a_file(FIRST)
    event = read(a_file(CalendarEvent("a", 0, CHANGED, "Visa", date(2028, 9, 18), alarms=(timedelta(days=7), timedelta(hours=2)))))["a"]
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [-timedelta(days=7), -timedelta(hours=2)]
    assert {alarm["ACTION"] for alarm in event.walk("VALARM")} == {"DISPLAY"}
    assert {alarm["DESCRIPTION"] for alarm in event.walk("VALARM")} == {"Visa"}


def test_what_a_calendar_calls_itself():
    calendar = Calendar.from_ical(a_file(FIRST, name="Zola, WTSA; 2028", language="fr", refresh=timedelta(hours=12), description="Dates"))
    assert calendar["NAME"].to_ical() == calendar["X-WR-CALNAME"].to_ical() == rb"Zola\, WTSA\; 2028"
    assert calendar["NAME"].params["LANGUAGE"] == "fr"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert calendar["X-PUBLISHED-TTL"] == "PT12H"
    assert calendar["DESCRIPTION"] == "Dates"


def test_a_file_without_events_is_one_all_the_same():
    assert read(a_file()) == {}


def test_nobody_is_named_and_nothing_is_asked():
    data = a_file(
        FIRST, CalendarEvent("b", 0, CHANGED, "Call", date(2028, 9, 1), place="Geneva", description="x", url="https://example.org/a")
    )
    assert not re.search(rb"ATTENDEE|ORGANIZER|METHOD|mailto", data, re.IGNORECASE)


@pytest.mark.parametrize("url", ["https://example.org/\r\nATTENDEE:mailto:a@example.org", "https://example.org/\x00"])
def test_an_address_cannot_begin_a_line(url):
    with pytest.raises(ValueError, match="no control characters"):
        a_file(CalendarEvent("a", 0, CHANGED, "Call", date(2028, 9, 1), url=url))


def test_days_and_instants_are_not_mixed():
    with pytest.raises(TypeError):
        a_file(CalendarEvent("a", 0, CHANGED, "Call", date(2028, 9, 1), datetime(2028, 9, 1, tzinfo=UTC)))
    with pytest.raises(TypeError):
        a_file(CalendarEvent("a", 0, CHANGED, "Call", datetime(2028, 9, 1, tzinfo=UTC), date(2028, 9, 1)))


@given(title=st.text(), place=st.text(), description=st.text(), name=st.text())
def test_whatever_a_text_holds_it_stays_within_its_property(title, place, description, name):
    said = CalendarEvent("a", 3, CHANGED, title, date(2028, 9, 1), place=place, description=description, alarms=(timedelta(days=1),))
    data = a_file(said, name=name)
    event = read(data)["a"]
    assert len(Calendar.from_ical(data).walk()) == 3
    assert event["SUMMARY"] == readable(title)
    assert event.get("LOCATION", "") == readable(place)
    assert event.get("DESCRIPTION", "") == readable(description)


def readable(text):
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in kept if letter in "\n\t" or not (ord(letter) < 32 or 127 <= ord(letter) < 160))


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    instant=st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
@example(ZoneInfo("Europe/Zurich"), datetime(2028, 10, 29, 0, 30, tzinfo=UTC))
@example(ZoneInfo("Europe/Zurich"), datetime(2028, 10, 29, 1, 30, tzinfo=UTC))
def test_an_instant_survives_in_every_zone(zone, instant):
    """Read by the rules that stand in the file itself, it is the same instant."""
    instant = instant.replace(second=0, microsecond=0)
    calendar = Calendar.from_ical(a_file(CalendarEvent("a", 0, CHANGED, "Call", instant.astimezone(zone))))
    written = calendar.timezones[0].to_tz() if calendar.timezones else UTC
    wall = calendar.events[0].start.replace(tzinfo=None)
    assert wall.replace(tzinfo=written) - instant == timedelta(0)
