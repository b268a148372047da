"""What this service reads once a week, where the host lets it: calendars of regional bodies, and the pages facts name as their source."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.core.outgoing import LONGEST_MARK, SENTENCES, OutgoingTrouble
from calendar_app.importers.calendar_files import ReadEvent
from coalitions.models import Membership
from resolutions.models import Assembly, RegionalGroup

if TYPE_CHECKING:
    from amnt.accounts.models import User

EVERY, AFTER_TROUBLE = timedelta(days=7), timedelta(days=1)


class AskedAgainQuerySet(models.QuerySet):
    def due(self) -> "AskedAgainQuerySet":
        return self.filter(ask_at__lte=now()).order_by("ask_at", "pk")


class AskedAgain(models.Model):
    """An address that is asked again and again, whether anything changed there.

    etag, last_modified -- as it gave them last
    ask_at -- when it is asked next
    read_at -- when it last answered
    trouble -- why it could not be read last time; empty if it could
    """

    address = models.URLField(_("address"), max_length=500, unique=True)
    etag = models.CharField(max_length=LONGEST_MARK, blank=True, editable=False)
    last_modified = models.CharField(max_length=LONGEST_MARK, blank=True, editable=False)
    ask_at = models.DateTimeField(default=now, editable=False, db_index=True)
    read_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=12, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.address

    @property
    def said_trouble(self) -> str:
        """In a sentence."""
        if not self.trouble:
            return ""
        if self.trouble in OutgoingTrouble:
            return str(SENTENCES[OutgoingTrouble(self.trouble)])
        return str(_("What stands there is no calendar file that can be read."))


class CalendarSourceQuerySet(AskedAgainQuerySet):
    def visible_to(self, user: "User") -> "CalendarSourceQuerySet":
        """Those who may add official dates: leads of any coalition."""
        if not user.is_authenticated:
            return self.none()
        leads = Membership.objects.current().filter(user=user, role=Membership.Role.LEAD)
        return self.filter(Exists(leads))

    def asking(self) -> "CalendarSourceQuerySet":
        """Where something differs that nobody has looked at."""
        return self.filter(differs=True)


class CalendarSource(AskedAgain, Submitted):
    """The public calendar of a body, followed: a change in it asks a lead, and moves nothing.

    events -- as it said them last, as `ReadEvent.as_json`
    settled -- of each UID that somebody has looked at, the digest of what it said then
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.CASCADE, related_name="+", verbose_name=_("cycle"))
    group = models.ForeignKey(RegionalGroup, models.CASCADE, null=True, related_name="+", verbose_name=_("regional group"))
    language = models.CharField(max_length=2, choices=TextLanguage.choices)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    added_at = models.DateTimeField(default=now, editable=False)
    events = models.JSONField(default=list, editable=False)
    settled = models.JSONField(default=dict, editable=False)
    differs = models.BooleanField(default=False, editable=False)

    objects = CalendarSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar that is followed")
        verbose_name_plural = _("calendars that are followed")

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:calendar-source", args=[self.public_id])

    @property
    def read_events(self) -> list[ReadEvent]:
        return [ReadEvent(**event) for event in self.events]


class SourcePageQuerySet(AskedAgainQuerySet):
    def visible_to(self, user: "User") -> "SourcePageQuerySet":
        """Public, as the facts that name them."""
        return self.all() if user.is_authenticated else self.none()


class SourcePage(AskedAgain):
    """A page that a public fact names as its source.

    digest -- of its words as they were read last
    changed_at -- when they were first found to be others than before
    """

    digest = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    objects = SourcePageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page of a source")
        verbose_name_plural = _("pages of sources")
