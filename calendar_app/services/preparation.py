"""What everyone who may go to an assembly settles for herself: registration, visa, funding."""

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import Attendance, Deadline, DeadlineAnswer, Meeting


@transaction.atomic
def answer_deadline(deadline: Deadline, *, by: User, answer: str) -> DeadlineAnswer:
    """Say that it is done, not needed, or open again. Seen by oneself only. Who is done with registration is registered."""
    if not deadline.is_to_prepare:
        raise RuleBroken(_("Only registration, visa and funding of an assembly are settled this way."))
    made, _is_new = DeadlineAnswer.objects.update_or_create(user=by, deadline=deadline, defaults={"answer": DeadlineAnswer.Answer(answer)})
    if deadline.kind == Deadline.Kind.REGISTRATION and made.answer == DeadlineAnswer.Answer.DONE:
        hers = Attendance.objects.filter(user=by, meeting__assembly=deadline.assembly_id, meeting__kind=Meeting.Kind.ASSEMBLY)
        for attendance in hers.filter(status=Attendance.Status.GOING):
            attendance.status = Attendance.Status.REGISTERED
            attendance.save(update_fields=["status", "changed_at"])
    return made
