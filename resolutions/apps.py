from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResolutionsConfig(AppConfig):
    name = "resolutions"
    verbose_name = _("Resolutions")

    def ready(self) -> None:
        import_module("resolutions.account_hooks")
        import_module("resolutions.retention_rules")
