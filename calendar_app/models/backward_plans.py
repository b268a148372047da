"""Plans counted backwards from a deadline: steps that are follow-ups, the template they are made from, and the moves of a whole plan."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core import times
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedJSONField
from calendar_app.models.dates import Deadline, Meeting
from coalitions.models import Circle, Coalition, FollowUp, Membership
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import DateStatus, RegionalGroup, Resolution

if TYPE_CHECKING:
    from amnt.accounts.models import User

UNDO_PLAN_WITHIN = timedelta(hours=24)


class PlanTemplateQuerySet(models.QuerySet["PlanTemplate"]):
    def visible_to(self, user: "User") -> "PlanTemplateQuerySet":
        """Of the coalitions this person works in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(coalition__in=Membership.objects.current().working().filter(user=user).values("coalition"))


class PlanTemplate(models.Model):
    """The usual steps of a coalition, kept by everyone who works in it. Without a row the steps that ship apply.

    steps -- [{"title": …, "days": …}], the one before the deadline first
    """

    coalition = models.OneToOneField(Coalition, models.CASCADE, related_name="plan_template")
    steps = EncryptedJSONField(_("steps"))
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = PlanTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("usual steps of a plan")
        verbose_name_plural = _("usual steps of plans")

    def __str__(self) -> str:
        return f"{self.coalition}"


class BackwardPlanQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)

    def for_list(self) -> "BackwardPlanQuerySet":
        rows = self.select_related("circle__coalition", "deadline__assembly", "resolution", "group", "owner")
        return rows.prefetch_related(models.Prefetch("steps", PlanStep.objects.for_plan())).order_by("deadline__at", "pk")


class BackwardPlan(Submitted):
    """What one circle has to do before a contribution deadline, for a region and a resolution, counted backwards from that deadline.

    counted_from -- the instant of the deadline from which its dates were counted last
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="backward_plans", verbose_name=_("who may read"))
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="backward_plans", verbose_name=_("deadline"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resolution"))
    group = models.ForeignKey(RegionalGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("who keeps it")
    )
    counted_from = models.DateTimeField(editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = BackwardPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("backward plan")
        verbose_name_plural = _("backward plans")
        indexes = [models.Index(fields=["deadline", "circle"], name="backward_plan_of")]

    def __str__(self) -> str:
        return f"{self.deadline}"

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:plan", args=[self.public_id])

    @property
    def zone(self) -> str:
        """Where its days are counted: that of its deadline."""
        return self.deadline.zone if self.deadline.has_hour else times.ITU_ZONE

    @property
    def days_moved(self) -> int:
        """By how many days the deadline has moved since the dates were counted; nothing while that is a rumour."""
        if self.deadline.date_status == DateStatus.RUMOUR:
            return 0
        return times.days_between(self.counted_from, self.deadline.at, self.zone)


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def visible_to(self, user: "User") -> "PlanStepQuerySet":
        return self.filter(plan__in=BackwardPlan.objects.visible_to(user))

    def for_plan(self) -> "PlanStepQuerySet":
        rows = self.select_related("follow_up__owner", "follow_up__backup", "follow_up__circle", "meeting", "deadline")
        return rows.order_by("place")


class PlanStep(models.Model):
    """One step of a plan: a follow-up, whose due instant is its date.

    place -- counted from the deadline: 1 is the step before it
    lead_days -- how many days it should be done before what waits for it
    meeting, deadline -- the official date it stands on, if it stands on one; then only that date moves it
    """

    plan = models.ForeignKey(BackwardPlan, models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    follow_up = models.OneToOneField(FollowUp, models.CASCADE, related_name="plan_step")
    lead_days = models.PositiveSmallIntegerField()
    is_pinned = models.BooleanField(default=False)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="+")
    deadline = models.ForeignKey(Deadline, models.SET_NULL, null=True, related_name="+")

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "place"], name="plan_step_place_once"),
            models.CheckConstraint(condition=Q(meeting=None) | Q(deadline=None), name="plan_step_on_one_official_date"),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up}"

    @property
    def official(self) -> Meeting | Deadline | None:
        return self.meeting or self.deadline

    @property
    def is_free(self) -> bool:
        """Whether it moves with the plan."""
        return not (self.follow_up.is_closed or self.is_pinned or self.official)

    @property
    def waits_for_official(self) -> bool:
        """Whether the official date it stands on has moved without it."""
        official = self.official
        if official is None or self.follow_up.is_closed or official.date_status == DateStatus.RUMOUR:
            return False
        return official.at != self.follow_up.due_at


class PlanMoveQuerySet(models.QuerySet["PlanMove"]):
    def visible_to(self, user: "User") -> "PlanMoveQuerySet":
        return self.filter(plan__in=BackwardPlan.objects.visible_to(user))


class PlanMove(Submitted):
    """One move of a whole plan, or its undoing. Rows are added, never changed but for `undone_at`.

    old, new -- {"counted_from": instant, "steps": {key of the follow-up: due instant}} of what moved
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(BackwardPlan, models.CASCADE, related_name="moves")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)
    old = models.JSONField()
    new = models.JSONField()
    is_undoing = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    objects = PlanMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of a plan")
        verbose_name_plural = _("moves of plans")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    @property
    def may_still_be_undone(self) -> bool:
        """As far as the clock goes; whether its steps have changed since is looked up when it is undone."""
        return not self.is_undoing and self.undone_at is None and self.at > now() - UNDO_PLAN_WITHIN
