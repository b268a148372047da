import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.encryption.fields import EncryptedJSONField
from coalitions.models.people import Coalition, is_here


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self, at: datetime | None = None) -> "ApprovalQuerySet":
        return self.filter(answer=Approval.Answer.NONE, expires_at__gt=at or now())

    def announced(self) -> "ApprovalQuerySet":
        """Announcements of the host that no lead has answered, expired or not."""
        return self.filter(answer=Approval.Answer.NONE, happens_unanswered=True)

    def visible_to(self, user: User, led: Collection[int] | None = None) -> "ApprovalQuerySet":
        """Approvals of the coalitions that this person leads now (`led`: their keys, where known)."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(coalition__in=Coalition.objects.led_by(user) if led is None else led)

    def to_answer_by(self, user: User, led: Collection[int] | None = None, at: datetime | None = None) -> "ApprovalQuerySet":
        """Approvals that wait for this lead's answer."""
        return self.visible_to(user, led).waiting(at).filter(~Q(asked_by=user) | Q(asked_by=None))

    def for_list(self) -> "ApprovalQuerySet":
        """Adds `asked_by_is_here` and `answered_by_is_here`: names of people who left are hidden."""
        here = {f"{name}_is_here": is_here(name, of="coalition") for name in ("asked_by", "answered_by")}
        return self.select_related("coalition", "asked_by", "answered_by").annotate(**here).order_by("asked_at", "pk")


class Approval(models.Model):
    """An act that one lead requests and a second lead approves, which carries it out. It holds ids, and the address of a recovery."""

    class Answer(models.TextChoices):
        NONE = "", _("waiting")
        APPROVED = "approved", _("carried out")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=60)
    about = EncryptedJSONField(_("what it is about"), default=dict)
    # Null after erasure, or if the host asked by a command.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    # An announcement of the host takes effect when it expires, unless a lead declines.
    happens_unanswered = models.BooleanField(default=False)
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.NONE, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a second lead")
        verbose_name_plural = _("requests to a second lead")
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer__in=["approved", "declined"]) | ~Q(answered_by=F("asked_by")) | Q(answered_by=None) | Q(asked_by=None),
                name="approval_takes_two_people",
            ),
            models.CheckConstraint(condition=Q(answer="") ^ Q(answered_at__isnull=False), name="approval_is_answered_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:approval", args=[self.public_id])

    @property
    def is_waiting(self) -> bool:
        return self.answer == self.Answer.NONE and self.expires_at > now()

    @property
    def has_expired(self) -> bool:
        return self.answer == self.Answer.NONE and self.expires_at <= now()
