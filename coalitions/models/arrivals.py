import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.domain import two_words
from coalitions.models.people import Coalition, Invitation

OPEN_FOR = timedelta(days=1)


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def open(self) -> "ArrivalQuerySet":
        return self.filter(created_at__gt=now() - OPEN_FOR)

    def visible_to(self, user: User) -> "ArrivalQuerySet":
        """Arrivals by an invitation of a coalition that this person leads."""
        return self.filter(invitation__coalition__in=Coalition.objects.led_by(user)) if user.is_authenticated else self.none()


class Arrival(models.Model):
    """A browser that opened an invitation without mail, and the two words it shows until a lead has confirmed them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="arrivals")
    first_word = models.PositiveSmallIntegerField()
    second_word = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrival by an invitation")
        verbose_name_plural = _("arrivals by an invitation")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """In the language of the invitation, for both readers."""
        return two_words.in_language(self.first_word, self.second_word, self.invitation.language)
