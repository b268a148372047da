"""What a person follows and attends, looked up once."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from calendar_app.models.dates import Attendance, DeadlineQuerySet, Meeting, MeetingQuerySet

if TYPE_CHECKING:
    from amnt.accounts.models import User


@dataclass(frozen=True)
class Concerns:
    """Which dates concern her, as keys: what she follows or attends, the calls of her circles, the regions she follows unless she said
    "not going", the deadlines of all these, and the assembly with its own as soon as she watches a resolution.
    """

    circles: frozenset[int]
    # Keys of meetings and deadlines she follows.
    meetings: frozenset[int]
    deadlines: frozenset[int]
    groups: frozenset[int]
    # What she said of a meeting, by its key.
    attendances: dict[int, str]
    # Keys of resolutions she watches.
    resolutions: frozenset[int]

    def about_meetings(self, path: str = "") -> Q:
        """Of the meeting at this end of a path: "" for meetings themselves, "meeting__" for their deadlines."""
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


# In SQL because the first page and the calendar ask it on every visit, and the ORM would spend a hundred times as long writing it
# as the database needs to answer it. All of it is the person's own.
_FOLLOWED = """
    SELECT 'attendance', meeting_id, status FROM calendar_app_attendance WHERE user_id = %(user)s
    UNION ALL SELECT 'meeting', meeting_id, '' FROM calendar_app_datewatch WHERE user_id = %(user)s AND meeting_id IS NOT NULL
    UNION ALL SELECT 'deadline', deadline_id, '' FROM calendar_app_datewatch WHERE user_id = %(user)s AND deadline_id IS NOT NULL
    UNION ALL SELECT 'group', group_id, '' FROM resolutions_regionwatch WHERE user_id = %(user)s
    UNION ALL SELECT 'resolution', resolution_id, '' FROM resolutions_watch WHERE user_id = %(user)s
"""


def concerns_of(user: "User", circles: frozenset[int]) -> Concerns:
    """One query. `circles` are the keys of those she stands in."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, {"user": user.pk})
        found = cursor.fetchall()
    keys: dict[str, set[int]] = defaultdict(set)
    for name, key, _status in found:
        keys[name].add(key)
    return Concerns(
        circles=circles,
        meetings=frozenset(keys["meeting"]),
        deadlines=frozenset(keys["deadline"]),
        groups=frozenset(keys["group"]),
        attendances={key: status for name, key, status in found if name == "attendance"},
        resolutions=frozenset(keys["resolution"]),
    )
