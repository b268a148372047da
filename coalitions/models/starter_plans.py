import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from coalitions.models.people import Coalition, Membership

if TYPE_CHECKING:
    from amnt.accounts.models import User

# Before the opening of an assembly.
NATIONAL_WORK_BEGINS = timedelta(days=540)


def led_by_role(user: "User") -> "models.QuerySet[Membership, int]":
    """The coalitions this person leads, whether or not a second factor lets them act as a lead yet."""
    return Membership.objects.current().leads().filter(user=user).values_list("coalition", flat=True)


class StarterPlanQuerySet(models.QuerySet["StarterPlan"]):
    def visible_to(self, user: "User") -> "StarterPlanQuerySet":
        """The leads of the coalition."""
        return self.filter(coalition__in=led_by_role(user)) if user.is_authenticated else self.none()

    def open(self) -> "StarterPlanQuerySet":
        return self.filter(closed_at=None)


class StarterPlan(models.Model):
    """The first steps of a new coalition, shown to its leads until each is done or refused, or the plan is dismissed for good."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.OneToOneField(Coalition, models.CASCADE, related_name="starter_plan")
    begun_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = StarterPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("starter plan")
        verbose_name_plural = _("starter plans")

    def __str__(self) -> str:
        return str(self.coalition)


class StarterPlanAnswerQuerySet(models.QuerySet["StarterPlanAnswer"]):
    def visible_to(self, user: "User") -> "StarterPlanAnswerQuerySet":
        return self.filter(plan__in=StarterPlan.objects.visible_to(user))


class StarterPlanAnswer(models.Model):
    """What the leads answered to one line of the plan; for the line of countries, one row for each country they asked about."""

    class Line(models.TextChoices):
        SECOND_LEAD = "second-lead", _("a second lead")
        RESOLUTIONS = "resolutions", _("resolutions to watch")
        REGIONS = "regions", _("regions to watch")
        COUNTRIES = "countries", _("questions about countries")
        CALL = "call", _("a first call")

    plan = models.ForeignKey(StarterPlan, models.CASCADE, related_name="answers")
    line = models.CharField(max_length=11, choices=Line.choices)
    country = CountryField(blank=True)
    is_refused = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = StarterPlanAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a starter plan")
        verbose_name_plural = _("answers to starter plans")
        constraints = [models.UniqueConstraint(fields=["plan", "line", "country"], name="starter_plan_line_once")]

    def __str__(self) -> str:
        return str(self.get_line_display())
