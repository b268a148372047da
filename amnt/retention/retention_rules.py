"""Retention rules of layers below this app: the audit, and what the host's own programs keep."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts, chain
from amnt.audit.models import AuditEntry
from amnt.retention.rules import RetentionRule, register


def register_all() -> None:
    acts.register("retention.run", _("Data that had been kept long enough was deleted"))
    register(
        RetentionRule(
            "audit",
            _("Audit log: who did what and when, under a pseudonym"),
            _("12 months"),
            _("deleted; once you have left, nothing connects it with you"),
            count=lambda at: AuditEntry.objects.filter(at__lt=at - chain.KEPT_FOR, seal__isnull=False).count(),
            apply=lambda at: chain.forget_old(),
        )
    )
    register(
        RetentionRule("web_log", _("Log of the web server, with the first part of the network address only"), _("14 days"), _("deleted"))
    )
    register(RetentionRule("backups", _("Encrypted backups"), _("30 days"), _("deleted")))
