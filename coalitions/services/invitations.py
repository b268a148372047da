"""Inviting someone, taking it back, and walking through the door."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.errors import RuleBroken
from amnt.mail.services import write_email
from coalitions.invitation_keys import digest_of, key_of
from coalitions.models import Coalition, Invitation, Membership, Organisation
from coalitions.services.membership import admit, lock

OPEN_FOR = timedelta(days=7)
MOST_A_DAY = 10


@transaction.atomic
def invite(
    coalition: Coalition,
    *,
    email: str,
    by: User | None,
    role: str = Membership.Role.OBSERVER,
    organisation: Organisation | None = None,
    new_organisation: str = "",
    language: str = "fr",
    submission: UUID | None = None,
) -> Invitation:
    """Open a door for the person at this address and write to her. Whether she has an account already shows nowhere."""
    email = email.strip().lower()
    lock(coalition)
    made = Invitation.objects.filter(coalition=coalition)
    if submission and (same := made.filter(submission=submission).first()):
        return same
    if made.filter(created_at__gt=now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise RuleBroken(_("A coalition can send ten invitations a day. Try again tomorrow."))
    if Membership.objects.current().filter(coalition=coalition, user__email=email).exists():
        raise RuleBroken(_("This person is already in the coalition."))
    if made.open().filter(email=email).exists():
        raise RuleBroken(_("An invitation to this address is already open. To send another, first revoke it."))
    if submission and Invitation.objects.filter(submission=submission).exists():
        raise RuleBroken(_("This form has already been sent. Open it again to send another."))
    public_id = uuid4()
    invitation = Invitation.objects.create(
        public_id=public_id,
        digest=digest_of(key_of(public_id)),
        coalition=coalition,
        organisation=organisation or organisation_named(new_organisation, coalition=coalition),
        email=email,
        role=role,
        language=language,
        invited_by=by,
        expires_at=now() + OPEN_FOR,
        submission=submission,
    )
    write_email("coalitions/invitation", address=email, about={"invitation": invitation.pk})
    return invitation


def organisation_named(name: str, *, coalition: Coalition) -> Organisation | None:
    """One of this coalition with this name, or a new one. Those of other coalitions are never looked at."""
    if not name:
        return None
    return organisations_of(coalition).filter(name__iexact=name).first() or Organisation.objects.create(name=name)


def organisations_of(coalition: Coalition) -> QuerySet[Organisation]:
    members = Membership.objects.current().filter(coalition=coalition).values("organisation")
    invited = Invitation.objects.open().filter(coalition=coalition).values("organisation")
    return Organisation.objects.filter(Q(pk__in=members) | Q(pk__in=invited)).order_by("name", "pk")


@transaction.atomic
def revoke(invitation: Invitation) -> None:
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not invitation.is_open:
        raise RuleBroken(_("This invitation is already closed."))
    invitation.revoked_at = now()
    invitation.save(update_fields=["revoked_at"])


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> Membership:
    """Walk in, once, as the person it was written to."""
    lock(invitation.coalition)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("coalition", "organisation").get(pk=invitation.pk)
    if not invitation.is_open:
        raise RuleBroken(_("This invitation is no longer open."))
    if user.email.lower() != invitation.email:
        raise RuleBroken(_("This invitation is for another address."))
    invitation.accepted_at, invitation.accepted_by = now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    current = Membership.objects.current().filter(coalition=invitation.coalition, user=user).first()
    return current or admit(invitation.coalition, user=user, role=invitation.role, organisation=invitation.organisation)


@transaction.atomic
def accept_as_newcomer(invitation: Invitation, *, name: str, password: str, language: str, time_zone: str) -> User:
    """Walk in and have an account from now on. The invitation came to this address, so it needs no other check."""
    lock(invitation.coalition)
    if User.objects.filter(email=invitation.email).exists():
        raise RuleBroken(_("This address already has an account. Log in to accept the invitation."))
    user = User.objects.create_user(invitation.email, password, name=name, language=language, time_zone=time_zone)
    accept(invitation, user=user)
    return user
