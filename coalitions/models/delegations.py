import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from amnt.core.idempotency import Submitted
from resolutions.folding import FoldedField
from resolutions.models import Assembly, Fact

if TYPE_CHECKING:
    from amnt.accounts.models import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: "User") -> "DelegationQuerySet":
        """Cards hold public facts only: whoever is logged in may read them."""
        return self if user.is_authenticated else self.none()


class Delegation(Fact, Submitted):
    """One country at one assembly, as publicly known. Never which of our people are on it."""

    class Openness(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="delegations")
    country = CountryField(_("country"))
    authority = models.CharField(_("authority that leads"), max_length=200, blank=True)
    head = models.CharField(
        _("head of delegation"), max_length=200, blank=True, help_text=_("Only if an official list names them publicly.")
    )
    is_open = models.CharField(_("open to civil society"), max_length=7, choices=Openness.choices, default=Openness.UNKNOWN)
    how_to_join = models.TextField(_("how to join"), max_length=1000, blank=True)
    rules = models.TextField(_("rules for stakeholders"), max_length=1000, blank=True)
    is_example = models.BooleanField(_("example"), default=False)
    search_text = FoldedField(of=("authority", "head"))

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [models.UniqueConstraint(fields=["assembly", "country"], name="delegation_once_an_assembly")]

    def __str__(self) -> str:
        return str(self.country.name)  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        return reverse("coalitions:delegation", args=[self.public_id])
