import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedTextField
from coalitions.models.circles import Circle
from coalitions.models.delegations import Delegation
from coalitions.models.readings import OfCircleQuerySet


class HandoverNoteQuerySet(OfCircleQuerySet):
    delegations = ("delegation",)


class HandoverNote(Submitted):
    """What whoever takes over a country must know, in the words of who hands it over. One for each circle, kept up to date."""

    LONGEST = 2000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="handover_notes", verbose_name=_("who may read"))
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="handover_notes", verbose_name=_("delegation"))
    text = EncryptedTextField(_("what to know"), max_length=LONGEST)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = HandoverNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover note")
        verbose_name_plural = _("handover notes")
        constraints = [
            models.UniqueConstraint(fields=["circle", "delegation"], name="handover_note_once_a_circle"),
            models.CheckConstraint(condition=~Q(text=""), name="handover_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.delegation}, {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:handover", args=[self.delegation.public_id])
