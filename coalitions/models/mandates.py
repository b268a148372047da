"""Who answers for an organisation in a coalition, and whether that organisation may be named."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.encryption.fields import EncryptedCharField
from coalitions.models.people import Coalition, Membership, Organisation


class MandateQuerySet(models.QuerySet["Mandate"]):
    def current(self) -> "MandateQuerySet":
        """Of people who are in the coalition now, more than observe it, and still belong to the organisation."""
        here = self.filter(membership__left_at=None, membership__user__is_active=True, membership__organisation=F("organisation"))
        return here.exclude(membership__role=Membership.Role.OBSERVER)

    def of(self, user: User) -> "MandateQuerySet":
        """Those this person holds now."""
        return self.current().filter(membership__user=user) if user.is_authenticated else self.none()

    def visible_to(self, user: User) -> "MandateQuerySet":
        """Of people one may see; and, for whoever answers for an organisation, of those who may answer for it too."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(membership__in=Membership.objects.visible_to(user).values("pk"))
        hers = Mandate.objects.of(user).filter(
            organisation=OuterRef("organisation"), membership__coalition=OuterRef("membership__coalition")
        )
        return self.current().filter(seen | Exists(hers))


class Mandate(models.Model):
    """This person answers for their organisation in this coalition. An organisation may have several. Ends with the membership."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="mandate")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mandates")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    given_at = models.DateTimeField(default=now, editable=False)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")

    def __str__(self) -> str:
        return f"{self.membership.user} — {self.organisation}"


class Naming(models.TextChoices):
    """Where the name of an organisation may be shown."""

    NOWHERE = "nowhere", _("not named")
    INSIDE = "inside", _("named inside the coalition")
    OUTSIDE = "outside", _("named outside the coalition")
    BOTH = "both", _("named inside and outside the coalition")

    @classmethod
    def of(cls, *, inside: bool, outside: bool) -> "Naming":
        return {(False, False): cls.NOWHERE, (True, False): cls.INSIDE, (False, True): cls.OUTSIDE, (True, True): cls.BOTH}[
            bool(inside), bool(outside)
        ]


def named_inside(naming: str) -> bool:
    return naming in (Naming.INSIDE, Naming.BOTH)


def named_outside(naming: str) -> bool:
    return naming in (Naming.OUTSIDE, Naming.BOTH)


class NamingDefaultQuerySet(models.QuerySet["NamingDefault"]):
    def visible_to(self, user: User) -> "NamingDefaultQuerySet":
        """Those who answer for the organisation. Leads do not: whoever hides its name hides it from them too."""
        if not user.is_authenticated:
            return self.none()
        hers = Mandate.objects.of(user).filter(organisation=OuterRef("organisation"), membership__coalition=OuterRef("coalition"))
        return self.filter(Exists(hers))


class NamingDefault(models.Model):
    """Where an organisation may be named in this coalition while it has not answered. Without a row it is named nowhere.

    Each answer is asked anew; what is said here fills its form in.
    """

    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="naming_defaults")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="naming_defaults")
    naming = EncryptedCharField(_("where it may be named"), max_length=7, choices=Naming.choices, default=Naming.NOWHERE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = NamingDefaultQuerySet.as_manager()

    class Meta:
        verbose_name = _("where an organisation may be named")
        verbose_name_plural = _("where organisations may be named")
        constraints = [models.UniqueConstraint(fields=["coalition", "organisation"], name="naming_default_once")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.at:%Y-%m-%d}"
