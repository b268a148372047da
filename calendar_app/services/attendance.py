"""Attendance: stated by each person, and shown to a chosen circle only."""

from django.db import transaction
from django.utils.translation import gettext as _

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
