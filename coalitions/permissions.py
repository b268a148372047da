"""May this person? Roles come from memberships, and a lead acts as one only behind a second factor."""

from dataclasses import dataclass

from amnt.accounts.models import User
from amnt.accounts.permissions import lacks_second_factor
from coalitions.models import Circle, CircleMembership, Coalition, FollowUp, Membership, MembershipContext
from resolutions.permissions import register_text_bringer

# --- The roles of one person -----------------------------------------------------------------------------------------


def membership_context_of(user: User) -> MembershipContext:
    """All of it at once, for pages that ask about many rows."""
    circle = "circle_memberships__circle"
    rows = Membership.objects.current().filter(user=user)
    found = list(rows.values_list("coalition_id", "role", f"{circle}_id", f"{circle}__kind"))
    roles = {coalition: role for coalition, role, _circle, _kind in found}
    leads = frozenset(pk for pk, role in roles.items() if role == Membership.Role.LEAD)
    return MembershipContext(
        roles,
        led=leads if leads and not lacks_second_factor(user) else frozenset(),
        circles=frozenset(pk for _coalition, _role, pk, kind in found if pk and kind != Circle.Kind.DELEGATION),
        every_circle=frozenset(pk for _coalition, _role, pk, _kind in found if pk),
        circles_by_name=frozenset(pk for _coalition, _role, pk, kind in found if pk and kind != Circle.Kind.EVERYONE),
    )


def may_act_as_lead(user: User, coalition: Coalition) -> bool:
    return coalition.pk in membership_context_of(user).led


# --- Coalitions and circles -------------------------------------------------------------------------------------------


def can_open_circle(user: User, coalition: Coalition, memberships: MembershipContext | None = None) -> bool:
    """Leads and members; an observer stands in none."""
    return (memberships or membership_context_of(user)).roles.get(coalition.pk, Membership.Role.OBSERVER) != Membership.Role.OBSERVER


def can_name_people(user: User, circle: Circle) -> bool:
    """Whoever owns the circle; anyone who stands in it when nobody owns it any more. Being a lead is no reason."""
    if circle.is_everyone:
        return False
    if circle.owner_id is None:
        return CircleMembership.objects.current().filter(circle=circle, membership__user=user).exists()
    return circle.owner_id == user.pk


# --- Follow-ups: asked after `visible_to`, so of people who may read them ---------------------------------------------


@dataclass(frozen=True)
class FollowUpRights:
    """What a person may do with one follow-up, whatever its state; whether it can be done now, the service says."""

    is_owner: bool  # accept, decline, hand back, put the reminder off
    may_take: bool
    may_work: bool  # done, blocked, in hand again, reopened
    may_assign: bool
    may_change: bool
    may_drop: bool
    may_open_up: bool  # let more people read it


def rights_on(user: User, follow_up: FollowUp, memberships: MembershipContext | None = None) -> FollowUpRights:
    """Owners, backups and makers do what is theirs; leads anything in circles they stand in; observers nothing."""
    memberships = memberships or membership_context_of(user)
    coalition = follow_up.circle.coalition_id
    stands = memberships.roles.get(coalition, Membership.Role.OBSERVER) != Membership.Role.OBSERVER
    leads = coalition in memberships.led
    is_owner = stands and follow_up.owner_id == user.pk
    made_it = stands and follow_up.created_by_id == user.pk
    return FollowUpRights(
        is_owner=is_owner,
        may_take=stands,
        may_work=leads or is_owner or (stands and follow_up.backup_id == user.pk),
        may_assign=leads,
        may_change=leads or is_owner or (made_it and follow_up.owner_id is None),
        may_drop=leads or (made_it and (is_owner or follow_up.owner_id is None)),
        may_open_up=made_it or (leads and follow_up.circle.kind != Circle.Kind.DELEGATION),
    )


def can_create_follow_up(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes."""
    memberships = membership_context_of(user)
    return memberships.roles.get(circle.coalition_id, Membership.Role.OBSERVER) != Membership.Role.OBSERVER and circle.includes(user)


# --- Readings and positions -----------------------------------------------------------------------------------------------


def can_set_reading(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes."""
    return can_create_follow_up(user, circle)


def can_take_position(user: User, circle: Circle) -> bool:
    """Whoever works in a circle drafts there; for the whole coalition only a lead adopts."""
    if not can_set_reading(user, circle):
        return False
    return not circle.is_everyone or circle.coalition_id in membership_context_of(user).led


# --- Delegations ------------------------------------------------------------------------------------------------------


def can_edit_delegations(user: User) -> bool:
    """Their cards are public facts, kept by the leads of any coalition."""
    return bool(membership_context_of(user).led)


# --- Texts and proposals ----------------------------------------------------------------------------------------------


def can_bring_texts(user: User, memberships: MembershipContext | None = None) -> bool:
    """Bring in, enter, check and change proposals and texts: leads and members of any coalition. Observers read."""
    return (memberships or membership_context_of(user)).works


def register_all() -> None:
    register_text_bringer(can_bring_texts)
