"""The health of this instance as Prometheus metrics. Nothing of any coalition, nothing about a person."""

from django.db.models import Count, Min, Q
from django.utils.timezone import now
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from amnt.accounts.models import User
from amnt.audit import chain
from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from amnt.operations import backups
from calendar_app.models import Reminder
from calendar_app.read_models.health import DAY, disks, findings, settled_since, ticked_at

CONTENT_TYPE = CONTENT_TYPE_LATEST


def measured() -> bytes:
    """The present metrics, in a new registry each time: nothing is counted in this process."""
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float, **labels: str) -> None:
        made = gauges.get(name) or gauges.setdefault(name, Gauge(f"amnt_{name}", meaning, list(labels), registry=registry))
        (made.labels(**labels) if labels else made).set(value)

    gauges: dict[str, Gauge] = {}
    instant = now()
    waiting = Email.objects.filter(state__in=(Email.State.WAITING, Email.State.CLAIMED)).aggregate(
        number=Count("pk"),
        deferred=Count("pk", filter=Q(attempts__gt=0) | Q(refused_at__isnull=False)),
        oldest=Min("created_at", filter=Q(not_before__lte=instant)),
    )
    gauge("mails_waiting", "E-mails that have not left yet.", waiting["number"])
    gauge("mails_deferred", "Of those, e-mails that the mail server has refused or deferred already.", waiting["deferred"])
    oldest = (instant - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
    gauge("mail_oldest_seconds", "Age of the oldest e-mail that could leave now, 0 without one.", oldest)
    settled = settled_since(DAY)
    for outcome in ("accepted", "refused", "given_up"):
        gauge("mails_last_day", "E-mails settled in the last 24 hours.", settled[outcome], outcome=outcome)
    refused = User.objects.active().filter(mail_refused_at__isnull=False).count()
    gauge("people_refused", "People who get no reminders as their mailbox was refused.", refused)
    gauge("reminders_due", "Reminders that are due and not in an e-mail yet.", Reminder.objects.due(instant).count())
    if (at := ticked_at()) is not None:
        gauge(
            "tick_age_seconds", "Time since the last run of the clock; below 0 if the clock was set back.", (instant - at).total_seconds()
        )
    if (at := backups.latest()) is not None:
        gauge("backup_age_seconds", "Time since the newest backup was begun; absent without one.", (instant - at).total_seconds())
    gauge("audit_entries_unsealed", "Entries of the audit that have no place in its chain yet.", AuditEntry.objects.unsealed().count())
    gauge("audit_position", "Where the chain of the audit ends: never less than before.", chain.head().position)
    for name, used in disks().items():
        gauge("disk_used_ratio", "How full the disk is, from 0 to 1.", used, disk=name)
    found = findings()
    for status in ("gap", "mixed"):
        number = sum(finding.status == status for finding in found)
        gauge(
            "health_findings",
            "Lines of the page of health that ask for somebody.",
            number,
            status={"gap": "act_now", "mixed": "look"}[status],
        )
    return generate_latest(registry)
