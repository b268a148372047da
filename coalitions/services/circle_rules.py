"""When an act in a circle is refused, and the sentence that says so."""

from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, Membership


def check_stands_in(circle: Circle, person: User, *, coalition_id: int | None = None) -> None:
    """coalition_id -- the one it must be a circle of, where that matters"""
    if coalition_id not in (None, circle.coalition_id) or not circle.includes(person):
        raise RuleBroken(_("You are not in this circle."), field="circle")


def why_only_observes(membership: Membership) -> str:
    """The sentence if this person can stand in no circle; membership -- with its user"""
    if membership.role != Membership.Role.OBSERVER:
        return ""
    return _("%(name)s only observes this coalition. Choose a member.") % {"name": membership.user.short_name}
