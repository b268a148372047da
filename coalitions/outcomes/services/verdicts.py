"""Verdicts on what an assembly decided. No version is ever changed; the latest of a circle counts."""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Membership, Verdict
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Assembly, Resolution


@transaction.atomic
def give_verdict(
    resolution: Resolution,
    assembly: Assembly,
    *,
    circle: Circle,
    result: str,
    words: str = "",
    by: User,
    submission: UUID | None = None,
    seen_version: int | None = None,
) -> Verdict:
    """Write the next version. With `seen_version`, only if none was written since that one (0 for none). The same form sent twice makes
    one, and a verdict that says what the last one of this person said makes none.
    """
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)  # one after the other
    mine = Verdict.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    check_has_begun(assembly)
    words = several_lines(words)
    last = Verdict.objects.filter(circle=circle, resolution=resolution, assembly=assembly).select_related("by").order_by("-version").first()
    if last and (last.result, last.words, last.by_id) == (result, words, by.pk):
        return last
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise RuleBroken(what_was_judged_meanwhile(last, circle))
    wanted = Verdict(
        circle=circle,
        resolution=resolution,
        assembly=assembly,
        version=version + 1,
        result=result,
        words=words,
        by=by,
        submission=submission,
    )
    verdict, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(circle, "coalitions.verdict_given", by=by, about=resolution, fields=["result", "words"])
    return verdict


def check_has_begun(assembly: Assembly) -> None:
    if assembly.starts_on is None or assembly.starts_on > now().date():
        raise RuleBroken(_("This assembly has not begun: there is nothing to judge yet."))


def what_was_judged_meanwhile(last: Verdict | None, circle: Circle) -> str:
    if last is None:
        return _("What you saw is no longer there. Your text is kept: look again, then send it.")
    here = Membership.objects.current().filter(coalition=circle.coalition_id, user=last.by_id).exists()
    said = {"name": last.by.short_name if last.by and here else FORMER_MEMBER, "verdict": last.get_result_display()}
    return _("In the meantime %(name)s gave this verdict: %(verdict)s. Your text is kept: look again, then send it.") % said
