"""Readings of proposals. A reading is never changed; a new one replaces it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Reading
from resolutions.models import Proposal


@transaction.atomic
def read_proposal(proposal: Proposal, *, circle: Circle, tone: str, note: str = "", by: User, submission: UUID | None = None) -> Reading:
    """Add a reading of this circle. The same form sent twice makes one; an unchanged reading makes none."""
    mine = Reading.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    if proposal.superseded_at:
        raise RuleBroken(_("A later issue of this document has replaced this proposal. Read the later one."))
    note = one_line(note)
    last = Reading.objects.filter(proposal=proposal, circle=circle).order_by("-pk").first()
    if last and (last.tone, last.note, last.by_id) == (tone, note, by.pk):
        return last
    reading = Reading(circle=circle, proposal=proposal, tone=tone, note=note, by=by, submission=submission)
    return create_once(reading, among=mine)[0]
