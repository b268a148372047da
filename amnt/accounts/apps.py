from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "amnt.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        import_module("amnt.accounts.receivers")
        import_module("amnt.accounts.rotation")
        import_module("amnt.accounts.retention_rules")
        import_module("amnt.accounts.audit_acts")
        import_module("amnt.accounts.security_log")
