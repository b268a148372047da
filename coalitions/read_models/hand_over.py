"""What can be handed over when people leave, and to whom, as far as the reader may see it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from amnt.accounts.models import User
from coalitions.models import Circle, CircleMembership, FollowUp, Membership

# The follow-ups due soonest are chosen one by one; the others follow the choice for all.
ONE_BY_ONE = 25


@dataclass(frozen=True)
class HandOverChoices:
    """follow_ups -- the open ones of those who leave that are due soonest
    backup_circles -- circles in which they are the backup of open ones
    circles -- those they own
    people -- who may get something, with the keys of their circles in `circles_of`
    """

    follow_ups: list[FollowUp]
    more: int
    work_circles: set[int]
    backup_circles: set[int]
    circles: list[Circle]
    people: list[Membership]
    circles_of: dict[int, set[int]] = field(default_factory=dict)

    def who_may_hold(self, circles: Collection[int]) -> list[Membership]:
        """The people who are in one of these circles."""
        return [row for row in self.people if not self.circles_of[row.pk].isdisjoint(circles)]


def hand_over_choices(*leaving: Membership, seen_by: User) -> HandOverChoices:
    users, coalition = {row.user_id for row in leaving}, leaving[0].coalition_id
    work = FollowUp.objects.visible_to(seen_by).open().filter(circle__coalition=coalition)
    held = list(work.filter(Q(owner__in=users) | Q(backup__in=users)).values_list("circle", "owner", "backup"))
    owned = work.filter(owner__in=users)
    first = list(owned.select_related("circle", "owner").order_by("due_at", "pk")[:ONE_BY_ONE])
    circles = Circle.objects.visible_to(seen_by).filter(coalition=coalition, owner__in=users).by_name()
    known = Membership.objects.visible_to(seen_by).working().filter(coalition=coalition).exclude(user__in=users)
    people = list(known.select_related("user", "organisation").order_by("user__name", "pk"))
    circles_of: dict[int, set[int]] = defaultdict(set)
    seen = Circle.objects.visible_to(seen_by).filter(coalition=coalition)
    for membership, circle in CircleMembership.objects.filter(membership__in=people, circle__in=seen).values_list("membership", "circle"):
        circles_of[membership].add(circle)
    return HandOverChoices(
        follow_ups=first,
        more=sum(owner in users for _circle, owner, _backup in held) - len(first),
        work_circles={circle for circle, owner, _backup in held if owner in users},
        backup_circles={circle for circle, _owner, backup in held if backup in users},
        circles=circles,
        people=people,
        circles_of=circles_of,
    )
