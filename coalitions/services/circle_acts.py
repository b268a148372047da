"""What every act in a circle has in common: when it is refused, and how much of it the audit keeps, which follows from who may read the
circle.
"""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, Membership

LEVELS = {
    Circle.Kind.EVERYONE: AuditLevel.COALITION,
    Circle.Kind.RESTRICTED: AuditLevel.RESTRICTED,
    Circle.Kind.DELEGATION: AuditLevel.DELEGATION,
}


def check_stands_in(circle: Circle, person: User, *, coalition_id: int | None = None) -> None:
    """coalition_id -- the one it must be a circle of, where that matters"""
    if coalition_id not in (None, circle.coalition_id) or not circle.includes(person):
        raise RuleBroken(_("You are not in this circle."), field="circle")


def why_only_observes(membership: Membership) -> str:
    """The sentence if this person can stand in no circle; membership -- with its user"""
    if membership.role != Membership.Role.OBSERVER:
        return ""
    return _("%(name)s only observes this coalition. Choose a member.") % {"name": membership.user.short_name}


def record_in(circle: Circle, act: str, *, by: User | None, about: Model | None = None, fields: Iterable[str] = ()) -> None:
    """For a delegation's circle only who and when; for a restricted circle, what its people may read."""
    level = LEVELS[Circle.Kind(circle.kind)]
    record(act, by=by, about=about or circle, coalition=circle.coalition, circle=circle, level=level, fields=fields)
