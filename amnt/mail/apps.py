from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "amnt.mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        import_module("amnt.mail.account_emails")
        import_module("amnt.mail.audit_acts")
        import_module("amnt.mail.retention_rules")
