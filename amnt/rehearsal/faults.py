"""What goes wrong in a rehearsal, all of it decided by the seed: workers that stand still, a second beat, a mail server that fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# How often the worker is off, and for how many hours: an update, a night, a weekend.
OUTAGES = ((6, 1, 5), (4, 9, 20), (2, 48, 72))
# How often the mail server takes no connection, and refuses everybody.
DOWN, REFUSES_ALL = (4, 1, 30), (3, 1, 12)
# One tick in so many is run by two beats.
SECOND_BEAT = 5


class Span(NamedTuple):
    begins: datetime
    ends: datetime

    def covers(self, instant: datetime) -> bool:
        return self.begins <= instant < self.ends


@dataclass
class Faults:
    """Without a seed, nothing goes wrong."""

    random: Random | None = None
    worker_off: list[Span] = field(default_factory=list)
    mail_server_down: list[Span] = field(default_factory=list)
    everybody_refused: list[Span] = field(default_factory=list)

    def worker_off_until(self, instant: datetime) -> datetime | None:
        return until(self.worker_off, instant)

    def mail_server_down_until(self, instant: datetime) -> datetime | None:
        return until(self.mail_server_down, instant)

    def mail_server_fails_until(self, instant: datetime) -> datetime | None:
        """Until when there is no use in looking at what waits: a server that refuses everybody is looked at once more, an hour later."""
        again = instant + HOUR if self.is_everybody_refused(instant) else None
        return self.mail_server_down_until(instant) or again

    def is_everybody_refused(self, instant: datetime) -> bool:
        return until(self.everybody_refused, instant) is not None

    def beats(self) -> int:
        return 2 if self.random and self.random.randrange(SECOND_BEAT) == 0 else 1

    def between(self, instant: datetime, soonest: datetime, one_in: int) -> datetime | None:
        """A minute between these two at which a worker is there, once in so many times; never without a seed."""
        if not self.random or not one_in or self.random.randrange(one_in) or soonest - instant < 2 * MINUTE:
            return None
        between = instant + self.random.randrange(1, (soonest - instant) // MINUTE) * MINUTE
        return None if self.worker_off_until(between) else between


def until(spans: list[Span], instant: datetime) -> datetime | None:
    return max((span.ends for span in spans if span.covers(instant)), default=None)


def faults_of(seed: int, *, begins: datetime, ends: datetime) -> Faults:
    random = Random(f"faults {seed}")  # noqa: S311 -- nothing here is a secret
    off = [span for outage in OUTAGES for span in spans(random, *outage, begins, ends)]
    return Faults(random, off, list(spans(random, *DOWN, begins, ends)), list(spans(random, *REFUSES_ALL, begins, ends)))


def spans(random: Random, times: int, shortest: int, longest: int, begins: datetime, ends: datetime) -> Iterator[Span]:
    """So many of them, each of so many hours."""
    for _time in range(times):
        start = begins + random.random() * (ends - begins)
        start = start.replace(microsecond=0)
        yield Span(start, start + random.randint(shortest, longest) * HOUR)
