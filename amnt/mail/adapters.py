from typing import Any

from amnt.accounts import adapters
from amnt.accounts.models import User
from amnt.mail.services import write_email

# What allauth has to say about an account, by its template names, and how the letter calls it.
SECURITY = {
    "account/email/password_changed": "password",
    "account/email/password_set": "password",
    "account/email/password_reset": "password-reset",
    "mfa/email/totp_deactivated": "app-removed",
    "mfa/email/webauthn_removed": "passkey-removed",
    "accounts/recovery_codes_removed": "codes-removed",
    "accounts/passkey_refused": "passkey-refused",
    "accounts/codes_guessed": "codes-guessed",
    "accounts/key_made": "key-made",
    "calendar_app/feed_made": "feed-made",
}
# Told by account_emails, which learns from allauth's signals which factor it was.
TOLD_WITH_THE_FACTOR = {"mfa/email/totp_activated", "mfa/email/webauthn_added", "mfa/email/recovery_codes_generated"}

# What those who look after the instance are told of each other.
INSTANCE = {
    "accounts/rights_changed": "rights",
    "accounts/rights_of_another_changed": "rights-of-another",
}


class AccountAdapter(adapters.AccountAdapter):
    """No mail about an account leaves but through the outbox: a row with ids, without links and keys."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "accounts/password_reset":
            # The same row for an address we know and for one we do not: its letter is only written for the first.
            write_email(template_prefix, address=email, about={})
        elif template_prefix == "accounts/address_confirm":
            write_email(template_prefix, address=email, about={"user": context["user"].pk})
        elif template_prefix == "accounts/recovery":
            write_email(template_prefix, address=email, about={"recovery": context["recovery"].pk, "what": context["what"]})
        elif template_prefix == "accounts/address_changed":
            write_email(template_prefix, address=email, about={"user": context["user"].pk, "change": context["change"].pk})
        elif template_prefix == "accounts/address_taken_back":
            write_email(template_prefix, address=email, about={"user": context["user"].pk})
        else:
            raise LookupError(f"There is no letter {template_prefix}: register one in amnt.mail.account_emails.")

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        if template_prefix in {"accounts/inactive", "accounts/rotated"}:
            write_email(template_prefix, to=user, about={})
        elif template_prefix in INSTANCE:
            write_email("accounts/instance", to=user, about={"what": INSTANCE[template_prefix]})
        elif template_prefix not in TOLD_WITH_THE_FACTOR:
            about: dict[str, Any] = {"what": SECURITY[template_prefix]}
            if about["what"] == "password":
                about["keys"] = user.api_tokens.count()
            write_email("accounts/security", to=user, about=about)
