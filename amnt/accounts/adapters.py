"""How allauth behaves in this house: who may enter, how fast one may try, and what it says."""

from io import BytesIO
from typing import ClassVar

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.accounts.net import neighbourhood
from amnt.encryption import keys as encryption


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This address and this password do not belong together. Check both and try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is wrong. Wait for the next one and try again."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link is too old or was used already."),
        "rate_limited": _("That was a lot at once. Wait a few minutes, then try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """One enters by invitation only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Never the exact address: neither limits nor the list of devices need it."""
        return neighbourhood(get_client_ip(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """A second factor can be added right after logging in; what takes data away always asks again."""
        if app == "allauth.mfa" and devices.is_fresh(self.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Count this try, and turn it away when there were too many. A successful one is taken off again.

        Few are allowed for one account from one place: a stranger elsewhere slows down nobody but himself.
        """
        account = credentials.get("email", "").lower()
        usage = []
        for action, key in (("login_failed", f"{account} {self.get_client_ip(request)}"), ("login_failed_anywhere", account)):
            counted = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if counted is None:
                raise ImmediateHttpResponse(ratelimit.respond_429(request))
            usage += counted.usage
        self._login_failed_rl_usage = ratelimit.RateLimitUsage(usage)

    def forgive(self, request: HttpRequest, user: User) -> None:
        """A new password was set through the mailbox: earlier tries no longer count."""
        for action, key in (("login_failed", f"{user.email} {self.get_client_ip(request)}"), ("login_failed_anywhere", user.email)):
            ratelimit.clear(request, app="allauth.account", action=action, key=key)


class MFAAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("Recovery codes come with an authenticator app or a passkey. Add one first."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def _get_site_name(self) -> str:
        """What an authenticator app lists: the neutral name of the instance, never a coalition."""
        return settings.SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """On white, whatever the theme of the page: cameras read dark on light."""
        picture = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        return gettext("My passkey")
