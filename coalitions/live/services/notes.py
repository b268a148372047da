"""What moved in a session: written, corrected for a day and removed by whoever wrote it.

Of a note that is not attributed the audit keeps that it was written, corrected or removed, and not by whom.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from amnt.core.languages import current_language
from coalitions.models import AssemblySession, Circle, SessionNote
from coalitions.permissions import can_write_session_note
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Clause, Resolution

NextStep = SessionNote.NextStep


@transaction.atomic
def write_note(
    session: AssemblySession, *, circle: Circle | None, moved: str, by: User, submission: UUID | None = None, **facts: Any
) -> SessionNote:
    """Note what moved. The same form sent twice makes one.

    circle -- who may read it; None: its author alone. There is no default
    facts -- as `facts_of` takes them
    """
    mine = SessionNote.objects.by_author(by)
    if made := sent_before(mine, submission):
        return made
    if not can_write_session_note(by, session):
        raise RuleBroken(_("A note is written once the session has begun, by someone who works in the coalition."))
    note = SessionNote(session=session, by=by, submission=submission, language=current_language())
    fill(note, circle=circle, moved=moved, by=by, **facts)
    note, is_new = create_once(note, among=mine)
    if is_new:
        record_act(note, "coalitions.session_note_written")
    return note


@transaction.atomic
def correct_note(note: SessionNote, *, circle: Circle | None, moved: str, by: User, **facts: Any) -> SessionNote:
    """Change what was noted, for a day. Whoever reads it reads the new words only."""
    note = lock(note)
    check_author(note, by)
    if not note.may_be_corrected:
        raise RuleBroken(_("It was written more than a day ago. Write another note: the latest one counts."))
    was_attributed, was_circle = note.is_attributed, note.circle
    fill(note, circle=circle, moved=moved, by=by, **facts)
    note.save()
    record_act(note, "coalitions.session_note_corrected", is_attributed=note.is_attributed and was_attributed)
    if was_circle and was_circle != note.circle:
        record_in(was_circle, "coalitions.session_note_removed", by=by if was_attributed else None)
    return note


@transaction.atomic
def remove_note(note: SessionNote, *, by: User) -> None:
    """For good: nothing of it is kept."""
    note = lock(note)
    check_author(note, by)
    record_act(note, "coalitions.session_note_removed")
    note.delete()


def fill(note: SessionNote, *, circle: Circle | None, moved: str, by: User, **facts: Any) -> None:
    check_circle(note.session, circle, by)
    note.circle, note.moved = circle, one_line(moved)
    if not note.moved:
        raise RuleBroken(_("Say in one sentence what moved."), field="moved")
    for name, value in facts_of(note.session, by=by, **facts).items():
        setattr(note, name, value)


def facts_of(
    session: AssemblySession,
    *,
    by: User,
    resolution: Resolution | None = None,
    clause: UUID | None = None,
    clause_name: str = "",
    clause_state: str = "",
    next_step: str = NextStep.UNKNOWN,
    next_session: AssemblySession | None = None,
    is_attributed: bool = False,
) -> dict[str, Any]:
    """What a note says beside its sentence, checked.

    clause -- the identity of a clause of the resolution; its name is then the one that the text gives it
    """
    on_agenda = set(session.resolutions.values_list("pk", flat=True))
    if resolution is not None and on_agenda and resolution.pk not in on_agenda:
        raise RuleBroken(_("This resolution is not on the agenda of the session."), field="resolution")
    if clause is not None:
        named = Clause.objects.filter(version__revision__resolution=resolution, identity=clause).order_by("-version").first()
        if resolution is None or named is None:
            raise RuleBroken(_("This resolution has no such clause."), field="clause")
        clause_name = clause_name or named.name
    if clause_state and not (clause or clause_name):
        raise RuleBroken(_("Say which clause is in that state."), field="clause")
    if next_session is not None:
        next_step = NextStep.SESSION
        may_read = AssemblySession.objects.visible_to(by).filter(pk=next_session.pk, starts_at__gt=session.starts_at)
        if not may_read.exists():
            raise RuleBroken(_("Choose a later session."), field="next")
    return {
        "resolution": resolution,
        "clause": clause,
        "clause_name": one_line(clause_name)[:200],
        "clause_state": clause_state,
        "next_step": next_step,
        "next_session": next_session,
        "is_attributed": is_attributed,
    }


def check_circle(session: AssemblySession, circle: Circle | None, by: User) -> None:
    """Whoever reads the note reads its session too; a note for oneself is for nobody else."""
    if circle is None:
        return
    if circle.kind == Circle.Kind.DELEGATION:
        raise RuleBroken(_("What only a delegation reads is not noted here."), field="circle")
    check_stands_in(circle, by, coalition_id=session.circle.coalition_id)
    if circle != session.circle and not session.circle.is_everyone:
        raise RuleBroken(_("Only the circle that reads the session can read its notes."), field="circle")


def check_author(note: SessionNote, by: User) -> None:
    if note.by_id != by.pk:
        raise RuleBroken(_("Only the person who wrote it can change or remove it."))


def lock(note: SessionNote) -> SessionNote:
    rows = SessionNote.objects.select_for_update(of=("self",)).select_related("session__circle", "session__assembly")
    note = rows.get(pk=note.pk)
    if note.circle_id:
        note.circle = Circle.objects.select_related("coalition").get(pk=note.circle_id)
    return note


def record_act(note: SessionNote, act: str, *, is_attributed: bool | None = None) -> None:
    """Nothing of what is for its author alone; and nobody's name with what is not attributed."""
    if note.circle is not None:
        is_attributed = note.is_attributed if is_attributed is None else is_attributed
        record_in(note.circle, act, by=note.by if is_attributed else None)
