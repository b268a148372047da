"""Comparisons that took long, kept."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from amnt.accounts.models import User


class KeptComparisonQuerySet(models.QuerySet["KeptComparison"]):
    def visible_to(self, user: "User") -> "KeptComparisonQuerySet":
        """They only hold which public clauses correspond: whoever is logged in may read them."""
        return self if user.is_authenticated else self.none()

    def waiting(self) -> "KeptComparisonQuerySet":
        return self.filter(compared_at=None)


class KeptComparison(models.Model):
    """The matching of clauses in versions too long to be compared within a request.

    Only of public texts and public proposals. It holds keys of clauses, no words; words are marked when a page is read.

    key -- a digest of the engine's version and of the clauses of each version; a proposal that is anchored again has new ones
    versions -- how addresses name what is compared, the base first
    summary -- by part, how many clauses are touched and unchanged; and where a version starts from another text
    """

    key = models.CharField(max_length=64, unique=True, editable=False)
    versions = models.JSONField(editable=False)
    asked_at = models.DateTimeField(default=now, editable=False)
    taken_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    compared_at = models.DateTimeField(null=True, editable=False)
    summary = models.JSONField(default=dict, editable=False)

    objects = KeptComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept comparison")
        verbose_name_plural = _("kept comparisons")
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(compared_at=None), name="comparison_to_make")]

    def __str__(self) -> str:
        return self.key


class KeptComparisonPage(models.Model):
    """The rows of one page of it, as `comparison_pages.as_values` makes them."""

    comparison = models.ForeignKey(KeptComparison, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    rows = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("page of a kept comparison")
        verbose_name_plural = _("pages of kept comparisons")
        constraints = [models.UniqueConstraint(fields=["comparison", "number"], name="comparison_page_once")]

    def __str__(self) -> str:
        return f"{self.comparison}, {self.number}"
