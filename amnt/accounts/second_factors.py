"""The second factors of an account, and which of them are established (docs/decisions/second_factors_against_an_intruder.md).

Every factor is asked for at log-in from the moment it is added. Only an established one also holds against somebody with access to the
mailbox: a password reset or the link in a mail does not remove it, and no security setting changes without proof of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import EstablishedFactor, User

# The longest log-in: whoever uses the site must log in again within it, and notices an unknown factor.
TRIAL = timedelta(days=14)
# Recovery codes are made together with their factor: neither counts as older.
TOGETHER = timedelta(minutes=1)
ALONE_NO_FACTOR = Authenticator.Type.RECOVERY_CODES

KINDS: dict[str, str | Promise] = {
    Authenticator.Type.TOTP: _("Authenticator app"),
    Authenticator.Type.WEBAUTHN: _("Passkey"),
    Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
}


@dataclass(frozen=True)
class Factor:
    authenticator: Authenticator
    is_established: bool

    @property
    def pk(self) -> int:
        return self.authenticator.pk

    @property
    def type(self) -> str:
        return self.authenticator.type

    @property
    def kind(self) -> str:
        return str(KINDS[self.type])

    @property
    def name(self) -> str:
        """The name its owner gave; empty if none."""
        return str(self.authenticator.data.get("name", "")) if self.type == Authenticator.Type.WEBAUTHN else ""

    @property
    def added_at(self) -> datetime:
        return self.authenticator.created_at


def factors_of(user: User) -> list[Factor]:
    """The second factors of this account, oldest first."""
    rows = Authenticator.objects.filter(user=user).select_related("establishment").order_by("created_at", "pk")
    return factors_with_status(rows, at=now())


def factors_with_status(authenticators: Sequence[Authenticator], *, at: datetime) -> list[Factor]:
    """Which of these, oldest first, are established.

    One that an established older factor was used after; without such an older one, one that is two weeks old or that took the place
    of an established one.
    """
    factors: list[Factor] = []
    for row in authenticators:
        older = [factor.authenticator for factor in factors if factor.is_established and factor.added_at <= row.created_at - TOGETHER]
        if older:
            is_established = any(other.last_used_at and other.last_used_at > row.created_at for other in older)
        else:
            is_established = row.created_at <= at - TRIAL or hasattr(row, "establishment")
        factors.append(Factor(row, is_established))
    return factors


def requires_proof(factors: Sequence[Factor]) -> bool:
    """Whether a change to this account requires proof of a second factor. Recovery codes alone do not count."""
    return any(factor.is_established and factor.type != ALONE_NO_FACTOR for factor in factors)


def is_established(authenticator: Authenticator) -> bool:
    return any(factor.is_established for factor in factors_of(authenticator.user) if factor.pk == authenticator.pk)


def establish(user: User) -> None:
    """After proof of an established factor the last one was replaced or removed: the factors that remain become established."""
    factors = factors_of(user)
    if not any(factor.is_established for factor in factors):
        for factor in factors:
            EstablishedFactor.objects.get_or_create(authenticator=factor.authenticator)
