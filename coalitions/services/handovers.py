"""Notes for whoever takes over a country: one for each circle, kept up to date."""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Delegation, HandoverNote
from coalitions.services.circle_acts import check_stands_in, record_in


@transaction.atomic
def write_handover(
    delegation: Delegation, *, circle: Circle, text: str, by: User, seen_version: int | None = None, submission: UUID | None = None
) -> HandoverNote | None:
    """Write or replace the note of this circle; an empty text removes it. With `seen_version`, only if nobody wrote since (0: no note)."""
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)
    if made := sent_before(HandoverNote.objects.filter(circle=circle), submission):
        return made
    check_stands_in(circle, by)
    text = several_lines(text)
    last = HandoverNote.objects.filter(circle=circle, delegation=delegation).first()
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise RuleBroken(_("Someone else wrote it in the meantime. Your text is kept: look again, then send it."))
    if last is None and not text:
        raise RuleBroken(_("Write down what the next person must know."), field="text")
    if last is None:
        wanted = HandoverNote(circle=circle, delegation=delegation, text=text, by=by, submission=submission)
        note, _is_new = create_once(wanted, among=HandoverNote.objects.filter(circle=circle))
    elif text:
        last.text, last.by, last.at, last.version, last.submission = text, by, now(), version + 1, submission
        last.save(update_fields=["text", "by", "at", "version", "submission"])
        note = last
    else:
        last.delete()
        note = None
    record_in(circle, "coalitions.handover_written", by=by, fields=["text"])
    return note
