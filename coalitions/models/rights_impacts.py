import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedURLField
from coalitions.importers.advocacy import RightAtStake, shipped_rights
from coalitions.models.circles import Circle
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Resolution


class RightsImpactQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)


class RightsImpact(Submitted):
    """Which right a resolution, or one clause of it, touches and by what means, and who says so.

    right -- key of a right that ships
    clause -- identity of the clause; None for the resolution as a whole
    said_by, source -- who says so, with a link; without either it is the person who entered it
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="rights_impacts", verbose_name=_("who may read"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="rights_impacts")
    clause = models.UUIDField(null=True, blank=True)
    right = EncryptedCharField(_("right"), max_length=80)
    mechanism = EncryptedCharField(_("by what means"), max_length=300)
    said_by = EncryptedCharField(_("who says so"), max_length=200, blank=True)
    source = EncryptedURLField(_("link"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = RightsImpactQuerySet.as_manager()

    class Meta:
        verbose_name = _("impact on rights")
        verbose_name_plural = _("impacts on rights")
        indexes = [models.Index(fields=["resolution", "circle"], name="rights_impact_of")]
        constraints = [models.CheckConstraint(condition=~Q(right="") & ~Q(mechanism=""), name="rights_impact_says_which")]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.right_name}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:resolution-rights", args=[self.resolution.slug])

    @property
    def right_name(self) -> str:
        known: RightAtStake | None = shipped_rights().get(self.right)
        return str(known or self.right)
