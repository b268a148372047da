from django.db import models


class ClockRun(models.Model):
    """When all that time alone brings about in coalitions was done last. One row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
