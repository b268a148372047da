"""Encrypting the secrets of second factors again: allauth keeps them inside a column of its own."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator

from amnt.encryption import rotation


def encrypt_second_factors_again(change: Callable[[str], str]) -> int:
    written = 0
    for row in Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)).order_by("pk"):
        before = row.data
        after = before | {name: change(before[name]) for name in ("secret", "seed") if name in before}
        # Unless recovery codes were used or replaced meanwhile: the next round encrypts those.
        written += after != before and Authenticator.objects.filter(pk=row.pk, data=before).update(data=after)
    return written


def register_all() -> None:
    rotation.register(encrypt_second_factors_again)
