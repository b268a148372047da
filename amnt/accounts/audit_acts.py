"""The audited acts of accounts."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("accounts.factor_added", _("A second factor was added"))
    acts.register("accounts.factor_removed", _("A second factor was removed"))
    acts.register("accounts.recovery_codes_made", _("New recovery codes were created"))
    acts.register("accounts.password_changed", _("The password was changed"))
    acts.register("accounts.password_reset", _("The password was reset by e-mail"))
    acts.register("accounts.address_changed", _("The e-mail address was changed"))
    acts.register("accounts.key_made", _("An API key was created"))
    acts.register("accounts.key_revoked", _("An API key was revoked"))
    acts.register("accounts.session_closed", _("A device was logged out"))
    acts.register("accounts.everything_closed", _("Every device was logged out, and every API key and calendar address revoked"))
    acts.register("accounts.data_downloaded", _("A person looked at or downloaded their own data"))
    acts.register("accounts.access_changed", _("What a person may do in this instance was changed"))
    acts.register("accounts.recovery_started", _("A recovery of an account was announced"))
    acts.register("accounts.recovery_stopped", _("A recovery of an account was stopped"))
    acts.register("accounts.recovered", _("An account was recovered: its address, its factors or both were replaced"))
    acts.register("instance.locked", _("The instance was locked"))
    acts.register("instance.unlocked", _("The instance was unlocked"))
    acts.register("instance.rotated", _("Every key of the instance was changed; every password and authenticator app must be set up again"))
    acts.register("accounts.erased", _("An account was deleted"))
    acts.register("accounts.address_taken_back", _("An account was returned to its former e-mail address"))
    acts.register("accounts.passkey_refused", _("A passkey was refused because its counter went back"))
