import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from coalitions.models.delegations import Delegation
from coalitions.models.people import Coalition, Membership


class OfficeCheckQuerySet(models.QuerySet["OfficeCheck"]):
    def visible_to(self, user: User) -> "OfficeCheckQuerySet":
        """Members and leads of the coalition that asked, not its observers."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(coalition__in=Membership.objects.current().working().filter(user=user).values("coalition"))

    def open(self) -> "OfficeCheckQuerySet":
        return self.filter(used_at=None, expires_at__gt=now(), coalition__asks_offices=True)


class OfficeCheck(Submitted):
    """One mail to the public address of an office: is the card right? Its link confirms once. Only the hash of its key is stored."""

    OPEN_FOR = timedelta(days=30)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="office_checks")
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="office_checks")
    language = models.CharField(_("language of the mail"), max_length=2, choices=settings.LANGUAGES)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, editable=False)

    objects = OfficeCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to an office")
        verbose_name_plural = _("questions to offices")

    def __str__(self) -> str:
        return f"{self.delegation}, {self.created_at:%Y-%m-%d}"
