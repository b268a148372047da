"""The checklist after an assembly: follow-ups of the lead who begins it, whose reminders come as those of any other follow-up."""

from datetime import time
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, Coalition, FollowUp
from coalitions.outcomes.domain.after_assembly import ITEMS, due_day
from coalitions.outcomes.read_models.checklist import submission_of
from coalitions.permissions import may_act_as_lead
from coalitions.services import follow_ups
from resolutions.models import Assembly

DUE_AT = time(18)


@transaction.atomic
def begin_checklist(assembly: Assembly, *, coalition: Coalition, by: User) -> int:
    """Create what is missing of it, and return how many that were. Begun twice, whoever begins it, nothing is made twice."""
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can begin this."))
    if assembly.ends_on is None or assembly.ends_on >= now().date():
        raise RuleBroken(_("This assembly is not over yet."))
    everyone = Circle.objects.select_for_update(of=("self",)).get(coalition=coalition, kind=Circle.Kind.EVERYONE)
    wanted: dict[str, UUID] = {item.key: submission_of(everyone, assembly, item.key) for item in ITEMS}
    there = set(FollowUp.objects.filter(submission__in=wanted.values()).values_list("submission", flat=True))
    made = 0
    for item in ITEMS:
        if wanted[item.key] in there:
            continue
        title, done_means = words_of(item.key, assembly)
        day = due_day(item, ends_on=assembly.ends_on, today=now().date())
        follow_ups.create(
            circle=everyone,
            title=title,
            done_means=done_means,
            due_at=times.instant_of(day, DUE_AT, by.time_zone),
            owner=by,
            by=by,
            submission=wanted[item.key],
        )
        made += 1
    return made


def words_of(key: str, assembly: Assembly) -> tuple[str, str]:
    """Title, and what counts as done."""
    name = {"assembly": assembly}
    return {
        "thank": (
            _("Thank the delegations that helped at %(assembly)s") % name,
            _("Everyone who carried our words or let us in has a line from us."),
        ),
        "judge": (
            _("Judge what we obtained at %(assembly)s") % name,
            _("Every resolution with a position has a verdict."),
        ),
        "publish": (
            _("Publish the report on %(assembly)s") % name,
            _("Two leads have released its lines, and it is sent."),
        ),
        "erase": (
            _("Look at what will be deleted after %(assembly)s") % name,
            _("What is needed later stands where it stays; the page of stored data says what goes when."),
        ),
    }[key]
