"""What resolutions do to human rights, as pages and files show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from amnt.accounts.models import User
from coalitions.importers.advocacy import shipped_rights
from coalitions.models import Circle, Membership, RightsImpact
from coalitions.permissions import MembershipContext
from coalitions.priorities.read_models.people_names import PeopleNames
from coalitions.priorities.read_models.priorities import clause_names
from resolutions.models import Resolution


@dataclass
class ShownImpact:
    """One impact. anchor -- of its clause on the pages that show texts; empty for the resolution as a whole"""

    impact: RightsImpact
    by_name: str
    clause_name: str
    may_change: bool

    @property
    def anchor(self) -> str:
        return f"c-{self.impact.clause.hex[:12]}" if self.impact.clause else ""


def may_change_impact(user: User, impact: RightsImpact, memberships: MembershipContext) -> bool:
    """Whoever entered it, while a member, and the acting leads who are in its circle."""
    coalition = impact.circle.coalition_id
    if coalition not in memberships.works_in or impact.circle_id not in memberships.circles:
        return False
    return impact.by_id == user.pk or coalition in memberships.led


def impacts_on(user: User, resolution: Resolution, memberships: MembershipContext, *, clause: UUID | None = None) -> list[ShownImpact]:
    """Those this person may read, in the order of the rights that ship. With `clause`, those of one clause. Four queries at most."""
    rows = RightsImpact.objects.visible_to(user, memberships.circles).filter(resolution=resolution)
    if clause:
        rows = rows.filter(clause=clause)
    found = list(rows.select_related("by", "circle__coalition", "resolution").order_by("at", "pk"))
    if not found:
        return []
    names = all_names(user, memberships)
    clauses = clause_names(user, {row.clause for row in found if row.clause})
    order = {key: place for place, key in enumerate(shipped_rights())}
    shown = [ShownImpact(row, names.of(row.by), clauses.get(row.clause, ""), may_change_impact(user, row, memberships)) for row in found]
    return sorted(shown, key=lambda one: order.get(one.impact.right, len(order)))


def all_names(user: User, memberships: MembershipContext) -> PeopleNames:
    """The names of people in the coalitions this person is in."""
    seen = Membership.objects.visible_to(user, memberships)
    here = Membership.objects.current().filter(coalition__in=memberships.roles)
    return PeopleNames(frozenset(seen.values_list("user", flat=True)), frozenset(here.values_list("user", flat=True)))


def impacts_for_file(user: User, circles: Iterable[Circle]) -> list[RightsImpact]:
    """All of these circles that this person may read, by resolution."""
    rows = RightsImpact.objects.visible_to(user).filter(circle__in=[circle.pk for circle in circles])
    rows = rows.select_related("by", "circle", "resolution")
    places = {pk: place for place, pk in enumerate(Resolution.objects.in_order().values_list("pk", flat=True))}
    order = {key: place for place, key in enumerate(shipped_rights())}
    return sorted(rows, key=lambda row: (places[row.resolution_id], order.get(row.right, len(order)), row.at))
