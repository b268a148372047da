import uuid

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models.circles import Circle


class LastReaderQuestionQuerySet(models.QuerySet["LastReaderQuestion"]):
    def due(self) -> "LastReaderQuestionQuerySet":
        return self.filter(due_at__lte=now())

    def visible_to(self, user: User) -> "LastReaderQuestionQuerySet":
        """Only the person asked: a lead may not know of the circle."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class LastReaderQuestion(models.Model):
    """A circle without readers: the last reader is asked to hand it on or to delete its content."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.OneToOneField(Circle, models.CASCADE, related_name="last_reader_question")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="last_reader_questions")
    asked_at = models.DateTimeField(default=now)
    # After this instant, without an answer, the content of the circle is deleted.
    due_at = models.DateTimeField()

    objects = LastReaderQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a last reader")
        verbose_name_plural = _("questions to last readers")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
