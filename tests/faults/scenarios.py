"""What may go wrong in a bad week. Each returns what was lost and what came twice."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from amnt.mail.models import Email
from calendar_app.models import PlanMark
from calendar_app.reminders.emails import ALONE
from calendar_app.reminders.session_letters import DAY_PLAN, UNCOVERED
from tests.faults import promised
from tests.faults.verdict import Result
from tests.faults.world import PROCESSES_OF_A_WORKER, World, asked

Scenario = Callable[[World, float], Result]
SCENARIOS: dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


def at_work(world: World, mails: int, *, workers: int = 1) -> None:
    """So many mails, and programs that have begun to send them."""
    world.write(mails)
    for number in range(workers):
        world.worker(f"worker{number}")
    world.beat()
    world.wait_for(1)


@scenario
def kill_worker(world: World, share: float) -> Result:
    """kill -9 a worker with all its processes, fifty times while 2,000 mails go out."""
    kills, mails = max(2, round(50 * share)), max(100, round(2000 * share))
    world.server.now.seconds_a_message = 0.02
    chance = random.Random(7)
    at_work(world, mails)
    for number in range(kills):
        # At a random moment of its work: after some of its mails, and between two commands.
        world.wait_for(min(mails - 1, len(world.server.accepted) + chance.randrange(1, max(2, mails // kills))))
        time.sleep(chance.random() * 0.05)
        world.kill("worker0")
        if number < kills - 1:
            world.worker("worker0")
    world.worker("worker0")
    return world.result(kills * PROCESSES_OF_A_WORKER, f"{kills} kills")


def kill_while(world: World, share: float, occasion: Callable[[int], None], people: int, kinds: dict[str, int]) -> Result:
    """Beside the mails themselves, what is written into the outbox is cut short, too."""
    kills = max(2, round(50 * share))
    world.server.now.seconds_a_message = 0.02
    chance = random.Random(11)
    world.promise(occasion, people)
    world.beat()
    world.worker("worker0")
    for _ in range(kills):
        world.wait_for(min(people - 1, len(world.server.accepted) + chance.randrange(1, max(2, people // kills))))
        time.sleep(chance.random() * 0.05)
        world.kill("worker0")
        world.worker("worker0")
    return world.told(kinds, kills * PROCESSES_OF_A_WORKER, f"{kills} kills")


@scenario
def kill_while_a_date_moves(world: World, share: float) -> Result:
    """kill -9 a worker fifty times while 2,000 people are told that a deadline moved."""
    people = max(100, round(2000 * share))
    return kill_while(world, share, promised.a_moved_date, people, {ALONE: people})


@scenario
def kill_in_the_live_evening(world: World, share: float) -> Result:
    """kill -9 a worker fifty times while the plan of tomorrow goes to 2,000 people, and two leads hear of an uncovered session."""
    people = max(100, round(2000 * share))
    return kill_while(world, share, promised.an_evening, people, {DAY_PLAN: people, UNCOVERED: promised.LEADS})


@scenario
def restart_both_in_the_live_evening(world: World, share: float) -> Result:
    """PostgreSQL and Redis away together for five seconds, two beats and two workers, while the plan of tomorrow goes out."""
    people = max(100, round(600 * share))
    world.server.now.seconds_a_message = 0.02
    world.promise(promised.an_evening, people)
    world.beat()
    world.beat("beat2")
    for number in range(2):
        world.worker(f"worker{number}")
    world.wait_for(people // 3)
    world.redis.kill()
    world.cluster.restart("immediate", away=5)
    world.redis.start()
    world.redis.command("flushall")
    return world.told({DAY_PLAN: people, UNCOVERED: promised.LEADS}, 2 * PROCESSES_OF_A_WORKER)


@scenario
def restart_postgres(world: World, share: float) -> Result:
    """Restart PostgreSQL three times while mails go out, the last time as a power cut would."""
    world.server.now.seconds_a_message = 0.02
    mails = max(100, round(615 * share))
    at_work(world, mails)
    for number, mode in enumerate(("fast", "fast", "immediate"), start=1):
        world.wait_for(mails * number // 5)
        world.cluster.restart(mode)
    return world.result(0, "3 restarts, with a worker of 2 processes")


@scenario
def restart_redis(world: World, share: float) -> Result:
    """kill -9 Redis three times while mails go out."""
    world.server.now.seconds_a_message = 0.02
    mails = max(100, round(615 * share))
    at_work(world, mails)
    for number in range(1, 4):
        world.wait_for(mails * number // 5)
        world.redis.restart()
    return world.result(0, "3 restarts")


@scenario
def restart_both(world: World, share: float) -> Result:
    """PostgreSQL and Redis away together for five seconds."""
    world.server.now.seconds_a_message = 0.02
    mails = max(100, round(615 * share))
    at_work(world, mails)
    world.wait_for(mails // 3)
    world.redis.kill()
    world.cluster.restart("immediate", away=5)
    world.redis.start()
    return world.result(0)


@scenario
def flush_redis(world: World, share: float) -> Result:
    """FLUSHALL twenty times while mails go out."""
    world.server.now.seconds_a_message = 0.01
    at_work(world, max(100, round(615 * share)))
    for _ in range(20):
        world.redis.command("flushall")
        world.wait(lambda: False, seconds=0.5)
    return world.result(0, "20 times")


@scenario
def two_beats(world: World, share: float) -> Result:
    """Two beats and two workers."""
    world.beat("beat2")
    at_work(world, max(100, round(1000 * share)), workers=2)
    return world.result(0)


@scenario
def clock_back(world: World, share: float) -> Result:
    """Set the clock of beat and worker back by an hour, then by a day, then restart them."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        return Result(0, 0, 0, trouble=["libfaketime is not installed (apt-get install faketime)"])
    clock = world.folder / "clock"
    clock.write_text("+0\n")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    world.worker("worker0", **faked)
    world.beat(**faked)
    mails = max(20, round(100 * share))
    slowest = 0.0
    for step in ("+0", "-3600", "-86400"):
        clock.write_text(f"{step}\n")
        for is_restarted in (False, True):
            if is_restarted:
                world.kill("beat")
                world.beat(**faked)
            began = time.monotonic()
            before = len(world.server.accepted)
            world.write(mails)
            if not world.wait(lambda before=before: len(world.server.accepted) >= before + mails, seconds=120):
                return Result(mails, 1, 0, trouble=[f"nothing leaves {step} s after the clock was set back"])
            # And planning has noted an instant of that clock.
            if not world.wait(lambda step=step: tick_age(step) < 30, seconds=120):
                return Result(mails, 0, 0, trouble=[f"no tick {step} s after the clock was set back"])
            slowest = max(slowest, time.monotonic() - began)
    return world.result(0, f"slowest round {slowest:.0f} s")


def tick_age(step: str) -> float:
    """Seconds since the last tick by a clock that is so many seconds off, positive or negative."""
    mark = asked(lambda: PlanMark.objects.first())
    return abs(time.time() + float(step) - mark.ticked_at.timestamp()) if mark and mark.ticked_at else 1e9


def refuses_everybody(world: World, share: float, **answers: str) -> Result:
    mails = max(60, round(115 * share))
    for name, answer in answers.items():
        setattr(world.server.now, name, answer)
    world.write(mails)
    world.worker("worker0")
    world.beat()
    world.wait(lambda: asked(lambda: Email.objects.exclude(trouble="").exists()))
    world.wait(lambda: False, seconds=20)
    tries = asked(lambda: set(Email.objects.values_list("attempts", flat=True)))
    world.server.now.rcpt = world.server.now.data = ""
    result = world.result(0, "20 s")
    if tries != {0}:
        result.trouble.append(f"attempts used up: {sorted(tries)}")
    return result


@scenario
def refused_at_rcpt(world: World, share: float) -> Result:
    """The mail server says 554 to every recipient for twenty seconds."""
    return refuses_everybody(world, share, rcpt="554 5.7.1 Relay access denied")


@scenario
def refused_after_data(world: World, share: float) -> Result:
    """The mail server says 554 after every message for twenty seconds."""
    return refuses_everybody(world, share, data="554 spam")


@scenario
def refused_as_unknown(world: World, share: float) -> Result:
    """The mail server knows nobody for twenty seconds."""
    return refuses_everybody(world, share, rcpt="550 5.1.1 User unknown")


@scenario
def stalls(world: World, share: float) -> Result:
    """The mail server says nothing after one message in forty, which it does not keep."""
    world.server.now.stall_every = 40
    at_work(world, max(100, round(300 * share)))
    result = world.result(0)
    result.notes.append(f"{world.server.stalled} stalls")
    return result


@scenario
def drops_after_data(world: World, share: float) -> Result:
    """The mail server keeps one message in forty and closes without saying so: nobody can know."""
    world.server.now.drop_after_data_every = 40
    at_work(world, max(100, round(300 * share)))
    result = world.result(0)
    result.copies_allowed = world.server.dropped
    result.notes.append(f"{world.server.dropped} dropped")
    return result


@scenario
def closes_after_ten(world: World, share: float) -> Result:
    """The mail server closes after ten messages over one connection."""
    world.server.now.closes_after = 10
    at_work(world, max(100, round(600 * share)))
    began = time.monotonic()
    result = world.result(0)
    result.notes.append(f"{time.monotonic() - began:.0f} s, {world.server.connections} connections")
    return result


@scenario
def silent_at_quit(world: World, share: float) -> Result:
    """The mail server does not answer QUIT."""
    world.server.now.answers_quit = False
    at_work(world, max(100, round(300 * share)))
    began = time.monotonic()
    result = world.result(0)
    result.notes.append(f"{time.monotonic() - began:.0f} s, {world.server.connections} connections")
    return result


@scenario
def full_disk(world: World, share: float) -> Result:
    """Fill the disk of database and files for ten seconds while mails go out."""
    if not os.path.ismount(world.folder):
        return Result(0, 0, 0, trouble=["needs a small file system of its own: run as root, which mounts a tmpfs"])
    world.server.now.seconds_a_message = 0.02
    mails = max(100, round(615 * share))
    at_work(world, mails)
    world.wait_for(mails // 4)
    filler = world.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            pass
    world.wait(lambda: False, seconds=10)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK_HEALTH]
    said = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, env=os.environ).stdout.strip()
    filler.unlink()
    if not world.cluster.is_up:
        world.cluster.start(check=False)
    result = world.result(PROCESSES_OF_A_WORKER, f"health meanwhile: {said or 'down'}")
    if said == "ok":
        result.trouble.append("health saw no full disk")
    return result


ASK_HEALTH = """
from django.db import DatabaseError
from calendar_app.read_models.health import is_degraded
try:
    print("degraded" if is_degraded() else "ok")
except DatabaseError:
    print("down")
"""
