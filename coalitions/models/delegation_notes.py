import uuid

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedTextField
from coalitions.models.circles import Circle
from coalitions.models.delegations import Delegation
from coalitions.models.readings import OfCircleQuerySet


class DelegationNoteQuerySet(OfCircleQuerySet):
    delegations = ("delegation",)


class DelegationNote(Submitted):
    """What was heard of a delegation in a call or a letter and is not public: read by one circle, beside the card and never on it."""

    LONGEST = 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="delegation_notes", verbose_name=_("who may read"))
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="notes", verbose_name=_("delegation"))
    text = EncryptedTextField(_("what was heard"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = DelegationNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note about a delegation")
        verbose_name_plural = _("notes about delegations")
        indexes = [models.Index(fields=["delegation", "-at"], name="delegation_note_latest")]

    def __str__(self) -> str:
        return f"{self.delegation}, {self.at:%Y-%m-%d}"
