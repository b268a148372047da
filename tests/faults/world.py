"""One instance for one scenario: mails to send, workers, beat, and what arrived."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from amnt.accounts.models import User
from amnt.audit import triggers
from amnt.mail.models import Email
from tests.faults.hurrying import KIND
from tests.faults.mailserver import Behaviour, MailServer
from tests.faults.servers import Cluster, Redis
from tests.faults.verdict import Result

CELERY = [sys.executable, "-m", "celery", "--app", "amnt", "--quiet"]
PROCESSES_OF_A_WORKER = 2
WORKER = [*CELERY, "worker", "--concurrency", str(PROCESSES_OF_A_WORKER), "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--loglevel", "ERROR"]
PEOPLE = 200
DOMAINS = 4
# However slow the machine: after this a scenario has failed.
MOST_SECONDS = 900


class World:
    def __init__(self, cluster: Cluster, redis: Redis, server: MailServer, folder: Path):
        self.cluster, self.redis, self.server, self.folder = cluster, redis, server, folder
        self.programs: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.identities: set[str] = set()
        self.log = (folder / "programs.log").open("ab")

    # --- Before -------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        self.stop()
        self.redis.command("flushall")
        asked(empty)
        for file in self.folder.glob("celerybeat-schedule*"):
            file.unlink()
        self.identities.clear()
        self.server.__init__(Behaviour())  # type: ignore[misc]
        people = [User(email=f"person{n}@{n % DOMAINS}.example", name=f"Person {n}") for n in range(PEOPLE)]
        asked(lambda: User.objects.bulk_create(people))

    def write(self, number: int) -> None:
        """So many mails that may go now. Nobody is woken up: beat finds them."""
        people = asked(lambda: list(User.objects.order_by("pk")))
        mails = [Email(kind=KIND, to=people[n % PEOPLE]) for n in range(number)]
        asked(lambda: Email.objects.bulk_create(mails, batch_size=500))
        self.identities |= {str(mail.public_id) for mail in mails}

    def promise(self, occasion: Callable[[int], None], number: int) -> None:
        """Something of which so many people are to be told. Who is told what, beat finds out."""
        asked(lambda: occasion(number))

    # --- Programs -----------------------------------------------------------------------------------------------------

    def start(self, name: str, command: list[str], **environment: str) -> None:
        self.programs[name] = (command, environment)
        self.running[name] = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env={**os.environ, **environment}, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def worker(self, name: str = "worker", **environment: str) -> None:
        self.start(name, [*WORKER, "--hostname", f"{name}@%h"], **environment)

    def beat(self, name: str = "beat", **environment: str) -> None:
        self.start(name, [*BEAT, "--schedule", str(self.folder / f"celerybeat-schedule-{name}")], **environment)

    def kill(self, name: str) -> None:
        """kill -9, and its children with it."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def look_after(self) -> None:
        """Start what has ended by itself again, as Compose does."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                command, environment = self.programs[name]
                self.start(name, command, **environment)

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    # --- While it runs ------------------------------------------------------------------------------------------------

    def wait(self, is_so: Callable[[], Any], *, seconds: float = MOST_SECONDS) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if is_so():
                return True
            self.look_after()
            time.sleep(0.2)
        return False

    def wait_for(self, number: int) -> bool:
        """Until so many different mails have arrived."""
        return self.wait(lambda: len(self.server.accepted) >= number)

    def drain(self) -> bool:
        """Until nothing waits and nothing is on its way."""
        return self.wait(lambda: not asked(lambda: Email.objects.filter(state__in=("waiting", "claimed")).exists()))

    # --- After --------------------------------------------------------------------------------------------------------

    def told(self, kinds: Mapping[str, int], copies_allowed: int = 0, *notes: str) -> Result:
        """As `result`, of mails that programs wrote by themselves: so many of each kind, each to another person.

        kinds -- by kind, how many
        """
        self.wait(lambda: asked(lambda: Email.objects.filter(kind__in=kinds).count()) >= sum(kinds.values()))
        result = self.result(copies_allowed, *notes)
        written = Counter(asked(lambda: list(Email.objects.values_list("kind", flat=True))))
        people = asked(lambda: Email.objects.values("kind", "to").distinct().count())
        result.mails = written.total()
        result.lost += sum((Counter(kinds) - written).values())
        if written != Counter(kinds) or people != written.total():
            result.trouble.append(f"written: {dict(written)} to {people} people")
        return result

    def result(self, copies_allowed: int = 0, *notes: str) -> Result:
        is_drained = self.drain()
        self.stop()
        self.identities |= {str(identity) for identity in asked(lambda: list(Email.objects.values_list("public_id", flat=True)))}
        result = Result.of(self.identities, self.server.accepted, copies_allowed, notes)
        if not is_drained:
            result.trouble.append("mails still wait")
        states = asked(lambda: set(Email.objects.values_list("state", flat=True)))
        if states != {"accepted"}:
            result.trouble.append(f"states: {', '.join(sorted(states))}")
        if silenced := asked(lambda: User.objects.exclude(mail_refused_at=None).count()):
            result.trouble.append(f"{silenced} people silenced")
        return result


def empty() -> None:
    """Every table; the triggers of the audit would refuse."""
    triggers.remove()
    call_command("flush", interactive=False, verbosity=0)
    triggers.install()


def asked[T](question: Callable[[], T], *, seconds: float = 120) -> T:
    """The answer of the database, which some scenarios take away for a while."""
    end = time.monotonic() + seconds
    while True:
        try:
            return question()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
