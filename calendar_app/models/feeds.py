import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from calendar_app.domain.calendar_clients import KEEP_A_COPY
from resolutions.models import Assembly

if TYPE_CHECKING:
    from amnt.accounts.models import User

# An address works until so long after the first day of the assembly it was made for; without such a day, so long after it was made.
WORKS_AFTER_ASSEMBLY = timedelta(days=60)
WORKS_WITHOUT_ASSEMBLY = timedelta(days=366)


def has_expired(at: datetime) -> Q:
    """As `CalendarFeed.expires_on` says it."""
    dated = Q(assembly__starts_on__lt=at.date() - WORKS_AFTER_ASSEMBLY)
    return dated | Q(assembly__starts_on=None, created_at__lt=at - WORKS_WITHOUT_ASSEMBLY)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: "User") -> "CalendarFeedQuerySet":
        """One's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def working(self) -> "CalendarFeedQuerySet":
        return self.exclude(has_expired(now())).filter(user__is_active=True)

    def expired(self, at: datetime) -> "CalendarFeedQuerySet":
        return self.filter(has_expired(at))

    def for_list(self) -> "CalendarFeedQuerySet":
        return self.select_related("assembly").order_by("-created_at", "-pk")


class CalendarFeed(Submitted):
    """A private address of a calendar file, for one device of a person. Only the hash of its key is stored; the address is shown once."""

    class Alarms(models.TextChoices):
        NONE = "none", _("None")
        DAY = "day", _("A day before")
        WEEK = "week", _("A week and a day before")

    class Client(models.TextChoices):
        GOOGLE = "google", _("Google Calendar")
        OUTLOOK = "outlook", _("Outlook")
        THUNDERBIRD = "thunderbird", _("Thunderbird")
        NEXTCLOUD = "nextcloud", _("Nextcloud")
        ANDROID = "android", _("an Android app")
        GNOME = "gnome", _("GNOME Calendar")
        APPLE = "apple", _("Apple Calendar")
        BROWSER = "browser", _("a browser")
        OTHER = "other", _("another program")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("device"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    has_own = models.BooleanField(_("my dates"), default=False)
    has_regions = models.BooleanField(_("dates of the regions I watch"), default=False)
    has_official = models.BooleanField(_("official public sessions"), default=False)
    is_titled = models.BooleanField(_("private dates have their title"), default=False)
    alarms = models.CharField(_("alarms"), max_length=4, choices=Alarms.choices, default=Alarms.NONE)
    assembly = models.ForeignKey(Assembly, models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_client = models.CharField(max_length=11, choices=Client.choices, blank=True, editable=False)
    # Keyed digest of what the file held when it was last read, and since when it holds that.
    content_digest = models.CharField(max_length=64, blank=True, editable=False)
    content_changed_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q(has_own=True) | Q(has_regions=True) | Q(has_official=True), name="calendar_feed_holds_something"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def expires_on(self) -> date:
        """Its last day."""
        if self.assembly is not None and self.assembly.starts_on is not None:
            return self.assembly.starts_on + WORKS_AFTER_ASSEMBLY
        return (self.created_at + WORKS_WITHOUT_ASSEMBLY).date()

    @property
    def is_expired(self) -> bool:
        return self.expires_on < now().date()

    @property
    def is_copied(self) -> bool:
        """Read by a service that keeps what it read."""
        return self.last_client in KEEP_A_COPY
