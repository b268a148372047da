"""Another's page while eight people ask for hostile comparisons, served as the image serves: gunicorn, two processes of four threads."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client

from amnt.accounts.models import User

AT_ONCE, SECONDS = 8, 15
WORKERS, THREADS = 2, 4  # as in the Dockerfile
PORT = 8471
WAITING = b'id="progress"'


@dataclass
class Crowd:
    """Milliseconds of the home page alone and meanwhile, how often it was asked for, and what a process grew by meanwhile.

    answered, slowest -- comparisons that were shown, and the milliseconds until the slowest was, with those of waiting
    """

    alone: float
    meanwhile: float
    slowest_meanwhile: float
    asked: int
    megabytes: float
    answered: int
    slowest: float


def measured(user: User, addresses: list[str]) -> Crowd:
    """Asks for the addresses, and for the home page beside them. They are all compared already."""
    client = Client()
    client.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with tempfile.TemporaryDirectory() as folder, served(database(Path(folder))) as master:
        for address in (*addresses, *["/"] * 10):
            ask(address, cookie)
        alone = [ask("/", cookie) for _ in range(30)]
        before = _memory(master)
        spent: list[float] = []
        other: list[float] = []
        until = time.perf_counter() + SECONDS

        def keep_asking(place: int) -> None:
            while time.perf_counter() < until:
                start = time.perf_counter()
                while WAITING in _answer(addresses[place % len(addresses)], cookie):
                    time.sleep(2)  # as the page does
                spent.append(time.perf_counter() - start)
                place += 1

        crowd = [threading.Thread(target=keep_asking, args=(place,)) for place in range(AT_ONCE)]
        for each in crowd:
            each.start()
        while time.perf_counter() < until:
            other.append(ask("/", cookie))
            time.sleep(0.05)
        for each in crowd:
            each.join()
        grown = (_memory(master) - before) / WORKERS
    figures = (statistics.median(alone), statistics.median(other), max(other))
    return Crowd(*(round(each * 1000) for each in figures), len(other), round(grown, 1), len(spent), round(max(spent) * 1000))


def database(folder: Path) -> str:
    """The address of the database that is open now; one in memory is copied to a file, for another process to open."""
    if connection.vendor == "sqlite":
        file = folder / "crowd.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(file)])
        return f"sqlite:///{file}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@contextmanager
def served(address: str) -> Iterator[int]:
    command = [sys.executable, "-m", "gunicorn", "amnt.wsgi", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]  # noqa: S108
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": address})
    try:
        for _ in range(300):
            try:
                ask("/healthz", "")
                break
            except OSError:
                time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(address: str, cookie: str) -> float:
    """Seconds until it is answered."""
    start = time.perf_counter()
    _answer(address, cookie)
    return time.perf_counter() - start


def _answer(address: str, cookie: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{address}", headers={"Cookie": cookie, "Host": "testserver"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
        return answer.read()


def conditional(address: str, cookie: str, etag: str) -> tuple[int, str]:
    """The status and the ETag, as a page asks that renews itself."""
    headers = {"Cookie": cookie, "Host": "testserver", "X-By-Itself": "1"} | ({"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{PORT}{address}", headers=headers), timeout=60) as answer:
            answer.read()
            return answer.status, answer.headers["ETag"]
    except urllib.error.HTTPError as unchanged:
        if unchanged.code != HTTPStatus.NOT_MODIFIED:
            raise
        return unchanged.code, etag


def _memory(master: int) -> float:
    """Megabytes that the processes of gunicorn hold together."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in children) * 4096 / 2**20
