"""The media a coalition follows and briefs, and what it shares with them before it may be used."""

import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField, EncryptedURLField
from coalitions.models.circles import Circle
from coalitions.models.people import Coalition, Membership
from coalitions.models.priorities import worked_in
from coalitions.models.readings import OfCircleQuerySet


class OutletQuerySet(models.QuerySet["Outlet"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "OutletQuerySet":
        """Of the coalitions in which this person is a lead or a member."""
        return self.filter(coalition__in=worked_in(user)) if user.is_authenticated else self.none()


class Outlet(Submitted):
    """A medium that a coalition follows or briefs: public facts, and encrypted since the list shows whom the coalition talks to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="outlets")
    name = EncryptedCharField(_("name"), max_length=200)
    country = CountryField(_("country"), blank=True)
    website = EncryptedURLField(_("website"), max_length=500, blank=True)
    covers = EncryptedCharField(_("what it covers"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="outlet_has_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("coalitions:media", args=[self.coalition.public_id])


class OutletFollower(models.Model):
    """Who of us follows an outlet. Belongs to the membership: who leaves the coalition follows nothing in it."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="followers")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="followed_outlets")

    class Meta:
        verbose_name = _("follower of an outlet")
        verbose_name_plural = _("followers of outlets")
        constraints = [models.UniqueConstraint(fields=["outlet", "membership"], name="follows_an_outlet_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.outlet_id}"


class EmbargoNote(Submitted):
    """What was given to media, or is ready for them, and must not be used before an instant. Never in a mail."""

    LONGEST = 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="embargo_notes", verbose_name=_("who may read"))
    outlet = models.ForeignKey(Outlet, models.SET_NULL, null=True, blank=True, related_name="embargo_notes")
    text = EncryptedTextField(_("what is embargoed"), max_length=LONGEST)
    until = models.DateTimeField(_("embargoed until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OfCircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("embargo note")
        verbose_name_plural = _("embargo notes")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="embargo_note_says_what")]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"

    @property
    def is_embargoed(self) -> bool:
        return self.until > now()
