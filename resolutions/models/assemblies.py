from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from modeltranslation.utils import get_translation_fields

from amnt.core.forms import one_line
from resolutions.folding import FoldedField
from resolutions.models.facts import ENDS_BEFORE_IT_STARTS, DateStatus, Fact

if TYPE_CHECKING:
    from amnt.accounts.models import User


class Series(models.TextChoices):
    """Who adopts the resolutions that a number counts: number 101 of one series is another text than number 101 of the next."""

    WTSA = "wtsa", _("assembly (WTSA)")
    PP = "pp", _("Plenipotentiary Conference")
    COUNCIL = "council", _("Council of the ITU")


class AssemblyQuerySet(models.QuerySet["Assembly"]):
    def of_wtsa(self) -> "AssemblyQuerySet":
        """The editions of the assembly itself, not the conferences of other bodies, which are here only for texts they adopted."""
        return self.filter(series=Series.WTSA)

    def current(self, on: date | None = None) -> "Assembly | None":
        """The current edition, now or on that day: the earliest that has not ended, else one without dates yet, else the last one, whose
        outcome is still looked up.
        """
        return self.of_wtsa().in_order_of_currency(on or now().date()).first()

    def in_order_of_currency(self, on: date) -> "AssemblyQuerySet":
        """The one people work for on that day comes first."""
        ahead = Case(When(ends_on__gte=on, then=Coalesce("starts_on", "ends_on")))
        return self.order_by(ahead.asc(nulls_last=True), F("ends_on").desc(nulls_first=True), "-pk")

    def sitting(self, on: date) -> "AssemblyQuerySet":
        """Those of WTSA that sit on that day."""
        return self.of_wtsa().filter(Q(ends_on__gte=on) | Q(ends_on=None, starts_on=on), starts_on__lte=on)

    def current_and_last(self, on: date | None = None) -> "tuple[Assembly | None, Assembly | None]":
        """The current edition, and the last one that is over, in one query."""
        today = on or now().date()
        found = list(self.of_wtsa().in_order_of_currency(today))
        over = ((each.ends_on, each.pk, each) for each in found if each.ends_on and each.ends_on < today)
        return next(iter(found), None), max(over, default=(None, 0, None))[2]

    def named(self, code: str) -> "Assembly | None":
        """The one of this code; else the one people work for now."""
        return self.of_wtsa().filter(code=one_line(code)).first() or self.current()

    def latest_first(self) -> "AssemblyQuerySet":
        """An assembly without dates comes first, however the database sorts nulls."""
        return self.order_by(F("starts_on").desc(nulls_first=True), "-pk")


class Assembly(Fact):
    """One edition: WTSA-24, WTSA-28 (AMNT in French and Spanish); or a conference of another body that adopted a text which is here."""

    series = models.CharField(_("series"), max_length=7, choices=Series.choices, default=Series.WTSA, db_default=Series.WTSA)
    code = models.SlugField(_("code"), max_length=20, unique=True, help_text=_("For example WTSA-28."))
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=20)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    date_status = models.CharField(_("dates are"), max_length=11, choices=DateStatus.choices, default=DateStatus.CONFIRMED)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = CountryField(_("country"), blank=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Zurich")
    study_period = models.CharField(_("study period that ends with it"), max_length=20, blank=True)

    objects = AssemblyQuerySet.as_manager()

    class Meta:
        verbose_name = _("assembly")
        verbose_name_plural = _("assemblies")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=F("starts_on")) | models.Q(starts_on=None) | models.Q(ends_on=None),
                name="assembly_ends_after_it_starts",
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.code

    def is_after(self, other: "Assembly") -> bool:
        """Whether it comes later. An assembly without dates counts as later."""
        if self == other or self.starts_on is None:
            return self != other
        return other.starts_on is not None and self.starts_on > other.starts_on


class RegionalGroupQuerySet(models.QuerySet["RegionalGroup"]):
    def visible_to(self, user: "User") -> "RegionalGroupQuerySet":
        """Regional groups are public facts: whoever is logged in reads them all."""
        return self if user.is_authenticated else self.none()

    def with_watch_of(self, user: "User") -> "RegionalGroupQuerySet":
        """Adds `is_watched`."""
        return self.annotate(is_watched=Exists(RegionWatch.objects.filter(group=OuterRef("pk"), user=user)))


class RegionalGroup(Fact):
    """A regional organisation that prepares common proposals: ATU (UAT), APT, LAS, CEPT, CITEL, RCC; and CTU and ASMG."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=20)
    region = models.CharField(_("region"), max_length=60, blank=True)
    proposal_codes = models.JSONField(
        _("codes printed on its proposals"), default=list, blank=True, help_text=_("They are not acronyms: EUR is CEPT.")
    )
    countries = CountryField(_("member countries"), multiple=True, blank=True)
    are_countries_complete = models.BooleanField(
        _("all its members are listed"),
        default=True,
        db_default=True,
        help_text=_("If not, some members may be missing from the list."),
    )
    website = models.URLField(_("website"), blank=True)
    access = models.TextField(_("how civil society can take part"), blank=True)
    common_proposals = models.TextField(_("how a common proposal is made"), blank=True, default="", db_default="")
    note = models.TextField(_("worth knowing"), blank=True, default="", db_default="")
    is_recognised = models.BooleanField(_("one of the six the ITU counts"), default=True)
    search_text = FoldedField(of=("code", *get_translation_fields("acronym"), *get_translation_fields("name")))

    objects = RegionalGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("regional group")
        verbose_name_plural = _("regional groups")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.acronym or self.code


class RegionWatchQuerySet(models.QuerySet["RegionWatch"]):
    def visible_to(self, user: "User") -> "RegionWatchQuerySet":
        """Only one's own watches."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class RegionWatch(models.Model):
    """A person watches what a regional group does: its meetings and their deadlines."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="region_watches")
    group = models.ForeignKey(RegionalGroup, models.CASCADE, related_name="watches")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = RegionWatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="region_watch_once")]

    def __str__(self) -> str:
        return str(self.group)
