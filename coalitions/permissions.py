"""Permissions. Roles come from memberships, and a lead may act as one only with a second factor."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.accounts.permissions import lacks_second_factor
from coalitions.models import (
    AssemblySession,
    Circle,
    CircleKey,
    CircleMembership,
    Coalition,
    Contact,
    DeclaredPosition,
    FollowUp,
    Mandate,
    Membership,
    MembershipContext,
    Organisation,
    SessionAttendee,
    Statement,
)
from resolutions.permissions import register_text_editor

# --- The roles of one person -----------------------------------------------------------------------------------------


def membership_context_of(user: User) -> MembershipContext:
    """The roles and circles of a person in few queries, for pages that check many rows."""
    circle = "circle_memberships__circle"
    rows = Membership.objects.current().filter(user=user)
    hers = ("observes_until", "next_role", "organisation_id", "mandate__organisation_id")
    found = list(rows.values_list("coalition_id", "role", f"{circle}_id", f"{circle}__kind", *hers))
    roles = {coalition: role for coalition, role, *_rest in found}
    circles = [(pk, coalition, kind) for coalition, _role, pk, kind, *_rest in found if pk]
    ends = [until for *_rest, until, next_role, _own, _for_whom in found if until and next_role != Membership.Role.OBSERVER]
    answers = {
        coalition for coalition, role, *_rest, own, for_whom in found if own and own == for_whom and role != Membership.Role.OBSERVER
    }
    leads = frozenset(pk for pk, role in roles.items() if role == Membership.Role.LEAD)
    return MembershipContext(
        roles,
        led=leads if leads and not lacks_second_factor(user) else frozenset(),
        circle_keys=tuple(
            CircleKey(pk, coalition, kind == Circle.Kind.EVERYONE) for pk, coalition, kind in circles if kind != Circle.Kind.DELEGATION
        ),
        every_circle=frozenset(pk for pk, *_rest in circles),
        circles_by_name=frozenset(pk for pk, _coalition, kind in circles if kind != Circle.Kind.EVERYONE),
        answers_in=frozenset(answers),
        observes_until=min(ends, default=None),
    )


def may_act_as_lead(user: User, coalition: Coalition) -> bool:
    return coalition.pk in membership_context_of(user).led


# --- Coalitions and circles -------------------------------------------------------------------------------------------


def can_open_circle(user: User, coalition: Coalition, memberships: MembershipContext | None = None) -> bool:
    """Leads and members, not observers."""
    return (memberships or membership_context_of(user)).roles.get(coalition.pk, Membership.Role.OBSERVER) != Membership.Role.OBSERVER


def can_name_people(user: User, circle: Circle) -> bool:
    """The owner of the circle; without an owner, anyone in it. Leads have no special right."""
    if circle.is_everyone:
        return False
    if circle.owner_id is None:
        return CircleMembership.objects.current().filter(circle=circle, membership__user=user).exists()
    return circle.owner_id == user.pk


# --- Mandates ---------------------------------------------------------------------------------------------------------


def can_answer_for(user: User, organisation: Organisation, coalition: Coalition) -> bool:
    """Whoever holds its mandate in this coalition. Leads have no special right."""
    return Mandate.objects.of(user).filter(organisation=organisation, membership__coalition=coalition).exists()


# --- Statements: asked after `visible_to`, so of people who may read them ---------------------------------------------


def can_open_statement(user: User, circle: Circle) -> bool:
    """For the whole coalition a lead; for a restricted circle whoever works in it."""
    return circle.kind != Circle.Kind.DELEGATION and can_take_position(user, circle)


def can_run_statement(user: User, statement: Statement) -> bool:
    """Write another text, move its closing, close it: leads who read it, and whoever opened it while working in its circle."""
    circle = statement.circle
    if not can_create_follow_up(user, circle):
        return False
    return statement.by_id == user.pk or circle.coalition_id in membership_context_of(user).led


def can_invite_to_sign(user: User, statement: Statement) -> bool:
    """A lead who runs it: what everyone reads, or what a circle of hers reads, goes outside with the link."""
    return can_run_statement(user, statement) and may_act_as_lead(user, statement.circle.coalition)


# --- Follow-ups: asked after `visible_to`, so of people who may read them ---------------------------------------------


@dataclass(frozen=True)
class FollowUpRights:
    """The rights of a person on one follow-up, whatever its state, which the service checks."""

    is_owner: bool  # accept, decline, hand back, put the reminder off
    may_take: bool
    may_work: bool  # done, blocked, in hand again, reopened
    may_assign: bool
    may_change: bool
    may_drop: bool
    may_open_up: bool  # let more people read it


def rights_on(user: User, follow_up: FollowUp, memberships: MembershipContext | None = None) -> FollowUpRights:
    """Owners, backups and creators have their rights; leads all in circles they are in; observers none."""
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


def circles_worked_in(user: User, memberships: MembershipContext) -> QuerySet[Circle]:
    """The circles a person may write in, without those of delegations, which have their own pages."""
    return Circle.objects.of(user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles).select_related("coalition")


def can_set_reading(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes."""
    return can_create_follow_up(user, circle)


def can_take_position(user: User, circle: Circle) -> bool:
    """Members draft for their circle; only a lead adopts for the whole coalition."""
    if not can_set_reading(user, circle):
        return False
    return not circle.is_everyone or circle.coalition_id in membership_context_of(user).led


# --- Outcomes ----------------------------------------------------------------------------------------------------------


def can_give_verdict(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes."""
    return can_create_follow_up(user, circle)


# --- Delegations ------------------------------------------------------------------------------------------------------


def can_edit_delegations(user: User) -> bool:
    """Their cards are public facts, kept by the leads of any coalition."""
    return bool(membership_context_of(user).led)


def can_propose_cards(user: User, memberships: MembershipContext | None = None) -> bool:
    """Begin and change cards, to be checked by a lead or another member: leads and members of any coalition, not observers."""
    return (memberships or membership_context_of(user)).works


def can_take_out_declared(user: User, declared: DeclaredPosition) -> bool:
    """Whoever entered it while she works in a coalition, and leads of any."""
    memberships = membership_context_of(user)
    return bool(memberships.led) or (memberships.works and declared.by_id == user.pk)


def can_write_note(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes."""
    return can_create_follow_up(user, circle)


def can_write_session_note(user: User, session: AssemblySession, memberships: MembershipContext | None = None) -> bool:
    """Of a session that one may read and that has begun, unless one only observes. For whom is chosen with the note."""
    return session.circle.coalition_id in (memberships or membership_context_of(user)).works_in and has_begun(session)


def has_begun(session: AssemblySession) -> bool:
    return session.cancelled_at is None and session.starts_at <= now()


# --- Contacts with delegations ------------------------------------------------------------------------------------------


def can_log_contact(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes. Whoever may log one in a circle also notes the answers of others there."""
    return circle.kind != Circle.Kind.DELEGATION and can_create_follow_up(user, circle)


def can_remove_contact(user: User, contact: Contact) -> bool:
    """Who logged it, and leads who are in its circle."""
    leads = contact.circle.coalition_id in membership_context_of(user).led
    return can_log_contact(user, contact.circle) and (leads or contact.by_id == user.pk)


# --- Sessions of an assembly: asked after `visible_to`, so of people who may read them -------------------------------------


def can_report_session(user: User, circle: Circle) -> bool:
    """In a circle she stands in, unless she only observes. A delegation has no sessions here."""
    return circle.kind != Circle.Kind.DELEGATION and can_create_follow_up(user, circle)


def can_attend_session(user: User, session: AssemblySession, memberships: MembershipContext | None = None) -> bool:
    """Say that one goes to it, and that it is held: whoever reads it, unless she only observes."""
    return session.circle.coalition_id in (memberships or membership_context_of(user)).works_in


def can_change_session(user: User, session: AssemblySession, memberships: MembershipContext | None = None) -> bool:
    """Correct it or cancel it: who entered it while she works in the coalition, and leads."""
    memberships = memberships or membership_context_of(user)
    entered = session.created_by_id == user.pk and can_attend_session(user, session, memberships)
    return entered or session.circle.coalition_id in memberships.led


def can_ask_to_attend(user: User, session: AssemblySession, memberships: MembershipContext | None = None) -> bool:
    """Ask somebody to go there: leads, and who goes to a session that day herself."""
    memberships = memberships or membership_context_of(user)
    if session.circle.coalition_id in memberships.led:
        return True
    there = SessionAttendee.objects.going().filter(user=user, day=session.day, session__circle__coalition=session.circle.coalition_id)
    return can_attend_session(user, session, memberships) and there.exists()


# --- Texts and proposals ----------------------------------------------------------------------------------------------


def can_enter_texts(user: User, memberships: MembershipContext | None = None) -> bool:
    """Upload, enter, check and change proposals and texts: leads and members of any coalition, not observers."""
    return (memberships or membership_context_of(user)).works


def register_all() -> None:
    register_text_editor(can_enter_texts)
