"""The weeks of a month as a table of days, and where in it something that lasts is written. Pure: no database, no request, no words."""

from collections.abc import Sequence
from datetime import date, timedelta

WEEK = timedelta(days=7)


def week_of(day: date, first_weekday: int = 0) -> list[date]:
    """The seven days of its week. first_weekday -- 0 is Monday"""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return [first + timedelta(days=number) for number in range(7)]


def month_of(day: date) -> tuple[date, date]:
    """Its first and its last day."""
    first = day.replace(day=1)
    return first, next_month(first) - timedelta(days=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def previous_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def weeks_of(first: date, last: date, first_weekday: int = 0) -> list[list[date]]:
    """Whole weeks from that of the first day to that of the last."""
    weeks = [week_of(first, first_weekday)]
    while weeks[-1][-1] < last:
        weeks.append(week_of(weeks[-1][-1] + timedelta(days=1), first_weekday))
    return weeks


def days_between(first: date, last: date, *, within: Sequence[date]) -> list[date]:
    """Those of the days `within` on which something is that lasts from the first to the last."""
    return [day for day in within if first <= day <= last]
