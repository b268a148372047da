"""Issue groups: circles that say which resolutions, topics and regions they are about."""

from collections.abc import Sequence

from django.db import transaction

from amnt.accounts.models import User
from coalitions.models import Circle
from coalitions.services.circle_acts import record_in
from coalitions.services.circles import refuse_everyone
from resolutions.models import Resolution


@transaction.atomic
def set_subjects(
    circle: Circle, *, resolutions: Sequence[Resolution] = (), topics: Sequence[str] = (), regions: Sequence[str] = (), by: User
) -> Circle:
    """Say what the circle is about; nothing of each is fine. topics -- tags; regions -- codes of regional groups"""
    refuse_everyone(circle)
    subjects = {
        "resolutions": [row.pk for row in dict.fromkeys(resolutions)],
        "topics": list(dict.fromkeys(topics)),
        "regions": list(dict.fromkeys(regions)),
    }
    wanted = subjects if any(subjects.values()) else None
    if wanted != circle.subjects:
        circle.subjects = wanted
        circle.save(update_fields=["subjects"])
        record_in(circle, "coalitions.circle_changed", by=by, fields=["subjects"])
    return circle
