from django.apps import AppConfig
from django.contrib.admin import apps as admin

from amnt.core.languages import fall_back_to_english
from amnt.core.registries import register_from


class AmntConfig(AppConfig):
    """The app of the site itself: no models, only what uses or serves all apps."""

    name = "amnt"

    def ready(self) -> None:
        fall_back_to_english()
        register_from("amnt.site.admin_registrations", "amnt.audit_acts")


class StaffAdminConfig(admin.SimpleAdminConfig):
    """Django's admin with our own site, and without autodiscovery in other apps."""

    default = False
    default_site = "amnt.site.admin_site.StaffSite"
