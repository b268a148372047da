from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registering import register_from


class CoalitionsConfig(AppConfig):
    name = "coalitions"
    verbose_name = _("Coalitions")

    def ready(self) -> None:
        register_from(
            "coalitions.audit_acts",
            "coalitions.emails",
            "coalitions.texts.own_exports",
            "coalitions.texts.services.kept_numbers",
            "coalitions.account_hooks",
            "coalitions.services.two_lead_acts",
            "coalitions.services.locking",
            "coalitions.services.putting_back",
            "coalitions.texts.services.hints",
            "coalitions.texts.services.discarding",
            "coalitions.retention_rules",
            "coalitions.permissions",
            "coalitions.services.invitations",
        )
