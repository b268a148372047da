from django.db import models
from django.utils.timezone import now


class DataKey(models.Model):
    """A random key that encrypts columns, itself encrypted ("wrapped") under a field key of the environment.

    Values name the version they are encrypted under; the newest encrypts. Version 0 encrypts nothing: it is the key of digests.
    """

    version = models.PositiveIntegerField(unique=True)
    wrapped = models.TextField()
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"version {self.version}"
