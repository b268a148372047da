from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amnt.core.links import is_clean_link

ENDS_BEFORE_IT_STARTS = _("The last day is before the first one.")


class DateStatus(models.TextChoices):
    """How sure a date is. Provisional is published and may move; an assumption is computed from earlier assemblies and not published."""

    CONFIRMED = "confirmed", _("confirmed")
    PROVISIONAL = "provisional", _("provisional")
    ASSUMPTION = "assumption", _("assumption")
    RUMOUR = "rumour", _("to be confirmed")


class Reference(models.Model):
    """A row that may come from the data that ships.

    `reference_key` ties it to its row there; `reference_values` is what that row said when it was last loaded, so that
    loading again can tell a human edit from an old value.
    """

    reference_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)
    reference_values = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True


class Fact(Reference):
    """A public fact: where it comes from, how sure it is, who checked it and when."""

    class Confidence(models.TextChoices):
        HIGH = "high", _("sure")
        MEDIUM = "medium", _("to be checked")

    source = models.TextField(_("source"), blank=True)
    confidence = models.CharField(_("how sure"), max_length=6, choices=Confidence.choices, default=Confidence.HIGH)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    verified_at = models.DateTimeField(_("checked on"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_to_check(self) -> bool:
        """Shown with "to be checked" until someone has."""
        return self.confidence == self.Confidence.MEDIUM and self.verified_at is None

    @property
    def known_source(self) -> str:
        """The source in the reader's language, where it is one of those most facts have; else empty."""
        words = {
            "guide": _("guide of Global Partners Digital, 2024"),
            "unverified knowledge": _("known to the compilers, not checked"),
            "assumption of this tool": _("assumption of this tool"),
            "inference from the outcome": _("concluded from what the assembly decided"),
        }
        parts = [part.strip() for part in self.source.split(";")]
        return ", ".join(str(words[part]) for part in parts) if all(part in words for part in parts) else ""

    @property
    def source_links(self) -> list[str]:
        """The web addresses among its sources."""
        parts = self.source.replace(";", " ").split()
        return [link for part in parts if is_clean_link(link := part.removeprefix("web:"))]
