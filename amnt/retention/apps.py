from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


class RetentionConfig(AppConfig):
    name = "amnt.retention"
    verbose_name = _("Retention")

    def ready(self) -> None:
        acts.register("retention.run", _("What had been kept long enough was deleted"))
        import_module("amnt.retention.own_rules")
