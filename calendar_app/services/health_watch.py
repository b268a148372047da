"""RR-18: what needs somebody at once is looked for every five minutes, and kept for the banner that leads see."""

from django.conf import settings
from django.utils.timezone import now

from amnt.operations import certificates
from calendar_app.models import PlanMark
from calendar_app.read_models.health import troubles_found


def watch_health() -> None:
    """Note until when the certificate is valid, and what is wrong now. What was read last stays while the site does not answer."""
    if until := certificates.valid_until(settings.SITE_URL):
        PlanMark.objects.update(certificate_until=until)
    PlanMark.objects.update(troubles=troubles_found(), watched_at=now())
