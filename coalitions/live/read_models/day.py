"""One day of an assembly as a person sees it: its sessions, what is uncovered, what goes to plenary, and who is free."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.languages import with_colon
from coalitions.live.domain.rooms_picture import DrawnSession, RoomsPicture, draw
from coalitions.live.read_models.season import Season
from coalitions.live.read_models.session_rows import OnAgenda, SessionRow, rows_of
from coalitions.models import AssemblySession, DeclaredPresence, MembershipContext, SessionAttendee, SessionNote
from resolutions.models import Watch, short_name

VIEWS = ("all", "mine", "resolution", "room")


class Alert(NamedTuple):
    """A resolution one watches goes to plenary. hour -- of the plenary at the venue; empty where a note alone says so"""

    resolution: OnAgenda
    hour: str = ""


class DayInStrip(NamedTuple):
    """uncovered -- of today and days to come; without_note -- of days that are over, where somebody was in the room"""

    on: date
    sessions: int
    uncovered: int
    without_note: int


class Group(NamedTuple):
    """Sessions under one heading: a resolution. url -- of the heading, empty if it has none"""

    title: str
    url: str
    rows: list[SessionRow]


class FreePerson(NamedTuple):
    """Somebody who said where she is and goes nowhere meanwhile. next_at -- when she goes to a session later on this day"""

    user: User
    is_on_site: bool
    next_at: datetime | None
    zone: ZoneInfo

    @property
    def hour(self) -> str:
        return times.hour(self.next_at.astimezone(self.zone)) if self.next_at else ""

    @property
    def described(self) -> str:
        """ "Amina D.: on site, in a session at 14:30" """
        where = _("on site, as announced") if self.is_on_site else _("from elsewhere")
        if self.next_at:
            where = f"{where}, {_('in a session at %(hour)s') % {'hour': self.hour}}"
        return with_colon(self.user.short_name, where)


@dataclass
class DayPage:
    """What the page of a day shows. view -- which of its tabs"""

    user: User
    season: Season
    day: date
    memberships: MembershipContext
    view: str = "all"

    @cached_property
    def sessions(self) -> list[AssemblySession]:
        mine = AssemblySession.objects.visible_to(self.user, self.memberships.circles).filter(assembly=self.season.assembly)
        return list(mine.of_day(self.day, self.season.assembly.zone).with_reports().in_order())

    @cached_property
    def rows(self) -> list[SessionRow]:
        return rows_of(self.sessions, self.user)

    @cached_property
    def mine(self) -> list[SessionRow]:
        """Those one goes to or is asked to, and those on a resolution one watches."""
        return [row for row in self.rows if row.goes or row.is_asked or self.watched.intersection(each.pk for each in row.agenda)]

    @property
    def held(self) -> list[SessionRow]:
        """Without those that were cancelled."""
        return [row for row in self.rows if row.session.cancelled_at is None]

    @property
    def shown(self) -> list[SessionRow]:
        return self.mine if self.view == "mine" else self.rows

    @property
    def is_today(self) -> bool:
        return self.day == self.season.today

    @cached_property
    def past(self) -> list[SessionRow]:
        """Those that are over; only today they are folded."""
        return [row for row in self.shown if self.is_today and row.session.is_over]

    @cached_property
    def ahead(self) -> list[SessionRow]:
        return [row for row in self.shown if not (self.is_today and row.session.is_over)]

    @cached_property
    def uncovered(self) -> list[SessionRow]:
        return [row for row in self.rows if row.is_uncovered]

    @cached_property
    def waiting(self) -> list[SessionRow]:
        """Those one is asked to go to."""
        return [row for row in self.rows if row.is_asked and not row.session.is_over and row.session.cancelled_at is None]

    @cached_property
    def clashes(self) -> int:
        """How many of those one goes to are held while one goes to another."""
        return sum(row.goes and row.clash is not None for row in self.rows)

    @property
    def led(self) -> bool:
        return bool(self.memberships.led)

    @cached_property
    def takes_part(self) -> bool:
        """Whether one may be told who is where: as a lead, or going to a session on this day."""
        return self.led or any(row.goes for row in self.rows)

    @property
    def address(self) -> str:
        return reverse("coalitions:live-day", args=[self.day.isoformat()])

    def hour_of(self, instant: datetime) -> str:
        """At the venue."""
        return times.hour(instant.astimezone(self.season.zone))

    # --- By resolution and by room ---------------------------------------------------------------------------------------

    @property
    def by_room(self) -> list[SessionRow]:
        return sorted(self.rows, key=lambda row: (not row.session.room, row.session.room.casefold(), row.session.starts_at))

    @property
    def groups(self) -> Iterator[Group]:
        """By resolution: those one watches first."""
        found: dict[OnAgenda, list[SessionRow]] = defaultdict(list)
        for row in self.rows:
            for each in row.agenda:
                found[each].append(row)
        for each in sorted(found, key=lambda each: (each.pk not in self.watched, each.number is None, each.number or 0, each.slug)):
            yield Group(each.short_name, each.url, found[each])
        if without := [row for row in self.rows if not row.agenda]:
            yield Group(_("On no resolution"), "", without)

    @cached_property
    def picture(self) -> RoomsPicture | None:
        """Rooms and hours, of what is held on this day."""
        drawn = [drawn_session(row, self.season) for row in self.rows if row.session.cancelled_at is None]
        return draw(drawn, minute_of(now(), self.day, self.season) if self.is_today else None)

    # --- Plenary ----------------------------------------------------------------------------------------------------------

    @cached_property
    def watched(self) -> set[int]:
        return set(Watch.objects.visible_to(self.user).values_list("resolution", flat=True))

    @cached_property
    def alerts(self) -> list[Alert]:
        """Resolutions one watches that a plenary of this day decides; and, today, those of which a note says that they go there."""
        found: dict[int, Alert] = {}
        for row in self.rows:
            session = row.session
            if session.group != AssemblySession.Group.PLENARY or session.cancelled_at or session.is_over:
                continue
            for each in row.agenda:
                if each.pk in self.watched:
                    found.setdefault(each.pk, Alert(each, self.hour_of(session.starts_at)))
        if self.is_today:
            for each in self.noted_for_plenary():
                found.setdefault(each.pk, Alert(each))
        return sorted(found.values(), key=lambda alert: (not alert.hour, alert.hour, alert.resolution.slug))

    def noted_for_plenary(self) -> Iterator[OnAgenda]:
        """Of what one watches: where the latest note of yesterday or today says that the plenary comes next."""
        if not self.watched:
            return
        since = datetime.combine(date.fromordinal(self.day.toordinal() - 1), datetime.min.time(), self.season.zone)
        notes = SessionNote.objects.visible_to(self.user, self.memberships.circles).filter(resolution__in=self.watched, at__gte=since)
        columns = ("resolution", "resolution__slug", "resolution__number", "resolution__label", "resolution__series", "next_step")
        latest: dict[int, tuple[Any, ...]] = {}
        for row in notes.filter(session__assembly=self.season.assembly).order_by("at", "pk").values_list(*columns):
            latest[row[0]] = row
        for pk, slug, number, label, series, next_step in latest.values():
            if next_step == SessionNote.NextStep.PLENARY:
                yield OnAgenda(pk, slug, short_name(number, label, series), number)

    # --- The ten days -------------------------------------------------------------------------------------------------------

    @cached_property
    def strip(self) -> list[DayInStrip]:
        """How many sessions of each day nobody goes to, and how many of past days have no note that one may read. One query."""
        circles = self.memberships.circles
        mine = AssemblySession.objects.visible_to(self.user, circles).filter(assembly=self.season.assembly).held()
        going = SessionAttendee.objects.going().filter(session=OuterRef("pk"))
        needed = Case(When(standing=AssemblySession.Standing.OWN, then=Value(value=False)), default=~Exists(going))
        noted = Exists(SessionNote.objects.visible_to(self.user, circles).filter(session=OuterRef("pk")))
        in_room = Exists(going.filter(manner=SessionAttendee.Manner.ROOM))
        rows = mine.annotate(
            is_uncovered=needed, lacks_note=Case(When(Q(in_room__gt=0) | Q(in_room), then=~noted), default=Value(value=False))
        )
        number: dict[date, int] = defaultdict(int)
        uncovered: dict[date, int] = defaultdict(int)
        without_note: dict[date, int] = defaultdict(int)
        for starts_at, is_uncovered, lacks_note in rows.values_list("starts_at", "is_uncovered", "lacks_note"):
            on = starts_at.astimezone(self.season.zone).date()
            number[on] += 1
            if on < self.season.today:
                without_note[on] += lacks_note
            else:
                uncovered[on] += is_uncovered
        return [DayInStrip(on, number[on], uncovered[on], without_note[on]) for on in self.season.days]

    # --- Who is where ---------------------------------------------------------------------------------------------------------

    @cached_property
    def half(self) -> str:
        """The half of the day that is shown: now, or the morning of another day."""
        return DeclaredPresence.half_of(now(), self.season.assembly.zone) if self.is_today else DeclaredPresence.Half.MORNING

    @cached_property
    def present(self) -> list[DeclaredPresence]:
        """Who said for this day where they are, as far as one is told; oneself too."""
        return list(DeclaredPresence.objects.visible_to(self.user).filter(day=self.day).select_related("user").order_by("user__name", "pk"))

    @property
    def my_presence(self) -> dict[str, str]:
        return {row.half: row.place for row in self.present if row.user_id == self.user.pk}

    @cached_property
    def free(self) -> list[FreePerson]:
        """Who is free in this half of the day, in the building first. Nobody's movements but what they said."""
        instant = now() if self.is_today else datetime.combine(self.day, datetime.min.time(), self.season.zone)
        others = [row for row in self.present if row.half == self.half and row.user_id != self.user.pk]
        return free_people(others, self.busy, (instant, instant), self.season.zone)

    @cached_property
    def busy(self) -> dict[int, list[AssemblySession]]:
        """The sessions that people go to on this day, by person, as far as one is told."""
        return sessions_by_person(self.user, self.sessions)


def sessions_by_person(user: User, sessions: list[AssemblySession]) -> dict[int, list[AssemblySession]]:
    by_key = {session.pk: session for session in sessions}
    found: dict[int, list[AssemblySession]] = defaultdict(list)
    told = SessionAttendee.objects.visible_to(user).going().filter(session__in=by_key)
    for person, session in told.values_list("user", "session"):
        found[person].append(by_key[session])
    return found


def free_people(
    present: Iterable[DeclaredPresence], busy: Mapping[int, list[AssemblySession]], span: tuple[datetime, datetime], zone: ZoneInfo
) -> list[FreePerson]:
    """Of these people those in no session from the first instant to the second; in the building first."""
    first, last = span
    found: dict[int, FreePerson] = {}
    for row in present:
        theirs = sorted(busy.get(row.user_id, ()), key=lambda session: session.starts_at)
        if any(session.starts_at < last and first < session.over_at for session in theirs):
            continue
        later = next((session.starts_at for session in theirs if session.starts_at >= last), None)
        found.setdefault(row.user_id, FreePerson(row.user, row.place == DeclaredPresence.Place.ON_SITE, later, zone))
    return sorted(found.values(), key=lambda person: not person.is_on_site)


# --- The picture ------------------------------------------------------------------------------------------------------------


def minute_of(instant: datetime, day: date, season: Season) -> int:
    """Minutes since the midnight with which the day begins at the venue."""
    midnight = datetime.combine(day, datetime.min.time(), season.zone)
    return int((instant - midnight).total_seconds() // 60)


def drawn_session(row: SessionRow, season: Season) -> DrawnSession:
    session, day = row.session, row.session.day
    covering = "mine" if row.goes_in_room else row.covering
    begins, ends = minute_of(session.starts_at, day, season), minute_of(session.over_at, day, season)
    return DrawnSession(session.room, begins, ends, row.name, who_goes(row), covering)


def who_goes(row: SessionRow) -> str:
    """Names as far as one is told, else a number: "you, Ama O.", "3 people", "listening", "nobody"."""
    if not row.in_room:
        return _("listening") if row.listening else _("nobody") if row.session.needs_somebody else ""
    told = [_("you")] * row.goes_in_room + row.in_room_names
    if row.in_room_unnamed:
        told.append(ngettext("%(n)s person", "%(n)s people", row.in_room_unnamed) % {"n": row.in_room_unnamed})
    return ", ".join(told)
