"""What was pasted as the programme of a day, beside what is entered already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from amnt.accounts.models import User
from amnt.core import times
from coalitions.live.domain.programme import ProgrammeLine, read_programme
from coalitions.live.read_models.season import Season
from coalitions.models import AssemblySession, Circle
from resolutions.models import Resolution, Series


@dataclass(frozen=True)
class ReadLine:
    """A line as the preview shows it.

    initial -- of its form; unknown -- numbers of resolutions that are not here; double -- the session that it would correct
    """

    line: ProgrammeLine
    initial: dict[str, Any]
    unknown: list[int]
    double: AssemblySession | None


@dataclass(frozen=True)
class ReadProgramme:
    lines: list[ReadLine]
    others: list[tuple[int, str]]
    is_cut: bool


def read_for(text: str, *, user: User, circle: Circle, season: Season, day: date) -> ReadProgramme:
    """Two queries, however long it is."""
    programme = read_programme(text)
    numbers = {number for line in programme.lines for number in line.resolutions}
    known = set(Resolution.objects.visible_to(user).filter(series=Series.WTSA, number__in=numbers).values_list("number", flat=True))
    there = list(AssemblySession.objects.visible_to(user).filter(circle=circle, assembly=season.assembly).held())
    lines = [read_line(line, known, there, season, day) for line in programme.lines]
    return ReadProgramme(lines, programme.others, programme.is_cut)


def read_line(line: ProgrammeLine, known: set[int], there: list[AssemblySession], season: Season, day: date) -> ReadLine:
    on = day_meant(line.day, season) or day
    starts_at = times.instant_of(on, line.begins, season.assembly.zone)
    double = double_of(there, starts_at, line.room, line.title)
    standing = AssemblySession.Standing.INFORMAL if line.is_informal else AssemblySession.Standing.OFFICIAL
    initial = {
        "is_meant": not line.is_cancelled,
        "day": on,
        "begins": line.begins,
        "ends": line.ends,
        "room": line.room,
        "title": line.title,
        "group": line.group,
        "standing": standing,
        "resolutions": ", ".join(str(number) for number in line.resolutions if number in known),
    }
    return ReadLine(line, initial, [number for number in line.resolutions if number not in known], double)


def day_meant(day: date | None, season: Season) -> date | None:
    """A heading that names no year means that of the assembly; a day on which it does not sit means none."""
    if day is None:
        return None
    for year in {day.year} if day.year > 1 else {season.first.year, season.last.year}:
        try:
            meant = day.replace(year=year)
        except ValueError:
            continue
        if season.holds(meant):
            return meant
    return None


def double_of(there: Sequence[AssemblySession], starts_at: datetime, room: str, title: str) -> AssemblySession | None:
    """The session that begins then in this room, or under this title. Both are encrypted, hence compared in memory."""

    def same(one: str, other: str) -> bool:
        return bool(one) and " ".join(one.casefold().split()) == " ".join(other.casefold().split())

    at_once = [session for session in there if session.starts_at == starts_at]
    return next((session for session in at_once if same(session.room, room) or same(session.title, title)), None)
