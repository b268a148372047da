"""The dates that concern a person, looked up once."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from calendar_app.models.dates import Attendance, Deadline, DeadlineQuerySet, Meeting, MeetingQuerySet
from resolutions.models.moves import MOST_MOVED

if TYPE_CHECKING:
    from amnt.accounts.models import User


@dataclass(frozen=True)
class Concerns:
    """The dates that concern a person, as keys: those watched or attended, calls of own circles, meetings of watched regions unless "not
    going", the deadlines of all these, and the assembly with its deadlines if a resolution is watched.
    """

    circles: frozenset[int]
    # Keys of watched meetings and deadlines.
    meetings: frozenset[int]
    deadlines: frozenset[int]
    groups: frozenset[int]
    # The attendance by the key of the meeting.
    attendances: dict[int, str]
    # Keys of watched resolutions.
    resolutions: frozenset[int]
    # She said that she may go to an assembly, or answered whether one of its deadlines is settled.
    prepares: bool
    # Keys of the latest changes of dates that wait for a second person, or were made since the person's last visit. They are anybody's:
    # `visible_to` says which she may read.
    recent_changes: frozenset[int]

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

    def is_meeting_hers(self, meeting: Meeting) -> bool:
        """What `about_meetings` asks, of one that is here already."""
        attendance = self.attendances.get(meeting.pk)
        is_not_going = attendance == Attendance.Status.NOT
        return (
            meeting.pk in self.meetings
            or (attendance is not None and not is_not_going)
            or meeting.circle_id in self.circles
            or (meeting.group_id in self.groups and not is_not_going)
            or bool(self.resolutions and meeting.kind == Meeting.Kind.ASSEMBLY)
        )

    def is_deadline_hers(self, deadline: Deadline) -> bool:
        if deadline.meeting is None:
            return deadline.pk in self.deadlines or bool(self.resolutions)
        return deadline.pk in self.deadlines or self.is_meeting_hers(deadline.meeting)

    def meetings_in(self, rows: MeetingQuerySet) -> MeetingQuerySet:
        return rows.filter(self.about_meetings())

    def deadlines_in(self, rows: DeadlineQuerySet) -> DeadlineQuerySet:
        return rows.filter(self.about_deadlines())


# In SQL because the first page and the calendar run it on every visit, and the ORM takes a hundred times as long to compile it
# as the database to run it. All of it is the person's own, but for the keys of changes.
_FOLLOWED = """
    SELECT 'attendance', meeting_id, status FROM calendar_app_attendance WHERE user_id = %(user)s
    UNION ALL SELECT 'meeting', meeting_id, '' FROM calendar_app_datewatch WHERE user_id = %(user)s AND meeting_id IS NOT NULL
    UNION ALL SELECT 'deadline', deadline_id, '' FROM calendar_app_datewatch WHERE user_id = %(user)s AND deadline_id IS NOT NULL
    UNION ALL SELECT 'group', group_id, '' FROM resolutions_regionwatch WHERE user_id = %(user)s
    UNION ALL SELECT 'resolution', resolution_id, '' FROM resolutions_watch WHERE user_id = %(user)s
    UNION ALL SELECT 'assembly', meeting_id, status FROM calendar_app_attendance
        JOIN calendar_app_meeting meeting ON meeting.id = meeting_id
        WHERE user_id = %(user)s AND meeting.kind = %(assembly)s
    UNION ALL SELECT 'answer', deadline_id, '' FROM calendar_app_deadlineanswer WHERE user_id = %(user)s
    UNION ALL SELECT 'change', id, '' FROM (
        SELECT id FROM calendar_app_datechange
        WHERE (applied_at IS NULL AND rejected_at IS NULL) OR applied_at > %(since)s
        ORDER BY id DESC LIMIT %(most)s
    ) recent
"""


def concerns_of(user: "User", circles: frozenset[int]) -> Concerns:
    """One query. `circles` are the keys of the person's circles."""
    asked: dict[str, Any] = {
        "user": user.pk,
        "assembly": Meeting.Kind.ASSEMBLY,
        "since": connection.ops.adapt_datetimefield_value(user.seen_before_at),
        "most": MOST_MOVED * 2,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, asked)
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
        prepares=bool(keys["assembly"] or keys["answer"]),
        recent_changes=frozenset(keys["change"]),
    )
