from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class RetentionConfig(AppConfig):
    name = "amnt.retention"
    verbose_name = _("Retention")

    def ready(self) -> None:
        register_from("amnt.retention.retention_rules")
