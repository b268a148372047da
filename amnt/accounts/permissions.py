from allauth.mfa.models import Authenticator

from amnt.accounts.models import User


def has_second_factor(user: User) -> bool:
    """Whether logging in takes more than a password. Recovery codes alone are no second factor."""
    second = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return user.is_authenticated and Authenticator.objects.filter(user_id=user.pk, type__in=second).exists()
