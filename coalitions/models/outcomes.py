"""What a coalition makes of the decisions of an assembly: verdicts, and who follows a resolution in its study group."""

import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField
from coalitions.models.circles import Circle
from coalitions.models.people import Coalition, Membership, is_here
from coalitions.models.positions import Position
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Assembly, Resolution, StudyGroup


class VerdictQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)

    def newest(self):
        """The latest version of each circle on each resolution at each assembly."""
        same = {name: models.OuterRef(name) for name in ("circle", "resolution", "assembly")}
        return self.filter(~models.Exists(Verdict.objects.filter(**same, version__gt=models.OuterRef("version"))))


class Verdict(Submitted):
    """How a person judges what an assembly decided on a resolution against what was asked. Each version is kept; the latest counts.

    Of the circle of everyone it is the coalition's; of any other it is that circle's alone.
    """

    class Result(models.TextChoices):
        OBTAINED = "obtained", _("obtained")
        PARTLY = "partly", _("in part")
        NOT = "not", _("not obtained")
        NO_CHANGE = "no-change", pgettext_lazy("verdict", "no change")

    LONGEST = 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="verdicts", verbose_name=_("who may read"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="verdicts")
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="verdicts")
    version = models.PositiveSmallIntegerField(_("version"))
    result = EncryptedCharField(_("verdict"), max_length=9, choices=Result.choices)
    words = EncryptedTextField(_("why"), max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [models.UniqueConstraint(fields=["circle", "resolution", "assembly", "version"], name="verdict_version_once")]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.get_result_display()}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:outcome", args=[self.assembly.code, self.resolution.slug])


class OfCoalitionQuerySet(models.QuerySet):
    def visible_to(self, user: User, coalitions: Collection[int] | None = None):
        """Those of coalitions in which this person is more than an observer (`coalitions`: their keys, where known)."""
        if not user.is_authenticated:
            return self.none()
        working = Membership.objects.current().working().filter(user=user).values("coalition")
        return self.filter(coalition__in=working if coalitions is None else coalitions)


class StudyGroupFollowerQuerySet(OfCoalitionQuerySet):
    def here(self):
        """Of people who are still in the coalition, the first who took it first."""
        return self.filter(is_here("user", of="coalition")).select_related("user").order_by("taken_at", "pk")


class StudyGroupFollower(models.Model):
    """Who of a coalition follows a resolution in the study group that takes it on. Every member of the coalition reads it."""

    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="study_group_followers")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="study_group_followers")
    study_group = models.ForeignKey(StudyGroup, models.PROTECT, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    taken_at = models.DateTimeField(default=now, editable=False)

    objects = StudyGroupFollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower of a study group")
        verbose_name_plural = _("followers of study groups")
        constraints = [
            models.UniqueConstraint(fields=["coalition", "resolution", "study_group", "user"], name="study_group_followed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.study_group}"


class ReportLineQuerySet(OfCoalitionQuerySet):
    def standing(self):
        """Proposed or released, and not withdrawn."""
        return self.filter(withdrawn_at=None)

    def released(self):
        return self.standing().exclude(released_at=None)


class ReportLine(models.Model):
    """One line of what a coalition said inside, for its public report: one lead proposes it, another one releases it.

    Its text is kept as it was read, and never changed: a change is a new line.

    resolution -- None where it is the name of the coalition
    """

    class Part(models.TextChoices):
        NAME = "name", _("name of the coalition")
        STANCE = "stance", _("position")
        WORDS = "words", _("position in two lines")
        RESULT = "result", _("verdict")
        WHY = "why", _("why this verdict")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="report_lines")
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="+")
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=6, choices=Part.choices)
    # Of a position and a verdict, the code of the choice.
    text = EncryptedTextField(_("text"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ReportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a public report")
        verbose_name_plural = _("lines of public reports")
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "assembly", "resolution", "part"], condition=models.Q(withdrawn_at=None), name="report_line_once"
            ),
            models.UniqueConstraint(
                fields=["coalition", "assembly", "part"],
                condition=models.Q(withdrawn_at=None, resolution=None),
                name="report_line_of_coalition_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("proposed_by")) | models.Q(released_by=None) | models.Q(proposed_by=None),
                name="report_line_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assembly}: {self.get_part_display()}"

    @property
    def said(self) -> str:
        """As the report says it, in the reader's language where it is a choice."""
        if self.part == self.Part.STANCE:
            return str(Position.Stance(self.text).label)
        return str(Verdict.Result(self.text).label) if self.part == self.Part.RESULT else self.text


class NamingConsentQuerySet(models.QuerySet["NamingConsent"]):
    def visible_to(self, user: User, led: Collection[int] | None = None) -> "NamingConsentQuerySet":
        """One's own, and those of coalitions that this person leads now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(models.Q(user=user) | models.Q(coalition__in=Coalition.objects.led_by(user) if led is None else led))

    def here(self) -> "NamingConsentQuerySet":
        """Of people who are still in the coalition."""
        return self.filter(is_here("user", of="coalition"))


class NamingConsent(models.Model):
    """A member may be named in the public report on one assembly, in these words. Withdrawn, it is deleted."""

    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="+")
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = EncryptedCharField(_("how to be named"), max_length=150)
    at = models.DateTimeField(default=now, editable=False)

    objects = NamingConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to be named")
        verbose_name_plural = _("consents to be named")
        constraints = [models.UniqueConstraint(fields=["coalition", "assembly", "user"], name="naming_consent_once")]

    def __str__(self) -> str:
        return str(self.assembly)
