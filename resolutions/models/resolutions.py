import re
from collections.abc import Collection
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from amnt.core.addresses import page_address
from amnt.core.forms import one_line
from resolutions.folding import FoldedField, SearchWords, alphabetical, fold
from resolutions.models.assemblies import Assembly, Series
from resolutions.models.facts import Fact, Reference

if TYPE_CHECKING:
    from amnt.accounts.models import User


class Topic(Reference):
    tag = models.SlugField(_("tag"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    search_text = FoldedField(of=tuple(get_translation_fields("name")))

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["tag"]

    def __str__(self) -> str:
        return self.name


SHORT_NAMES = {
    Series.WTSA: _("Res. %(number)s"),
    Series.PP: _("PP Res. %(number)s"),
    Series.COUNCIL: _("Council Res. %(number)s"),
}
FULL_NAMES = {
    Series.WTSA: _("Resolution %(number)s"),
    Series.PP: _("Plenipotentiary Resolution %(number)s"),
    Series.COUNCIL: _("Council Resolution %(number)s"),
}

# How people name a series before a number, in any language, folded.
SAID_SERIES = {
    Series.WTSA: frozenset({"wtsa", "amnt"}),
    Series.PP: frozenset({"pp", "plenipotentiary", "plenipotentiaires", "plenipotenciarios"}),
    Series.COUNCIL: frozenset({"council", "conseil", "consejo"}),
}


# What people write before the number of one, folded, in the languages of the house.
RESOLUTION = frozenset({"res", "resol", "resolution", "resolutions", "resolucion", "resoluciones", "n", "no", "nr", "num"})


# "res50", "R50"
GLUED = re.compile(rf"(?:{'|'.join(RESOLUTION)}|r)(\d{{1,4}})")


def without_resolution(words: SearchWords) -> SearchWords:
    """ "rés. n° 50", "R50" -> "50": where a number is among the words, those that only say what it is the number of are left out."""
    words = SearchWords(tuple(match[1] if (match := GLUED.fullmatch(word)) else word for word in words.words))
    if not any(word.isdecimal() for word in words.words):
        return words
    series = SAID_SERIES[found] if (found := series_in(words)) else frozenset()
    return SearchWords(tuple(word for word in words.words if word not in RESOLUTION | series))


def series_in(words: SearchWords) -> Series | None:
    """The series that a person names beside a number: "PP 101", "AMNT 101"; None without a number or a series."""
    if not any(word.isdecimal() for word in words.words):
        return None
    return next((series for series, said in SAID_SERIES.items() if said & set(words.words)), None)


def short_name(number: int | None, label: str, series: str = Series.WTSA) -> str:
    """ "Rés. 50", "Rés. PP 101", or the label of a draft."""
    return str(SHORT_NAMES[Series(series)] % {"number": number}) if number else label


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def visible_to(self, user: "User") -> "ResolutionQuerySet":
        """Resolutions are public facts: whoever is logged in reads them all."""
        return self if user.is_authenticated else self.none()

    def of_assembly(self) -> "ResolutionQuerySet":
        """Those that the assembly decides on: not those of the Plenipotentiary Conference or the Council."""
        return self.filter(series=Series.WTSA)

    def named(self, text: str) -> "ResolutionQuerySet":
        """Those that a person means by "50", "Rés. 64", "PP 102", "pp-102", "Conseil 1336" or the label "[AFCP-1]"."""
        text = one_line(text)
        if text.startswith("[") or not (found := re.fullmatch(r"([^\W\d]*(?:[\W_]+[^\W\d]+)*)[\W_]*(\d{1,4})", text)):
            return self.filter(label=text).exclude(label="")
        words = set(re.findall(r"[^\W\d]+", fold(found[1])))
        series = next((series for series, said in SAID_SERIES.items() if words & said), Series.WTSA)
        return self.filter(series=series, number=int(found[2]))

    def watched_by(self, user: "User") -> "ResolutionQuerySet":
        return self.filter(watches__user=user)

    def with_watch_of(self, user: "User") -> "ResolutionQuerySet":
        """Adds `is_watched`."""
        return self.annotate(is_watched=Exists(Watch.objects.filter(resolution=OuterRef("pk"), user=user)))

    def with_drafts_of(self, assembly: Assembly) -> "ResolutionQuerySet":
        """Adds `is_asked_here`: something is asked of it at this assembly; and `is_open_draft`: it is new and without a number, and
        something is asked of it there, or nothing yet anywhere.

        Labels begin anew at each assembly: [IAP-1] of the last one is another text.
        """
        asked = apps.get_model("resolutions", "Proposal")._default_manager.filter(resolution=OuterRef("pk"))
        here = Exists(asked.filter(contribution__assembly=assembly))
        is_draft = Q(number=None, status=Resolution.Status.DRAFT)
        return self.annotate(
            is_asked_here=here,
            is_open_draft=Case(When(is_draft & (Q(here) | ~Q(Exists(asked))), then=Value(True)), default=Value(False)),
        )

    def drafts_for(self, assembly: Assembly) -> "ResolutionQuerySet":
        """New resolutions that a label may mean at this assembly, each with `is_asked_here`."""
        return self.with_drafts_of(assembly).filter(is_open_draft=True).order_by("pk")

    def for_page(self, user: "User", circles: Collection[int] | None = None) -> "ResolutionQuerySet":
        """All that the frame of its page shows (templates/resolutions/_frame.html): its revisions, how this person watches it
        (`is_watched`, `watch_scope`), and how many proposals on it she may read (`proposal_count`)."""
        mine = Watch.objects.filter(resolution=OuterRef("pk"), user=user)
        # Proposals are told of in a module that imports this one.
        proposal: Any = apps.get_model("resolutions", "Proposal")
        readable = proposal.objects.visible_to(user, circles).current().filter(resolution=OuterRef("pk")).order_by().values("resolution")
        return (
            self.visible_to(user)
            .with_watch_of(user)
            .annotate(
                watch_scope=Subquery(mine.values("scope")[:1]),
                proposal_count=Coalesce(Subquery(readable.annotate(number=Count("pk")).values("number")), 0),
            )
            .prefetch_related(Prefetch("revisions", Revision.objects.in_order()))
        )

    def for_list(self) -> "ResolutionQuerySet":
        """With what a line of the list shows."""
        outcomes = Outcome.objects.latest_first()
        return self.in_order().prefetch_related(
            "topics", Prefetch("revisions", Revision.objects.in_order()), Prefetch("outcomes", outcomes)
        )

    def with_last_action(self) -> "ResolutionQuerySet":
        """Adds `last_action`: what the last assembly that decided on it did, as far as is known."""
        decided = Outcome.objects.filter(resolution=OuterRef("pk")).latest_first()
        return self.annotate(last_action=Subquery(decided.values("action")[:1]))

    def counts_for(self, user: "User") -> dict[str, int]:
        """How many there are behind each quick filter, in one query."""
        actions = {action: Count("pk", filter=Q(last_action=action)) for action in Outcome.Action.values}
        return (
            self.with_last_action()
            .with_watch_of(user)
            .aggregate(
                all=Count("pk"),
                watched=Count("pk", filter=Q(is_watched=True)),
                guide=Count("pk", filter=Q(is_named_in_guide=True)),
                **actions,
            )
        )

    def matching(self, typed: str) -> "ResolutionQuerySet":
        """Every word found somewhere in number, titles or reasons, whatever the accents; of "Rés. PP 101", the number, in its series."""
        words = SearchWords.of(typed)
        found = self.filter(without_resolution(words).condition())
        return found.filter(series=series) if (series := series_in(words)) else found

    def keys_by_number(self) -> list[int]:
        return list(self.in_order().values_list("pk", flat=True))

    def keys_by_weight(self) -> list[int]:
        """The weightiest for human rights first, those not weighed last."""
        places = {weight: place for place, weight in enumerate(Resolution.Relevance.values)}
        rows = self.in_order().values_list("rights_relevance", "pk")
        return [pk for _place, pk in sorted(((places.get(weight, len(places)), pk) for weight, pk in rows), key=itemgetter(0))]

    def keys_by_title(self) -> list[int]:
        """In the alphabetical order of the titles that lists show. Sorted here: databases differ in what they think of accents."""
        rows = self.in_order().only(*get_translation_fields("title"), *get_translation_fields("short_title"))
        return [row.pk for row in sorted(rows, key=lambda row: alphabetical(getattr(row, row.shown_title)))]

    def in_order(self) -> "ResolutionQuerySet":
        """Those of the assembly by number, then its drafts, which have none yet; then the other series."""
        # The values of a series sort backwards in the order wanted: wtsa, pp, council.
        return self.order_by("-series", models.F("number").asc(nulls_last=True), "label", "pk")


class Resolution(Fact):
    """A resolution through all assemblies; its number is a name within its series, not a key, and a draft has only a label."""

    Series = Series

    class Status(models.TextChoices):
        IN_FORCE = "in-force", _("in force")
        NEW = "new", _("new")
        DOUBTFUL = "doubtful", _("perhaps suppressed")
        SUPPRESSED = "suppressed", _("suppressed")
        DRAFT = "draft", _("draft")

    class Relevance(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("For example 50, or pp-101 for one of another series."))
    series = models.CharField(_("series"), max_length=7, choices=Series.choices, default=Series.WTSA, db_default=Series.WTSA)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    label = models.CharField(_("label while it is a draft"), max_length=40, blank=True, help_text=_("For example [AFCP-1]."))
    title = models.CharField(_("title"), max_length=400)
    has_official_title = models.BooleanField(
        _("this is its official title"), default=True, help_text=_("If not, it only says what the resolution is about.")
    )
    short_title = models.CharField(
        _("short title"), max_length=40, blank=True, default="", db_default="", help_text=_("In our own words, for lists and headings.")
    )
    why = models.TextField(_("why it matters"), blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="resolutions")
    rights_relevance = models.CharField(_("weight for human rights"), max_length=6, choices=Relevance.choices, blank=True)
    is_named_in_guide = models.BooleanField(_("named in the guide"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.IN_FORCE)
    adopted = models.CharField(_("first adopted"), max_length=80, blank=True, help_text=_("For example Helsinki, 1993."))
    search_text = FoldedField(of=("number", "slug", "label", *get_translation_fields("title", "short_title", "why")))

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], condition=Q(number__isnull=False), name="resolution_number_once_a_series"),
            models.CheckConstraint(condition=Q(number__isnull=False) | ~Q(label=""), name="resolution_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return page_address("coalitions:resolution", self.slug)

    @property
    def short_name(self) -> str:
        return short_name(self.number, self.label, self.series)

    @property
    def shown_title(self) -> str:
        """The name of its column that lists and headings show: the short title where there is one."""
        return "short_title" if self.short_title else "title"

    @property
    def has_title_below(self) -> bool:
        """Whether the official title says more than the short one that stands above it."""
        return bool(self.short_title) and self.has_official_title and self.title != self.short_title

    @property
    def full_name(self) -> str:
        """ "Résolution 50", or the label of a draft."""
        return str(FULL_NAMES[Series(self.series)] % {"number": self.number}) if self.number else self.label

    @property
    def cited_as(self) -> str:
        """ "Résolution 50 (Rév. New Delhi, 2024)", as texts quote it. Reads `revisions` as `for_page` fetched them."""
        revision = self.last_revision
        if revision is None:
            return self.full_name
        return str(_("%(resolution)s (%(revision)s)") % {"resolution": self.full_name, "revision": revision.label})

    @property
    def last_revision(self) -> "Revision | None":
        """Of `revisions` as fetched, in their order."""
        return list(self.revisions.all())[-1] if self.revisions.all() else None

    @property
    def is_draft(self) -> bool:
        """No assembly ever adopted it. One that was adopted under a number that is not established is new."""
        return self.number is None and self.status == self.Status.DRAFT

    @property
    def is_suppressed(self) -> bool:
        return self.status == self.Status.SUPPRESSED

    @property
    def last_outcome(self) -> "Outcome | None":
        """Of `outcomes` as `for_list` fetched them, the latest first."""
        return next(iter(self.outcomes.all()), None)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def in_order(self) -> "RevisionQuerySet":
        return self.select_related("assembly", "verified_by").order_by("assembly__starts_on", "pk")


class Revision(Fact):
    """The resolution as one assembly adopted it: "Rev. New Delhi, 2024". Never changed."""

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="revisions", verbose_name=_("resolution"))
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="revisions", verbose_name=_("assembly"))
    label = models.CharField(_("label"), max_length=80)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["resolution", "assembly"], name="revision_once_an_assembly")]

    def __str__(self) -> str:
        return f"{self.resolution} ({self.label})"


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def suppressions(self) -> "OutcomeQuerySet":
        return self.filter(action=Outcome.Action.SUP)

    def latest_first(self) -> "OutcomeQuerySet":
        return self.select_related("assembly", "verified_by").order_by("-assembly__starts_on", "pk")


class Outcome(Fact):
    """What an assembly decided on a resolution. NOC (no change) is a decision too."""

    class Action(models.TextChoices):
        MOD = "MOD", _("modified")
        ADD = "ADD", _("added")
        SUP = "SUP", _("suppressed")
        NOC = "NOC", _("no change")

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="outcomes", verbose_name=_("resolution"))
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="outcomes", verbose_name=_("assembly"))
    action = models.CharField(_("decision"), max_length=3, choices=Action.choices, blank=True)
    summary = models.TextField(_("in words"), blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [models.UniqueConstraint(fields=["resolution", "assembly"], name="outcome_once_an_assembly")]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.action or '—'}"


class StudyGroupQuerySet(models.QuerySet["StudyGroup"]):
    def visible_to(self, user: "User") -> "StudyGroupQuerySet":
        """Study groups are public facts: whoever is logged in reads them all."""
        return self if user.is_authenticated else self.none()


class StudyGroup(Fact):
    """A study group of ITU-T in one study period: those of 2025-2028 are ten, and each period may merge or rename them."""

    period = models.CharField(_("study period"), max_length=20, help_text=_("For example 2025-2028."))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=400, blank=True)
    about = models.TextField(_("what it deals with"), blank=True)
    website = models.URLField(_("website"), blank=True)

    objects = StudyGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("study group")
        verbose_name_plural = _("study groups")
        ordering = ["-period", "number"]
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="study_group_once_a_period")]

    def __str__(self) -> str:
        return str(_("SG %(number)s") % {"number": self.number})

    @property
    def full_name(self) -> str:
        """ "Commission d’études 17"."""
        return str(_("Study Group %(number)s") % {"number": self.number})


class StudyGroupLinkQuerySet(models.QuerySet["StudyGroupLink"]):
    def visible_to(self, user: "User") -> "StudyGroupLinkQuerySet":
        """Public facts, like both ends of them."""
        return self if user.is_authenticated else self.none()

    def in_order(self) -> "StudyGroupLinkQuerySet":
        return self.select_related("study_group", "verified_by").order_by("-study_group__period", "study_group__number", "pk")


class StudyGroupLink(Fact):
    """A resolution whose subject a study group works on: there its words become Recommendations."""

    class Basis(models.TextChoices):
        READ = "read", _("a source names the group")
        OUR_READING = "our-reading", _("our reading of the subject")

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="study_group_links", verbose_name=_("resolution"))
    study_group = models.ForeignKey(StudyGroup, models.CASCADE, related_name="links", verbose_name=_("study group"))
    basis = models.CharField(_("how it is known"), max_length=11, choices=Basis.choices, default=Basis.OUR_READING)

    objects = StudyGroupLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("study group of a resolution")
        verbose_name_plural = _("study groups of resolutions")
        constraints = [models.UniqueConstraint(fields=["resolution", "study_group"], name="study_group_link_once")]

    def __str__(self) -> str:
        return f"{self.resolution}: {self.study_group}"


class WatchQuerySet(models.QuerySet["Watch"]):
    def visible_to(self, user: "User") -> "WatchQuerySet":
        """Only one's own watches."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Watch(models.Model):
    """A person follows a resolution."""

    class Scope(models.TextChoices):
        ALL = "all", _("everything that changes")
        OPERATIVE = "operative", _("the operative part only")

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="watches")
    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="watches")
    scope = models.CharField(_("scope"), max_length=9, choices=Scope.choices, default=Scope.ALL)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["user", "resolution"], name="watch_once")]

    def __str__(self) -> str:
        return str(self.resolution)
