"""A second factor whose secret others may have: after the next log-in it must be replaced before anything else."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import ExposedFactor, User
from amnt.accounts.second_factors import establish, factors_of, requires_proof
from amnt.audit.services import record
from amnt.core.errors import RuleBroken


def has_exposed_factor(user: User) -> bool:
    return ExposedFactor.objects.filter(authenticator__user=user).exists()


def has_passkey(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


@transaction.atomic
def replace_exposed_factors(user: User, *, secret: str = "") -> tuple[Authenticator | None, list[str]]:
    """Replace the exposed factors; returns the new authenticator app and recovery codes.

    secret -- of the new app, whose first code was right; empty if a passkey stays her only factor
    """
    user.lock()
    exposed = Authenticator.objects.filter(user=user, exposure__isnull=False)
    kinds = sorted(exposed.values_list("type", flat=True))
    if not kinds:
        raise RuleBroken(_("This has already been done."))
    if not secret and not has_passkey(user):
        raise RuleBroken(_("Set up a new authenticator app first: without it there would be no second factor."))
    was_bound = requires_proof(factors_of(user))
    exposed.delete()
    for kind in kinds:
        record("accounts.factor_removed", by=user, about=user, fields=[kind])
    app = TOTP.activate(user, secret).instance if secret else None
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    if was_bound:
        # It replaces an established factor, so it is established too.
        establish(user)
    return app, codes.get_unused_codes()
