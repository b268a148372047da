from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from amnt.core.registries import register_from


class CoalitionsConfig(AppConfig):
    name = "coalitions"
    verbose_name = _("Coalitions")

    def ready(self) -> None:
        register_from(
            "coalitions.audit_acts",
            "coalitions.emails",
            "coalitions.outreach.emails",
            "coalitions.outreach.export_kinds",
            "coalitions.positions.emails",
            "coalitions.texts.export_kinds",
            "coalitions.participation.export_kinds",
            "coalitions.outcomes.export_kinds",
            "coalitions.live.export_kinds",
            "coalitions.statements.emails",
            "coalitions.statements.export_kinds",
            "coalitions.priorities.audit_acts",
            "coalitions.positions.export_kinds",
            "coalitions.positions.read_models.citing",
            "coalitions.texts.services.kept_numbers",
            "coalitions.personal_data_handlers",
            "coalitions.services.two_lead_acts",
            "coalitions.services.locking",
            "coalitions.services.public_pages",
            "coalitions.services.follow_up_copies",
            "coalitions.services.follow_up_undo",
            "coalitions.services.circle_undo",
            "coalitions.services.delegation_notes",
            "coalitions.services.starter_plans",
            "coalitions.texts.services.hints",
            "coalitions.texts.services.discarding",
            "coalitions.retention_rules",
            "coalitions.priorities.personal_data_handlers",
            "coalitions.priorities.retention_rules",
            "coalitions.permissions",
            "coalitions.services.invitations",
            "coalitions.outreach.services.office_checks",
            "coalitions.statements.services.co_signing",
            "coalitions.live.services.sessions",
            "coalitions.live.services.attendance",
        )
