import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from amnt.core.idempotency import Submitted
from resolutions.folding import FoldedField
from resolutions.models import Assembly, Fact, Resolution

if TYPE_CHECKING:
    from amnt.accounts.models import User

# A card that nobody has checked for longer is marked as old.
FRESH_FOR = timedelta(days=183)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: "User") -> "DelegationQuerySet":
        """Cards hold public facts only: whoever is logged in may read them."""
        return self if user.is_authenticated else self.none()

    def old(self, at: datetime | None = None) -> "DelegationQuerySet":
        """Cards that were checked once, and neither by people nor by the office itself since."""
        since = (at or now()) - FRESH_FOR
        confirmed = Q(office_confirmed_at__gte=since)
        return self.filter(Q(verified_at__isnull=False) | Q(office_confirmed_at__isnull=False)).exclude(
            Q(verified_at__gte=since) | confirmed
        )

    def without_contact(self, contacts: models.QuerySet) -> "DelegationQuerySet":
        """Those with which none of these contacts is."""
        return self.filter(~Exists(contacts.order_by().filter(delegation=OuterRef("pk"))))


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
    head_office = models.CharField(_("office of its head"), max_length=200, blank=True, help_text=_("A post or an office, not a person."))
    office_email = models.EmailField(_("public address of an office"), blank=True, help_text=_("As a public page gives it; of no person."))
    is_open = models.CharField(_("open to civil society"), max_length=7, choices=Openness.choices, default=Openness.UNKNOWN)
    how_to_join = models.TextField(_("how to join"), max_length=1000, blank=True)
    funding = models.CharField(_("who pays"), max_length=300, blank=True)
    ties_scope = models.CharField(_("what the TIES account covers"), max_length=300, blank=True)
    who_speaks = models.CharField(_("who may speak"), max_length=300, blank=True)
    rules = models.TextField(_("rules for stakeholders"), max_length=1000, blank=True)
    route_before = models.TextField(_("the way in that worked before"), max_length=500, blank=True)
    # When the office itself last said that the card is right. It changes nothing but this.
    office_confirmed_at = models.DateTimeField(null=True, editable=False)
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

    @property
    def checked_at(self) -> datetime | None:
        """When it was last checked: by one of us, or by the office itself."""
        return max(filter(None, (self.verified_at, self.office_confirmed_at)), default=None)

    @property
    def is_checked_by_office(self) -> bool:
        return self.office_confirmed_at is not None and self.checked_at == self.office_confirmed_at

    @property
    def is_old(self) -> bool:
        return self.checked_at is not None and self.checked_at < now() - FRESH_FOR


class DeclaredPositionQuerySet(models.QuerySet["DeclaredPosition"]):
    def visible_to(self, user: "User") -> "DeclaredPositionQuerySet":
        """Said in public, so for whoever is logged in."""
        return self if user.is_authenticated else self.none()


class DeclaredPosition(Submitted):
    """What a State said in public about a resolution, with the page that says so. Never changed: a later one is another row."""

    class Stance(models.TextChoices):
        SUPPORT = "support", _("wants it strengthened")
        CHANGE = "change", _("wants it changed")
        KEEP = "keep", _("wants no change")
        AGAINST = "against", _("wants it suppressed")
        OTHER = "other", _("something else")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="declared")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="declared", verbose_name=_("resolution"))
    stance = models.CharField(_("what it wants"), max_length=7, choices=Stance.choices)
    words = models.CharField(_("in one line"), max_length=300, blank=True)
    source = models.URLField(_("the public page that says so"), max_length=500)
    declared_on = models.DateField(_("said on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = DeclaredPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared position")
        verbose_name_plural = _("declared positions")
        indexes = [models.Index(fields=["delegation", "-declared_on"], name="declared_position_latest")]

    def __str__(self) -> str:
        return f"{self.delegation}: {self.get_stance_display()}"
