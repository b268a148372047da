"""What can be told of a meeting that has begun: written into a circle by whoever was there, and removed by its author."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from calendar_app.models import Debrief, Meeting
from calendar_app.permissions import can_be_told
from coalitions.models import Circle
from coalitions.services import follow_ups
from coalitions.services.circle_acts import check_stands_in, record_in

# When a follow-up for others is due that comes from a debrief.
FOLLOW_UP_DUE_IN = timedelta(days=14)


@transaction.atomic
def write_debrief(
    meeting: Meeting, *, circle: Circle, by: User, result: str = "", link: str = "", follow_up: str = "", submission: UUID | None = None
) -> Debrief | None:
    """Tell this circle what is public of a meeting. A follow-up for others is created beside it, and owned by nobody yet.

    With a follow-up alone there is no debrief.
    """
    mine = Debrief.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    if circle.kind == Circle.Kind.DELEGATION or not can_be_told(meeting):
        raise RuleBroken(_("Only a public meeting that has begun can be told of, and never in the circle of a delegation."))
    result = several_lines(result)
    if not (result or link or follow_up):
        raise RuleBroken(_("Fill in one of the three fields: a public result, a public link, or a follow-up for others."), field="result")
    if follow_up:
        follow_ups.create(circle=circle, title=follow_up, due_at=now() + FOLLOW_UP_DUE_IN, by=by, submission=submission)
    if not (result or link):
        return None
    wanted = Debrief(circle=circle, meeting=meeting, result=result, link=link, language=by.language, by=by, submission=submission)
    debrief, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(circle, "calendar_app.debrief_written", by=by, fields=["result", "link"])
    return debrief


@transaction.atomic
def remove_debrief(debrief: Debrief, *, by: User) -> None:
    """By its author alone."""
    if debrief.by_id != by.pk:
        raise RuleBroken(_("Only the person who wrote it can remove it."))
    record_in(debrief.circle, "calendar_app.debrief_removed", by=by)
    debrief.delete()
