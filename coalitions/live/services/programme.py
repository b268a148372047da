"""Entering the programme of a day at once, as it was pasted and confirmed line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from amnt.accounts.models import User
from coalitions.live.read_models.programme import double_of
from coalitions.live.services.sessions import change_session, enter_session
from coalitions.models import AssemblySession, Circle
from coalitions.permissions import can_change_session
from resolutions.models import Assembly, Resolution


@dataclass(frozen=True)
class PastedSession:
    """A line somebody confirmed."""

    starts_at: datetime
    ends_at: datetime | None
    room: str
    title: str
    group: str
    standing: str
    resolutions: Sequence[Resolution]


@dataclass(frozen=True)
class Entered:
    """How many sessions are new, corrected, and left as they are because somebody else entered them."""

    new: int = 0
    corrected: int = 0
    left: int = 0


@transaction.atomic
def enter_programme(
    circle: Circle, *, assembly: Assembly, sessions: Sequence[PastedSession], by: User, submission: UUID | None = None
) -> Entered:
    """All or none. What stands there already, at the same time in the same room or under the same title, is corrected and not doubled."""
    new = corrected = left = 0
    for place, pasted in enumerate(sessions):
        key = uuid5(submission, str(place)) if submission else None
        facts: dict[str, Any] = {
            "group": pasted.group,
            "title": pasted.title,
            "room": pasted.room,
            "starts_at": pasted.starts_at,
            "ends_at": pasted.ends_at,
        }
        there = AssemblySession.objects.filter(circle=circle, assembly=assembly, starts_at=pasted.starts_at)
        if key and there.filter(submission=key, created_by=by).exists():
            continue
        double = double_of(list(there.held().select_related("circle__coalition", "assembly")), pasted.starts_at, pasted.room, pasted.title)
        if double is None:
            agenda = pasted.resolutions
            enter_session(circle, assembly=assembly, standing=pasted.standing, resolutions=agenda, by=by, submission=key, **facts)
            new += 1
        elif can_change_session(by, double):
            # What the programme leaves open, somebody may have added.
            said: dict[str, Any] = {name: value for name, value in facts.items() if value not in ("", None, AssemblySession.Group.OTHER)}
            before = double.version
            after = change_session(double, by=by, resolutions=pasted.resolutions or None, **said)
            corrected += after.version != before
        else:
            left += 1
    return Entered(new, corrected, left)
