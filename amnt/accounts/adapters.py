"""How allauth is set up here: who may sign up, how often one may try, and what its messages say."""

from io import BytesIO
from typing import ClassVar, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from amnt.accounts import attempts, reauthentication, second_factors
from amnt.accounts.models import User
from amnt.accounts.net import ip_prefix
from amnt.encryption import keys as encryption

# How allauth calls the ways of answering "is this you?".
PASSWORD, BY_CODE, BY_PASSKEY = "reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate:webauthn"


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail address or the password is wrong. Check both and try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is wrong. Wait for the next one and try again."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link has expired or has already been used."),
        "rate_limited": _("Too many requests in a short time. Wait a few minutes, then try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Never the exact address: neither limits nor the list of devices need it."""
        return ip_prefix(get_client_ip(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Always, for each purpose anew: having logged in does not count."""
        reauthentication.bind_to_purpose(self.request, app)
        return True

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict]:
        """Where the account has an established second factor the password is not enough. What comes first is asked first."""
        ways = super().get_reauthentication_methods(user)
        if not user.is_authenticated:
            return ways
        factors = second_factors.factors_of(cast("User", user))
        if second_factors.requires_proof(factors):
            ways = [way for way in ways if way["id"] != PASSWORD]
        if not any(factor.type == Authenticator.Type.TOTP for factor in factors):
            # A passkey sooner than a recovery code.
            ways.sort(key=lambda way: [PASSWORD, BY_PASSKEY, BY_CODE].index(way["id"]))
        return ways

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Count this try, and turn it away when there were too many. A successful one is taken off again."""
        attempt = attempts.at_log_in(request, credentials.get("email", ""))
        if not attempt.is_allowed:
            raise ImmediateHttpResponse(ratelimit.respond_429(request))
        self._login_failed_rl_usage = ratelimit.RateLimitUsage(attempt.counted)

    def is_safe_url(self, url: str) -> bool:
        """An address that is none, such as "http://[", leads nowhere; allauth would fail on it."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False


class MFAAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "passkey_copied": _("This passkey was refused, because someone may have copied it. Use another way to log in, then remove it."),
        "too_young": _("This was added too recently to be used here. Use an older one."),
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
