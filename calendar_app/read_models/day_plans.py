"""The sessions of a day of an assembly as each person may know them: where they go, what nobody goes to, what of theirs is in plenary."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from amnt.accounts.models import User
from amnt.core import times
from amnt.encryption.keys import digest
from coalitions.models import AssemblySession, Circle, SessionAttendee, SessionNote
from resolutions.models import Assembly, Resolution, Watch

Standing, Group = AssemblySession.Standing, AssemblySession.Group


@dataclass(frozen=True)
class Plenary:
    """A plenary session, and the resolutions on its agenda that one person watches."""

    session: AssemblySession
    resolutions: tuple[Resolution, ...]


@dataclass
class DayPlan:
    """The day of one person, in the order of the day.

    going -- the sessions one goes to, with how: in the room or listening
    asked -- those one was asked to go to and has not answered
    uncovered -- those to which nobody goes and which meet none of one's own
    plenaries -- those with something that one watches
    notes -- how many notes of others on what one watches were written on the day before
    """

    going: list[tuple[AssemblySession, str]] = field(default_factory=list)
    asked: list[AssemblySession] = field(default_factory=list)
    uncovered: list[AssemblySession] = field(default_factory=list)
    plenaries: list[Plenary] = field(default_factory=list)
    notes: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.going or self.asked or self.uncovered or self.plenaries or self.notes)

    @property
    def digest(self) -> str:
        """Equal as long as nothing changed in what one goes to and what of one's own is in plenary; whatever others do."""
        going = [(row.pk, f"{row.starts_at}", f"{row.ends_at}", row.room, row.title, how) for row, how in self.going]
        plenaries = [(row.session.pk, f"{row.session.starts_at}", [each.pk for each in row.resolutions]) for row in self.plenaries]
        return digest(f"day plan:{json.dumps([going, plenaries])}")


@dataclass
class DayOfSessions:
    """The sessions of one day that are held, with their agendas, and who goes. `goers` is nobody but those who go."""

    sessions: list[AssemblySession]
    goers: Mapping[int, Mapping[int, str]]
    asked: Mapping[int, Collection[int]]

    @property
    def uncovered(self) -> list[AssemblySession]:
        return [row for row in self.sessions if row.standing != Standing.OWN and row.pk not in self.goers]

    def plan_of(self, user: int, circles: Collection[int], watched: Collection[int]) -> DayPlan:
        """circles -- those this person is in; watched -- the keys of the resolutions this person watches"""
        seen = [row for row in self.sessions if row.circle_id in circles]
        going = [(row, self.goers[row.pk][user]) for row in seen if user in self.goers.get(row.pk, ())]
        asked = [row for row in seen if user in self.asked.get(row.pk, ())]
        free = [row for row in self.uncovered if row.circle_id in circles and not any(row.meets(other) for other, _how in going)]
        plenaries = [Plenary(row, mine) for row in seen if row.group == Group.PLENARY and (mine := on_agenda(row, watched))]
        return DayPlan(going, asked, free, plenaries)


def on_agenda(session: AssemblySession, watched: Collection[int]) -> tuple[Resolution, ...]:
    return tuple(item for item in agenda_of(session) if item.pk in watched)


def agenda_of(session: AssemblySession) -> list[Resolution]:
    """By number, what has none last."""
    return sorted(session.resolutions.all(), key=lambda each: (each.number is None, each.number or 0, each.pk))


def day_of_sessions(assembly: Assembly, day: date) -> DayOfSessions:
    """Without those that only the circle of a delegation reads: no mail and no page of leads ever speaks of them. Three queries."""
    rows = AssemblySession.objects.filter(assembly=assembly).of_day(day, assembly.zone).held().in_order()
    sessions = list(rows.exclude(circle__kind=Circle.Kind.DELEGATION).prefetch_related("resolutions"))
    goers: dict[int, dict[int, str]] = defaultdict(dict)
    asked: dict[int, set[int]] = defaultdict(set)
    attendees = SessionAttendee.objects.filter(session__in=sessions, user__is_active=True)
    for session, user, state, manner in attendees.values_list("session", "user", "state", "manner"):
        if state == SessionAttendee.State.GOES:
            goers[session][user] = manner
        elif state == SessionAttendee.State.ASKED:
            asked[session].add(user)
    return DayOfSessions(sessions, dict(goers), dict(asked))


def notes_before(assembly: Assembly, day: date) -> list[SessionNote]:
    """Those written on the day before at the venue that others may read. One query."""
    begins = times.instant_of(day - timedelta(days=1), datetime.min.time(), assembly.zone)
    ends = times.instant_of(day, datetime.min.time(), assembly.zone)
    rows = SessionNote.objects.filter(session__assembly=assembly, at__gte=begins, at__lt=ends, resolution__isnull=False)
    return list(rows.filter(circle__isnull=False).exclude(circle__kind=Circle.Kind.DELEGATION).only("circle", "resolution", "by"))


def notes_for(user: int, notes: Sequence[SessionNote], circles: Collection[int], watched: Collection[int]) -> int:
    """How many of them are news to this person: by others, on what this person watches and does not hide. One query where there are any."""
    news = [row.pk for row in notes if row.circle_id in circles and row.resolution_id in watched and row.by_id != user]
    return SessionNote.objects.visible_to(User(pk=user), circles).filter(pk__in=news).count() if news else 0


def watched_by(users: Collection[int], day: DayOfSessions, notes: Sequence[SessionNote] = ()) -> dict[int, set[int]]:
    """By person, the keys of the resolutions of plenary sessions and of notes that they watch; nothing is asked where there are none."""
    keys = {item.pk for row in day.sessions if row.group == Group.PLENARY for item in row.resolutions.all()}
    keys |= {row.resolution_id for row in notes if row.resolution_id}
    found: dict[int, set[int]] = defaultdict(set)
    rows = Watch.objects.filter(user__in=users, resolution__in=keys) if keys else Watch.objects.none()
    for user, resolution in rows.values_list("user", "resolution"):
        found[user].add(resolution)
    return found
