"""What everyone who may go to an assembly settles for herself: registration, visa, funding."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import Attendance, Deadline, DeadlineAnswer, Meeting


@transaction.atomic
def answer_deadline(deadline: Deadline, *, by: User, answer: str) -> DeadlineAnswer:
    """Say that it is done, not needed, or open again. Seen by oneself only. Who is done with registration is registered."""
    if not deadline.is_to_prepare:
        raise RuleBroken(_("Only registration, visa and funding of an assembly can be answered here."))
    made, _is_new = DeadlineAnswer.objects.update_or_create(user=by, deadline=deadline, defaults={"answer": DeadlineAnswer.Answer(answer)})
    if deadline.kind == Deadline.Kind.REGISTRATION and made.answer == DeadlineAnswer.Answer.DONE:
        hers = Attendance.objects.filter(user=by, meeting__assembly=deadline.assembly_id, meeting__kind=Meeting.Kind.ASSEMBLY)
        for attendance in hers.filter(status=Attendance.Status.GOING):
            attendance.status = Attendance.Status.REGISTERED
            attendance.save(update_fields=["status", "changed_at"])
    return made


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "calendar_app.deadline_answer"


def answer_state(deadline: Deadline, *, by: User) -> dict[str, Any]:
    """What this person said of it, and of going to the assembly, as `undo` keeps it."""
    answer = DeadlineAnswer.objects.filter(user=by, deadline=deadline).values_list("answer", flat=True).first()
    hers = Attendance.objects.filter(user=by, meeting__assembly=deadline.assembly_id, meeting__kind=Meeting.Kind.ASSEMBLY)
    return {
        "deadline": deadline.pk,
        "answer": answer or "",
        "attendances": list(map(list, hers.order_by("pk").values_list("pk", "status"))),
    }


@transaction.atomic
def undo_answer(about: dict[str, Any], *, by: User) -> str:
    """Restore what she said before, and whether she counted as registered, if she did not change that since."""
    before = about["before"]
    deadline = Deadline.objects.visible_to(by).filter(pk=before["deadline"]).first()
    by.lock()
    if deadline is None or answer_state(deadline, by=by) != about["after"]:
        raise RuleBroken(_("You have changed this since: nothing was undone."))
    DeadlineAnswer.objects.update_or_create(user=by, deadline=deadline, defaults={"answer": before["answer"] or DeadlineAnswer.Answer.OPEN})
    for pk, status in before["attendances"]:
        attendance = Attendance.objects.get(pk=pk)
        if attendance.status != status:
            attendance.status = status
            attendance.save(update_fields=["status", "changed_at"])
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_answer)
