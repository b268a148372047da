import uuid
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.encryption.fields import EncryptedJSONField
from coalitions.models.availability import Unavailability
from coalitions.models.circles import Circle, circles_of

KEPT_FOR = timedelta(days=14)


class KeptCopyQuerySet(models.QuerySet["KeptCopy"]):
    def visible_to(self, user: User) -> "KeptCopyQuerySet":
        """Copies of a circle that this person is in, or of this person alone, while they can be restored."""
        if not user.is_authenticated:
            return self.none()
        hidden = Unavailability.objects.hiding(user)
        about = Q(resolution__in=hidden.filter(resolution__isnull=False).values("resolution"))
        about |= Q(delegation__in=hidden.filter(delegation__isnull=False).values("delegation"))
        follow_ups = apps.get_model("coalitions", "FollowUp").objects.filter(about).exclude(circle__kind="everyone")
        in_circles = Q(circle__in=circles_of(user)) & ~Q(about__in=follow_ups.values("public_id"))
        return self.there().filter(in_circles | Q(owner=user))

    def there(self) -> "KeptCopyQuerySet":
        return self.filter(at__gt=now() - KEPT_FOR)

    def old(self, at: datetime) -> "KeptCopyQuerySet":
        return self.filter(at__lte=at - KEPT_FOR)

    def of(self, kind: str, about: uuid.UUID) -> "KeptCopyQuerySet":
        """Copies of one thing, the latest first."""
        return self.filter(kind=kind, about=about).order_by("-at", "-pk")


class KeptCopy(models.Model):
    """What was overwritten or discarded, kept for two weeks. `coalitions.services.kept_copies` restores it.

    kind -- as registered there
    about -- public id of what it was part of, or of what was deleted
    circle, owner -- who may read it: the circle of the thing, or one person alone
    belongs_at -- the thing is deleted with the first assembly that ends after this instant, and the copy too; None for personal ones
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    content = EncryptedJSONField(_("what stood there"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now, db_index=True)
    belongs_at = models.DateTimeField(null=True)

    objects = KeptCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of what was overwritten or thrown away")
        verbose_name_plural = _("copies of what was overwritten or thrown away")
        indexes = [models.Index(fields=["about", "-at"], name="kept_copy_of_thing")]
        constraints = [models.CheckConstraint(condition=Q(circle=None) ^ Q(owner=None), name="kept_copy_is_of_circle_or_person")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:kept-copy", args=[self.public_id])

    @property
    def until(self) -> datetime:
        return self.at + KEPT_FOR
