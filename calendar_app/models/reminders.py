from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.mail.models import Email
from calendar_app.models.dates import Deadline, Meeting
from coalitions.models import FollowUp

if TYPE_CHECKING:
    from amnt.accounts.models import User


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self) -> "ReminderQuerySet":
        return self.filter(state=Reminder.State.PLANNED, send_at__lte=now())

    def visible_to(self, user: "User") -> "ReminderQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class Reminder(models.Model):
    """One promised message: this person, this rule, this target as it stood in this version, this long before.

    The unique constraints are the promise: planned twice, by two beats or after a crash, it is one row.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        QUEUED = "queued", _("in an e-mail")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("no longer needed")
        MISSED = "missed", _("missed")
        FAILED = "failed", _("refused")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    rule = models.CharField(max_length=5)
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, related_name="reminders")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="reminders")
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, null=True, related_name="reminders")
    # Days before the target; what happens after it, or at once, is named by `step` ("nudge", "answered"…).
    offset = models.SmallIntegerField(default=0)
    step = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField()
    is_alone = models.BooleanField(default=False)
    send_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, related_name="reminders")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state="planned"), name="reminder_planned"),
            models.Index(fields=["user", "-send_at"], name="reminder_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(deadline__isnull=False, meeting=None, follow_up=None)
                    | Q(deadline=None, meeting__isnull=False, follow_up=None)
                    | Q(deadline=None, meeting=None, follow_up__isnull=False)
                ),
                name="reminder_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "rule", target, "offset", "step", "version"],
                    condition=Q(**{f"{target}__isnull": False}),
                    name=f"reminder_once_{target}",
                )
                for target in ("deadline", "meeting", "follow_up")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.send_at:%Y-%m-%d %H:%M}"

    @property
    def target(self) -> Deadline | Meeting | FollowUp:
        return self.deadline or self.meeting or self.follow_up  # type: ignore[return-value]


class PlanMark(models.Model):
    """How far planning has read: what changed before this instant has its reminders. One row."""

    read_until = models.DateTimeField()
    ticked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.read_until:%Y-%m-%d %H:%M:%S}"
