"""Uploads: a file or pasted text until it is reviewed and published."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.encryption.fields import EncryptedBinaryField, EncryptedCharField, EncryptedJSONField
from resolutions.models.assemblies import Assembly
from resolutions.models.contributions import Contribution
from resolutions.models.import_jobs import ImportJob
from resolutions.models.resolutions import Revision

if TYPE_CHECKING:
    from amnt.accounts.models import User


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: "User") -> "UploadQuerySet":
        """Only one's own uploads."""
        return self.filter(brought_by=user) if user.is_authenticated else self.none()

    def waiting(self) -> "UploadQuerySet":
        return self.filter(state=Upload.State.WAITING)


class Upload(Submitted):
    """One uploaded file or pasted text. Its bytes are stored only until a worker has read them.

    extraction -- what was read, as plain values: without the authors of the marks
    proposal_count, clause_count, character_count -- its size, known without decrypting it
    choices -- what the person decided so far: anchors by clause, source, resolution, signatories
    """

    class Kind(models.TextChoices):
        CONTRIBUTION = "contribution", _("contribution")
        TEXT = "text", _("text in force")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        READING = "reading", _("being read")
        READ = "read", _("read")
        REFUSED = "refused", _("not read")
        PUBLISHED = "published", _("published")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    brought_at = models.DateTimeField(default=now, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    state_at = models.DateTimeField(default=now, editable=False)
    file_name = EncryptedCharField(max_length=200, blank=True)
    sha256 = EncryptedCharField(max_length=64, blank=True)
    data = EncryptedBinaryField(null=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=TextLanguage.choices, blank=True)
    refusal = models.CharField(max_length=30, blank=True)
    number = EncryptedCharField(max_length=60, blank=True)
    extraction = EncryptedJSONField(null=True, editable=False)
    proposal_count = models.PositiveIntegerField(default=0, editable=False)
    clause_count = models.PositiveIntegerField(default=0, editable=False)
    character_count = models.PositiveIntegerField(default=0, editable=False)
    choices = EncryptedJSONField(default=dict, editable=False)
    contribution = models.ForeignKey(Contribution, models.SET_NULL, null=True, related_name="+")
    # Its publication, while that can be undone.
    job = models.ForeignKey(ImportJob, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = UploadQuerySet.as_manager()

    class Meta:
        db_table = "resolutions_incoming"
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("waiting", "reading")) | Q(data=None), name="bytes_kept_only_until_read")
        ]
        indexes = [models.Index(fields=["state_at"], condition=Q(state__in=("waiting", "reading")), name="incoming_to_read")]

    def __str__(self) -> str:
        return self.file_name or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        page = "coalitions:text-preview" if self.kind == self.Kind.TEXT else "coalitions:upload"
        return reverse(page, args=[self.public_id])
