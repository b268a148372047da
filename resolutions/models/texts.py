"""The text of a resolution: one revision in one language, clause by clause."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.encryption.fields import EncryptedCharField
from resolutions.domain.budgets import LONGEST_ADDRESSEE, LONGEST_CALL, LONGEST_NUMBER, LONGEST_VERB
from resolutions.domain.table_names import cell_name
from resolutions.domain.tables import CellPlace
from resolutions.models.resolutions import Revision

if TYPE_CHECKING:
    from amnt.accounts.models import User


class Part(models.TextChoices):
    PREAMBLE = "preamble", _("preamble")
    OPERATIVE = "operative", _("operative part")
    ANNEX = "annex", _("annex")


class ClauseKind(models.TextChoices):
    ITEM = "item", _("clause")
    HEADING = "heading", _("heading")
    CELL = "cell", _("table cell")
    FOOTNOTE = "footnote", _("footnote")
    NOTE = "note", _("note")


class RevisionTextQuerySet(models.QuerySet["RevisionText"]):
    def visible_to(self, user: "User") -> "RevisionTextQuerySet":
        """Texts of resolutions are public facts: whoever is logged in reads them all."""
        return self if user.is_authenticated else self.none()

    def current(self) -> "RevisionTextQuerySet":
        return self.filter(superseded_at=None)

    def in_order(self) -> "RevisionTextQuerySet":
        """By assembly, the oldest first, then by language."""
        return self.select_related("revision__assembly").order_by("revision__assembly__starts_on", "revision", "language")


class RevisionText(Submitted):
    """The text of one revision in one language. Never changed: a correction is a new row that supersedes it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="texts", verbose_name=_("revision"))
    language = models.CharField(_("language"), max_length=2, choices=TextLanguage.choices)
    source = models.CharField(_("source"), max_length=300, blank=True)
    url = models.URLField(_("public link"), max_length=500, blank=True)
    file_name = EncryptedCharField(_("name of the file"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    is_example = models.BooleanField(_("an example, not the official text"), default=False)
    # A document that gave it as what it starts from: nobody read it in the official text yet.
    given_in = models.ForeignKey(
        "resolutions.Contribution", models.SET_NULL, null=True, editable=False, related_name="texts_given", verbose_name=_("given in")
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    entered_at = models.DateTimeField(default=now, editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    checked_at = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)

    objects = RevisionTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a revision")
        verbose_name_plural = _("texts of revisions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "language"], condition=Q(superseded_at=None), name="text_once_a_language"),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(entered_by=None) | ~Q(checked_by=models.F("entered_by")), name="text_checked_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} [{self.language}]"


class ClauseQuerySet(models.QuerySet["Clause"]):
    def visible_to(self, user: "User") -> "ClauseQuerySet":
        return self if user.is_authenticated else self.none()

    def in_order(self) -> "ClauseQuerySet":
        return self.order_by("position")


class ClauseText(models.Model):
    """The common base of clauses of texts in force and of proposals.

    call -- the verb line it stands under, as printed ("instructs Study Group 17"); empty above the first one and in an annex
    verb, addressee -- the two halves of that line, as the action plan of an assembly lists them
    number -- as printed ("a)", "1", "3 bis"), not part of the text
    """

    position = models.PositiveIntegerField()
    part = models.CharField(_("part"), max_length=9, choices=Part.choices)
    kind = models.CharField(max_length=8, choices=ClauseKind.choices, default=ClauseKind.ITEM)
    call = models.CharField(_("verb line"), max_length=LONGEST_CALL, blank=True)
    verb = models.CharField(_("verb"), max_length=LONGEST_VERB, blank=True)
    addressee = models.CharField(_("addressee"), max_length=LONGEST_ADDRESSEE, blank=True)
    number = models.CharField(_("number"), max_length=LONGEST_NUMBER, blank=True)
    text = models.TextField(_("text"), blank=True)
    # The same in every revision, language and proposal of this clause, whatever its number.
    identity = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    # Of a cell, its place in its table as `CellPlace.as_values` gives it; None where it is not known.
    cell_values = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def cell(self) -> CellPlace | None:
        return CellPlace.from_values(self.cell_values) if self.cell_values else None

    @property
    def is_operative(self) -> bool:
        return self.part == Part.OPERATIVE

    @property
    def name(self) -> str:
        """The name of the clause: "instructs 3", "considering a)"; of a cell where it stands in its table."""
        if cell := self.cell:
            return cell_name(cell)
        return " ".join(filter(None, (self.verb or self.call, self.number.rstrip(".")))) or str(self.get_part_display())

    @property
    def anchor(self) -> str:
        """Its id on a page, the same in every version."""
        return f"c-{self.identity.hex[:12]}"


class Clause(ClauseText):
    """One numbered paragraph of a revision in one language.

    came_from -- the clause of an earlier revision it continues; `lineage` says how, `likeness` how much of its words it kept
    """

    class Lineage(models.TextChoices):
        UNCHANGED = "unchanged", pgettext_lazy("clause", "unchanged")
        RENUMBERED = "renumbered", pgettext_lazy("clause", "renumbered")
        MODIFIED = "modified", pgettext_lazy("clause", "modified")
        MOVED = "moved", pgettext_lazy("clause", "moved")
        MERGED = "merged", pgettext_lazy("clause", "merged")
        SPLIT = "split", pgettext_lazy("clause", "split")
        TRANSLATED = "translated", _("the same clause in another language")
        ADDED = "added", pgettext_lazy("clause", "new")

    version = models.ForeignKey(RevisionText, models.CASCADE, related_name="clauses")
    came_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="became")
    lineage = models.CharField(max_length=10, choices=Lineage.choices, default=Lineage.ADDED)
    likeness = models.FloatField(null=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="clause_place_once"),
            models.UniqueConstraint(fields=["version", "identity"], name="clause_identity_once"),
        ]

    def __str__(self) -> str:
        return self.name
