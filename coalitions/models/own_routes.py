"""How an organisation of a coalition gets in: what it asked for, what it was granted and until when. Never who sits on a delegation."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedJSONField
from coalitions.models.circles import Circle
from coalitions.models.follow_ups import FollowUp
from coalitions.models.people import Organisation, is_here
from coalitions.models.readings import OfCircleQuerySet

# What was granted ends soon, from so long before.
ENDS_SOON = timedelta(days=60)


class OwnRouteQuerySet(OfCircleQuerySet):
    def open(self) -> "OwnRouteQuerySet":
        """Asked for, and neither granted nor refused yet."""
        return self.filter(state__in=OwnRoute.OPEN)

    def ending_soon(self, on: date | None = None) -> "OwnRouteQuerySet":
        """Granted until a day that is near, or past."""
        return self.filter(until__lte=(on or now().date()) + ENDS_SOON)

    def for_list(self) -> "OwnRouteQuerySet":
        """What waits first, then by the day on which something is due."""
        open_first = Case(When(state__in=OwnRoute.OPEN, then=0), When(state=OwnRoute.State.GRANTED, then=1), default=2)
        due = Coalesce("next_on", "until")
        rows = self.select_related("circle__coalition", "organisation", "followed_by").annotate(
            followed_by_is_here=is_here("followed_by", of="circle__coalition")
        )
        return rows.order_by(open_first, due.asc(nulls_last=True), "pk")


class OwnRoute(Submitted):
    """One request of one organisation, for one of the ways to take part (`ways_in.yaml`)."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        WAITING = "waiting", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    OPEN = (State.ASKED, State.WAITING)
    MOST_DOCUMENTS = 20

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="own_routes", verbose_name=_("who may read"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    way = models.CharField(_("way"), max_length=40)
    detail = EncryptedCharField(_("what exactly"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.ASKED)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    until = models.DateField(_("granted until"), null=True, blank=True)
    next_step = EncryptedCharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("next step on"), null=True, blank=True)
    documents = EncryptedJSONField(_("documents needed"), default=list)
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who follows it")
    )
    # What reminds of the next step and of the end: follow-ups of whoever follows it.
    step_task = models.ForeignKey(FollowUp, models.SET_NULL, null=True, editable=False, related_name="+")
    renewal_task = models.ForeignKey(FollowUp, models.SET_NULL, null=True, editable=False, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = OwnRouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("way in of an organisation")
        verbose_name_plural = _("ways in of organisations")
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(state="granted"), name="own_route_until_is_of_granted"),
            models.CheckConstraint(condition=Q(next_on=None) | ~Q(next_step=""), name="own_route_step_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.way}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:own-route", args=[self.public_id])

    @property
    def missing(self) -> list[str]:
        """The documents that are not ready."""
        return [document["name"] for document in self.documents if not document["done"]]


class OwnRouteEventQuerySet(models.QuerySet["OwnRouteEvent"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "OwnRouteEventQuerySet":
        return self.filter(route__in=OwnRoute.objects.visible_to(user, circles))

    def with_people_here(self) -> "OwnRouteEventQuerySet":
        """Adds `by_is_here`."""
        return self.annotate(by_is_here=is_here("by", of="route__circle__coalition"))


class OwnRouteEvent(models.Model):
    """What happened to it, who did it and when. Rows are added, never changed."""

    route = models.ForeignKey(OwnRoute, models.CASCADE, related_name="events")
    state = models.CharField(max_length=7, choices=OwnRoute.State.choices)
    # Names of the fields that changed, never their contents.
    fields = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OwnRouteEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.at:%Y-%m-%d}"
