from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class MailConfig(AppConfig):
    name = "amnt.mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        register_from("amnt.mail.account_emails", "amnt.mail.audit_acts", "amnt.mail.retention_rules")
