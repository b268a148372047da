from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amnt.core.languages import current_language
from amnt.core.links import is_clean_link
from resolutions.domain.source_notes import SourcePart, parts_of
from resolutions.importers.source_notes import shipped_vocabulary

# Notes in a source that say that nobody read the fact in one (`resolutions/data/source_notes.yaml`).
FROM_MEMORY = ("known, not checked again", "unverified knowledge", "from memory", "assumption of this tool")

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
    def is_from_memory(self) -> bool:
        """Whether a note among its sources says that some of it was known, not read."""
        return any(note in self.source for note in FROM_MEMORY)

    @property
    def source_parts(self) -> list[SourcePart]:
        """Its source part by part: addresses, and notes in the reader's language as far as there are words for them."""
        parts = parts_of(self.source, current_language(), shipped_vocabulary())
        links = self.source_links
        clean = [part if not part.link or part.link in links else SourcePart("", f"{part.link} {part.words}", False) for part in parts]
        shown = {part.link for part in clean}
        return clean + [SourcePart(link, "", True) for link in links if link not in shown]

    def short_source(self, language: str) -> str:
        """Its source in few words of this language, for a mail: the site of its first address, else its notes; empty where it is said in
        no words of that language."""
        parts = parts_of(self.source, language, shipped_vocabulary())
        if link := next((part.link for part in parts if is_clean_link(part.link)), ""):
            return (urlsplit(link).hostname or "").removeprefix("www.")
        return ", ".join(part.words for part in parts) if parts and all(part.is_said for part in parts) else ""

    @property
    def source_links(self) -> list[str]:
        """The web addresses among its sources."""
        parts = self.source.replace(";", " ").split()
        return [link for part in parts if is_clean_link(link := part.removeprefix("web:"))]
