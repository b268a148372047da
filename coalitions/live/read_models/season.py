"""Which assembly the live pages are about, and its days, on the clock of its venue."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from resolutions.models import Assembly

# The evening before it opens is prepared like a day.
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Season:
    """The days of an assembly.

    first, last -- of the assembly itself; the day before the first has a page too
    """

    assembly: Assembly
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + n * A_DAY for n in range((self.last - self.first).days + 1)]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.assembly.zone)

    @property
    def today(self) -> date:
        """At the venue."""
        return now().astimezone(self.zone).date()

    @property
    def is_on(self) -> bool:
        """From the day before it opens to its last day."""
        return self.holds(self.today)

    def holds(self, day: date) -> bool:
        return self.first - A_DAY <= day <= self.last

    def number_of(self, day: date) -> int:
        """Which of its days this is; 0 is the day before the first."""
        return (day - self.first).days + 1

    @property
    def shown_day(self) -> date:
        """Today; before it the first day, and afterwards the last."""
        if self.is_on:
            return self.today
        return self.first if self.today < self.first else self.last


def season_of(assembly: Assembly | None) -> Season | None:
    if assembly is None or assembly.starts_on is None:
        return None
    return Season(assembly, assembly.starts_on, assembly.ends_on or assembly.starts_on)


def current_season() -> Season | None:
    """Of the assembly people work for, while it has dates; else of the last one. One query."""
    current, last = Assembly.objects.current_and_last()
    return season_of(current) or season_of(last)


def season_on(day: date) -> Season | None:
    """Of the assembly to which this day belongs. One query."""
    on_it = Assembly.objects.of_wtsa().filter(starts_on__lte=day + A_DAY).order_by("-starts_on", "-pk")
    found = season_of(on_it.first())
    return found if found and found.holds(day) else None
