"""One rehearsal from its beginning to its end."""

import logging
import time
from dataclasses import dataclass
from datetime import date, timedelta

from amnt.rehearsal.acts import Acts, mailboxes_of
from amnt.rehearsal.clock import simulated_clock
from amnt.rehearsal.engine import Pace, play
from amnt.rehearsal.faults import Faults, Span, faults_of
from amnt.rehearsal.invariants import Invariants
from amnt.rehearsal.mail_server import MailServer, start
from amnt.rehearsal.world import World, build_world, span_of

PACE = Pace(step=timedelta(hours=1), scheduled=timedelta(hours=12), is_planned_weekly=True, between=25)


@dataclass
class Rehearsal:
    """What was played, and what came of it."""

    code: str
    world: World
    faults: Faults
    acts: Acts
    server: MailServer
    invariants: Invariants
    steps: int
    seconds: float

    @property
    def days(self) -> int:
        return (self.world.until - self.world.begins).days

    @property
    def assembly_days(self) -> tuple[date, date]:
        self.world.assembly.refresh_from_db()
        first = self.world.assembly.starts_on or self.world.until.date()
        return first, self.world.assembly.ends_on or first


def rehearse(code: str, *, people: int, seed: int, span: Span | None = None) -> Rehearsal:
    """Play it in the database at hand, which must be empty. Raises `Broken` at the first promise that is not kept.

    span -- a part of the cycle, instead of the whole
    """
    began = time.monotonic()
    begins, until = span or span_of(code)
    faults = faults_of(seed, begins=begins, ends=until)
    with simulated_clock(begins):
        world = build_world(code, people=people, seed=seed, span=Span(begins, until))
    server = start(MailServer(faults, world.random("mail server"), gone=mailboxes_of(world)))
    acts, invariants = Acts(world), Invariants(world, server)
    logging.getLogger().addHandler(invariants.errors)
    try:
        steps = play(acts.plan(), begins=begins, until=until, pace=PACE, faults=faults, look=invariants.look)
    finally:
        logging.getLogger().removeHandler(invariants.errors)
    with simulated_clock(until):
        invariants.check_end(until)
    return Rehearsal(code, world, faults, acts, server, invariants, steps, time.monotonic() - began)
