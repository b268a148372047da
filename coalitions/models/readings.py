"""Readings of proposals, and dismissed hints of circles."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import DigestField, EncryptedCharField
from coalitions.models.availability import without_hidden
from coalitions.models.circles import Circle, circles_of
from coalitions.models.people import is_here
from resolutions.models import Contribution, Proposal, Revision, WordingRule, number_readers


class OfCircleQuerySet(models.QuerySet):
    """
    resolutions, delegations -- the paths to what a row is about, for whoever does not want to read of it
    """

    resolutions: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()

    def visible_to(self, user: User, circles: Collection[int] | None = None):
        """Those of circles that this person is in, without what she hides from herself."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(circle__in=circles_of(user, circles))
        return without_hidden(rows, user, resolutions=self.resolutions, delegations=self.delegations)

    def with_author(self):
        """With the author, and `by_is_here`."""
        return self.select_related("by").annotate(by_is_here=is_here("by", of="circle__coalition"))


class ReadingQuerySet(OfCircleQuerySet):
    resolutions = ("proposal__resolution",)

    def newest(self):
        """The latest reading of each circle on each proposal."""
        newer = Reading.objects.filter(proposal=OuterRef("proposal"), circle=OuterRef("circle"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def that_counts(self, everyone: int, others: Collection[int] = (), *, as_of: datetime | None = None):
        """One per proposal: the latest of everyone's circle, else of the other circles together."""
        known = Reading.objects.filter(proposal=OuterRef("proposal"))
        found = self
        if as_of:
            known, found = known.filter(at__lte=as_of), found.filter(at__lte=as_of)
        of_everyone = known.filter(circle=everyone)
        counts: Q = Q(Q(circle=everyone) & ~Exists(of_everyone.filter(pk__gt=OuterRef("pk"))))
        if others:
            newer = known.filter(circle__in=others, pk__gt=OuterRef("pk"))
            counts |= Q(Q(circle__in=others) & ~Exists(of_everyone) & ~Exists(newer))
        return found.filter(counts)


class Reading(Submitted):
    """How a circle reads one proposal: unfavourable, mixed, favourable. Never changed; the latest counts."""

    class Tone(models.TextChoices):
        RISK = "risk", _("unfavourable")
        MIXED = "mixed", _("mixed")
        GOOD = "good", _("favourable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="readings", verbose_name=_("who may read"))
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="readings")
    tone = models.CharField(_("our reading"), max_length=5, choices=Tone.choices)
    note = EncryptedCharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["proposal", "circle", "-id"], name="reading_latest")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_tone_display()}"


class HintDismissalQuerySet(OfCircleQuerySet):
    resolutions = ("proposal__resolution", "revision__resolution")


class HintDismissal(models.Model):
    """A dismissed hint, with the reason, for everyone in the circle.

    proposal, revision -- whose wording it points at: one of the two
    clause -- identity of the clause; words -- the words of the hint: other words make another hint
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    rule = models.ForeignKey(WordingRule, models.CASCADE, related_name="+")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, related_name="+")
    clause = models.UUIDField()
    words = EncryptedCharField(max_length=300)
    words_digest = DigestField(of="words")
    reason = EncryptedCharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = HintDismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("hint set aside")
        verbose_name_plural = _("hints set aside")
        constraints = [
            models.UniqueConstraint(fields=["circle", "rule", "proposal", "clause", "words_digest"], name="hint_set_aside_once"),
            models.UniqueConstraint(fields=["circle", "rule", "revision", "clause", "words_digest"], name="hint_of_text_set_aside_once"),
            models.CheckConstraint(condition=Q(proposal=None) ^ Q(revision=None), name="hint_set_aside_of_one_wording"),
            models.CheckConstraint(condition=~Q(reason=""), name="hint_set_aside_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.words}"

    def get_absolute_url(self) -> str:
        wording = self.proposal or self.revision
        return reverse("coalitions:compare", args=[wording.resolution.slug]) if wording else ""


class KeptNumber(models.Model):
    """The circle with which the number of a restricted document is shared."""

    contribution = models.OneToOneField(Contribution, models.CASCADE, related_name="kept")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+", verbose_name=_("who may read"))

    objects = OfCircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept number")
        verbose_name_plural = _("kept numbers")

    def __str__(self) -> str:
        return str(self.contribution)


def readers_of_numbers(user: User, circles: Collection[int] | None, prefix: str) -> Q:
    """A contribution has at most one, so no row is duplicated."""
    return Q(**{f"{prefix}kept__circle__in": circles_of(user, circles)})


if readers_of_numbers not in number_readers:
    number_readers.append(readers_of_numbers)
