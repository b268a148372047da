"""Where circles stand on resolutions: versions that never change, what they cite, and what is said beside them."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.core.precompiled import Precompiled
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField
from coalitions.models.availability import without_hidden
from coalitions.models.circles import Circle, circles_of
from coalitions.models.people import Organisation
from coalitions.models.position_news import clauses_as_before, clauses_with_news, is_newer, newer_texts, proposals_with_news
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Clause, Proposal, Resolution, Revision


class PositionQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)

    def newest(self, *, as_of: datetime | None = None):
        """The latest version of each circle on each resolution, of those written until then."""
        newer = Position.objects.filter(resolution=OuterRef("resolution"), circle=OuterRef("circle"), version__gt=OuterRef("version"))
        if as_of:
            return self.filter(~Exists(newer.filter(at__lte=as_of)), at__lte=as_of)
        return self.filter(~Exists(newer))

    def of_writer(self, user: User):
        """Those this person wrote or drafted."""
        return self.filter(Q(by=user) | Q(drafted_by=user))

    def with_since(self, *, as_of: datetime | None = None):
        """Adds `since`: when it was written, or last found to hold."""
        return self.annotate(since=_since("pk", "at", as_of) if as_of else SINCE)

    def with_review(self, user: User, circles: Collection[int] | None = None, *, as_of: datetime | None = None):
        """Adds `since` and `is_to_review`: something newer, that this person may read, touches a clause it cites.

        Of one that cites no clause, nobody can say which words it hangs on: anything newer on its resolution calls for a review.
        """
        touched, cites_none = (_touched(as_of), _cites_none()) if as_of else (TOUCHED, CITES_NONE)
        on_it = proposals_with_news(user, circles, as_of=as_of).filter(resolution=OuterRef("resolution"))
        # A suppression touches whatever is cited; where nothing is, so does anything.
        newer = on_it.filter(Q(action=Proposal.Action.SUP) | Q(Exact(OuterRef("cites_none"), True)), words_at__gt=OuterRef("since"))
        asked_already = on_it.filter(action=Proposal.Action.SUP, words_at__lte=OuterRef("since"))
        found = Q(touched) | Q(Exists(newer)) & (Q(cites_none=True) | ~Q(Exists(asked_already)))
        is_to_review = models.Case(models.When(found, then=True), default=False)
        return self.with_since(as_of=as_of).annotate(cites_none=cites_none, is_to_review=is_to_review)


def _since(position: str, at: str, as_of: datetime | None) -> Coalesce:
    held = StillHolds.objects.filter(position=OuterRef(position))
    if as_of:
        held = held.filter(at__lte=as_of)
    return Coalesce(Subquery(held.order_by("-at").values("at")[:1]), F(at))


def _cites_none() -> models.expressions.NegatedExpression:
    return ~Exists(PositionClause.objects.filter(position=OuterRef("pk")))


def _touched(as_of: datetime | None) -> models.ExpressionWrapper:
    """Of a position with its `since`: something newer touches a clause it cites; of one that cites none, a later assembly's text does."""
    cited = PositionClause.objects.filter(position=OuterRef("pk")).annotate(since=_since("position", "position__at", as_of))
    proposed = clauses_with_news(as_of=as_of).filter(is_newer(OuterRef("since")), identity=OuterRef("identity"))
    later = newer_texts(than=OuterRef("position__in_force__assembly__starts_on"), as_of=as_of).filter(
        revision__resolution=OuterRef("position__resolution"), entered_at__gt=OuterRef("since")
    )
    as_before = clauses_as_before(identity=OuterRef(OuterRef("identity")), revision=OuterRef(OuterRef("position__in_force")))
    had_it = Clause.objects.filter(
        version__superseded_at=None, version__revision=OuterRef("position__in_force"), identity=OuterRef("identity")
    )
    has_it = Clause.objects.filter(version=OuterRef("pk"), identity=OuterRef(OuterRef("identity")))
    adopted = Exists(later.filter(~Exists(as_before), Exists(has_it))) | Exists(had_it) & Exists(later.filter(~Exists(has_it)))
    began_on = Subquery(Revision.objects.filter(pk=OuterRef(OuterRef("in_force"))).values("assembly__starts_on"))
    of_another_assembly = newer_texts(than=began_on, as_of=as_of).filter(
        revision__resolution=OuterRef("resolution"), entered_at__gt=OuterRef("since")
    )
    found = Q(Exists(cited.filter(Q(Exists(proposed)) | Q(adopted)))) | _cites_none() & Q(Exists(of_another_assembly))
    return models.ExpressionWrapper(found, output_field=models.BooleanField())


class Position(Submitted):
    """Where a circle stands on a resolution. Each version is written for the texts of its day, and never changes.

    Of the circle of everyone it is the coalition's; of any other it is a draft.
    written_for, written_for_text -- the proposal or the revision it answers; in_force -- the last revision whose text was here that day
    draft, drafted_by -- of one that was published from a draft: that draft, and who wrote it
    since, is_to_review -- of rows `with_review`
    """

    since: datetime
    is_to_review: bool

    class Stance(models.TextChoices):
        SUPPORT = "support", _("Support")
        WITH_CHANGES = "with-changes", _("Support with changes")
        CURRENT_TEXT = "current-text", _("Prefer the current text")
        OPPOSE_UNLESS = "oppose-unless", _("Oppose unless changed")
        OPPOSE = "oppose", _("Oppose")
        WATCH = "watch", _("Watch only")
        NONE = "none", _("No position")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="positions", verbose_name=_("who may read"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="positions")
    version = models.PositiveSmallIntegerField(_("version"))
    stance = EncryptedCharField(_("position"), max_length=13, choices=Stance.choices)
    words = EncryptedTextField(_("in two lines"), blank=True)
    written_for = models.ForeignKey(Proposal, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written for"))
    written_for_text = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written for"))
    in_force = models.ForeignKey(Revision, models.SET_NULL, null=True, editable=False, related_name="+")
    draft = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="published")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(fields=["circle", "resolution", "version"], name="position_version_once"),
            models.CheckConstraint(condition=Q(written_for=None) | Q(written_for_text=None), name="position_written_for_one"),
        ]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.get_stance_display()}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:resolution-position", args=[self.resolution.slug])


class OfPositionQuerySet(models.QuerySet):
    def visible_to(self, user: User, circles: Collection[int] | None = None):
        """Those of positions that this person may read."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(position__circle__in=circles_of(user, circles))
        return without_hidden(rows, user, circle="position__circle", resolutions=("position__resolution",))


# The same for everyone, and too long to be put together for each page.
SINCE = Precompiled(lambda: Position.objects.annotate(found=_since("pk", "at", None)), models.DateTimeField())
CITES_NONE = Precompiled(lambda: Position.objects.annotate(found=_cites_none()), models.BooleanField())
TOUCHED = Precompiled(lambda: Position.objects.with_since().annotate(found=_touched(None)), models.BooleanField())


class PositionClause(models.Model):
    """A clause that a version cites: what touches it sends the position back to be reviewed."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="cited")
    identity = models.UUIDField(db_index=True)

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("cited clause")
        verbose_name_plural = _("cited clauses")
        constraints = [models.UniqueConstraint(fields=["position", "identity"], name="clause_cited_once")]

    def __str__(self) -> str:
        return str(self.identity)


class RedLineQuerySet(OfCircleQuerySet):
    resolutions = ("position__resolution",)


class RedLine(models.Model):
    """A red line, or the wording to fall back on, of one version. Read by a circle of its own, whoever reads the position.

    clause -- the identity of the clause it is about; None where it is about the whole resolution
    by, at -- who wrote it and when, which a later version keeps
    """

    class Kind(models.TextChoices):
        RED = "red", _("red line")
        FALLBACK = "fallback", _("fallback wording")

    position = models.ForeignKey(Position, models.CASCADE, related_name="red_lines")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="red_lines", verbose_name=_("who may read"))
    clause = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = EncryptedTextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = RedLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("red line or fallback wording")
        verbose_name_plural = _("red lines and fallback wordings")

    def __str__(self) -> str:
        return self.text


class TalkingPoints(models.Model):
    """What to say for a version, in one language, a sentence a line. Read by who reads the position.

    written_from -- those of another language that these were translated from: when that one says something else, the source has changed
    """

    position = models.ForeignKey(Position, models.CASCADE, related_name="talking_points")
    language = models.CharField(_("language"), max_length=2, choices=TextLanguage.choices)
    text = EncryptedTextField(_("text"))
    written_from = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("talking points")
        verbose_name_plural = _("talking points")
        constraints = [models.UniqueConstraint(fields=["position", "language"], name="talking_points_once_a_language")]

    def __str__(self) -> str:
        return f"{self.position} [{self.language}]"


class StillHolds(Submitted):
    """Someone who may write the position says that it still holds, whatever came since. Never changed or taken back."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="found_to_hold")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position found to hold")
        verbose_name_plural = _("positions found to hold")
        indexes = [models.Index(fields=["position", "-at"], name="still_holds_latest")]

    def __str__(self) -> str:
        return f"{self.position}, {self.at:%Y-%m-%d}"


class PositionAnswer(Submitted):
    """What an organisation says of a version of the coalition's position. Never changed: its latest answer counts. Silence is no answer."""

    class Kind(models.TextChoices):
        AGREE = "agree", _("agrees")
        RESERVATION = "reservation", _("agrees with a reservation")

    position = models.ForeignKey(Position, models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="position_answers")
    kind = EncryptedCharField(_("answer"), max_length=11, choices=Kind.choices)
    words = EncryptedTextField(_("the reservation"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OfPositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of an organisation")
        verbose_name_plural = _("answers of organisations")
        indexes = [models.Index(fields=["position", "organisation", "-id"], name="position_answer_latest")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.at:%Y-%m-%d}"
