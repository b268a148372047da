"""The dates and follow-ups of a person day by day: for the page of a month, and for sheets to print."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from amnt.accounts.models import User
from amnt.core.languages import current_language
from calendar_app.domain.month_grid import days_between
from calendar_app.models import Deadline, Meeting
from calendar_app.models.concerns import concerns_of
from calendar_app.models.entries import CalendarEntry, entries, next_entries
from coalitions.models import Circle, FollowUp, Position
from coalitions.permissions import MembershipContext

MOST = 300
# Zones are up to fourteen hours apart: what is read for a day, before its official day is known.
MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class DatedFollowUp:
    """A follow-up of the reader, beside its day."""

    follow_up: FollowUp

    @property
    def marking(self) -> str:
        return self.follow_up.circle.marking

    @property
    def is_for_paper(self) -> bool:
        return self.marking == "coalition" and self.follow_up.delegation_id is None


@dataclass
class CalendarDay:
    """entries -- what begins or closes on this day; going_on -- meetings that began before; follow_ups -- of the reader, due"""

    on: date
    entries: list[CalendarEntry] = field(default_factory=list)
    going_on: list[CalendarEntry] = field(default_factory=list)
    follow_ups: list[DatedFollowUp] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Nothing begins, closes or is due."""
        return not (self.entries or self.follow_ups)

    @property
    def is_empty(self) -> bool:
        return self.is_bare and not self.going_on

    @property
    def meeting_ids(self) -> list[object]:
        return [entry.meeting_id for entry in (*self.going_on, *self.entries) if not entry.is_deadline]


@dataclass(frozen=True)
class CalendarDays:
    days: list[CalendarDay]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return all(day.is_empty for day in self.days)


def days_of(user: User, days: list[date], *, memberships: MembershipContext, mine_only: bool) -> CalendarDays:
    """Four queries. A date stands on its official day, a follow-up on that of the reader. The days follow each other."""
    first, last = days[0], days[-1]
    zone = ZoneInfo(user.time_zone)
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    concerns = concerns_of(user, memberships.every_circle)
    meetings = Meeting.objects.visible_to(user, memberships.every_circle).filter(starts_on__lte=last, ends_on__gte=first)
    deadlines = Deadline.objects.visible_to(user, memberships.every_circle).filter(at__gte=begins - MARGIN, at__lt=ends + MARGIN)
    if mine_only:
        meetings, deadlines = concerns.meetings_in(meetings), concerns.deadlines_in(deadlines)
    found = entries(meetings, deadlines, user=user, language=current_language(), most=MOST + 1, concerns=concerns)
    own = FollowUp.objects.visible_to(user, memberships.every_circle).open().filter(owner=user, due_at__gte=begins, due_at__lt=ends)
    follow_ups = list(own.for_list()[: MOST + 1])
    filled = {day: CalendarDay(day) for day in days}
    for entry in found[:MOST]:
        starts, until = span_of(entry)
        for day in days_between(starts, until, within=days):
            (filled[day].entries if day == starts else filled[day].going_on).append(entry)
    for follow_up in follow_ups[:MOST]:
        filled[follow_up.due_at.astimezone(zone).date()].follow_ups.append(DatedFollowUp(follow_up))
    return CalendarDays(list(filled.values()), is_cut=len(found) > MOST or len(follow_ups) > MOST)


def span_of(entry: CalendarEntry) -> tuple[date, date]:
    """Its official days."""
    if entry.starts_on is not None:
        return entry.starts_on, entry.ends_on or entry.starts_on
    on = entry.at.astimezone(ZoneInfo(entry.stub_zone)).date()
    return on, on


def next_date_after(user: User, day: date, *, memberships: MembershipContext, mine_only: bool) -> CalendarEntry | None:
    """The first that begins after this day."""
    concerns = concerns_of(user, memberships.every_circle)
    meetings = Meeting.objects.visible_to(user, memberships.every_circle).filter(starts_on__gt=day)
    after = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(user.time_zone)) + MARGIN
    deadlines = Deadline.objects.visible_to(user, memberships.every_circle).filter(at__gte=after)
    if mine_only:
        meetings, deadlines = concerns.meetings_in(meetings), concerns.deadlines_in(deadlines)
    found = next_entries(meetings, deadlines, attendances={}, most=1, language=current_language())
    return found[0] if found else None


def held_on(user: User, day: CalendarDay) -> list[Position]:
    """What everyone in the reader's coalitions holds on the agendas of this day."""
    rows = Position.objects.visible_to(user).newest().filter(circle__kind=Circle.Kind.EVERYONE)
    rows = rows.filter(resolution__meetings__public_id__in=day.meeting_ids).distinct()
    return list(rows.select_related("resolution", "circle__coalition").order_by("resolution__number", "pk"))
