"""Views of the content of restricted circles, by person and day: shown to the circle for ninety days, so that an intruder is noticed.

Only for restricted circles: for circles of delegations no readers are recorded (they would show who is on the delegation). Appearing in a
list is not a view.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Circle, CircleView
from coalitions.models.circle_views import CircleViewQuerySet

SHOWN_FOR = timedelta(days=90)


def record_view(thing: str, public_id: UUID, *, circle: Circle | None, by: User) -> None:
    """Record the first view of a day."""
    record_views(thing, [(public_id, circle)], by=by)


def record_views(thing: str, shown: Iterable[tuple[UUID, Circle | None]], *, by: User) -> None:
    """The same for several things: one query, none if no circle is restricted."""
    day = now().date()
    rows = [
        CircleView(circle=circle, user=by, thing=thing, thing_id=public_id, on=day)
        for public_id, circle in shown
        if circle is not None and circle.kind == Circle.Kind.RESTRICTED
    ]
    if rows:
        CircleView.objects.bulk_create(rows, ignore_conflicts=True)


def recent_views(circle: Circle, *, seen_by: User) -> CircleViewQuerySet:
    """The views of the last ninety days, the latest first; within a day in no order of time, which would tell who was there first."""
    rows = CircleView.objects.visible_to(seen_by).filter(circle=circle, on__gte=(now() - SHOWN_FOR).date())
    return rows.select_related("user", "circle__coalition").order_by("-on", "thing", "thing_id", "user__public_id")
