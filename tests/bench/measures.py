"""What is measured, as ratios within one run: other machines give other seconds, but the same ratios."""

import gzip
import resource
import smtplib
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Event, Process, Queue

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.mail import mailers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amnt.accounts.models import User
from amnt.mail import delivery
from amnt.mail.models import Email
from calendar_app.models import Reminder

PAGES = {
    "S01 now": "/",
    "S02 resolutions": "/resolutions/",
    "S05 follow-ups": "/follow-ups/?show=team",
    "S07 calendar": "/calendar/?show=all",
}
FLOOR = "/floor/"


@dataclass
class Page:
    queries: int
    milliseconds: float
    bytes: int


def measure_page(client: Client, address: str, times: int = 25) -> Page:
    """Queries, median time and compressed size of a page that has been seen before."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address} answers {answer.status_code}"
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        client.get(address)
        spent.append(time.perf_counter() - start)
    return Page(len(seen), statistics.median(spent) * 1000, len(gzip.compress(answer.content)))


def measure_pages(person: User) -> dict[str, Page]:
    client = Client()
    client.force_login(person)
    return {name: measure_page(client, address) for name, address in {"floor": FLOOR, **PAGES}.items()}


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds and how many megabytes the process grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    act()
    return time.perf_counter() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


class Sink:
    """An SMTP server that swallows everything, in a process of its own."""

    async def handle_DATA(self, server, session, envelope):
        return "250 swallowed"


def _swallow(ports: Queue, stop) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    controller.start()
    ports.put(controller.server.sockets[0].getsockname()[1])
    stop.wait()
    controller.stop()


@contextmanager
def sink():
    ports: Queue = Queue()
    stop = Event()
    process = Process(target=_swallow, args=(ports, stop), daemon=True)
    process.start()
    try:
        yield ports.get(timeout=20)
    finally:
        stop.set()
        process.join(timeout=5)


@dataclass
class Sending:
    digests: int
    seconds: float
    bare_seconds: float
    largest: int

    @property
    def share_of_bare(self) -> float:
        return self.bare_seconds / self.seconds


def measure_sending(count: int) -> Sending:
    """Delivering digests, against a bare loop that sends the same ready-made messages over one connection."""
    with sink() as port:
        settings.MAILERS["default"]["OPTIONS"] |= {"host": "127.0.0.1", "port": port}
        vars(mailers).pop("_settings", None)
        ready = []
        rows = Email.objects.filter(state=Email.State.WAITING).order_by("pk")[:count]
        pks = list(rows.values_list("pk", flat=True))
        for start in range(0, len(pks), 200):
            ready += ready_made(pks[start : start + 200])
        start = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as line:
            for address, message in ready:
                line.sendmail(settings.MAIL_FROM, [address], message)
        bare = time.perf_counter() - start
        start = time.perf_counter()
        accepted = delivery.deliver_waiting()
        spent = time.perf_counter() - start
        assert accepted >= len(ready), f"{accepted} of {len(ready)} were accepted"
    return Sending(len(ready), spent, bare, max(len(message) for _address, message in ready))


def ready_made(pks: list[int]) -> list[tuple[str, bytes]]:
    rows = list(Email.objects.filter(pk__in=pks).select_related("to"))
    letters = delivery.compose(rows)
    return [(letters[row.pk].address, delivery.message_bytes(row, letters[row.pk])) for row in rows if row.pk in letters]


def planned() -> int:
    return Reminder.objects.count()
