"""Notes of a circle beside the card of a delegation. A note is never changed; its author removes it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Delegation, DelegationNote
from coalitions.services.circle_acts import check_stands_in, record_in


@transaction.atomic
def write_note(delegation: Delegation, *, circle: Circle, text: str, by: User, submission: UUID | None = None) -> DelegationNote:
    """Write down what this circle heard. The same form sent twice makes one."""
    mine = DelegationNote.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    text = several_lines(text)
    if not text:
        raise RuleBroken(_("Write what you heard."), field="text")
    note = DelegationNote(circle=circle, delegation=delegation, text=text, by=by, submission=submission)
    note, is_new = create_once(note, among=mine)
    if is_new:
        record_in(circle, "coalitions.delegation_note_written", by=by)
    return note


@transaction.atomic
def remove_note(note: DelegationNote, *, by: User) -> None:
    """For good: nothing of it is kept."""
    circle = note.circle
    note.delete()
    record_in(circle, "coalitions.delegation_note_removed", by=by)
