"""Attendance: stated by each person, and shown to a chosen circle only."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import Attendance, Meeting
from coalitions.models import Circle


@transaction.atomic
def say_attendance(meeting: Meeting, *, by: User, status: str, circle: Circle | None) -> Attendance:
    """State whether one goes, visible to nobody else or to one circle."""
    if meeting.is_past:
        raise RuleBroken(_("This meeting is over."))
    if circle is not None and not circle.includes(by):
        raise RuleBroken(_("You can only tell a circle that you are in."))
    attendance, _is_new = Attendance.objects.update_or_create(
        user=by, meeting=meeting, defaults={"status": Attendance.Status(status), "circle": circle}
    )
    return attendance


@transaction.atomic
def mark_registered(meeting: Meeting, *, by: User) -> Attendance:
    """Set the status to registered, visible to the same people as before."""
    attendance = Attendance.objects.select_related("circle").filter(user=by, meeting=meeting).first()
    return say_attendance(meeting, by=by, status=Attendance.Status.REGISTERED, circle=attendance.circle if attendance else None)


@transaction.atomic
def take_attendance_back(meeting: Meeting, *, by: User) -> None:
    """Delete one's attendance."""
    Attendance.objects.filter(user=by, meeting=meeting).delete()
    by.note_changed()


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "calendar_app.attendance"


def attendance_state(meeting: Meeting, *, by: User) -> dict[str, Any]:
    """What this person said of going, and to whom, as `undo` keeps it."""
    row = Attendance.objects.filter(user=by, meeting=meeting).values("status", "circle").first()
    return {"meeting": meeting.pk, "status": row["status"] if row else "", "circle": row["circle"] if row else None}


@transaction.atomic
def undo_attendance(about: dict[str, Any], *, by: User) -> str:
    """Say again what was said before, to the same circle, if she did not change that since."""
    before = about["before"]
    meeting = Meeting.objects.visible_to(by).filter(pk=before["meeting"]).first()
    by.lock()
    if meeting is None or attendance_state(meeting, by=by) != about["after"]:
        raise RuleBroken(_("You have changed this since: nothing was undone."))
    if before["status"]:
        circle = Circle.objects.visible_to(by).filter(pk=before["circle"]).first() if before["circle"] else None
        say_attendance(meeting, by=by, status=before["status"], circle=circle)
    else:
        take_attendance_back(meeting, by=by)
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_attendance)
