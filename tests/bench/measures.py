"""What is measured, as ratios within one run: other machines give other seconds, but the same ratios."""

import gzip
import resource
import smtplib
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import Event, Process

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import delivery
from amnt.mail.emails import compose, rendering_alike_once
from amnt.mail.messages import message_bytes
from amnt.mail.models import Email
from calendar_app.models import Reminder
from tests.bench import comparing

PAGES = {
    "S01 now": "/",
    "S02 resolutions": "/resolutions/",
    "S02 matrix": "/matrix/",
    "S04 compare": f"/resolutions/{comparing.SLUG}/compare/?{comparing.EIGHT_COLUMNS}",
    "S05 follow-ups": "/follow-ups/?tab=team",
    "S07 calendar": "/calendar/?dates=all",
}
FLOOR = "/floor/"


@dataclass
class Page:
    """`floors` is its median time in those of a page with nothing on it, asked for in turn with it."""

    queries: int
    milliseconds: float
    floors: float
    bytes: int


def measure_page(client: Client, address: str, times: int = 31) -> Page:
    """Queries, median time and compressed size of a page that has been seen before."""
    client.get(FLOOR)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    queries = len(seen)  # now: the next request forgets them
    assert answer.status_code == 200, f"{address} answers {answer.status_code}"
    spent: dict[str, list[float]] = {FLOOR: [], address: []}
    for _ in range(times):
        for asked in spent:
            start = time.perf_counter()
            client.get(asked)
            spent[asked].append(time.perf_counter() - start)
    floor, page = (statistics.median(spent[asked]) for asked in (FLOOR, address))
    return Page(queries, page * 1000, page / floor, len(gzip.compress(answer.content)))


def measure_pages(person: User) -> dict[str, Page]:
    client = Client()
    client.force_login(person)
    compared = client.get(PAGES["S04 compare"]).content.decode()
    assert all(f"{code}/" in compared for code in comparing.CODES), "what is measured is not eight columns"
    return {name: measure_page(client, address) for name, address in PAGES.items()}


def analyse() -> None:
    """Tell the planner of the database how large the tables have become, as autovacuum would."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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


def _swallow(port: int, ready, stop) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    stop.wait()
    controller.stop()


@contextmanager
def sink():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ready, stop = Event(), Event()
    process = Process(target=_swallow, args=(port, ready, stop), daemon=True)
    process.start()
    try:
        assert ready.wait(timeout=20), "the sink did not open"
        yield port
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


ROUNDS = 5


def measure_sending(count: int) -> Sending:
    """Delivering digests, against a bare loop that sends the same ready-made messages over one connection.

    In turns, a fifth of them each, so that both meet the machine in the same moods; to us it is still one run.
    """
    with sink() as port:
        # Elsewhere in the bench mail stays in memory; this one is to go out.
        settings.MAILERS = {"default": {"BACKEND": "amnt.mail.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port}}}
        rows = Email.objects.filter(state=Email.State.WAITING).order_by("pk")[:count]
        pks = list(rows.values_list("pk", flat=True))
        waiting = Email.objects.filter(pk__in=pks)
        due = dict(waiting.values_list("pk", "not_before"))
        waiting.update(not_before=now() + timedelta(days=1))
        ready = {pk: pair for start in range(0, len(pks), 200) for pk, pair in ready_made(pks[start : start + 200]).items()}
        spent = bare = 0.0
        with rendering_alike_once():
            for turn in range(ROUNDS):
                part = pks[turn * count // ROUNDS : (turn + 1) * count // ROUNDS]
                bare += bare_loop(port, [ready[pk] for pk in part])
                Email.objects.filter(pk__in=part).update(not_before=due[part[0]])
                start = time.perf_counter()
                accepted = delivery.deliver_waiting()
                spent += time.perf_counter() - start
                assert accepted >= len(part), f"{accepted} of {len(part)} were accepted"
    return Sending(len(pks), spent, bare, max(len(message) for _address, message in ready.values()))


def bare_loop(port: int, messages: list[tuple[str, bytes]]) -> float:
    """The seconds it takes to send ready-made messages, one after the other, over one connection."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for address, message in messages:
            line.sendmail(settings.MAIL_FROM, [address], message)
    return time.perf_counter() - began


def ready_made(pks: list[int]) -> dict[int, tuple[str, bytes]]:
    rows = list(Email.objects.filter(pk__in=pks).select_related("to"))
    letters = compose(rows)
    return {row.pk: (letters[row.pk].address, message_bytes(row, letters[row.pk])) for row in rows}


def planned() -> int:
    return Reminder.objects.count()
