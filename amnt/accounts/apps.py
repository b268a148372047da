from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class AccountsConfig(AppConfig):
    name = "amnt.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        register_from(
            "amnt.accounts.receivers",
            "amnt.accounts.rotation",
            "amnt.accounts.retention_rules",
            "amnt.accounts.audit_acts",
            "amnt.accounts.security_log",
            "amnt.accounts.services.locking",
        )
