from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoalitionsConfig(AppConfig):
    name = "coalitions"
    verbose_name = _("Coalitions")

    def ready(self) -> None:
        import_module("coalitions.audit_acts")
        import_module("coalitions.emails")
        import_module("coalitions.own_exports")
        import_module("coalitions.account_hooks")
        import_module("coalitions.services.two_lead_acts")
        import_module("coalitions.services.locking")
        import_module("coalitions.services.putting_back")
        import_module("coalitions.retention_rules")
