"""The phases of work between two assemblies, counted from the first day of the next one (T0).

Pure functions of calendar dates. The boundaries follow the rhythm of the cycles of 2020 and 2024: national work from
eighteen months before, regional work from fifteen, consolidation from seven, reading from twenty-nine days.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resolutions.domain.cycle import READING_DAYS

AFTER_DAYS = 90
# Monday to Friday, as assemblies sit, whatever the weekend of the host country.
FIRST_PART_WORKING_DAYS = 4


@dataclass(frozen=True)
class Phase:
    """One stretch of the cycle. `number` runs from 0, between assemblies, to 8, handover."""

    number: int
    name: Promise
    starts_on: date
    ends_on: date


BETWEEN, NATIONAL, REGIONAL, CONSOLIDATION, READING, FIRST_PART, SECOND_PART, AFTER, HANDOVER = range(9)
NAMES = (
    _("between assemblies"),
    _("national work"),
    _("regional work"),
    _("consolidation"),
    _("reading"),
    _("assembly, first part"),
    _("assembly, second part"),
    _("after the assembly"),
    _("handover"),
)


def months_from(day: date, months: int) -> date:
    """The same day of another month, or the last one there is: 31 January and one month is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_days_from(day: date, days: int) -> date:
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def phases(first_day: date, last_day: date) -> list[Phase]:
    """All phases of a cycle in order. They overlap: regional work goes on while positions are consolidated."""
    halfway = min(working_days_from(first_day, FIRST_PART_WORKING_DAYS), last_day)
    bounds = (
        (months_from(first_day, -48), months_from(first_day, -18)),
        (months_from(first_day, -18), months_from(first_day, -9)),
        (months_from(first_day, -15), months_from(first_day, -2)),
        (months_from(first_day, -7), first_day - timedelta(days=READING_DAYS)),
        (first_day - timedelta(days=READING_DAYS), first_day),
        (first_day, halfway),
        (halfway, last_day),
        (last_day, first_day + timedelta(days=AFTER_DAYS)),
        (first_day + timedelta(days=AFTER_DAYS), months_from(first_day, 12)),
    )
    return [Phase(number, NAMES[number], start, end) for number, (start, end) in enumerate(bounds)]


def phase_on(today: date, first_day: date, last_day: date) -> Phase:
    """The phase that began last, or "between assemblies" before the first and after the last."""
    every = phases(first_day, last_day)
    if today > every[-1].ends_on:
        return every[0]
    # The assembly's second part begins the day after the first one's last; it ends with the assembly.
    begun = [phase for phase in every if phase.starts_on + timedelta(days=phase.number in {SECOND_PART, AFTER}) <= today]
    return begun[-1] if begun else every[0]


def days_to(today: date, first_day: date) -> int:
    """n of "T−n": positive before the first day, negative after it."""
    return (first_day - today).days
