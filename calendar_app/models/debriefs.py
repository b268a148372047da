import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedTextField, EncryptedURLField
from calendar_app.models.dates import Meeting
from coalitions.models import Circle
from coalitions.models.readings import OfCircleQuerySet


class DebriefQuerySet(OfCircleQuerySet):
    def latest_first(self) -> "DebriefQuerySet":
        return self.select_related("circle__coalition").order_by("-at", "-pk")


class Debrief(Submitted):
    """What a person who was at a public meeting can tell her circle of it: its public result and where that is published."""

    LONGEST = 600
    # After which kinds of meeting RR-05 asks for one.
    ASKED_AFTER = (Meeting.Kind.REGIONAL, Meeting.Kind.INTER_REGIONAL)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="debriefs", verbose_name=_("who may read"))
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="debriefs", verbose_name=_("meeting"))
    result = EncryptedTextField(_("public result"), max_length=LONGEST, blank=True)
    link = EncryptedURLField(_("public link"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False, db_index=True)

    objects = DebriefQuerySet.as_manager()

    class Meta:
        verbose_name = _("debrief of a meeting")
        verbose_name_plural = _("debriefs of meetings")
        constraints = [models.CheckConstraint(condition=~Q(result="", link=""), name="debrief_says_something")]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return f"{reverse('calendar_app:debriefs', args=[self.meeting.public_id])}#{self.public_id}"
