"""The page of a day while forty people read it: each asks whether something changed, and one in ten opens the whole page."""

import os
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import Client

from coalitions.live.services.sessions import enter_session
from coalitions.models import SessionAttendee
from coalitions.services.membership import admit, found_coalition
from resolutions.models import Assembly, Resolution
from tests.bench import crowd
from tests.factories import UserFactory

READERS, SECONDS, SECONDS_QUICK = 40, 20, 10
SESSIONS = 24
# A reader asks each minute. Here as often as leaves two processors some rest: who waits for others would be measured, not the page.
PAUSE = 3.0
MOST_SPREAD = 5
PAGE, UNCHANGED = "whole pages", "nothing has changed"


def measured(*, quick: bool) -> dict[str, Any]:
    """Milliseconds of the median and of the slowest twentieth of whole pages, and of answers that nothing has changed; and what failed."""
    day, people = grow()
    cookies = []
    for person in people:
        client = Client()
        client.force_login(person)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    spent: dict[str, list[float]] = {PAGE: [], UNCHANGED: []}
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, crowd.served(crowd.database(Path(folder))):
        etags = warm_up(day, cookies)
        until = time.perf_counter() + (SECONDS_QUICK if quick else SECONDS)

        def read(place: int) -> None:
            turn = place
            time.sleep(PAUSE * place / READERS)
            while time.perf_counter() < until:
                turn += 1
                start = time.perf_counter()
                try:
                    if turn % 10:
                        status, etags[place] = crowd.conditional(state_of(day), cookies[place], etags[place])
                        if status == HTTPStatus.NOT_MODIFIED:
                            spent[UNCHANGED].append(time.perf_counter() - start)
                        else:
                            faults.append(f"{status} although nothing has changed")
                    else:
                        spent[PAGE].append(crowd.ask(f"/live/{day}/", cookies[place]))
                except OSError as error:
                    faults.append(str(error))
                time.sleep(PAUSE)

        readers = [threading.Thread(target=read, args=(place,)) for place in range(READERS)]
        for each in readers:
            each.start()
        for each in readers:
            each.join()
    return {
        "kinds": {kind: spread(seconds) for kind, seconds in spent.items()},
        "faults": faults,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def warm_up(day: str, cookies: list[str]) -> list[str]:
    """Each reader opens the page, as often as there are processes and threads that compile templates and connect; their ETags."""
    with ThreadPoolExecutor(crowd.WORKERS * crowd.THREADS) as pool:
        for _turn in range(2):
            list(pool.map(lambda cookie: crowd.ask(f"/live/{day}/", cookie), cookies))
        return list(pool.map(lambda cookie: crowd.conditional(state_of(day), cookie, "")[1], cookies))


def state_of(day: str) -> str:
    return f"/live/{day}/state/?view=all"


def spread(seconds: list[float]) -> dict[str, int]:
    slowest = statistics.quantiles(seconds, n=20)[-1]
    return {"asked": len(seconds), "p50 ms": round(statistics.median(seconds) * 1000), "p95 ms": round(slowest * 1000)}


def grow() -> tuple[str, list]:
    """A coalition of forty, whose assembly sits far ahead with a full day."""
    ours = found_coalition("A day of an assembly")
    people = []
    for _each in range(READERS):
        person = UserFactory()
        admit(ours, user=person, role="member")
        people.append(person)
    zone = ZoneInfo("Asia/Kolkata")
    first = datetime(2090, 10, 17, 8, tzinfo=zone)
    about = {"starts_on": first.date(), "ends_on": first.date() + timedelta(days=9), "zone": zone.key}
    sits = Assembly.objects.create(code="WTSA-bench", name_en="Example", short_name_en="Example", **about)
    eighth = first + timedelta(days=7)
    texts = list(Resolution.objects.order_by("pk")[:SESSIONS])
    for number in range(SESSIONS):
        made = enter_session(
            ours.everyone, assembly=sits, standing="official", group="ad-hoc", title=f"Example group {number}", room=f"Room {number % 8}",
            starts_at=eighth + timedelta(minutes=25 * number), resolutions=texts[number : number + 2], by=people[0],
        )  # fmt: skip
        going = [SessionAttendee(session=made, user=person, day=made.day) for person in people[number % 8 :: 8][: number % 4]]
        SessionAttendee.objects.bulk_create(going)
    return eighth.date().isoformat(), people


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    lines = []
    for kind, took in found["kinds"].items():
        figure = f"p95 {took['p95 ms']} ms ≤ {MOST_SPREAD} × p50 {took['p50 ms']} of {took['asked']}, load {found['load']}"
        lines.append((f"a day under {READERS} readers: {kind}", figure, took["p95 ms"] <= MOST_SPREAD * took["p50 ms"]))
    lines.append((f"a day under {READERS} readers: faults", f"{len(found['faults'])} = 0", not found["faults"]))
    return lines
