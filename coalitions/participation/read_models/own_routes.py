"""The ways in of organisations, as pages and files show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from coalitions.models import MembershipContext, OwnRoute
from coalitions.models.own_routes import ENDS_SOON
from coalitions.participation.read_models.ways import name_of_way

MARKS = {"asked": "none", "waiting": "review", "granted": "done", "refused": "gap"}


@dataclass(frozen=True)
class RouteRow:
    """
    mark -- the shape in its margin; to_chase -- the day of its next step has come, or what was granted ends soon
    """

    route: OwnRoute
    way: str
    mark: str
    days_left: int | None
    to_chase: bool
    follower: str


def routes_of(user: User, memberships: MembershipContext, *, ends_soon: bool = False) -> list[RouteRow]:
    """All of them, or those alone whose end is near."""
    rows = OwnRoute.objects.visible_to(user, memberships.circles)
    return rows_for((rows.ending_soon() if ends_soon else rows).for_list())


def rows_for(routes: Iterable[OwnRoute]) -> list[RouteRow]:
    today = now().date()
    return [row_of(route, today) for route in routes]


def row_of(route: OwnRoute, today: date) -> RouteRow:
    ends_soon = route.until is not None and route.until - today <= ENDS_SOON
    is_due = route.next_on is not None and route.next_on <= today and route.state != OwnRoute.State.REFUSED
    mark = "late" if ends_soon else MARKS[route.state]
    days = (route.until - today).days if route.until and ends_soon else None
    return RouteRow(route, name_of_way(route.way), mark, days, ends_soon or is_due, follower_of(route))


def follower_of(route: OwnRoute) -> str:
    if route.followed_by is None:
        return ""
    is_here = getattr(route, "followed_by_is_here", True)
    return route.followed_by.short_name if is_here else str(FORMER_MEMBER)


def header() -> list[str]:
    names = (_("Organisation"), _("Way"), _("What exactly"), _("How it stands"), _("Asked on"), _("Granted until"), _("Next step"))
    return [*names, _("On which day"), _("Documents that are missing"), _("Who follows it")]


def as_table(routes: Iterable[OwnRoute]) -> Iterator[list[str]]:
    for route in routes:
        days = [day.isoformat() if day else "" for day in (route.asked_on, route.until, route.next_on)]
        yield [
            *(route.organisation.name, name_of_way(route.way), route.detail, str(route.get_state_display())),
            *(days[0], days[1], route.next_step, days[2], "; ".join(route.missing), follower_of(route)),
        ]
