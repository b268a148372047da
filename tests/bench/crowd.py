"""Another's page while eight people ask for hostile comparisons, served as the image serves: gunicorn, two processes of four threads.

`python -m tests.bench.crowd` by itself. Made in a database of its own, which is a file where there is no DATABASE_URL.
"""

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from amnt.accounts.models import User

AT_ONCE, SECONDS = 8, 15
WORKERS, THREADS = 2, 4  # as in the Dockerfile


@dataclass
class Crowd:
    """Milliseconds of another's page alone and in the crowd (median, and slowest of a hundred), and what the processes grew by."""

    alone: float
    median: float
    slowest: float
    megabytes: float
    answered: int
    slowest_comparison: float


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


@contextmanager
def served(port: int):
    """The whole application on this port, on the database that is open now."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "BENCH_DATABASE": database["NAME"],
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "amnt.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
    ]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "error"], env=environment)
    try:
        for _ in range(200):
            try:
                ask(port, "/healthz", "")
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(port: int, address: str, key: str) -> float:
    """Seconds until it is answered."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{address}", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}", "Host": "testserver"}
    )
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
        answer.read()
    return time.perf_counter() - start


def measured(user: User, addresses: list[str], *, port: int = 8471) -> Crowd:
    key = session_of(user)
    with served(port) as process:
        for address in (*addresses, "/"):
            ask(port, address, key)
        alone = [ask(port, "/", key) for _ in range(30)]
        before = _memory(process.pid)
        spent: list[float] = []
        until = time.perf_counter() + SECONDS

        def keep_asking(start: int) -> None:
            place = start
            while time.perf_counter() < until:
                spent.append(ask(port, addresses[place % len(addresses)], key))
                place += 1

        crowd = [threading.Thread(target=keep_asking, args=(start,)) for start in range(AT_ONCE)]
        for each in crowd:
            each.start()
        other = []
        while time.perf_counter() < until:
            other.append(ask(port, "/", key))
            time.sleep(0.05)
        for each in crowd:
            each.join()
        grown = _memory(process.pid) - before
    return Crowd(
        round(statistics.median(alone) * 1000),
        round(statistics.median(other) * 1000),
        round(max(other) * 1000),
        round(grown / WORKERS, 1),
        len(spent),
        round(max(spent), 2),
    )


def _memory(master: int) -> float:
    """Megabytes that the processes of gunicorn hold together."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in children) * 4096 / 2**20


def copied_to_file(path: Path) -> None:
    """A database in memory cannot be served by another process."""
    if connection.vendor == "sqlite":
        connection.cursor().execute(f"VACUUM INTO '{path}'")


__all__ = ["Crowd", "copied_to_file", "measured", "shutil"]
