from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from calendar_app.models.dates import Meeting, name_for
from resolutions.models import Resolution

if TYPE_CHECKING:
    from amnt.accounts.models import User


class AgendaChangeQuerySet(models.QuerySet["AgendaChange"]):
    def visible_to(self, user: "User") -> "AgendaChangeQuerySet":
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def for_list(self) -> "AgendaChangeQuerySet":
        return self.select_related("resolution").order_by("-at", "-pk")

    def with_names_for(self, user: "User") -> "AgendaChangeQuerySet":
        """Adds `author`, empty where the reader may not know them."""
        return self.annotate(author=name_for(user, "by"))


class AgendaChange(models.Model):
    """A resolution that came onto the agenda of a meeting, or was taken off it: its history, and the event from which notices are sent."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_changes")
    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="+")
    is_added = models.BooleanField()
    # None: it came with the reference data.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now, db_index=True, editable=False)

    objects = AgendaChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.meeting}: {self.resolution}"
