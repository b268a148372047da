"""Calendar files of others that are being brought in, and which of their events is which date of ours."""

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.encryption.fields import EncryptedJSONField, EncryptedURLField
from calendar_app.importers.calendar_files import LONGEST_UID, ReadEvent
from calendar_app.models.dates import Deadline, Meeting
from resolutions.models import Assembly, RegionalGroup

if TYPE_CHECKING:
    from amnt.accounts.models import User

KEPT_FOR = timedelta(days=7)


class CalendarImportQuerySet(models.QuerySet["CalendarImport"]):
    def visible_to(self, user: "User") -> "CalendarImportQuerySet":
        """One's own, while they are kept."""
        return self.filter(brought_by=user, brought_at__gt=now() - KEPT_FOR) if user.is_authenticated else self.none()

    def expired(self, at: datetime) -> "CalendarImportQuerySet":
        return self.filter(brought_at__lte=at - KEPT_FOR)


class CalendarImport(Submitted):
    """What was read of one calendar file, until its dates are taken over. The file is not kept.

    events -- as `ReadEvent.as_json` says them
    address -- where anyone can read the same, the source of what is taken over
    language -- of its titles
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    brought_at = models.DateTimeField(default=now, editable=False)
    address = EncryptedURLField(_("address"), max_length=500)
    assembly = models.ForeignKey(Assembly, models.CASCADE, related_name="+", verbose_name=_("cycle"))
    group = models.ForeignKey(RegionalGroup, models.CASCADE, null=True, related_name="+", verbose_name=_("regional group"))
    language = models.CharField(max_length=2, choices=TextLanguage.choices)
    events = EncryptedJSONField(_("events"), editable=False)

    objects = CalendarImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar being brought in")
        verbose_name_plural = _("calendars being brought in")

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:calendar-import", args=[self.public_id])

    @property
    def read_events(self) -> list[ReadEvent]:
        return [ReadEvent(**event) for event in self.events]

    @property
    def kept_until(self) -> date:
        return (self.brought_at + KEPT_FOR).date()


class DateOriginQuerySet(models.QuerySet["DateOrigin"]):
    def visible_to(self, user: "User") -> "DateOriginQuerySet":
        """Public, as the dates are."""
        return self.all() if user.is_authenticated else self.none()


class DateOrigin(models.Model):
    """An event of a calendar of others is this public date: a later version of the calendar finds it by its UID."""

    uid = models.CharField(max_length=LONGEST_UID, unique=True)
    address = models.URLField(_("address"), max_length=500)
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, related_name="origins")
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, related_name="origins")
    noted_at = models.DateTimeField(default=now, editable=False)

    objects = DateOriginQuerySet.as_manager()

    class Meta:
        verbose_name = _("origin of a date")
        verbose_name_plural = _("origins of dates")
        constraints = [models.CheckConstraint(condition=Q(meeting=None) ^ Q(deadline=None), name="date_origin_of_one_thing")]

    def __str__(self) -> str:
        return self.uid

    @property
    def target(self) -> Meeting | Deadline:
        return self.meeting or self.deadline  # type: ignore[return-value]
