from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class CalendarConfig(AppConfig):
    name = "calendar_app"
    verbose_name = _("Calendar")

    def ready(self) -> None:
        register_from(
            "calendar_app.audit_acts",
            "calendar_app.reminders.emails",
            "calendar_app.emails",
            "calendar_app.reminders.sending",
            "calendar_app.reminders.delivery_check",
            "calendar_app.reminders.session_letters",
            "calendar_app.reminders.quiet_hours",
            "calendar_app.audit_acts",
            "calendar_app.personal_data_handlers",
            "calendar_app.audit_acts",
            "calendar_app.services.attendance",
            "calendar_app.services.calendar_feeds",
            "calendar_app.services.preparation",
            "calendar_app.retention_rules",
            "calendar_app.read_models.national_meetings",
        )
