"""Who opened what of a restricted circle, and on which day: shown to the circle for ninety days, so that a stranger in it is noticed.

Only for restricted circles: of what a delegation alone reads, no record of readers is kept at all (a list of who read it would be a list of
who is on the delegation). What a list shows of a thing beside others (a title, a tone) is no opening of it.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Circle, CircleView
from coalitions.models.circle_views import CircleViewQuerySet

SHOWN_FOR = timedelta(days=90)


def note(thing: str, public_id: UUID, *, circle: Circle | None, by: User) -> None:
    """The first opening of a day is kept, later ones change nothing."""
    note_each(thing, [(public_id, circle)], by=by)


def note_each(thing: str, shown: Iterable[tuple[UUID, Circle | None]], *, by: User) -> None:
    """The same for a page that shows several, of several circles: one query, and none where no circle is restricted."""
    day = now().date()
    rows = [
        CircleView(circle=circle, user=by, thing=thing, thing_id=public_id, on=day)
        for public_id, circle in shown
        if circle is not None and circle.kind == Circle.Kind.RESTRICTED
    ]
    if rows:
        CircleView.objects.bulk_create(rows, ignore_conflicts=True)


def openings(circle: Circle, *, seen_by: User) -> CircleViewQuerySet:
    """The last ninety days of it, the latest first."""
    rows = CircleView.objects.visible_to(seen_by).filter(circle=circle, on__gte=(now() - SHOWN_FOR).date())
    return rows.select_related("user").order_by("-on", "thing", "pk")
