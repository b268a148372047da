"""Until when a reminder may be snoozed, in the time zone of its recipient. No database, no request."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from amnt.core.times import instant_of


class SnoozeUntil(StrEnum):
    TOMORROW = "day"
    MONDAY = "monday"
    THREE_DAYS_BEFORE = "three-days-before"


def snooze_until(until: SnoozeUntil, *, at: datetime, due_at: datetime, zone: str, hour: time) -> datetime | None:
    """The instant a reminder comes back, or None when that is already past or not before the due instant.

    at, due_at -- aware datetimes; zone -- IANA name of the reminded person's zone; hour -- when her reminders come, local.
    A day is 24 hours; Monday is the next one of her calendar, never today.
    """
    local = at.astimezone(ZoneInfo(zone))
    match until:
        case SnoozeUntil.TOMORROW:
            instant = at + timedelta(days=1)
        case SnoozeUntil.MONDAY:
            instant = instant_of(local.date() + timedelta(days=7 - local.weekday()), hour, zone)
        case SnoozeUntil.THREE_DAYS_BEFORE:
            instant = due_at - timedelta(days=3)
    return instant if at < instant < due_at else None
