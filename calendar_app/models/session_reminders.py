from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from coalitions.models import AssemblySession
from resolutions.models import Assembly

if TYPE_CHECKING:
    from datetime import date

    from amnt.accounts.models import User


class SessionReminderQuerySet(models.QuerySet["SessionReminder"]):
    def visible_to(self, user: "User") -> "SessionReminderQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()

    def about(self, rule: str, assembly: Assembly, day: "date") -> "SessionReminderQuerySet":
        return self.filter(rule=rule, assembly=assembly, day=day)


class SessionReminder(models.Model):
    """One mail about the sessions of a day, or the decision that none is needed: once for each person, rule, day and step.

    Unique constraints keep it one row, even if two workers decide at once. Deleted 48 hours after the day, as what it was about is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=5)
    assembly = models.ForeignKey(Assembly, models.CASCADE, related_name="+")
    # The day of the sessions, at the venue.
    day = models.DateField(db_index=True)
    step = models.CharField(max_length=8)
    # Of a step that is about one session.
    session = models.ForeignKey(AssemblySession, models.CASCADE, null=True, related_name="+")
    # A keyed digest of the plan that was told: whether it has changed since.
    plan_digest = models.CharField(max_length=64, blank=True)
    is_told = models.BooleanField(default=True)
    at = models.DateTimeField(default=now, editable=False)

    objects = SessionReminderQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "rule", "assembly", "day", "step"], condition=Q(session=None), name="session_reminder_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["user", "rule", "session", "step"], condition=Q(session__isnull=False), name="session_reminder_once_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day:%Y-%m-%d} {self.step}"
