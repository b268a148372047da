"""Memberships: founding a coalition, admitting, roles, leaving and removing, with the circle of everyone."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import forget_in_coalition, record
from amnt.core.errors import RuleBroken
from coalitions.models import (
    Circle,
    CircleMembership,
    Coalition,
    DeclaredPresence,
    Invitation,
    Membership,
    Organisation,
    SessionAttendee,
)
from coalitions.models.people import MembershipQuerySet
from coalitions.services import approvals, availability, confidential_notes, last_readers, lead_emails, leaving, mandates, seats

logger = logging.getLogger(__name__)

OBSERVES_FOR = timedelta(days=14)
REMINDERS = frozenset({"reminders_off", "reminders_in_digest"})


@transaction.atomic
def found_coalition(name: str, *, mail_ceiling: str = User.MailLevel.STANDARD) -> Coalition:
    """Found a coalition with its circle of everyone. Leads are admitted or invited next."""
    coalition = Coalition.objects.create(name=name, mail_ceiling=mail_ceiling)
    Circle.objects.create(coalition=coalition, kind=Circle.Kind.EVERYONE)
    record("coalitions.founded", by=None, about=coalition, coalition=coalition)
    return coalition


@transaction.atomic
def change_settings(coalition: Coalition, *, by: User, **changes: str | bool | list[str]) -> Coalition:
    """Change its name, the mail ceiling, whether offices may be asked, and which reminders its people are sent."""
    fields = [name for name, value in changes.items() if getattr(coalition, name) != value]
    if fields:
        for name in fields:
            setattr(coalition, name, changes[name])
        # What is planned follows.
        planned_anew = ["reminders_changed_at"] if REMINDERS.intersection(fields) else []
        if planned_anew:
            coalition.reminders_changed_at = now()
        coalition.save(update_fields=[*fields, *planned_anew])
        record("coalitions.settings_changed", by=by, about=coalition, coalition=coalition, fields=fields)
    return coalition


@transaction.atomic
def admit(
    coalition: Coalition,
    *,
    user: User,
    role: str,
    organisation: Organisation | None = None,
    sponsor: User | None = None,
    next_role: str = "",
) -> Membership:
    """Make this person a member, with the circles of the role. With `next_role`, as an observer for fourteen days first."""
    lock(coalition)
    if Membership.objects.filter(coalition=coalition, user=user, left_at=None).exists():
        raise RuleBroken(_("This person is already in the coalition."))
    membership = Membership.objects.create(
        coalition=coalition,
        user=user,
        role=Membership.Role.OBSERVER if next_role else role,
        organisation=organisation,
        sponsor=sponsor,
        next_role=next_role,
        observes_until=now() + OBSERVES_FOR if next_role else None,
    )
    update_circle_of_everyone(membership)
    record("coalitions.joined", by=user, about=membership, coalition=coalition, fields=["role"])
    return membership


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User | None) -> Membership:
    """Set the role, with the circle of everyone. An observer is in no circle. For an observer, as on leaving, follow-ups are handed back
    and owned circles go to who has been in them longest, without telling this lead. About circles without another reader the person is
    asked.
    """
    membership = lock_membership(membership)
    if membership.observes_until:
        # Two leads may end the observation sooner; one lead alone only sets the role after it.
        if membership.next_role != role:
            membership.next_role = role
            membership.save(update_fields=["next_role", "changed_at"])
            record("coalitions.role_changed", by=by, about=membership, coalition=membership.coalition, fields=["next_role"])
        return membership
    if membership.role == role:
        return membership
    if membership.is_lead:
        keep_two_leads(membership)
        stop_leading(membership)
    if role == Membership.Role.OBSERVER and by and membership.user_id == by.pk:
        last_readers.refuse_to_leave_alone(by, coalition=membership.coalition)
    membership.role = role
    membership.save(update_fields=["role", "changed_at"])
    if role == Membership.Role.OBSERVER:
        alone_in = last_readers.circles_read_alone(membership.user, coalition=membership.coalition)
        mandates.take_mandate(membership, by=by)
        leaving.hand_back_all(membership, by=by)
        leaving.pass_on_circles(membership, by=by)
        leaving.leave_numbers_to_circles(membership)
        membership.circle_memberships.all().delete()
        last_readers.ask({circle.pk: membership.user for circle in alone_in})
    update_circle_of_everyone(membership)
    record("coalitions.role_changed", by=by, about=membership, coalition=membership.coalition, fields=["role"])
    return membership


@transaction.atomic
def end_observation(membership: Membership, *, by: User | None = None) -> bool:
    """Give the intended role. Returns whether it changed.

    by -- None for the task
    """
    membership = lock_membership(membership)
    if membership.observes_until is None:
        return False
    membership.role, membership.next_role, membership.observes_until = membership.next_role, "", None
    membership.save(update_fields=["role", "next_role", "observes_until", "changed_at"])
    update_circle_of_everyone(membership)
    if membership.role != Membership.Role.OBSERVER:
        record("coalitions.role_changed", by=by, about=membership, coalition=membership.coalition, fields=["role"])
    return True


def end_due_observations() -> None:
    """Each minute: newcomers whose fourteen days are over. Run twice, or twice at once, it changes nobody twice."""
    for membership in Membership.objects.observed_long_enough().select_related("coalition"):
        try:
            end_due_observation(membership)
        except Exception:
            logger.exception("Membership %s still observes", membership.public_id)


@transaction.atomic
def end_due_observation(membership: Membership) -> None:
    if end_observation(membership) and membership.next_role != Membership.Role.OBSERVER:
        lead_emails.mail_leads("newcomer", coalition=membership.coalition)


@transaction.atomic
def leave(membership: Membership, *, hand_over: leaving.HandOver | None = None, from_session: str | None = None) -> Membership:
    """Leave the coalition. Refused while a circle has no other reader."""
    membership = lock_membership(membership)
    if membership.is_lead:
        keep_two_leads(membership)
    last_readers.refuse_to_leave_alone(membership.user, coalition=membership.coalition)
    return close(membership, by=membership.user, hand_over=hand_over, from_session=from_session)


@transaction.atomic
def remove(membership: Membership, *, by: User, hand_over: leaving.HandOver | None = None) -> Membership:
    """Remove someone at once, without a reason. About circles without another reader the person is asked afterwards."""
    if membership.user_id == by.pk:
        raise RuleBroken(_("You cannot remove yourself: leave the coalition instead."))
    membership = lock_membership(membership)
    if membership.is_lead:
        keep_two_leads(membership)
    return close(membership, by=by, hand_over=hand_over)


def people_of(organisation: Organisation, coalition: Coalition) -> MembershipQuerySet:
    """Those who leave with it, closed accounts too."""
    return Membership.objects.filter(coalition=coalition, organisation=organisation, left_at=None).order_by("pk")


@transaction.atomic
def remove_organisation(
    organisation: Organisation, *, coalition: Coalition, by: User, hand_over: leaving.HandOver | None = None
) -> list[Membership]:
    """Remove all people of an organisation at once, without a reason, and revoke its open invitations. Returns who left."""
    lock(coalition)
    people = people_of(organisation, coalition).select_for_update(of=("self",)).select_related("user", "coalition")
    if not (gone := list(people)):
        raise RuleBroken(_("Nobody of this organisation is in the coalition any more."))
    check_of_another_organisation(gone, by=by)
    if any(row.is_lead for row in gone):
        keep_two_leads(*gone)
    leaving.hand_back_all(*gone, by=by, hand_over=hand_over)
    leaving.pass_on_circles(*gone, by=by, hand_over=hand_over)
    Invitation.objects.open().filter(coalition=coalition, organisation=organisation).update(revoked_at=now())
    for membership in gone:
        close(membership, by=by)
    record("coalitions.organisation_left", by=by, about=coalition, coalition=coalition)
    return gone


def check_of_another_organisation(gone: list[Membership], *, by: User) -> None:
    if any(row.user_id == by.pk for row in gone):
        raise RuleBroken(_("You belong to this organisation yourself: a lead who stays has to do this."))


@transaction.atomic
def leave_all(user: User) -> None:
    """Leave all coalitions before erasure. Refusals were checked before."""
    for membership in Membership.objects.filter(user=user, left_at=None).order_by("coalition"):
        close(lock_membership(membership), by=user)


def left_without_lead(user: User) -> list[Coalition]:
    """Coalitions with other members whose only lead this person is."""
    others = Membership.objects.current().filter(coalition=OuterRef("pk")).exclude(user=user)
    led = Membership.objects.current().leads().filter(user=user).values("coalition")
    return list(Coalition.objects.filter(Exists(others), pk__in=led).exclude(Exists(others.leads())).order_by("name"))


def close(membership: Membership, *, by: User, hand_over: leaving.HandOver | None = None, from_session: str | None = None) -> Membership:
    """Setting `left_at` ends all access. The rest hands back, or over, what this person had."""
    alone_in = last_readers.circles_read_alone(membership.user, coalition=membership.coalition)
    leaving.hand_back_all(membership, by=by, hand_over=hand_over)
    leaving.pass_on_circles(membership, by=by, hand_over=hand_over)
    leaving.leave_numbers_to_circles(membership)
    mandates.take_mandate(membership, by=by)
    membership.left_at = now()
    membership.save(update_fields=["left_at", "changed_at"])
    # Where somebody is or goes is nobody's business any more; and a session that this person went to may be uncovered now.
    SessionAttendee.objects.filter(user=membership.user, session__circle__coalition=membership.coalition).delete()
    DeclaredPresence.objects.filter(user=membership.user, coalition=membership.coalition).delete()
    last_readers.ask({circle.pk: membership.user for circle in alone_in})
    stop_leading(membership)
    seats.forget_if_in_no_coalition(membership.user)
    availability.forget_if_in_no_coalition(membership.user)
    confidential_notes.forget_if_in_no_coalition(membership.user)
    leaving.end_what_is_left(membership.user, from_session=from_session)
    forget_in_coalition(membership.user, membership.coalition)
    # The entry names nobody: the pseudonym has just been deleted.
    left = by.pk == membership.user_id
    act = "coalitions.member_left" if left else "coalitions.member_removed"
    record(act, by=None if left else by, coalition=membership.coalition)
    return membership


def stop_leading(membership: Membership) -> None:
    """Revoke open invitations and withdraw approvals of a former lead."""
    Invitation.objects.open().filter(coalition=membership.coalition_id, invited_by=membership.user_id).update(revoked_at=now())
    approvals.withdraw_all_of(membership.user, coalition=membership.coalition)


def lock(coalition: Coalition) -> None:
    """Lock the coalition: changes of membership run one after the other, so that two leads cannot leave at once."""
    Coalition.objects.select_for_update().get(pk=coalition.pk)


def lock_membership(membership: Membership) -> Membership:
    lock(membership.coalition)
    # Locked before the follow-ups, as assigning does.
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "coalition")
    return check_still_here(rows.get(pk=membership.pk))


def check_still_here(membership: Membership | None) -> Membership:
    if membership is None or membership.left_at:
        raise RuleBroken(_("This person has left the coalition."))
    return membership


def keep_two_leads(*without: Membership) -> None:
    """Refuse to remove the last leads, or all but one."""
    coalition = without[0].coalition_id
    others = Membership.objects.current().leads().filter(coalition=coalition).exclude(pk__in=[row.pk for row in without]).count()
    if others == 0:
        raise RuleBroken(_("The coalition would have no lead left. Make someone else a lead first."), field="role")
    if others == 1:
        raise RuleBroken(_("The coalition would have a single lead. Make someone else a lead first."), field="role")


def reason_against_leaving(*leaving: Membership) -> str:
    """Why these people cannot leave now, or an empty string."""
    try:
        if any(row.is_lead for row in leaving):
            keep_two_leads(*leaving)
    except RuleBroken as reason:
        return str(reason)
    return ""


def update_circle_of_everyone(membership: Membership) -> None:
    """Add leads and members to the circle of everyone, and remove observers."""
    if membership.role != Membership.Role.OBSERVER:
        CircleMembership.objects.get_or_create(circle=membership.coalition.everyone, membership=membership)
