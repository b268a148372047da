"""What Django and allauth tell us about logging in. Connected when the app is ready."""

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from amnt.accounts import devices
from amnt.audit.services import record


@receiver(user_logged_in, dispatch_uid="begin")
def begin(request, user, **kwargs) -> None:
    devices.begin(request, user)


@receiver([password_changed, password_set], dispatch_uid="close the others")
def close_the_others(request, user, **kwargs) -> None:
    """Whoever knew the old password is out; the one who changed it stays, and so do her API keys, which no password opens."""
    devices.close_others(user, than=request.session.session_key)
    record("accounts.password_changed", by=user, about=user)


@receiver(password_reset, dispatch_uid="close all and forgive")
def close_all_and_forgive(request, user, **kwargs) -> None:
    """Someone may have had her account or her mailbox: every browser is out, and every API key made meanwhile is revoked."""
    devices.close_everything(user, by=user)
    get_adapter(request).forgive(request, user)
    record("accounts.password_reset", by=user, about=user)


@receiver(authenticator_added, dispatch_uid="record an added factor")
def record_added_factor(user, authenticator, **kwargs) -> None:
    record("accounts.factor_added", by=user, about=user, fields=[authenticator.type])


@receiver(authenticator_removed, dispatch_uid="record a removed factor")
def record_removed_factor(user, authenticator, **kwargs) -> None:
    record("accounts.factor_removed", by=user, about=user, fields=[authenticator.type])


@receiver(authenticator_reset, dispatch_uid="record new recovery codes")
def record_new_recovery_codes(user, **kwargs) -> None:
    record("accounts.recovery_codes_made", by=user, about=user)
