from django.db import models
from django.utils.translation import gettext_lazy as _


class Submitted(models.Model):
    """A row that a form makes. The same form sent twice makes one."""

    submission = models.UUIDField(
        null=True, unique=True, editable=False, help_text=_("Identifies the form it came from: sent twice, it creates only one.")
    )

    class Meta:
        abstract = True
