"""Turning gaps into follow-ups: all of them or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, FollowUp
from coalitions.outreach.read_models.coverage import Gap
from coalitions.services import follow_ups

MOST_AT_ONCE = 25


@transaction.atomic
def fill_gaps(
    gaps: Sequence[Gap],
    *,
    titles: Mapping[str, str],
    circle: Circle,
    due_at: datetime,
    owner: User | None,
    by: User,
    submission: UUID,
) -> list[FollowUp]:
    """One follow-up for each gap. The same form sent twice makes them once.

    titles -- by the key of a gap
    circle -- who reads them; what is about an ask is read by the circle that reads the ask
    """
    if len(gaps) > MOST_AT_ONCE:
        raise RuleBroken(_("At most 25 at once."))
    return [
        follow_ups.create(
            circle=gap.contact.circle if gap.contact else circle,
            title=titles[gap.key],
            due_at=due_at,
            by=by,
            owner=owner,
            resolution=gap.resolution,
            delegation=gap.delegation,
            submission=uuid5(submission, gap.key),
        )
        for gap in gaps
    ]
