from django.conf import settings
from django.db import models
from django.utils.timezone import now


class Notice(models.Model):
    """A notice to a person that something will be deleted, one per step.

    rule -- key of the rule
    about -- what the notice was about, so that another subject gets its own: a date, or empty
    step -- days left, or the number of the warning
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="retention_notices")
    rule = models.CharField(max_length=40)
    about = models.CharField(max_length=40, blank=True)
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "rule", "about", "step"], name="retention_notice_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.step}"
