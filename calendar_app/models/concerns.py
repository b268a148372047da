"""What a person follows and attends, looked up once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import CharField, F, Q, Value

from calendar_app.models.dates import Attendance, DateWatch, DeadlineQuerySet, Meeting, MeetingQuerySet
from resolutions.models import RegionWatch, Watch

if TYPE_CHECKING:
    from amnt.accounts.models import User


@dataclass(frozen=True)
class Concerns:
    """Which dates concern her, as keys: what she follows or attends, the calls of her circles, the regions she follows unless she said
    "not going", the doors of all these, and the assembly with its deadlines as soon as she watches a resolution.
    """

    circles: frozenset[int]
    # Keys of meetings and deadlines she follows.
    meetings: frozenset[int]
    deadlines: frozenset[int]
    groups: frozenset[int]
    # What she said of a meeting, by its key.
    attendances: dict[int, str]
    # When she began to watch a resolution, by its key.
    resolutions: dict[int, datetime]

    def about_meetings(self, path: str = "") -> Q:
        """Of the meeting at this end of a path: "" for meetings themselves, "meeting__" for their doors."""
        key = f"{path}pk"
        not_going = [pk for pk, status in self.attendances.items() if status == Attendance.Status.NOT]
        known = [*self.meetings, *(self.attendances.keys() - set(not_going))]
        concerned = Q(**{f"{key}__in": known}) | Q(**{f"{path}circle__in": self.circles})
        concerned |= Q(**{f"{path}group__in": self.groups}) & ~Q(**{f"{key}__in": not_going})
        return concerned | Q(**{f"{path}kind": Meeting.Kind.ASSEMBLY}) if self.resolutions else concerned

    def about_deadlines(self) -> Q:
        concerned = Q(pk__in=self.deadlines) | self.about_meetings("meeting__")
        return concerned | Q(meeting=None) if self.resolutions else concerned

    def meetings_in(self, rows: MeetingQuerySet) -> MeetingQuerySet:
        return rows.filter(self.about_meetings())

    def deadlines_in(self, rows: DeadlineQuerySet) -> DeadlineQuerySet:
        return rows.filter(self.about_deadlines())


def concerns_of(user: "User", circles: frozenset[int]) -> Concerns:
    """One query. `circles` are the keys of those she stands in."""
    nothing = Value("", CharField())

    def part(name: str, rows, key: str, *, said=nothing, at: str = "created_at"):
        return rows.values_list(Value(name, CharField()), F(key), said, F(at))

    watched = DateWatch.objects.filter(user=user)
    found = part("attendance", Attendance.objects.filter(user=user), "meeting_id", said=F("status"), at="changed_at").union(
        part("meeting", watched.filter(meeting__isnull=False), "meeting_id"),
        part("deadline", watched.filter(deadline__isnull=False), "deadline_id"),
        part("group", RegionWatch.objects.filter(user=user), "group_id"),
        part("resolution", Watch.objects.filter(user=user), "resolution_id"),
        all=True,
    )
    keys: dict[str, set[int]] = defaultdict(set)
    attendances: dict[int, str] = {}
    resolutions: dict[int, datetime] = {}
    for name, key, said, at in found:
        if name == "attendance":
            attendances[key] = said
        elif name == "resolution":
            resolutions[key] = at
        else:
            keys[name].add(key)
    return Concerns(
        circles=circles,
        meetings=frozenset(keys["meeting"]),
        deadlines=frozenset(keys["deadline"]),
        groups=frozenset(keys["group"]),
        attendances=attendances,
        resolutions=resolutions,
    )
