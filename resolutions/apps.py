from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class ResolutionsConfig(AppConfig):
    name = "resolutions"
    verbose_name = _("Resolutions")

    def ready(self) -> None:
        register_from("resolutions.personal_data_handlers", "resolutions.retention_rules", "resolutions.services.watching")
