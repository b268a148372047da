"""Invitations: inviting, revoking, proving the identity, and accepting."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import create_once, sent_before
from amnt.mail.services import write_email
from coalitions.domain import two_words
from coalitions.domain.invitation_keys import digest_of, is_code_of, key_of
from coalitions.models import Arrival, Coalition, Invitation, Membership, Organisation
from coalitions.services import approvals
from coalitions.services.membership import admit, lock

OPEN_FOR = timedelta(days=7)
MOST_A_DAY = 10
CODE_EVERY = timedelta(minutes=1)
# The most arrivals of an invitation per day.
MOST_ARRIVALS = 3


@transaction.atomic
def invite(
    coalition: Coalition,
    *,
    email: str,
    by: User | None,
    role: str = Membership.Role.OBSERVER,
    organisation: Organisation | None = None,
    new_organisation: str = "",
    language: str = settings.LANGUAGE_CODE,
    proof: str = Invitation.Proof.CODE,
    submission: UUID | None = None,
) -> Invitation:
    """Invite the person at this address, without revealing whether there is an account. A mail is sent, unless `Proof.WORDS`."""
    email = email.strip().lower()
    lock(coalition)
    made = Invitation.objects.filter(coalition=coalition)
    if same := sent_before(made, submission):
        return same
    if made.filter(created_at__gt=now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise RuleBroken(_("A coalition can send ten invitations a day. Try again tomorrow."))
    if Membership.objects.current().filter(coalition=coalition, user__email=email).exists():
        raise RuleBroken(_("This person is already in the coalition."), field="email")
    if made.open().filter(email=email).exists():
        raise RuleBroken(_("An invitation to this address is already open. To send another, first revoke it."), field="email")
    if made.waiting_for_leads().filter(email=email).exists():
        raise RuleBroken(_("This person has accepted an invitation and is waiting for a second lead to approve it."), field="email")
    public_id = uuid4()
    wanted = Invitation(
        public_id=public_id,
        digest=digest_of(key_of(public_id)),
        coalition=coalition,
        organisation=organisation or organisation_named(new_organisation, coalition=coalition),
        email=email,
        role=role,
        language=language,
        proof=proof,
        invited_by=by,
        expires_at=now() + OPEN_FOR,
        submission=submission,
    )
    invitation, is_new = create_once(wanted, among=made)
    if not is_new:
        return invitation
    record("coalitions.invited", by=by, about=invitation, coalition=coalition)
    if proof == Invitation.Proof.CODE:
        write_email("coalitions/invitation", address=email, about={"invitation": invitation.pk})
    return invitation


def organisation_named(name: str, *, coalition: Coalition) -> Organisation | None:
    """The organisation of this name in this coalition, or a new one. Those of other coalitions are not searched."""
    if not name:
        return None
    return organisations_of(coalition).filter(name__iexact=name).first() or Organisation.objects.create(name=name)


def organisations_of(coalition: Coalition) -> QuerySet[Organisation]:
    members = Membership.objects.current().filter(coalition=coalition).values("organisation")
    invited = Invitation.objects.open().filter(coalition=coalition).values("organisation")
    return Organisation.objects.filter(Q(pk__in=members) | Q(pk__in=invited)).order_by("name", "pk")


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=invitation.pk)
    if not invitation.is_open:
        raise RuleBroken(_("This invitation is already closed."))
    invitation.revoked_at = now()
    invitation.save(update_fields=["revoked_at"])
    record("coalitions.invitation_revoked", by=by, about=invitation, coalition=invitation.coalition)


@transaction.atomic
def revoke_all() -> int:
    """Revoke all open invitations, for locking the instance. Returns how many."""
    return Invitation.objects.open().update(revoked_at=now())


# --- Showing that it is her --------------------------------------------------------------------------------------------


@transaction.atomic
def send_code(invitation: Invitation) -> Invitation:
    """Mail six digits to the address of the invitation, with or without an account."""
    invitation = lock_open(invitation)
    if invitation.proof != Invitation.Proof.CODE:
        raise RuleBroken(_("This invitation sends no e-mail."))
    if invitation.code_number >= Invitation.MOST_CODES:
        raise RuleBroken(_("Five codes have been sent for this invitation. Ask the person who sent it to you for a new one."))
    if invitation.code_sent_at and invitation.code_sent_at > now() - CODE_EVERY:
        raise RuleBroken(_("A code has just been sent. Look in your mailbox, or wait a minute for another one."))
    invitation.code_number, invitation.code_sent_at, invitation.code_tries = invitation.code_number + 1, now(), 0
    invitation.save(update_fields=["code_number", "code_sent_at", "code_tries"])
    about = {"invitation": invitation.pk, "number": invitation.code_number}
    write_email("coalitions/invitation_code", address=invitation.email, about=about)
    return invitation


@transaction.atomic
def is_right_code(invitation: Invitation, code: str) -> bool:
    """Whether this is the code sent last. Three tries per code, within thirty minutes."""
    invitation = lock_open(invitation)
    if not invitation.takes_code:
        return False
    invitation.code_tries += 1
    invitation.save(update_fields=["code_tries"])
    return is_code_of(invitation.public_id, invitation.code_number, code)


@transaction.atomic
def arrive(invitation: Invitation) -> Arrival:
    """Record an arrival with two words, to be compared with a lead by another channel."""
    invitation = lock_open(invitation)
    if invitation.proof != Invitation.Proof.WORDS:
        raise RuleBroken(_("This invitation is proven by a code."))
    if invitation.arrivals.open().count() >= MOST_ARRIVALS:
        raise RuleBroken(_("This link was opened in three browsers within a day. Ask the person who sent it to you for a new one."))
    first, second = two_words.two_of_them()
    return Arrival.objects.create(invitation=invitation, first_word=first, second_word=second)


@transaction.atomic
def confirm_words(arrival: Arrival, *, by: User) -> Arrival:
    """Confirm that a lead has compared the two words. Safe to repeat."""
    arrival = Arrival.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=arrival.pk)
    if arrival.confirmed_at is None:
        lock_open(arrival.invitation)
        arrival.confirmed_at, arrival.confirmed_by = now(), by
        arrival.save(update_fields=["confirmed_at", "confirmed_by"])
        record("coalitions.newcomer_confirmed", by=by, about=arrival.invitation, coalition=arrival.invitation.coalition)
    return arrival


def lock_open(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("coalition", "organisation", "invited_by")
    invitation = rows.get(pk=invitation.pk)
    if not invitation.is_open:
        raise RuleBroken(_("This invitation is no longer open."))
    return invitation


# --- Coming in -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> Membership | None:
    """Accept, once. Returns None while it waits for a second lead. The first leads, and as observers those invited by an only lead, are
    admitted at once.
    """
    lock(invitation.coalition)
    invitation = lock_open(invitation)
    if user.email.lower() != invitation.email:
        raise RuleBroken(_("This invitation is for another address."))
    invitation.accepted_at, invitation.accepted_by = now(), user
    current = Membership.objects.current().filter(coalition=invitation.coalition, user=user).first()
    sponsor = invitation.invited_by
    if current is None and sponsor and approvals.has_second_lead(invitation.coalition, than=sponsor):
        about = {"invitation": invitation.pk}
        invitation.approval = approvals.file("coalitions.admit", coalition=invitation.coalition, about=about, by=sponsor)
    invitation.save(update_fields=["accepted_at", "accepted_by", "approval"])
    return current if current or invitation.approval else admit_invited(invitation, user=user)


def admit_invited(invitation: Invitation, *, user: User) -> Membership:
    """Admit an invited person, who observes for fourteen days first."""
    return admit(
        invitation.coalition,
        user=user,
        role=invitation.role,
        organisation=invitation.organisation,
        sponsor=invitation.invited_by,
        next_role=invitation.role if invitation.invited_by else "",
    )


@transaction.atomic
def accept_as_newcomer(invitation: Invitation, *, name: str, password: str, language: str, time_zone: str) -> User:
    """Create an account and accept. The caller has verified the person."""
    lock(invitation.coalition)
    if User.objects.filter(email=invitation.email).exists():
        raise RuleBroken(_("This address already has an account. Log in to accept the invitation."))
    user = User.objects.create_user(invitation.email, password, name=name, language=language, time_zone=time_zone)
    accept(invitation, user=user)
    return user


def register_all() -> None:
    locking.register("Invitations revoked", revoke_all)
