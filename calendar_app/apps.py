from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "calendar_app"
    verbose_name = _("Calendar")

    def ready(self) -> None:
        import_module("calendar_app.reminders.emails")
        import_module("calendar_app.reminders.sending")
        import_module("calendar_app.reminders.delivery_check")
        import_module("calendar_app.account_hooks")
        import_module("calendar_app.retention_rules")
