"""Our calendar files as two libraries read them that clients are made of, neither of which is the one that writes them.

STATUS is never CANCELLED in a file of ours: no date of the calendar can be cancelled, and one that becomes a rumour leaves the file.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import ics
import pytest
import vobject
from django.core.cache import cache
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.exporters.calendar_files import CalendarEvent, as_calendar_file
from calendar_app.services import calendar_feeds
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import propose_change
from tests.calendar_app.dating import SOURCE
from tests.calendar_app.test_calendar_files import CHANGED, ZONES
from tests.factories import DeadlineFactory, FollowUpFactory, MeetingFactory, lead, member

# Python's `re` deprecates a call that `ics` makes.
pytestmark = pytest.mark.filterwarnings("ignore:'maxsplit' is passed as positional argument:DeprecationWarning")

WORDS = "Réunion préparatoire, région «Afrique»; 1er jour: لقاء 😀 " + "é" * 60
DAY, WEEK = -timedelta(days=1), -timedelta(days=7)


@dataclass(frozen=True)
class Read:
    """An event as a client understood it.

    begins, ends -- days as `date`, the last one excluded; instants in UTC
    """

    uid: str
    sequence: int
    status: str
    title: str
    begins: date | datetime
    ends: date | datetime | None = None
    place: str = ""
    description: str = ""
    url: str = ""
    alarms: tuple[timedelta, ...] = ()


def in_vobject(data: bytes) -> list[Read]:
    # It keeps the zones of the files it has read before; each file is to be enough by itself.
    getattr(vobject.icalendar, "__tzidMap").clear()
    calendar = vobject.readOne(data.decode())
    found = []
    for event in calendar.contents.get("vevent", []):
        said = {name: lines[0].value for name, lines in event.contents.items() if name != "valarm"}
        found.append(
            Read(
                said["uid"],
                int(said["sequence"]),
                said["status"],
                said["summary"],
                in_utc(said["dtstart"]),
                in_utc(said["dtend"]) if "dtend" in said else None,
                said.get("location", ""),
                said.get("description", ""),
                said.get("url", ""),
                tuple(sorted(alarm.trigger.value for alarm in event.contents.get("valarm", []))),
            )
        )
    return found


def in_utc(when: date | datetime) -> date | datetime:
    """A day stays one. Instants of vobject carry the zone that the file describes."""
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def in_ics(data: bytes) -> list[Read]:
    found = []
    for event in ics.Calendar(data.decode()).events:
        begins, ends = ((at.date() if event.all_day else at.to("UTC").datetime) for at in (event.begin, event.end))
        [sequence] = [line.value for line in event.extra if line.name == "SEQUENCE"]
        found.append(
            Read(
                event.uid,
                int(sequence),
                event.status,
                event.name,
                begins,
                ends if event.has_end() else None,
                event.location or "",
                event.description or "",
                event.url or "",
                tuple(sorted(alarm.trigger for alarm in event.alarms)),
            )
        )
    return found


@pytest.fixture(params=[in_vobject, in_ics], ids=["vobject", "ics"])
def client_library(request):
    return request.param


def by_title(events: list[Read]) -> dict[str, Read]:
    return {event.title: event for event in events}


def by_uid(events: Iterable[Read]) -> list[Read]:
    return sorted(events, key=lambda event: event.uid)


def octets(data: bytes) -> int:
    """Of the longest line."""
    return max(len(line) for line in data.split(b"\r\n"))


# --- The builder ------------------------------------------------------------------------------------------------------------


def test_every_word_and_instant_of_an_event_arrives(client_library):
    zurich, kathmandu = (at_in("Europe/Zurich", 2028, 10, 29, 2, 30), at_in("Asia/Kathmandu", 2028, 9, 18, 23, 59))
    said = (
        CalendarEvent(
            *("a", 2, CHANGED, WORDS, date(2028, 9, 18), date(2028, 9, 20)),
            is_tentative=True,
            place="Genève, CH; salle A",
            description=f"One line\nAnother, and; {WORDS}",
            url="https://example.org/a?b=c,d;e",
            alarms=(timedelta(days=7), timedelta(hours=2)),
        ),
        CalendarEvent("b", 0, CHANGED, "An hour that the clocks show twice", zurich),
        CalendarEvent("c", 1, CHANGED, "A call", kathmandu, kathmandu + timedelta(hours=2)),
        CalendarEvent("d", 0, CHANGED, "Of no place", datetime(2028, 9, 18, 8, tzinfo=UTC)),
    )
    data = as_calendar_file(said, name=WORDS, language="fr")
    assert octets(data) <= 75
    assert by_uid(client_library(data)) == [
        Read(
            *("a", 2, "TENTATIVE", WORDS, date(2028, 9, 18), date(2028, 9, 21)),
            *("Genève, CH; salle A", f"One line\nAnother, and; {WORDS}", "https://example.org/a?b=c,d;e"),
            alarms=(WEEK, -timedelta(hours=2)),
        ),
        Read("b", 0, "CONFIRMED", "An hour that the clocks show twice", datetime(2028, 10, 29, 0, 30, tzinfo=UTC)),
        Read(
            *("c", 1, "CONFIRMED", "A call"),
            *(datetime(2028, 9, 18, 18, 14, tzinfo=UTC), datetime(2028, 9, 18, 20, 14, tzinfo=UTC)),
        ),
        Read("d", 0, "CONFIRMED", "Of no place", datetime(2028, 9, 18, 8, tzinfo=UTC)),
    ]


def at_in(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    instant=st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_both_read_the_same_instant_in_every_zone(zone, instant):
    """By the rules that stand in the file."""
    instant = instant.replace(second=0, microsecond=0)
    data = as_calendar_file([CalendarEvent("a", 0, CHANGED, "Call", instant.astimezone(zone))], name="Dates", language="en")
    assert [event.begins for read in (in_vobject, in_ics) for event in read(data)] == [instant, instant]


# A backslash before an n is a line break to `ics`, which reads escapes one kind after the other.
@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\\")).map(str.strip).filter(bool))
def test_both_read_the_same_words_whatever_they_are(text):
    data = as_calendar_file([CalendarEvent("a", 0, CHANGED, text, date(2028, 9, 1), place=text)], name="Dates", language="en")
    expected = Read("a", 0, "CONFIRMED", text, date(2028, 9, 1), date(2028, 9, 2), place=text)
    assert octets(data) <= 75
    assert in_vobject(data) == in_ics(data) == [expected]


# --- The files ----------------------------------------------------------------------------------------------------------------


def asked(client, address: str) -> bytes:
    cache.clear()
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert octets(answer.content) <= 75
    return answer.content


def dates_of_september() -> dict[str, Read]:
    """Of each kind of date one, and how a client is to read it."""
    several = MeetingFactory(
        title_en=WORDS, kind="advisory", group=None, starts_on=date(2028, 9, 11), ends_on=date(2028, 9, 15), city="Genève", country="CH"
    )
    timed = DeadlineFactory(title_en="Closes, at last; noted", meeting=None, at=datetime(2028, 9, 18, 21, 59, tzinfo=UTC), version=3)
    assumed = DeadlineFactory(
        title_en="Opens", meeting=None, at=datetime(2028, 9, 20, 10, tzinfo=UTC), has_hour=False, date_status="assumption"
    )
    DeadlineFactory(title_en="zz-rumour", meeting=None, date_status="rumour")
    page = "http://testserver"
    return {
        str(several): Read(
            *(str(several.public_id), 0, "CONFIRMED", WORDS, date(2028, 9, 11), date(2028, 9, 16)),
            *("Genève, Switzerland", "Begins: Mon, 11 Sept 2028, 12:00 (Nairobi)", page + several.get_absolute_url()),
            alarms=(WEEK, DAY),
        ),
        str(timed): Read(
            *(str(timed.public_id), 2, "CONFIRMED", str(timed), datetime(2028, 9, 18, 21, 59, tzinfo=UTC)),
            url=page + timed.get_absolute_url(),
            alarms=(WEEK, DAY),
        ),
        str(assumed): Read(
            *(str(assumed.public_id), 0, "TENTATIVE", str(assumed), date(2028, 9, 20), date(2028, 9, 21)),
            description="An assumption, not a published date.",
            url=page + assumed.get_absolute_url(),
            alarms=(WEEK, DAY),
        ),
    }


@pytest.fixture
def her(network, clock):
    return member(network, name="Wanjiru Kamau", time_zone="Africa/Nairobi", language="en")


def private_address(user, **wishes) -> str:
    _feed, key = calendar_feeds.create_feed(user, name="Phone", submission=uuid.uuid4(), alarms="week", **wishes)
    return reverse("calendar_app:feed-file", args=[key])


@pytest.mark.django_db
def test_a_private_address_is_read_as_the_calendar_says(client, her, client_library):
    expected = dates_of_september()
    assert by_title(client_library(asked(client, private_address(her, has_official=True)))) == expected


@pytest.mark.django_db
def test_the_public_file_is_read_as_the_calendar_says_without_alarms(client, clock, client_library):
    private = dates_of_september()
    public = {"Opens": "Opens (assumption)"}
    expected = [
        replace(event, title=public.get(title, title), url=reverse("public:dates", args=["en"]), alarms=())
        for title, event in private.items()
    ]
    found = client_library(asked(client, "/public/en/dates.ics"))
    assert by_uid(replace(event, url=event.url.removeprefix("http://testserver")) for event in found) == by_uid(expected)


@pytest.mark.django_db
def test_the_file_of_one_date_is_read_as_its_page_says(client, her, client_library):
    expected = {event.uid: replace(event, alarms=()) for event in dates_of_september().values()}
    client.force_login(her)
    found = [client_library(asked(client, f"{address_of(event)}date.ics")) for event in expected.values()]
    assert found == [[event] for event in expected.values()]


def address_of(event: Read) -> str:
    return event.url.removeprefix("http://testserver")


@pytest.mark.django_db
def test_a_task_without_words_keeps_its_instant(client, her, network, client_library):
    row = FollowUpFactory(circle=network.everyone, owner=her, created_by=her, title="zz-task", due_at=datetime(2028, 9, 4, 15, tzinfo=UTC))
    [task] = client_library(asked(client, private_address(her, has_own=True)))
    assert task == Read(str(row.public_id), row.version - 1, "CONFIRMED", "Task", datetime(2028, 9, 4, 15, tzinfo=UTC), alarms=(WEEK, DAY))


@pytest.mark.django_db
def test_a_date_that_moves_is_the_same_event_one_step_on(client, her, network, client_library):
    boss = lead(network)
    meeting = MeetingFactory(kind="advisory", group=None, starts_on=date(2028, 11, 6), ends_on=date(2028, 11, 6))
    address = private_address(her, has_official=True)
    [before] = client_library(asked(client, address))
    propose_change(meeting, new=NewDate(date(2028, 11, 13), hour=time(9), zone="Africa/Nairobi"), source=SOURCE, by=boss)
    [after] = client_library(asked(client, address))
    assert (before.uid, before.sequence, after.uid, after.sequence) == (str(meeting.public_id), 0, str(meeting.public_id), 1)
    assert after.begins == datetime(2028, 11, 13, 6, tzinfo=UTC)
