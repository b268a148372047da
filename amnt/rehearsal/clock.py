"""A clock that is set by hand: what `django.utils.timezone.now` tells meanwhile, for the whole process.

The project asks no other clock for the time of an act (tests/simulation/test_rehearsal.py holds it to that), so one place is enough.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo

from django.utils import timezone


class SimulatedClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def move_to(self, at: datetime) -> None:
        self.at = at


class AnyDatetime(type):
    """Whatever is a datetime is one of these too: Django asks before it converts values for templates."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


@contextmanager
def simulated_clock(at: datetime) -> Iterator[SimulatedClock]:
    clock = SimulatedClock(at)

    class SimulatedDatetime(datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.at.astimezone(tz) if tz else clock.at.astimezone(UTC).replace(tzinfo=None)

    before = timezone.datetime  # type: ignore[attr-defined]
    timezone.datetime = SimulatedDatetime  # type: ignore[attr-defined]
    try:
        yield clock
    finally:
        timezone.datetime = before  # type: ignore[attr-defined]
