"""Permissions on dates. Official dates are edited by the leads of any coalition, and proposed by its members; a call of a circle is edited
by the leads of its coalition.
"""

from amnt.accounts.models import User
from calendar_app.models import BackwardPlan, Deadline, Meeting
from coalitions.models import Circle
from coalitions.permissions import MembershipContext, can_create_follow_up, membership_context_of
from resolutions.models import Assembly


def can_add_dates(user: User, memberships: MembershipContext | None = None) -> bool:
    return bool((memberships or membership_context_of(user)).led)


def can_check_facts(user: User, memberships: MembershipContext | None = None) -> bool:
    """Confirm public facts against their sources: leads of any coalition, and staff."""
    return user.is_staff or can_add_dates(user, memberships)


def can_change_date(user: User, thing: Meeting | Deadline | Assembly, memberships: MembershipContext | None = None) -> bool:
    """Checked after `visible_to`, so the user is in its circle, if it has one."""
    memberships = memberships or membership_context_of(user)
    meeting = thing if isinstance(thing, Meeting) else thing.meeting if isinstance(thing, Deadline) else None
    if meeting is not None and meeting.circle is not None:
        return meeting.circle.coalition_id in memberships.led
    return bool(memberships.led)


def can_propose_dates(user: User, memberships: MembershipContext | None = None) -> bool:
    """New public dates, which wait for a lead or another member: leads and members of any coalition, not observers."""
    return (memberships or membership_context_of(user)).works


def can_propose_change(user: User, thing: Meeting | Deadline | Assembly, memberships: MembershipContext | None = None) -> bool:
    """To another day, or to say that it is published; and whoever may propose may answer what someone else proposed. Public dates only."""
    memberships = memberships or membership_context_of(user)
    is_private = not isinstance(thing, Assembly) and thing.is_private
    return can_change_date(user, thing, memberships) or (memberships.works and not is_private)


def can_be_told(meeting: Meeting) -> bool:
    """Whether there may be debriefs of it: a public meeting that has begun, and none of a delegation at home."""
    return not meeting.is_private and meeting.kind != Meeting.Kind.NATIONAL and meeting.has_begun


def can_make_plan(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes. Circles of delegations have no plans: no mail may speak of them."""
    return circle.kind != Circle.Kind.DELEGATION and can_create_follow_up(user, circle)


def can_run_plan(user: User, plan: BackwardPlan) -> bool:
    """Move it, pin its steps, dissolve it: who keeps it, and leads who are in its circle."""
    if not can_make_plan(user, plan.circle):
        return False
    return plan.owner_id == user.pk or plan.circle.coalition_id in membership_context_of(user).led
