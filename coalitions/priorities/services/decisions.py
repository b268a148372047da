"""The log of decisions. An entry is never changed nor removed; a correction is a new entry."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Decision
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Resolution


@transaction.atomic
def log_decision(
    *,
    circle: Circle,
    text: str,
    decided_on: date,
    decided_by: str = "",
    resolution: Resolution | None = None,
    corrects: Decision | None = None,
    by: User,
    submission: UUID | None = None,
) -> Decision:
    """Enter a decision, or with `corrects` what another entry should have said, for the same readers. Sent twice, it makes one."""
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)
    mine = Decision.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    text = several_lines(text)
    if not text:
        raise RuleBroken(_("Say what was decided."), field="text")
    if decided_on > now().date():
        raise RuleBroken(_("This day is still to come: log it once it is decided."), field="decided_on")
    if corrects:
        if corrects.circle_id != circle.pk:
            raise RuleBroken(_("A correction has the same readers as what it corrects."), field="circle")
        if Decision.objects.filter(corrects=corrects).exists():
            raise RuleBroken(_("This entry has been corrected already: correct the correction."))
    wanted = Decision(
        circle=circle,
        text=text,
        decided_on=decided_on,
        decided_by=one_line(decided_by),
        resolution=resolution,
        corrects=corrects,
        by=by,
        submission=submission,
    )
    decision, is_new = create_once(wanted, among=mine, taken=_("This entry has been corrected already: correct the correction."))
    if is_new:
        record_in(circle, "coalitions.decision_logged", by=by, about=decision)
    return decision
