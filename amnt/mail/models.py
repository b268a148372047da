import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.encryption.fields import EncryptedCharField


class EmailQuerySet(models.QuerySet["Email"]):
    def waiting(self) -> "EmailQuerySet":
        """What may go out now, oldest first."""
        return self.filter(state=Email.State.WAITING, not_before__lte=now()).order_by("not_before", "pk")


class Email(models.Model):
    """One promised message to one person: a row before it is a message.

    The row holds what to say (`kind` and the ids in `about`), not the words: address, language, permission and wording
    are resolved by the composer of its kind at the moment of sending, so a queued mail can never tell an old truth.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being sent")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        GIVEN_UP = "given_up", _("given up after three days")
        DROPPED = "dropped", _("no longer needed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # `email_of_person` is its index.
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="emails", db_index=False)
    address = models.EmailField(blank=True, help_text=_("Only for people who have no account yet."))
    kind = models.CharField(max_length=60)
    about = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now, editable=False)
    not_before = models.DateTimeField(default=now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When the mail server first refused it with a code that begins with 5, and first said that there is no such mailbox.
    refused_at = models.DateTimeField(null=True, editable=False)
    no_mailbox_at = models.DateTimeField(null=True, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    # Kept for the reader's own list of what was sent to her and why; never the body.
    subject = EncryptedCharField(max_length=200, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    # When its reader said from the mail itself that she has seen it.
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="waiting"), name="email_waiting"),
            # A claim stands until what became of the mail is settled, and told to whoever wrote it.
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="email_claimed"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="email_finished"),
            models.Index(fields=["to", "-created_at"], name="email_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(to__isnull=False) | ~Q(address=""), name="email_goes_to_someone"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Mute(models.Model):
    """This person wants no more mail of this kind ("digest", "RR-01"…). The app still shows what it would have said."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mute_once")]

    def __str__(self) -> str:
        return self.kind
