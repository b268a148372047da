"""The instant at which a reminder is sent, in the time zone and quiet hours of its recipient.

Pure functions. Instants are aware datetimes, and those returned are in UTC; zones are IANA names. A day is 24 hours, so that "one day
before" always leaves at least one whole day. The rules are those of the reminder paper, section 4 ("Quiet hours, zones, digests").
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# What happens within this time of the next slot cannot wait for it.
TOO_SOON_TO_WAIT = timedelta(hours=4)
# From so many days before on, a reminder leaves the weekend free; nearer ones do not.
FREE_WEEKENDS_FROM = 3
# While an assembly sits, what the day brought is told when it is over.
EVENING = time(19)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Venue:
    """The time zone of an assembly in which one takes part, from the beginning of its first day to the end of its last."""

    zone: str
    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Clock:
    """How one person wants to be reached.

    hour -- when her digest comes, local; quiet_from, quiet_to -- equal means no quiet hours; weekend -- weekdays, Monday is 0
    weekly -- on Mondays only; venue -- whose time is hers while its assembly sits
    """

    zone: str = "UTC"
    hour: time = time(8, 30)
    quiet_from: time = time(20)
    quiet_to: time = time(8)
    weekend: tuple[int, ...] = (5, 6)
    weekly: bool = False
    venue: Venue | None = None

    def on(self, moment: datetime) -> "Clock":
        """The clock she goes by at this instant: that of the venue while she is there."""
        if self.venue is None or not self.venue.opens <= moment < self.venue.closes:
            return self
        return replace(self, zone=self.venue.zone, venue=None)

    @property
    def slot(self) -> time:
        """The hour of her digest; the end of her quiet hours, should it lie within them."""
        return self.quiet_to if is_quiet_hour(self.hour, self) else self.hour


@lru_cache(maxsize=200_000)
def slot_on(day: date, at: time, zone: str) -> datetime:
    """The instant of this hour on this day; skipped by a clock change, an hour later; shown twice, the first time."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def before(instant: datetime, days: int, clock: Clock) -> datetime:
    """The last slot at or before so many days before the instant; of a Monday, for who is reached on Mondays only.

    Three days before and more, a slot on the weekend moves to the preceding working day. Each slot is one of the clock she goes by then.
    """
    moment = instant - days * DAY
    while True:
        there = clock.on(moment)
        slot = last_slot(moment, days, there)
        if clock.venue is None or clock.on(slot).zone == there.zone:
            return slot
        # At that hour she was elsewhere: before she left, or before she came.
        edge = clock.venue.closes if moment >= clock.venue.closes else clock.venue.opens
        moment = edge - timedelta.resolution


def last_slot(moment: datetime, days: int, clock: Clock) -> datetime:
    at, zone = clock.slot, clock.zone
    day = local_day(moment, zone)
    if slot_on(day, at, zone) > moment:
        day -= DAY
    if clock.weekly:
        day -= day.weekday() * DAY
    elif days >= FREE_WEEKENDS_FROM:
        while day.weekday() in clock.weekend:
            day -= DAY
    return slot_on(day, at, zone)


def after(instant: datetime, days: int, clock: Clock) -> datetime:
    """The first slot of a working day at or after so many days after the instant; of a Monday, for who is reached on Mondays only."""
    return first_slot(instant + days * DAY, clock, mondays_only=clock.weekly)


def first_slot(moment: datetime, clock: Clock, *, mondays_only: bool) -> datetime:
    while True:
        there = clock.on(moment)
        at, zone = there.slot, there.zone
        day = local_day(moment, zone)
        if slot_on(day, at, zone) < moment:
            day += DAY
        while day.weekday() != 0 if mondays_only else day.weekday() in clock.weekend:
            day += DAY
        slot = slot_on(day, at, zone)
        if clock.venue is None or clock.on(slot).zone == zone:
            return slot
        # At that hour she is elsewhere: once she is there, or once she has left.
        moment = clock.venue.opens if moment < clock.venue.opens else clock.venue.closes


def evening_after(instant: datetime, clock: Clock) -> datetime:
    """The same of the evening; for who is not to be reached then, at her usual hour."""
    return after(instant, 0, in_the_evening(clock))


def is_evening(moment: datetime, clock: Clock) -> bool:
    """Whether this slot is that of an evening beside her usual digest."""
    clock = clock.on(moment)
    slot = in_the_evening(clock).slot
    return slot != clock.slot and moment.astimezone(ZoneInfo(clock.zone)).time() == slot


def in_the_evening(clock: Clock) -> Clock:
    return clock if is_quiet_hour(EVENING, clock) else replace(clock, hour=max(clock.hour, EVENING))


def monday_after(instant: datetime, clock: Clock) -> datetime:
    """The first slot of a Monday at or after the instant."""
    return first_slot(instant, clock, mondays_only=True)


def first_monday_after(instant: datetime, clock: Clock) -> datetime:
    """The first slot of the first Monday of a month at or after the instant."""
    slot = monday_after(instant, clock)
    while local_day(slot, clock.zone).day > 7:
        slot = monday_after(slot + DAY, clock)
    return slot


def is_quiet_hour(at: time, clock: Clock) -> bool:
    if clock.quiet_from <= clock.quiet_to:
        return clock.quiet_from <= at < clock.quiet_to
    return at >= clock.quiet_from or at < clock.quiet_to


def is_quiet(instant: datetime, clock: Clock) -> bool:
    """Whether she does not want to be disturbed: at her quiet hours and on her weekend."""
    clock = clock.on(instant)
    local = instant.astimezone(ZoneInfo(clock.zone))
    return local.weekday() in clock.weekend or is_quiet_hour(local.time(), clock)


def end_of_quiet(instant: datetime, clock: Clock) -> datetime:
    """The instant itself, or the next one that is not quiet."""
    if not is_quiet(instant, clock):
        return instant.astimezone(UTC)
    zones = {clock.zone, clock.venue.zone} if clock.venue else {clock.zone}
    day = local_day(instant, clock.on(instant).zone)
    while True:
        for moment in sorted(slot_on(day, at, zone) for at in {MIDNIGHT, clock.quiet_to} for zone in zones):
            if moment > instant and not is_quiet(moment, clock):
                return moment
        day += DAY


def at_once(instant: datetime, event: datetime, clock: Clock) -> datetime:
    """Now, or after the quiet hours, unless it happens less than four hours later: then now all the same."""
    slot = end_of_quiet(instant, clock)
    return instant.astimezone(UTC) if instant < event < slot + TOO_SOON_TO_WAIT else slot


def next_digest(instant: datetime, event: datetime, clock: Clock, *, alone: bool = False) -> tuple[datetime, bool]:
    """When something that came up at this instant is told, and whether on its own: with the next digest, if that is not too late."""
    if not alone:
        slot = after(instant, 0, clock)
        if not instant < event < slot + TOO_SOON_TO_WAIT:
            return slot, False
    return at_once(instant, event, clock), True
