"""What organisations say of the coalition's position. Only who answers for one says so; what nobody said is no answer."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Mandate, Organisation, Position, PositionAnswer
from coalitions.services.circle_acts import record_in


@transaction.atomic
def answer_position(
    position: Position, *, organisation: Organisation, kind: str, words: str = "", by: User, submission: UUID | None = None
) -> PositionAnswer:
    """Record the answer to this version, in place of an earlier one. Whoever answers for the organisation may, nobody else."""
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=position.circle_id)
    mine = PositionAnswer.objects.filter(by=by, position=position)
    if made := sent_before(mine, submission):
        return made
    if not Mandate.objects.of(by).filter(organisation=organisation, membership__coalition=circle.coalition_id).exists():
        raise RuleBroken(_("You do not answer for this organisation."), field="organisation")
    if not circle.is_everyone:
        raise RuleBroken(_("Organisations answer to the position of the coalition, not to a draft."))
    if Position.objects.filter(circle=circle, resolution=position.resolution_id, version__gt=position.version).exists():
        raise RuleBroken(_("A newer version has been written in the meantime. Look at that one."))
    words = several_lines(words) if kind == PositionAnswer.Kind.RESERVATION else ""
    if kind == PositionAnswer.Kind.RESERVATION and not words:
        raise RuleBroken(_("Say what the reservation is."), field="words")
    wanted = PositionAnswer(position=position, organisation=organisation, kind=kind, words=words, by=by, submission=submission)
    answer, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(circle, "coalitions.position_answered", by=by, about=position.resolution)
    return answer
