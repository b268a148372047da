"""What a reminder is about: a meeting, a deadline, a follow-up or a proposal, as little of it as planning needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from calendar_app.models import Deadline, Meeting
from coalitions.models import Circle, FollowUp
from resolutions.models import DateStatus


class Kind(StrEnum):
    """What a reminder is about; also the name of its column in `Reminder`."""

    DEADLINE = "deadline"
    MEETING = "meeting"
    FOLLOW_UP = "follow_up"
    PROPOSAL = "proposal"


@dataclass(slots=True)
class Target:
    """A date or a follow-up, as much of it as planning needs.

    at -- when it happens, closes or is due; meeting -- of a deadline, the one it is the door of; of a meeting, itself
    """

    kind: Kind
    id: int
    at: datetime
    version: int
    what: str = ""
    is_silent: bool = False
    circle: int | None = None
    circle_kind: str | None = None
    coalition: int | None = None
    meeting: int | None = None
    group: int | None = None
    owner: int | None = None
    backup: int | None = None
    assigner: int | None = None
    assigned_at: datetime | None = None
    created_at: datetime | None = None
    state: str = ""
    put_off_until: datetime | None = None

    @property
    def is_never_mailed(self) -> bool:
        """What is reserved to a delegation leaves no trace in any mail, not even a count."""
        return self.circle_kind == Circle.Kind.DELEGATION


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DEADLINE: (
        *("pk", "at", "version", "kind", "date_status", "meeting__circle", "meeting__circle__kind", "meeting__circle__coalition"),
        *("meeting", "meeting__group"),
    ),
    # Named once, a column would be read once.
    Kind.MEETING: ("pk", "at", "version", "kind", "date_status", "circle", "circle__kind", "circle__coalition", "id", "group"),
    Kind.FOLLOW_UP: (
        *("pk", "due_at", "version", "closed_at", "circle", "circle__kind", "circle__coalition"),
        *("owner", "backup", "assigned_by", "assigned_at", "created_at", "state", "snoozed_until"),
    ),
}


def targets(kind: Kind, rows: QuerySet[Any]) -> Iterator[Target]:
    """These deadlines, meetings or follow-ups, as planning sees them."""
    for row in rows.values_list(*COLUMNS[kind]):
        yield as_target(kind, row)


def as_target(kind: Kind, row: tuple[Any, ...]) -> Target:
    if kind == Kind.FOLLOW_UP:
        pk, at, version, closed_at, *rest = row
        target = Target(kind, pk, at, version, "", closed_at is not None, *rest[:3])
        target.owner, target.backup, target.assigner, target.assigned_at, target.created_at, target.state, target.put_off_until = rest[3:]
        return target
    pk, at, version, what, date_status, *rest = row
    return Target(kind, pk, at, version, what, date_status == DateStatus.RUMOUR, *rest)


def as_target_of(thing: Deadline | Meeting | FollowUp) -> Target:
    """The same from a whole row, whose circle has been read with it."""
    if isinstance(thing, FollowUp):
        circle: Circle | None = thing.circle
        target = Target(Kind.FOLLOW_UP, thing.pk, thing.due_at, thing.version, is_silent=thing.closed_at is not None)
        target.owner, target.backup, target.assigner = thing.owner_id, thing.backup_id, thing.assigned_by_id
        target.assigned_at, target.created_at = thing.assigned_at, thing.created_at
        target.state, target.put_off_until = thing.state, thing.snoozed_until
    else:
        meeting = thing if isinstance(thing, Meeting) else thing.meeting
        circle = meeting.circle if meeting else None
        kind = Kind.MEETING if isinstance(thing, Meeting) else Kind.DEADLINE
        target = Target(kind, thing.pk, thing.at, thing.version, thing.kind, thing.date_status == DateStatus.RUMOUR)
        if meeting:
            target.meeting, target.group = meeting.pk, meeting.group_id
    if circle:
        target.circle, target.circle_kind, target.coalition = circle.pk, circle.kind, circle.coalition_id
    return target
