"""How letters say when: on their reader's clock, without this year. What is ahead of her also says how far off it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core import times


def moment(instant: datetime, reader: User) -> str:
    """ "Mon 7 Dec, 09:00 (Nairobi)": with the place of her clock, since she may be elsewhere."""
    zone = reader.time_zone
    return times.when(instant, zone=zone, reader=zone, language=reader.language, this_year=times.year(now(), zone)).official


def moment_ahead(instant: datetime, reader: User) -> str:
    """ "Mon 7 Dec, 09:00 (Nairobi), in 7 days" """
    days = times.days_between(now(), instant, reader.time_zone)
    return times.with_countdown(moment(instant, reader), days, reader.language)


def day_ahead(instant: datetime, *, zone: str, language: str) -> str:
    """ "Mon 7 Dec (in 7 days)" """
    said = times.day(instant.astimezone(ZoneInfo(zone)), language, times.year(now(), zone))
    return times.with_countdown(said, times.days_between(now(), instant, zone), language)
