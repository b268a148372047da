from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AmntConfig(AppConfig):
    """The roof: no models of its own, only what composes or serves all apps."""

    name = "amnt"


class StaffAdminConfig(admin.AdminConfig):
    """Django's admin, with our site in the place of its own."""

    default = False
    default_site = "amnt.staff.StaffSite"
