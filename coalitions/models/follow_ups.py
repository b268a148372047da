import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models.circles import Circle
from coalitions.models.delegations import Delegation
from resolutions.models import Resolution


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """What this person may read: what hangs on a circle she stands in."""
        return self.filter(circle__in=Circle.objects.of(user))

    def open(self) -> "FollowUpQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "FollowUpQuerySet":
        return self.filter(closed_at__isnull=False)

    def unowned(self) -> "FollowUpQuerySet":
        return self.open().filter(owner=None)

    def overdue(self, at: datetime | None = None) -> "FollowUpQuerySet":
        return self.open().filter(due_at__lt=at or now())

    def of_person(self, user: User) -> "FollowUpQuerySet":
        return self.filter(Q(owner=user) | Q(backup=user))

    def for_list(self) -> "FollowUpQuerySet":
        return self.select_related("owner", "backup", "assigned_by", "resolution", "circle", "circle__coalition").order_by("due_at", "pk")


class FollowUp(models.Model):
    """One action: a title that begins with a verb, one owner, one backup, a due instant. Action in French, tarea in Spanish."""

    class State(models.TextChoices):
        TO_ACCEPT = "to-accept", _("to accept")
        IN_HAND = "in-hand", _("in hand")
        BLOCKED = "blocked", _("blocked")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="follow_ups", verbose_name=_("who may read"))
    title = models.CharField(_("title, beginning with a verb"), max_length=200)
    done_means = models.CharField(_("what counts as done"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("owner")
    )
    backup = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("backup"))
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    assigned_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField(_("due"))
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("resolution")
    )
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("delegation")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.TO_ACCEPT)
    state_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    evidence = models.URLField(_("link as evidence"), max_length=500, blank=True)
    # Counts up with every new owner or due instant: reminders of an older version are never sent.
    version = models.PositiveIntegerField(default=1, editable=False)
    snoozed_until = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    submission = models.UUIDField(
        null=True, unique=True, editable=False, help_text=_("Of the form that made it: sent twice, it makes one.")
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["circle", "due_at"], condition=Q(closed_at=None), name="follow_up_open"),
            models.Index(fields=["circle", "-closed_at"], condition=Q(closed_at__isnull=False), name="follow_up_closed"),
            models.Index(fields=["owner", "due_at"], condition=Q(closed_at=None), name="follow_up_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) ^ Q(state__in=("done", "dropped")), name="follow_up_closed_says_so"),
            models.CheckConstraint(condition=Q(owner=None) | ~Q(owner=models.F("backup")), name="follow_up_backup_is_another"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coalitions:follow-up", args=[self.public_id])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.closed_at is None and self.due_at < now()


class FollowUpEvent(models.Model):
    """What happened to a follow-up, who did it and when. Rows are added, never changed."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        ASSIGNED = "assigned", _("assigned")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        HANDED_BACK = "handed-back", _("handed back")
        BLOCKED = "blocked", _("blocked")
        RESUMED = "resumed", _("taken up again")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")
        REOPENED = "reopened", _("reopened")
        CHANGED = "changed", _("changed")
        SNOOZED = "snoozed", _("reminder put off")

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now, editable=False, db_index=True)
    # Names of the fields that changed, never their contents.
    fields = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
