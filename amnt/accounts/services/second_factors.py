"""Removing second factors without a log-in. With one, allauth adds and removes them."""

from collections.abc import Collection

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.accounts.second_factors import TRIAL, Factor, factors_of
from amnt.audit.services import record
from amnt.core.errors import RuleBroken

# In the row of a passkey, beside what allauth keeps there.
COUNTER = "sign_count"
SALT = "remove a second factor"
REMOVED_MAIL = {
    Authenticator.Type.TOTP: "mfa/email/totp_deactivated",
    Authenticator.Type.WEBAUTHN: "mfa/email/webauthn_removed",
    Authenticator.Type.RECOVERY_CODES: "accounts/recovery_codes_removed",
}


@transaction.atomic
def remove_through_mailbox(user: User, pks: Collection[int]) -> None:
    """Remove those of these factors that are not established, on proof of the mailbox alone."""
    factors = {factor.pk: factor for factor in factors_of(user)}
    for pk in pks:
        factor = factors.get(pk)
        if factor is None or factor.is_established:
            raise RuleBroken(_("This factor can no longer be removed in this way."))
        factor.authenticator.delete()
        record("accounts.factor_removed", by=None, about=user, fields=[factor.type])
        get_adapter().send_notification_mail(REMOVED_MAIL[Authenticator.Type(factor.type)], user)
    delete_dangling_recovery_codes(user)


# --- The link in the mail that tells of a new factor --------------------------------------------------------------


def removal_key(authenticator: Authenticator) -> str:
    named = {"factor": authenticator.pk, "added": authenticator.created_at.timestamp()}
    return signing.dumps(named, salt=SALT)


def factor_of_key(key: str) -> Factor | None:
    """The factor this link is about; None if it is gone or the link has expired."""
    try:
        named = signing.loads(key, salt=SALT, max_age=TRIAL)
    except signing.BadSignature:
        return None
    row = Authenticator.objects.filter(pk=named["factor"], user__is_active=True).select_related("user").first()
    if row is None or row.created_at.timestamp() != named["added"]:
        return None
    return next(factor for factor in factors_of(row.user) if factor.pk == row.pk)


@transaction.atomic
def remove_by_link(factor: Factor) -> None:
    """Remove it, and lock out whoever added it: end all sessions, revoke API keys and void the password."""
    user = User.objects.select_for_update(of=("self",)).get(pk=factor.authenticator.user_id)
    remove_through_mailbox(user, [factor.pk])
    user.set_unusable_password()
    user.save(update_fields=["password"])
    devices.end_all_access(user)


# --- Passkeys -----------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_counter(authenticator: Authenticator, said: int) -> bool:
    """Whether this passkey's signature counter has gone on since it was last used, as WebAuthn (7.2, step 22) asks. If so, store it. A
    counter that has not advanced means a cloned passkey: the person gets a mail. Synced passkeys always report 0.
    """
    row = Authenticator.objects.select_for_update(of=("self",)).get(pk=authenticator.pk)
    last = row.data.get(COUNTER, row.wrap().authenticator_data.counter)
    if said <= last and (said or last):
        record("accounts.passkey_refused", by=None, about=row.user)
        get_adapter().send_notification_mail("accounts/passkey_refused", row.user)
        return False
    row.data[COUNTER] = said
    row.save(update_fields=["data"])
    return True
