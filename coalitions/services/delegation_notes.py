"""Notes of a circle beside the card of a delegation. A note is never changed; its author removes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Delegation, DelegationNote
from coalitions.permissions import can_write_note
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
        raise RuleBroken(_("Write down what you heard."), field="text")
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


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "coalitions.delegation_note_removal"


def note_to_restore(note: DelegationNote) -> dict[str, Any]:
    """The note, as it travels in the notice of its removal: nothing of it is stored."""
    return {
        "public_id": str(note.public_id),
        "circle": note.circle_id,
        "delegation": note.delegation_id,
        "text": note.text,
        "at": note.at.isoformat(),
    }


@transaction.atomic
def restore_note(about: dict[str, Any], *, by: User) -> str:
    """The note as it was, if its author may still write one there."""
    circle = Circle.objects.visible_to(by).select_related("coalition").filter(pk=about["circle"]).first()
    delegation = Delegation.objects.visible_to(by).filter(pk=about["delegation"]).first()
    if circle is None or delegation is None or not can_write_note(by, circle):
        raise RuleBroken(_("You can no longer write in this circle: nothing was changed."))
    fields = {"circle": circle, "delegation": delegation, "text": about["text"], "by": by}
    _note, is_new = DelegationNote.objects.get_or_create(
        public_id=about["public_id"], defaults=fields | {"at": datetime.fromisoformat(about["at"])}
    )
    if is_new:
        record_in(circle, "coalitions.delegation_note_written", by=by)
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, restore_note)
