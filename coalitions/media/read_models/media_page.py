"""The outlets and embargo notes of a coalition, as its page shows them."""

from dataclasses import dataclass, field

from amnt.accounts.models import User
from coalitions.models import Coalition, EmbargoNote, Outlet, OutletFollower
from coalitions.permissions import MembershipContext
from coalitions.priorities.read_models.people_names import PeopleNames


@dataclass
class ShownOutlet:
    """names -- of the followers that the reader may see; others -- how many more follow it"""

    outlet: Outlet
    i_follow: bool
    may_change: bool
    names: list[str] = field(default_factory=list)
    others: int = 0


def outlets_of(user: User, coalition: Coalition, memberships: MembershipContext, names: PeopleNames) -> list[ShownOutlet]:
    """By name, which is sorted here since it is encrypted. Two queries."""
    rows = sorted(Outlet.objects.visible_to(user).filter(coalition=coalition), key=lambda row: row.name.casefold())
    followers = OutletFollower.objects.filter(outlet__coalition=coalition, membership__left_at=None, membership__user__is_active=True)
    by_outlet: dict[int, list] = {}
    for row in followers.select_related("membership__user").order_by("membership__user__name", "pk"):
        by_outlet.setdefault(row.outlet_id, []).append(row.membership.user)
    shown = []
    for outlet in rows:
        outlet.coalition = coalition
        people = by_outlet.get(outlet.pk, [])
        known = [person for person in people if person.pk in names.known]
        shown.append(
            ShownOutlet(
                outlet,
                i_follow=user in people,
                may_change=outlet.by_id == user.pk or coalition.pk in memberships.led,
                names=[person.short_name for person in known if person != user],
                others=len(people) - len(known),
            )
        )
    return shown


def embargo_notes_of(user: User, coalition: Coalition, memberships: MembershipContext) -> list[EmbargoNote]:
    """The first to be free first; not those of delegations, which have no media."""
    rows = EmbargoNote.objects.visible_to(user, memberships.circles).filter(circle__coalition=coalition)
    return list(rows.with_author().select_related("circle__coalition", "outlet").order_by("until", "pk"))
