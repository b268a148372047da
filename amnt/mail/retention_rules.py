"""How long it is kept what was sent to whom."""

from django.utils.translation import gettext_lazy as _

from amnt.mail import delivery
from amnt.mail.models import Email
from amnt.retention.rules import RetentionRule, register


def register_all() -> None:
    register(
        RetentionRule(
            "emails",
            _("E-mails to you: kind, subject, date and what happened to them, never the text"),
            _("90 days after they were sent, refused or given up"),
            _("deleted; their number stays"),
            count=lambda at: Email.objects.filter(finished_at__lt=at - delivery.KEPT_FOR, claim=None).count(),
            apply=lambda at: delivery.forget_old(),
        )
    )
