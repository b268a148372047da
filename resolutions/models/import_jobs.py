"""Imports: what one paste or one file added, so that it can be withdrawn together."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from amnt.accounts.models import User

# How long it can be withdrawn, and a withdrawn one restored.
UNDONE_WITHIN = timedelta(days=14)
# So long the daily mail about it has probably not gone out.
NOT_TOLD_YET = timedelta(hours=24)

# Registered filters: who else may withdraw an import.
job_readers: list[Callable[["User"], Q]] = []


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: "User") -> "ImportJobQuerySet":
        if not user.is_authenticated:
            return self.none()
        readable = Q(by=user)
        for readers in job_readers:
            readable |= readers(user)
        return self.undoable(now()).filter(readable)

    def undoable(self, at: datetime) -> "ImportJobQuerySet":
        """Those that can still be withdrawn or restored."""
        since = at - UNDONE_WITHIN
        return self.filter(Q(taken_back_at=None, at__gt=since) | Q(taken_back_at__gt=since))


class ImportJob(models.Model):
    """One paste, or the publication of one file. Its events say what it did."""

    class Kind(models.TextChoices):
        PASTE = "paste", _("a pasted table")
        FILE = "file", _("a file")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now, db_index=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import job")
        verbose_name_plural = _("import jobs")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:import-job", args=[self.public_id])

    @property
    def is_of_today(self) -> bool:
        """Whether it was published less than a day ago: it may be taken back in one tap."""
        return now() < self.at + NOT_TOLD_YET

    @property
    def until(self) -> datetime:
        return (self.taken_back_at or self.at) + UNDONE_WITHIN
