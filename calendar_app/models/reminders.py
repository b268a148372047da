from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.mail.models import Email
from calendar_app.models.dates import Deadline, Meeting
from coalitions.models import FollowUp
from resolutions.models import Proposal

if TYPE_CHECKING:
    from amnt.accounts.models import User


# What a reminder may be of: each row names exactly one.
TARGETS = ("deadline", "meeting", "follow_up", "proposal")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> "ReminderQuerySet":
        return self.filter(state=Reminder.State.PLANNED)

    def due(self, at: datetime | None = None) -> "ReminderQuerySet":
        return self.planned().filter(send_at__lte=at or now())

    def visible_to(self, user: "User") -> "ReminderQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class Reminder(models.Model):
    """One planned message: this person, this rule, this target in this version, this long before.

    Unique constraints keep it one row, even if planned twice, by two beats or after a crash.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        QUEUED = "queued", _("in an e-mail")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("no longer needed")
        MISSED = "missed", _("missed")
        FAILED = "failed", _("refused")

    class Cause(models.TextChoices):
        """Why it was not sent as planned."""

        LATE = "late", _("added too late to be sent at its usual time")
        OVERFLOW = "overflow", _("over the daily limit, moved into the digest")
        WITHDRAWN = "withdrawn", _("it no longer concerned you")
        SNOOZED = "snoozed", _("you snoozed it, or are done with it")
        GONE = "gone", _("no longer needed when it was due")
        MOVED = "moved", _("its date changed")
        MUTED = "muted", _("you stopped reminders of this kind")
        COALITION = "coalition", _("your coalition switched reminders of this kind off")
        AWAY = "away", _("kept until you are back")
        RHYTHM = "rhythm", _("you receive urgent things only")
        GIVEN_UP = "given_up", _("the mail server did not take it for three days")

    # Foreign keys have their indexes below: there are millions of reminders, most of their references are null, and each index that
    # knows a row is written again whenever its state changes.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", db_index=False)
    rule = models.CharField(max_length=5)
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, related_name="reminders", db_index=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="reminders", db_index=False)
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, null=True, related_name="reminders", db_index=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="reminders", db_index=False)
    # Days before the target, negative for days after it; `step` names other reasons ("nudge", "accepted"…).
    offset = models.SmallIntegerField(default=0)
    step = models.CharField(max_length=12, blank=True)
    # The version of the target; for an event of a follow-up ("accepted", "done"…), a proposal ("new", "late"…) or an agenda
    # ("announced"), its number.
    version = models.PositiveIntegerField()
    is_alone = models.BooleanField(default=False)
    send_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    cause = models.CharField(max_length=9, choices=Cause.choices, blank=True)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, related_name="reminders", db_index=False)
    # Only for a moved date: the state that this person knew, as `services.date_states.state_of` writes it.
    was = models.JSONField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state="planned"), name="reminder_planned"),
            models.Index(fields=["user", "-send_at"], name="reminder_of_person"),
            *(
                models.Index(fields=[reference], condition=Q(**{f"{reference}__isnull": False}), name=f"reminder_of_{reference}")
                for reference in (*TARGETS, "email")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(deadline__isnull=False, meeting=None, follow_up=None, proposal=None)
                    | Q(deadline=None, meeting__isnull=False, follow_up=None, proposal=None)
                    | Q(deadline=None, meeting=None, follow_up__isnull=False, proposal=None)
                    | Q(deadline=None, meeting=None, follow_up=None, proposal__isnull=False)
                ),
                name="reminder_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "rule", target, "offset", "step", "version"],
                    condition=Q(**{f"{target}__isnull": False}),
                    name=f"reminder_once_{target}",
                )
                for target in TARGETS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.send_at:%Y-%m-%d %H:%M}"

    @property
    def target(self) -> Deadline | Meeting | FollowUp | Proposal:
        return self.deadline or self.meeting or self.follow_up or self.proposal  # type: ignore[return-value]


class PlanMark(models.Model):
    """The progress of planning: changes before this instant have their reminders. One row."""

    # The overlap with the last read: transactions open then may have committed since.
    OVERLAP = timedelta(minutes=5)

    read_until = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    ticked_at = models.DateTimeField(null=True)
    # What was wrong with this instance when it was last looked at, as `domain.health_limits.Trouble`; until when its certificate is valid.
    troubles = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    watched_at = models.DateTimeField(null=True)
    certificate_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.read_until:%Y-%m-%d %H:%M:%S}"
