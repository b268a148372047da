"""Who is not available on a resolution or a delegation, and what they chose not to read of it (R-14).

Others see that somebody is not available, never why. Whether she also hides from herself what circles write about it is in no column
that anyone could read: `mark` is a keyed digest of her and a number if she does, and random if she does not.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.encryption.keys import digest, random_digest
from coalitions.models.delegations import Delegation
from resolutions.models import Assembly, Resolution

# As many subjects one person may hide from herself: each query about what she may read looks for so many digests.
MOST_HIDDEN = 12


def marks_of(user: User) -> list[str]:
    """The marks of what she hides."""
    return [digest(f"hides:{user.pk}:{number}") for number in range(MOST_HIDDEN)]


class UnavailabilityQuerySet(models.QuerySet["Unavailability"]):
    def visible_to(self, user: User) -> "UnavailabilityQuerySet":
        """One's own. Of others one learns it where one would assign something to them."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def hiding(self, user: User) -> "UnavailabilityQuerySet":
        """Of these, what she does not want to read about."""
        return self.filter(user=user, mark__in=marks_of(user))

    def about(self, resolution: int | None, delegation: int | None) -> "UnavailabilityQuerySet":
        """On either of these, by key."""
        return self.filter(Q(resolution__isnull=False, resolution=resolution) | Q(delegation__isnull=False, delegation=delegation))


class Unavailability(models.Model):
    """A person takes nothing on about this resolution or this delegation. The reason is asked of nobody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    resolution = models.ForeignKey(Resolution, models.CASCADE, null=True, related_name="+", verbose_name=_("resolution"))
    delegation = models.ForeignKey(Delegation, models.CASCADE, null=True, related_name="+", verbose_name=_("delegation"))
    # The one people work for when she says so: it ends with it.
    assembly = models.ForeignKey(Assembly, models.CASCADE, null=True, related_name="+")
    mark = models.CharField(max_length=64, unique=True, default=random_digest, editable=False)

    objects = UnavailabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("not available")
        verbose_name_plural = _("not available")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "resolution"], name="unavailable_once_on_resolution"),
            models.UniqueConstraint(fields=["user", "delegation"], name="unavailable_once_on_delegation"),
            models.CheckConstraint(condition=Q(resolution=None) ^ Q(delegation=None), name="unavailable_on_one_thing"),
        ]

    def __str__(self) -> str:
        return str(self.resolution or self.delegation)


def without_hidden[Rows: models.QuerySet](
    rows: Rows, user: User, *, circle: str = "circle", resolutions: tuple[str, ...] = (), delegations: tuple[str, ...] = ()
) -> Rows:
    """Without what restricted circles hold about a resolution or a delegation of which this person does not want to read.

    The rule of recusal, for every `visible_to` of what circles hold. What everyone in the coalition reads stays.

    circle, resolutions, delegations -- the paths from a row to its circle, and to what it is about
    """
    hers = Unavailability.objects.hiding(user)
    hidden = Q()
    for path in resolutions:
        hidden |= Q(**{f"{path}__in": hers.filter(resolution__isnull=False).values("resolution")})
    for path in delegations:
        hidden |= Q(**{f"{path}__in": hers.filter(delegation__isnull=False).values("delegation")})
    return rows.exclude(hidden, ~Q(**{f"{circle}__kind": "everyone"})) if hidden else rows
