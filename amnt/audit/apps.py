from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from amnt.audit import triggers


class AuditConfig(AppConfig):
    name = "amnt.audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        # After every migrate, because SQLite drops a table's triggers whenever a migration rebuilds the table.
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="audit triggers")


def install_triggers(using: str, **kwargs) -> None:
    triggers.install(using)
