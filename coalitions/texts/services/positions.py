"""Where a circle stands on a resolution. No version is ever changed; a new one is written for the texts of its day."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Membership, Position
from coalitions.services import lead_emails
from coalitions.services.circle_acts import record_in
from resolutions.models import Proposal, Resolution


@transaction.atomic
def take_position(
    resolution: Resolution,
    *,
    circle: Circle,
    stance: str,
    words: str = "",
    written_for: Proposal | None = None,
    by: User,
    submission: UUID | None = None,
    seen_version: int | None = None,
) -> Position:
    """Write the next version. With `seen_version`, only if none was written since that one (0 for none). In everyone's circle it is the
    coalition's position, in any other a draft; the caller checks permissions.
    """
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)  # one after the other
    mine = Position.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    if written_for and written_for.resolution_id != resolution.pk:
        raise RuleBroken(_("This proposal is about another resolution."))
    if written_for and written_for.contribution.is_number_only:
        raise RuleBroken(_("Only the number of this document is kept, and a position would tell others that it exists."))
    last = Position.objects.filter(circle=circle, resolution=resolution).select_related("by").order_by("-version").first()
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise RuleBroken(what_was_written_meanwhile(last, circle))
    wanted = Position(
        circle=circle,
        resolution=resolution,
        version=version + 1,
        stance=stance,
        words=several_lines(words),
        written_for=written_for,
        by=by,
        submission=submission,
    )
    position, is_new = create_once(wanted, among=mine)
    if not is_new:
        return position
    record_in(circle, "coalitions.position_taken", by=by, about=resolution, fields=["stance", "words"])
    if circle.is_everyone:
        lead_emails.mail_leads("position", coalition=circle.coalition, but=by)
    return position


def what_was_written_meanwhile(last: Position | None, circle: Circle) -> str:
    if last is None:
        return _("What you saw is no longer there. Your text is kept: look again, then send it.")
    here = Membership.objects.current().filter(coalition=circle.coalition_id, user=last.by_id).exists()
    said = {
        "name": last.by.short_name if last.by and here else FORMER_MEMBER,
        "version": last.version,
        "stance": last.get_stance_display(),
    }
    return _("In the meantime %(name)s wrote version %(version)s: %(stance)s. Your text is kept: look again, then send it.") % said
