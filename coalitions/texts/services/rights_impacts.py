"""What a resolution does to human rights, as circles enter, correct and remove it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.importers.advocacy import shipped_rights
from coalitions.models import Circle, RightsImpact
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Clause, Resolution

TOLD = ("right", "mechanism", "clause", "said_by", "source")


@transaction.atomic
def enter_impact(
    resolution: Resolution,
    *,
    circle: Circle,
    right: str,
    mechanism: str,
    clause: UUID | None = None,
    said_by: str = "",
    source: str = "",
    by: User,
    submission: UUID | None = None,
) -> RightsImpact:
    """Enter which right is touched, by what means. Sent twice, it makes one."""
    mine = RightsImpact.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    wanted = RightsImpact(circle=circle, resolution=resolution, by=by, submission=submission)
    fill(wanted, {"right": right, "mechanism": mechanism, "clause": clause, "said_by": said_by, "source": source})
    impact, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(circle, "coalitions.rights_impact_written", by=by, about=resolution)
    return impact


@transaction.atomic
def correct_impact(impact: RightsImpact, *, by: User, seen_version: int | None = None, **changes: Any) -> RightsImpact:
    """Change what it says. With `seen_version`, only if nobody changed it since."""
    row = (
        RightsImpact.objects.select_for_update(of=("self",)).select_related("circle__coalition", "resolution").filter(pk=impact.pk).first()
    )
    if row is None:
        raise RuleBroken(_("This was removed in the meantime."))
    if seen_version is not None and seen_version != row.version:
        raise RuleBroken(_("Someone else changed this in the meantime. Your text is kept: look again, then send it."))
    if changed := fill(row, changes):
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        record_in(row.circle, "coalitions.rights_impact_written", by=by, about=row.resolution, fields=changed)
    return row


@transaction.atomic
def remove_impact(impact: RightsImpact, *, by: User) -> None:
    """For good: nothing of it is kept."""
    record_in(impact.circle, "coalitions.rights_impact_removed", by=by, about=impact.resolution)
    impact.delete()


def fill(row: RightsImpact, given: dict[str, Any]) -> list[str]:
    """Set what is given and answer the names of the columns that changed."""
    clean = {name: one_line(value) if isinstance(value, str) else value for name, value in given.items() if name in TOLD}
    changed = [name for name, value in clean.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, clean[name])
    if row.right not in shipped_rights():
        raise RuleBroken(_("Choose a right from the list."), field="right")
    if not row.mechanism:
        raise RuleBroken(_("Say by what means the right is touched."), field="mechanism")
    if row.clause and not Clause.objects.filter(identity=row.clause, version__revision__resolution=row.resolution).exists():
        raise RuleBroken(_("This clause is not one of the resolution."), field="clause")
    return changed
