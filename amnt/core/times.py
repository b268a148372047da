"""Formatting of instants: the official time and the reader's own, in the reader's language.

Pure functions. Instants are aware datetimes; zones are IANA names; languages are codes like "fr".
Wording of dates follows CLDR (through Babel), as people in the field write them; CLDR has no word for the first of a month in French (1er).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_interval, format_skeleton, format_timedelta, get_timezone_location
from django.utils.translation import gettext, override

from amnt.core.locales import locale_of

# Where the ITU sits; a date it gives without an hour is planned at noon there.
ITU_ZONE = "Europe/Zurich"
NOON = time(12)
FIRST = re.compile(r"\b1\b")
LONGEST_IN_DAYS = 60
# No greater unit than days: Babel takes a unit once there are as many of it.
MORE_THAN_EVER = 1_000_000


@dataclass(frozen=True)
class When:
    """A moment as the reader sees it.

    official -- weekday, day, month, year, hour and place, e.g. "lun. 18 sept. 2028, 23:59 (Genève)"
    yours    -- the same instant for the reader, e.g. "mar. 19, 00:59"; None if the reader's clock shows the same or no hour is given
    """

    official: str
    yours: str | None


@lru_cache(maxsize=1)
def zone_names() -> list[str]:
    """Every zone a person may choose, as IANA names in order: Area/City, and UTC."""
    areas = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in areas)]


def is_zone(name: str) -> bool:
    return name in zone_names()


@lru_cache(maxsize=2048)
def place(zone: str, language: str) -> str:
    """The city a zone is named after, in this language; Geneva for the ITU's own."""
    if zone == ITU_ZONE:
        with override(language):
            return gettext("Geneva")
    if zone == "UTC":
        return "UTC"
    return get_timezone_location(ZoneInfo(zone), locale=locale_of(language), return_city=True)


def _said(skeleton: str, moment: datetime | date, language: str) -> str:
    # Equal instants in two zones are equal cache keys but may be different days: cache by calendar date only.
    return _of_date(skeleton, moment.date() if isinstance(moment, datetime) else moment, language)


def _first_said(text: str, language: str) -> str:
    return FIRST.sub("1er", text) if language == "fr" else text


@lru_cache(maxsize=4096)
def _of_date(skeleton: str, moment: date, language: str) -> str:
    return _first_said(format_skeleton(skeleton, moment, locale=locale_of(language)), language)


def day(moment: datetime | date, language: str, this_year: int | None = None) -> str:
    """ "lun. 18 sept. 2028"; without the year if it is this one."""
    return _said("MMMEd" if moment.year == this_year else "yMMMEd", moment, language)


def short_day(moment: datetime | date, language: str) -> str:
    """ "lun. 18" """
    return _said("Ed", moment, language)


@lru_cache(maxsize=4096)
def days(first: date, last: date, language: str, this_year: int | None = None) -> str:
    """ "2–6 oct. 2028", or one day alone: "2 oct. 2028"; without the year if both are in this one."""
    skeleton = "MMMd" if first.year == last.year == this_year else "yMMMd"
    if first == last:
        return _said(skeleton, first, language)
    return _first_said(format_interval(first, last, skeleton, locale=locale_of(language)), language)


def weekday(moment: datetime | date, language: str) -> str:
    """ "lun." """
    return _said("E", moment, language)


def month(moment: datetime | date, language: str) -> str:
    """ "sept." """
    return _said("MMM", moment, language)


def month_and_year(moment: date, language: str) -> str:
    """ "septembre 2028" """
    return _said("yMMMM", moment, language)


def whole_weekday(moment: date, language: str) -> str:
    """ "lundi" """
    return format_date(moment, "EEEE", locale=locale_of(language))


def whole_day(moment: date, language: str) -> str:
    """ "mardi 24 octobre 2028" """
    return _first_said(format_date(moment, "full", locale=locale_of(language)), language)


def hour(moment: datetime) -> str:
    """Twenty-four hours in every language, since official papers count so: "23:59"."""
    return f"{moment:%H:%M}"


def when(instant: datetime, *, zone: str, reader: str, language: str, has_hour: bool = True, this_year: int | None = None) -> When:
    """The instant as officially given in `zone`, and as the clock of someone in the zone `reader` shows it.

    this_year -- is left out
    """
    # A date without an hour is noon in Geneva: only there is it surely that day.
    official = instant.astimezone(ZoneInfo(zone if has_hour else ITU_ZONE))
    if not has_hour:
        with override(language):
            return When(gettext("%(day)s, time not given") % {"day": day(official, language, this_year)}, None)
    mine = instant.astimezone(ZoneInfo(reader))
    yours = None
    if mine.replace(tzinfo=None) != official.replace(tzinfo=None):
        yours = hour(mine) if mine.date() == official.date() else f"{short_day(mine, language)}, {hour(mine)}"
    return When(f"{day(official, language, this_year)}, {hour(official)} ({place(zone, language)})", yours)


def year(instant: datetime, zone: str) -> int:
    """The year of the calendar of this zone."""
    return instant.astimezone(ZoneInfo(zone)).year


def days_between(first: datetime, last: datetime, zone: str) -> int:
    """How many times the calendar of this zone turns a page from the first instant to the last; negative if the last comes before."""
    here = ZoneInfo(zone)
    return (last.astimezone(here).date() - first.astimezone(here).date()).days


def countdown(days: int, language: str) -> str:
    """ "today", "tomorrow", "in 3 days", "4 days ago"; more than sixty days in months, two years and more in years."""
    if abs(days) <= 1:
        with override(language):
            return (gettext("yesterday"), gettext("today"), gettext("tomorrow"))[days + 1]
    delta, locale = timedelta(days=days), locale_of(language)
    if abs(days) <= LONGEST_IN_DAYS:
        return format_timedelta(delta, granularity="day", threshold=MORE_THAN_EVER, add_direction=True, locale=locale)
    return format_timedelta(delta, granularity="month", threshold=2, add_direction=True, locale=locale)


def with_countdown(said: str, days: int, language: str) -> str:
    """ "Mon 7 Dec (in 7 days)"; after the place of a clock "Mon 7 Dec, 09:00 (Nairobi), in 7 days": never a bracket after a bracket."""
    left = countdown(days, language)
    return f"{said}, {left}" if said.endswith(")") else f"{said} ({left})"


def hours(instant: datetime, *, zone: str, language: str, beside: date) -> str:
    """ "23:59 (Genève)" where the day stands beside it already; "mar. 19, 00:59 (Nairobi)" where it is another one there."""
    local = instant.astimezone(ZoneInfo(zone))
    said = f"{hour(local)} ({place(zone, language)})"
    return said if local.date() == beside else f"{short_day(local, language)}, {said}"


def instant_of(on: date, at: time | None, zone: str) -> datetime:
    """The instant of a wall-clock time; without an hour, noon in Geneva that day.

    A time that a clock change skips is read with the offset before the change, one that happens twice as the first.
    """
    if at is None:
        return datetime.combine(on, NOON, ZoneInfo(ITU_ZONE))
    return datetime.combine(on, at, ZoneInfo(zone))


def exists(on: date, at: time, zone: str) -> bool:
    """Whether the clocks of this zone ever show this time on this day (they skip an hour in spring)."""
    local = datetime.combine(on, at, ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)
