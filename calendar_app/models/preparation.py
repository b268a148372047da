from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calendar_app.models.dates import Deadline

if TYPE_CHECKING:
    from amnt.accounts.models import User


class DeadlineAnswerQuerySet(models.QuerySet["DeadlineAnswer"]):
    def visible_to(self, user: "User") -> "DeadlineAnswerQuerySet":
        """Only one's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def settled(self) -> "DeadlineAnswerQuerySet":
        return self.exclude(answer=DeadlineAnswer.Answer.OPEN)


class DeadlineAnswer(models.Model):
    """What a person who may go to an assembly said of its registration, visa or funding: it is done, or she does not need it."""

    class Answer(models.TextChoices):
        DONE = "done", pgettext_lazy("answer", "done")
        NOT_NEEDED = "not-needed", _("not needed")
        # Taken back: she is reminded again.
        OPEN = "open", _("not done yet")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deadline_answers")
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = DeadlineAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deadline"], name="deadline_answer_once")]

    def __str__(self) -> str:
        return f"{self.deadline}: {self.answer}"
