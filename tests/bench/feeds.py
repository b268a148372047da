"""What a private calendar of 500 dates costs beside what the library alone takes to write as many events."""

import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar, Event

from amnt.accounts.models import User
from calendar_app.models import Deadline
from calendar_app.services import calendar_feeds
from resolutions.models import Assembly

EVENTS = 500
TIMES = 7
MOST_FLOORS = 3


def measured(person: User) -> dict[str, Any]:
    """Beside the dates that are there, so many deadlines of the assembly that the calendar holds 500 of them."""
    assembly = Assembly.objects.of_wtsa().get(code="WTSA-28")
    first = now().replace(minute=0, second=0, microsecond=0)
    said = {"assembly": assembly, "kind": Deadline.Kind.CONTRIBUTION, "zone": "Europe/Zurich", "has_hour": True}
    rows = [Deadline(title_en=f"Deadline {n}", title_fr=f"Date limite {n}", at=first + timedelta(hours=n), **said) for n in range(EVENTS)]
    made = Deadline.objects.bulk_create(rows)
    _feed, key = calendar_feeds.create_feed(person, name="Bench", submission=uuid.uuid4(), has_official=True)
    client, address = Client(), reverse("calendar_app:feed-file", args=[key])
    answer = client.get(address)
    held = len(Calendar.from_ical(answer.content).events)
    floor = median(lambda: written_by_the_library(held))
    whole = median(lambda: client.get(address))
    again = median(lambda: client.get(address, headers={"if-none-match": answer.headers["ETag"]}))
    Deadline.objects.filter(pk__in=[row.pk for row in made]).delete()
    return {"events": held, "floor ms": floor * 1000, "feed": whole / floor, "unchanged": again / floor}


def written_by_the_library(count: int) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//bench//EN")
    begins, changed = datetime(2028, 9, 18, 23, 59, tzinfo=ZoneInfo("Europe/Zurich")), datetime(2028, 1, 1, tzinfo=UTC)
    for number in range(count):
        event = Event()
        event.add("uid", str(uuid.UUID(int=number)))
        event.add("sequence", 0)
        event.add("dtstamp", changed)
        event.add("dtstart", begins + timedelta(hours=number))
        event.add("summary", f"Deadline {number}")
        event.add("status", "CONFIRMED")
        event.add("url", "https://agenda.example.org/calendar/deadlines/")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def median(act: Callable[[], object]) -> float:
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    what = f"a private calendar of {found['events']} dates"
    return [
        (
            f"{what}, beside the library that writes as many events",
            f"{found['feed']:.1f} × floor ≤ {MOST_FLOORS} (floor {found['floor ms']:.0f} ms)",
            found["events"] >= EVENTS and found["feed"] <= MOST_FLOORS,
        ),
        (f"{what} that has not changed", f"{found['unchanged']:.1f} × floor < the whole", found["unchanged"] < found["feed"]),
    ]
