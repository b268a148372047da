from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from amnt.accounts.models import User


def second_factors() -> QuerySet[Authenticator]:
    """What counts as a second factor. Recovery codes alone are none."""
    return Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))


def has_second_factor(user: User) -> bool:
    """Whether logging in takes more than a password."""
    return user.is_authenticated and second_factors().filter(user_id=user.pk).exists()


def lacks_second_factor(user: User) -> bool:
    """This instance asks a second factor of leads and of those who look after it, and this person has none yet."""
    return settings.LEADS_NEED_SECOND_FACTOR and not has_second_factor(user)
