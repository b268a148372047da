"""Who goes to a session: each says it for oneself, and is asked by others, which one declines without a reason."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.live.services.sessions import check_is_held, lock, touch
from coalitions.models import AssemblySession, Membership, SessionAttendee
from coalitions.services.circle_acts import check_stands_in, why_only_observes

KIND = "coalitions.session_attendance"
Manner, State = SessionAttendee.Manner, SessionAttendee.State


@transaction.atomic
def attend(session: AssemblySession, *, manner: str, by: User) -> None:
    """Say that one goes, in the room or listening; what one said before, or was asked, is answered by it. Twice is once."""
    session = checked(session, by)
    if session.is_over:
        raise RuleBroken(_("This session is over."))
    row = SessionAttendee.objects.filter(session=session, user=by).first()
    if row is not None and (row.state, row.manner) == (State.GOES, manner):
        return
    said = {"manner": Manner(manner), "state": State.GOES, "day": session.day}
    SessionAttendee.objects.update_or_create(session=session, user=by, defaults=said)
    touch(session)


@transaction.atomic
def withdraw(session: AssemblySession, *, by: User) -> None:
    """Say nothing any more of going. Twice is once."""
    session = lock(session)
    deleted, _by_model = SessionAttendee.objects.filter(session=session, user=by).exclude(state=State.DECLINED).delete()
    if deleted:
        touch(session)


@transaction.atomic
def ask(session: AssemblySession, *, person: User, manner: str = Manner.ROOM, by: User) -> SessionAttendee:
    """Ask somebody to go. It waits for the answer on the pages of the person asked. Asked again, nothing changes."""
    session = checked(session, by)
    if session.is_over:
        raise RuleBroken(_("This session is over."))
    if person.pk == by.pk:
        raise RuleBroken(_("Say for yourself that you go."), field="person")
    if not session.circle.includes(person):
        raise RuleBroken(_("This person does not read this session: choose someone else."), field="person")
    membership = Membership.objects.current().select_related("user").get(user=person, coalition=session.circle.coalition_id)
    if reason := why_only_observes(membership):
        raise RuleBroken(reason, field="person")
    row = SessionAttendee.objects.filter(session=session, user=person).first()
    if row is not None:
        if row.state == State.DECLINED:
            raise RuleBroken(_("%(name)s cannot go there. Ask someone else.") % {"name": person.short_name}, field="person")
        return row
    row = SessionAttendee.objects.create(
        session=session, user=person, day=session.day, manner=Manner(manner), state=State.ASKED, asked_by=by
    )
    touch(session)
    return row


@transaction.atomic
def decline(session: AssemblySession, *, by: User) -> None:
    """Say that one cannot go; why is not asked. Twice is once."""
    session = lock(session)
    row = SessionAttendee.objects.filter(session=session, user=by, state=State.ASKED)
    if row.update(state=State.DECLINED):
        touch(session)


def checked(session: AssemblySession, by: User) -> AssemblySession:
    session = lock(session)
    check_stands_in(session.circle, by)
    check_is_held(session)
    return session


# --- Undoing ----------------------------------------------------------------------------------------------------------


def attendance_state(session: AssemblySession, *, by: User) -> dict[str, Any]:
    """What this person said of going, as `undo` keeps it."""
    row = SessionAttendee.objects.filter(session=session, user=by).values("state", "manner", "asked_by").first()
    return {"session": session.pk} | (row or {"state": "", "manner": "", "asked_by": None})


@transaction.atomic
def undo_attendance(about: dict[str, Any], *, by: User) -> str:
    """What was said before, if one did not change that since."""
    before = about["before"]
    session = AssemblySession.objects.visible_to(by).filter(pk=before["session"]).select_related("circle__coalition", "assembly").first()
    if session is None:
        raise RuleBroken(_("You can no longer read this session: nothing was changed."))
    session = lock(session)
    if attendance_state(session, by=by) != about["after"]:
        raise RuleBroken(_("You have changed this since: nothing was undone."))
    if before["state"]:
        said = {"state": before["state"], "manner": before["manner"], "asked_by_id": before["asked_by"], "day": session.day}
        SessionAttendee.objects.update_or_create(session=session, user=by, defaults=said)
    else:
        SessionAttendee.objects.filter(session=session, user=by).delete()
    touch(session)
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_attendance)
