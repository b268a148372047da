"""Restoring access for someone who lost the mailbox or every second factor.

Nobody can prove that by the account itself, so it takes other people: two leads of her coalition, or whoever runs the instance. Both
addresses are told when it starts; for three days a link in that mail, which needs no log-in, stops it; then it takes effect.

How two leads use it: one asks, a second one approves (`coalitions.services.approvals`), and the approval's function calls
`start_recovery(user, by=the_one_who_asked, new_address=…, removes_factors=…)`, which refuses with `RuleBroken` and otherwise returns the
`AccountRecovery` (show its `due_at`). Whether these two may do so for this person is the caller's question. An account opens every
coalition its owner is in, so leads may recover only someone all of whose coalitions they lead; for anyone else it is the host's to do.
"""

import logging
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts import devices
from amnt.accounts.models import AccountRecovery, User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken

logger = logging.getLogger(__name__)

# Long enough for someone who reads mail every other day.
DELAY = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
SALT = "stop an account recovery"


@transaction.atomic
def start_recovery(
    user: User, *, by: User | None, new_address: str = "", removes_factors: bool = True, asked_by: str = "", reason: str = ""
) -> AccountRecovery:
    """Announce a recovery to both addresses. It takes effect after `DELAY`.

    by -- the lead who asked for it, with a second lead's approval; None if the host does it
    new_address -- the new address; empty if the old mailbox still works
    removes_factors -- remove every second factor, and the password; without it the second factors stay required
    asked_by -- for the host: who asked, and how it was made sure that it is this person
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    new_address = new_address.strip().lower()
    if not user.is_active or user.erased_at:
        raise RuleBroken(_("This account is closed."))
    if by == user:
        raise RuleBroken(_("You cannot ask for the recovery of the account you are logged in to."))
    if by is not None and user.is_staff:
        raise RuleBroken(_("Only the people who run this service can recover this account."))
    check_something_is_lost(new_address, removes_factors=removes_factors, address_now=user.email)
    if open_recovery(user):
        raise RuleBroken(_("A recovery of this account is already under way."))
    recovery = AccountRecovery.objects.create(
        user=user,
        old_address=user.email,
        new_address=new_address,
        removes_factors=removes_factors,
        by_host=by is None,
        asked_by=asked_by,
        reason=reason,
        due_at=now() + DELAY,
    )
    record("accounts.recovery_started", by=by, about=user)
    mail_both_addresses(recovery, "started")
    return recovery


def check_something_is_lost(new_address: str, *, removes_factors: bool, address_now: str | None = None) -> None:
    if new_address == address_now or not (new_address or removes_factors):
        raise RuleBroken(_("Say what has been lost: the mailbox, the second factors, or both."))


def open_recovery(user: User) -> AccountRecovery | None:
    return AccountRecovery.objects.under_way().filter(user=user).first()


@transaction.atomic
def carry_out(recovery: AccountRecovery) -> bool:
    """Carry out the announced recovery, once. Returns whether it was done now.

    Every device is logged out and every API key revoked. Without second factors the old password opens nothing either: she sets a
    new one through her mailbox.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=recovery.user_id)
    recovery = AccountRecovery.objects.select_for_update(of=("self",)).get(pk=recovery.pk)
    if recovery.done_at or recovery.stopped_at:
        return False
    if recovery.new_address and User.objects.filter(email=recovery.new_address).exists():
        end_without_effect(recovery)
        return False
    recovery.done_at = now()
    recovery.save(update_fields=["done_at"])
    if recovery.new_address:
        user.email, user.mail_refused_at = recovery.new_address, None
        # Whoever has the lost mailbox must not be able to undo this.
        user.address_changes.all().delete()
    if recovery.removes_factors:
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()
    user.save(update_fields=["email", "mail_refused_at", "password"])
    devices.end_all_access(user)
    record(
        "accounts.recovered", by=None, about=user, fields=["email"] * bool(recovery.new_address) + ["password"] * recovery.removes_factors
    )
    mail_both_addresses(recovery, "done")
    return True


@transaction.atomic
def stop_recovery(recovery: AccountRecovery) -> bool:
    """Nothing changes, and both addresses are told. Say whether it was stopped now."""
    recovery = AccountRecovery.objects.select_for_update(of=("self",)).get(pk=recovery.pk)
    if recovery.done_at or recovery.stopped_at:
        return False
    end_without_effect(recovery)
    return True


def end_without_effect(recovery: AccountRecovery) -> None:
    recovery.stopped_at = now()
    recovery.save(update_fields=["stopped_at"])
    record("accounts.recovery_stopped", by=None, about=recovery.user)
    mail_both_addresses(recovery, "stopped")


def mail_both_addresses(recovery: AccountRecovery, what: str) -> None:
    """A mail to the address of the account and to the one that is to replace it."""
    for address in filter(None, (recovery.old_address, recovery.new_address)):
        get_adapter().send_mail("accounts/recovery", address, {"recovery": recovery, "what": what})


def carry_out_due() -> None:
    """By the clock. Running it twice, or twice at once, carries out nothing twice."""
    for recovery in AccountRecovery.objects.under_way().filter(due_at__lte=now()):
        try:
            carry_out(recovery)
        except Exception:
            logger.exception("Recovery %s was not carried out", recovery.public_id)


# --- The link that stops it ---------------------------------------------------------------------------------------


def stop_key(recovery: AccountRecovery) -> str:
    return signing.dumps(recovery.public_id.hex, salt=SALT)


def recovery_of_key(key: str) -> AccountRecovery | None:
    """The recovery this link is about, in whatever state."""
    try:
        public_id = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    return AccountRecovery.objects.select_related("user").filter(public_id=public_id).first()
