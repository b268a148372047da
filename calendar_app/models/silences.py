from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from calendar_app.models.dates import Deadline, Meeting

if TYPE_CHECKING:
    from amnt.accounts.models import User


class DateSilenceQuerySet(models.QuerySet["DateSilence"]):
    def visible_to(self, user: "User") -> "DateSilenceQuerySet":
        """Only one's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def in_force(self, at: datetime | None = None) -> "DateSilenceQuerySet":
        return self.filter(Q(state=DateSilence.State.DONE) | Q(state=DateSilence.State.SNOOZED, until__gt=at or now()))


class DateSilence(models.Model):
    """A person snoozed the reminders of a date, or is done with it. Nobody else's reminders change."""

    class State(models.TextChoices):
        SNOOZED = "snoozed", _("snoozed")
        DONE = "done", _("done")
        # Taken back: she is reminded again.
        OPEN = "open", _("reminded")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="date_silences")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="silences")
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, related_name="silences")
    state = models.CharField(max_length=7, choices=State.choices)
    until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = DateSilenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(meeting=None) ^ Q(deadline=None), name="date_silence_of_one_thing"),
            models.CheckConstraint(
                condition=Q(state="snoozed", until__isnull=False) | ~Q(state="snoozed") & Q(until=None), name="date_snoozed_until"
            ),
            models.UniqueConstraint(fields=["user", "meeting"], condition=Q(meeting__isnull=False), name="meeting_silence_once"),
            models.UniqueConstraint(fields=["user", "deadline"], condition=Q(deadline__isnull=False), name="deadline_silence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting or self.deadline}: {self.state}"


def silence_of(user: "User", field: str) -> Any:
    """For `annotate`: the state of this person's silence about a date, and until when it is snoozed; field -- "meeting" or "deadline"."""
    hers = DateSilence.objects.filter(user=user, **{field: models.OuterRef("pk")}).in_force()
    return {"silence": models.Subquery(hers.values("state")[:1]), "silent_until": models.Subquery(hers.values("until")[:1])}
