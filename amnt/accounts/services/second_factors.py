from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from amnt.accounts import devices
from amnt.accounts.models import User


@transaction.atomic
def remove_second_factors(user: User) -> int:
    """For someone who has lost them all: she logs in with her password again, everywhere anew, and is told. Say how many there were."""
    removed, _each = Authenticator.objects.filter(user=user).delete()
    devices.close_everything(user)
    if removed:
        get_adapter().send_notification_mail("accounts/second_factor_removed", user)
    return removed
