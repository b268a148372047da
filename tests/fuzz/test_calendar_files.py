"""Calendar files that somebody broke on purpose end in events or in a refusal, never in an error, and never run for long."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from amnt.core.errors import RuleBroken
from calendar_app.exporters.calendar_files import CalendarEvent, as_calendar_file
from calendar_app.importers.calendar_files import LARGEST, MOST_EVENTS, read_calendar
from calendar_app.models import CalendarImport
from tests.factories import AssemblyFactory, RegionalGroupFactory, coalition, lead
from tests.fuzz.cases import ODD, SEED, TIMES, dice
from tests.fuzz.test_files import broken_bytes

ROUNDS = settings(
    max_examples=60 * TIMES,
    derandomize=TIMES == 1,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
CHANGED = datetime(2028, 1, 1, tzinfo=UTC)
NAMES = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "URL", "STATUS", "RRULE", "ATTENDEE", "BEGIN", "END", "X-ODD")
PARAMETERS = ("", ";VALUE=DATE", ";TZID=Africa/Nairobi", ';TZID="E. Africa Standard Time"', ";TZID=", ";X=", ';CN="', ";LANGUAGE=fr")
VALUES = (
    "20280807",
    "20280807T090000",
    "20280807T090000Z",
    "20280326T023000",
    "00010101",
    "99991231T235959Z",
    "20281399",
    "P1D",
    "-P9999999999D",
    "PT",
    "CANCELLED",
    "VEVENT",
    "VCALENDAR",
    "VTIMEZONE",
    "FREQ=SECONDLY",
    "a\\, b\\n\\",
    "https://example.org/x",
    "javascript:alert(1)",
)
# A tenth of the largest file: what grows faster than the file shows here.
LONG = LARGEST // 10


def ordinary() -> bytes:
    when = {"sequence": 0, "changed_at": CHANGED, "begins": date(2028, 8, 7), "ends": date(2028, 8, 11)}
    events = [CalendarEvent(uid=f"{n}@x", title=f"Meeting {n}, of all", place="Nairobi", **when) for n in range(3)]
    return as_calendar_file(events, name="Dates", language="en")


def wrapped(lines) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]).encode("utf-8", "surrogatepass")


LINES = st.lists(
    st.builds(
        "{}{}:{}".format,
        st.sampled_from(NAMES),
        st.sampled_from(PARAMETERS) | st.text(max_size=8),
        st.sampled_from(VALUES) | st.text(max_size=30),
    ),
    max_size=30,
)


def read_or_refused(data: bytes) -> list:
    events: list = []
    with suppress(RuleBroken):
        events = read_calendar(data)
    assert len(events) <= MOST_EVENTS
    for event in events:
        assert event.uid
        assert event.trouble or (event.first_day <= event.last_day or event.until < event.on)
        assert type(event)(**event.as_json()) == event
    return events


@ROUNDS
@given(st.binary(max_size=2000) | st.text(max_size=1000).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(data):
    read_or_refused(data)
    read_or_refused(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + data)


@ROUNDS
@given(LINES)
def test_any_lines_are_read_or_refused(lines):
    read_or_refused(wrapped(lines))


def test_a_broken_file_is_read_or_refused():
    roll = dice("calendar")
    for _time in range(200 * TIMES):
        broken = broken_bytes(ordinary(), roll)
        assert read_or_refused(broken) is not None, f"FUZZ_SEED={SEED}"


@pytest.mark.parametrize(
    "lines",
    [
        ["BEGIN:VALARM"] * (LONG // 14),
        ["BEGIN:VEVENT", "END:VEVENT"] * (LONG // 24),
        ["DTSTART" + ';A="' * 20] * (LONG // 70),
        ["SUMMARY:" + "\\," * (LONG // 2)],
        ["SUMMARY:x", *[" y"] * (LONG // 4)],
        ["UID" + ";X=" + "," * LONG + ":1"],
        ["RRULE:FREQ=SECONDLY;COUNT=999999999", "DTSTART:20280807T000000Z", "SUMMARY:For ever"],
        ["SUMMARY:" + "e" + "\u0301" * (LONG // 2)],
    ],
    ids=["nested", "empty", "quotes", "escapes", "folds", "parameters", "for-ever", "accents"],
)
def test_what_is_long_takes_no_longer_than_its_length(lines):
    assert len(read_or_refused(wrapped(lines))) <= MOST_EVENTS


@pytest.mark.django_db
class TestCalendarPreview(TestCase):
    @settings(max_examples=15 * TIMES, deadline=None)
    @given(LINES)
    def test_whatever_was_read_has_a_preview(self, lines):
        AssemblyFactory(), RegionalGroupFactory()
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(lead(coalition()))
        said = {"address": "https://example.org/a.ics", "assembly": "WTSA-28", "group": "ATU", "language": "en"}
        answer = browser.post(reverse("calendar_app:import-new"), said | {"pasted": wrapped(lines).decode("utf-8", "replace")})
        assert answer.status_code in (200, 302)
        for brought in CalendarImport.objects.all():
            assert browser.get(brought.get_absolute_url()).status_code == 200
            chosen = {f"{name}_{n}": value for n in range(9) for name, value in {"take": "on", "kind": "forum"}.items()}
            assert browser.post(brought.get_absolute_url(), chosen).status_code in (200, 302)

    def test_no_odd_value_of_a_line_is_an_error(self):
        browser = Client(headers={"accept-language": "en"})
        boss = lead(coalition())
        browser.force_login(boss)
        event = {"uid": "x", "title": "Meeting", "on": "2045-08-07", "until": "2045-08-07"}
        facts = {"assembly": AssemblyFactory(), "address": "https://example.org/a.ics", "language": "en", "events": [event]}
        brought = CalendarImport.objects.create(brought_by=boss, **facts)
        for odd in ODD:
            answer = browser.post(brought.get_absolute_url(), {"take_0": odd, "kind_0": odd, "group_0": odd})
            assert answer.status_code in (200, 302)
