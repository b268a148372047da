from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from amnt.accounts.models import User


def second_factors() -> QuerySet[Authenticator]:
    """What counts as a second factor. Recovery codes alone are none."""
    return Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))


def has_second_factor(user: User) -> bool:
    """Whether logging in takes more than a password."""
    return user.is_authenticated and second_factors().filter(user_id=user.pk).exists()
