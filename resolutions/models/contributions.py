"""Contributions, the proposals in them, and their clauses."""

import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from amnt.core.idempotency import Submitted
from amnt.core.languages import TextLanguage
from amnt.encryption.fields import EncryptedCharField
from resolutions.domain.budgets import LONGEST_CALL, LONGEST_NUMBER
from resolutions.models.assemblies import Assembly, RegionalGroup
from resolutions.models.facts import Fact
from resolutions.models.import_jobs import ImportJob
from resolutions.models.resolutions import Resolution
from resolutions.models.texts import Clause, ClauseText, RevisionText

if TYPE_CHECKING:
    from amnt.accounts.models import User

# Registered filters: who else may know of a document of which only the number is stored.
# Each returns a Q for rows that reach their contribution by a prefix.
number_readers: list[Callable[["User", Collection[int] | None, str], Q]] = []


class StateSymbol(Fact):
    """How identifiers print a Member State: `B` is Brazil. Symbols are the ITU's, not ISO codes."""

    symbol = models.CharField(_("symbol"), max_length=5, unique=True)
    country = CountryField(_("country"))

    class Meta:
        verbose_name = _("symbol of a State")
        verbose_name_plural = _("symbols of States")
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "ContributionQuerySet":
        """Public ones are for whoever is logged in. One with "number only" reveals who had access: only the person who stored it sees it,
        and those it is shared with."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Contribution.objects.filter(readable_by(user, circles=circles), taken_back_at=None).values("pk"))

    def issues_of(self, documents: Iterable["Contribution"]) -> "ContributionQuerySet":
        """Public issues of these documents, in their languages or without one, and of others that share number and assembly by chance."""
        documents = list(documents)
        return self.filter(
            access=Contribution.Access.PUBLIC,
            taken_back_at=None,
            assembly__in={document.assembly_id for document in documents},
            number__in={document.number for document in documents},
            language__in={document.language for document in documents} | {""},
        ).order_by("pk")


def readable_by(user: "User", prefix: str = "", circles: Collection[int] | None = None) -> Q:
    """The same as a condition on rows that reach their contribution by `prefix` ("contribution__")."""
    readable = Q(**{f"{prefix}access": Contribution.Access.PUBLIC}) | Q(**{f"{prefix}entered_by": user})
    for readers in number_readers:
        readable |= readers(user, circles, prefix)
    return readable


class Contribution(Submitted):
    """A document: Document 38, Addendum 7. The file is never stored; of a restricted one only the number."""

    class Access(models.TextChoices):
        PUBLIC = "public", _("public")
        NUMBER_ONLY = "number", _("number only")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="contributions", verbose_name=_("assembly"))
    # Of a public document. The number of one that is not public stands in the column below, encrypted.
    number = models.CharField(_("number"), max_length=60, blank=True, help_text=_("For example 38A7, for Addendum 7 to Document 38."))
    kept_number = EncryptedCharField(_("number"), max_length=60, blank=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=0, help_text=_("2 for R2, 0 for the first issue."))
    title = models.CharField(_("title"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=TextLanguage.choices, blank=True)
    received_at = models.DateTimeField(_("received"), default=now)
    is_late = models.BooleanField(_("late"), default=False, help_text=_("It came after the deadline for contributions."))
    access = models.CharField(_("access"), max_length=6, choices=Access.choices, default=Access.PUBLIC)
    url = models.URLField(_("public link"), max_length=500, blank=True)
    file_name = EncryptedCharField(_("name of the file"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Of an earlier assembly, or entered to complete the record: nobody gets news of it.
    is_history = models.BooleanField(_("history"), default=False)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    entered_at = models.DateTimeField(default=now, editable=False)
    # Withdrawn with its import; it may be imported again meanwhile.
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "number", "revision", "language"],
                condition=Q(access="public", taken_back_at=None),
                name="contribution_once",
            ),
            models.CheckConstraint(
                condition=Q(access="public") | Q(title="", url="", file_name="", sha256=""), name="number_only_keeps_the_number"
            ),
            models.CheckConstraint(
                condition=Q(access="public", kept_number="") & ~Q(number="") | Q(access="number", number="") & ~Q(kept_number=""),
                name="contribution_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_number}(Rev.{self.revision})" if self.revision else self.printed_number

    @property
    def printed_number(self) -> str:
        return self.kept_number if self.is_number_only else self.number

    @property
    def is_number_only(self) -> bool:
        return self.access == self.Access.NUMBER_ONLY


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "ProposalQuerySet":
        """Proposals of the contributions one may read, without withdrawn imports."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(readable_by(user, "contribution__", circles), taken_back_at=None)

    def public(self) -> "ProposalQuerySet":
        """What anybody may read, without a log-in: of public documents, without withdrawn imports and working texts of the assembly."""
        is_public = {"contribution__access": Contribution.Access.PUBLIC, "contribution__taken_back_at": None}
        return self.filter(**is_public, taken_back_at=None, is_consolidated=False)

    def current(self) -> "ProposalQuerySet":
        """Without those that a later issue of the same document replaced."""
        return self.filter(superseded_at=None)

    def standing(self) -> "ProposalQuerySet":
        """What is asked now: neither replaced nor withdrawn."""
        return self.current().exclude(status=Proposal.Status.WITHDRAWN)

    def standing_or_draft(self) -> "ProposalQuerySet":
        """What is asked now, and the working texts of the assembly that a later issue replaced."""
        return self.filter(Q(superseded_at=None) | Q(is_consolidated=True)).exclude(status=Proposal.Status.WITHDRAWN)

    def as_of(self, instant: datetime) -> "ProposalQuerySet":
        """Those recorded then and not yet replaced. Their status of that day is in their events."""
        return self.filter(Q(superseded_at=None) | Q(superseded_at__gt=instant), contribution__received_at__lte=instant)

    def for_matrix(self, assembly: Assembly | int | None, as_of: datetime | None = None) -> "ProposalQuerySet":
        """Proposals to one assembly, without working texts of the assembly itself. Adds `status_then`, `fate_then`."""
        asked = self.filter(contribution__assembly=assembly, is_consolidated=False)
        if as_of is None:
            return asked.current().annotate(status_then=F("status"), fate_then=F("fate"))
        events = ProposalEvent.objects.filter(proposal=OuterRef("pk"), at__lte=as_of).order_by("-at", "-pk")
        return asked.as_of(as_of).annotate(
            status_then=Coalesce(Subquery(events.values("status")[:1]), F("status")),
            fate_then=Coalesce(Subquery(events.values("fate")[:1]), Value("")),
        )

    def with_signing_after(self, instant: datetime) -> "ProposalQuerySet":
        """Adds `is_signed_otherwise`: the signatories changed after this instant; earlier ones are not stored."""
        signed = ProposalEvent.objects.filter(proposal=OuterRef("pk"), kind=ProposalEvent.Kind.SIGNED, at__gt=instant)
        return self.annotate(is_signed_otherwise=Exists(signed))

    def last_move(self) -> Subquery:
        """When one of these last moved: a single value read from the index."""
        return Subquery(self.filter(moved_at__isnull=False).order_by("-moved_at").values("moved_at")[:1])

    def for_list(self) -> "ProposalQuerySet":
        """With what a line says of each: regional ones first, then by identifier."""
        return self.select_related("contribution__assembly", "group", "resolution").order_by(
            F("group__code").asc(nulls_last=True), "identifier", "pk"
        )


class Proposal(Submitted):
    """What a contribution asks of one resolution: MOD, ADD, SUP or NOC. A State can sign the regional text and file its own.

    identifier -- as printed without its action: `EUR/38A7/1`
    sources -- the codes in it that say who; codes are not acronyms
    group -- the regional group whose common proposal it is; countries -- the States that sign it
    base -- the text in force its clauses are anchored to; none for ADD, or while nobody entered that text
    """

    class Action(models.TextChoices):
        MOD = "MOD", _("modification")
        ADD = "ADD", _("addition")
        SUP = "SUP", _("suppression")
        NOC = "NOC", _("no change")

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", _("preliminary")
        COMMON = "common", _("common proposal")
        SUBMITTED = "submitted", _("submitted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Fate(models.TextChoices):
        TAKEN = "taken", _("taken up")
        PARTLY = "partly", _("taken up in part")
        MERGED = "merged", _("merged with another proposal")
        DROPPED = "dropped", _("not taken up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="proposals", verbose_name=_("contribution"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="proposals", verbose_name=_("resolution"))
    identifier = models.CharField(_("identifier"), max_length=200, blank=True, help_text=_("For example EUR/38A7/1."))
    action = models.CharField(_("what it asks"), max_length=3, choices=Action.choices)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices, default=Status.SUBMITTED)
    fate = models.CharField(_("what became of it"), max_length=7, choices=Fate.choices, blank=True)
    sources = models.JSONField(_("source codes"), default=list, blank=True)
    group = models.ForeignKey(
        RegionalGroup, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("regional group")
    )
    countries = CountryField(_("States that sign it"), multiple=True, blank=True)
    # A working text of the assembly, made of several proposals.
    is_consolidated = models.BooleanField(_("consolidated draft"), default=False)
    base = models.ForeignKey(RevisionText, models.SET_NULL, null=True, blank=True, related_name="proposals")
    title = models.CharField(_("title it gives"), max_length=400, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    # When it last had news; entries of history do not count.
    moved_at = models.DateTimeField(null=True, editable=False, db_index=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="replaced_by")
    superseded_at = models.DateTimeField(null=True, editable=False)
    # Withdrawn with its import: hidden, and deleted after two weeks (resolutions/services/import_jobs.py).
    taken_back_at = models.DateTimeField(null=True, editable=False)
    # Holds the clauses that a withdrawn import had added to this proposal.
    words_of = models.ForeignKey("self", models.CASCADE, null=True, editable=False, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "identifier", "resolution"],
                condition=~Q(identifier="") & Q(taken_back_at=None),
                name="proposal_once_a_contribution",
            ),
            models.CheckConstraint(condition=Q(words_of=None) | Q(taken_back_at__isnull=False), name="words_of_another_are_taken_back"),
            models.CheckConstraint(condition=Q(taken_back_at=None) | Q(superseded_at__isnull=False), name="taken_back_stands_nowhere"),
            models.CheckConstraint(condition=Q(action__in=["MOD", "ADD", "SUP", "NOC"]), name="proposal_action_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=["preliminary", "common", "submitted", "withdrawn"]), name="proposal_status_is_known"
            ),
            models.CheckConstraint(condition=Q(fate__in=["", "taken", "partly", "merged", "dropped"]), name="proposal_fate_is_known"),
            models.CheckConstraint(condition=~Q(action="ADD") | Q(base=None), name="addition_has_no_base"),
            models.CheckConstraint(
                condition=Q(group__isnull=False) | ~Q(countries="") | ~Q(sources=[]) | Q(is_consolidated=True),
                name="proposal_has_a_source",
            ),
        ]
        indexes = [
            models.Index(fields=["resolution", "group"], condition=Q(superseded_at=None), name="proposal_of_cell"),
            models.Index(fields=["resolution", "-moved_at"], name="proposal_last_move"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.identifier}".strip()

    def get_absolute_url(self) -> str:
        return reverse("coalitions:proposal", args=[self.public_id])

    @property
    def name(self) -> str:
        """Its identifier, as printed; of what has none, the document it stands in."""
        if self.identifier:
            return self.identifier
        if self.is_consolidated:
            return gettext("consolidated draft %(document)s") % {"document": self.contribution}
        return str(self.contribution)

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN

    @property
    def is_preliminary(self) -> bool:
        return self.status == self.Status.PRELIMINARY


class ProposedClauseQuerySet(models.QuerySet["ProposedClause"]):
    def visible_to(self, user: "User") -> "ProposedClauseQuerySet":
        """Clauses of public contributions; of restricted ones none should be stored."""
        if not user.is_authenticated:
            return self.none()
        return self.public()

    def public(self) -> "ProposedClauseQuerySet":
        return self.filter(proposal__contribution__access=Contribution.Access.PUBLIC, proposal__taken_back_at=None)

    def in_order(self) -> "ProposedClauseQuerySet":
        return self.order_by("position")

    def with_proposal(self) -> "ProposedClauseQuerySet":
        """With what tells their words before, and in which language they are."""
        return self.select_related("base_clause", "proposal__base", "proposal__contribution")


class ProposedClause(ClauseText):
    """The full new text of a clause; differences are always computed.

    before -- what the document says it starts from; empty when it adds the clause, or does not say
    base_clause -- the clause of the text in force it is anchored to
    base_differs -- the document starts from other words than those in force
    identity -- that of the clause it is anchored to; of a new clause, its own
    """

    class Change(models.TextChoices):
        UNCHANGED = "unchanged", pgettext_lazy("clause", "unchanged")
        RENUMBERED = "renumbered", pgettext_lazy("clause", "renumbered")
        MODIFIED = "modified", pgettext_lazy("clause", "modified")
        MOVED = "moved", pgettext_lazy("clause", "moved")
        ADDED = "added", pgettext_lazy("clause", "new")
        REMOVED = "removed", pgettext_lazy("clause", "deleted")
        UNKNOWN = "unknown", _("not known: the document has no marks")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="clauses")
    # That of its proposal, so that the database can hold the clause to it.
    action = models.CharField(max_length=3, choices=Proposal.Action.choices, editable=False)
    change = models.CharField(_("change"), max_length=10, choices=Change.choices)
    before = models.TextField(_("text it starts from"), blank=True)
    call_before = models.CharField(max_length=LONGEST_CALL, blank=True)
    number_before = models.CharField(max_length=LONGEST_NUMBER, blank=True)
    place = models.PositiveIntegerField(null=True)  # paragraph of the file, counted from 1
    base_clause = models.ForeignKey(Clause, models.SET_NULL, null=True, related_name="proposed")
    base_differs = models.BooleanField(default=False)
    likeness = models.FloatField(null=True)
    is_doubtful = models.BooleanField(_("anchor to be checked"), default=False)
    anchored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    anchored_at = models.DateTimeField(null=True, editable=False)

    objects = ProposedClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed clause")
        verbose_name_plural = _("proposed clauses")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="proposed_place_once"),
            models.UniqueConstraint(fields=["proposal", "identity"], name="proposed_identity_once"),
            models.CheckConstraint(condition=Q(action__in=["MOD", "ADD", "SUP", "NOC"]), name="clause_action_is_known"),
            models.CheckConstraint(condition=~Q(action="ADD") | Q(before="", base_clause=None), name="added_clause_has_no_base"),
            models.CheckConstraint(condition=~Q(action="SUP") | Q(text=""), name="suppressed_clause_has_no_after"),
            models.CheckConstraint(condition=~Q(action="NOC") | Q(text=F("before")), name="no_change_changes_nothing"),
        ]

    def __str__(self) -> str:
        return self.name


class ProposalEventQuerySet(models.QuerySet["ProposalEvent"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "ProposalEventQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(readable_by(user, "proposal__contribution__", circles), proposal__taken_back_at=None)

    def public(self) -> "ProposalEventQuerySet":
        """Of proposals that anybody may read, without a log-in."""
        return self.filter(proposal__in=Proposal.objects.public())


class ProposalEvent(models.Model):
    """News of a proposal. Never changed: the matrix of a past day is read from these.

    at -- when it happened (a document was received), which may be before it was recorded
    status, fate -- what held from then on
    """

    class Kind(models.TextChoices):
        NEW = "new", _("new")
        LATE = "late", _("late")
        CHANGED = "changed", _("new wording")
        STATUS = "status", _("new status")
        SIGNED = "signed", _("other States sign it")
        WITHDRAWN = "withdrawn", _("withdrawn")
        FATE = "fate", _("decided by the assembly")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    status = models.CharField(max_length=11, choices=Proposal.Status.choices)
    fate = models.CharField(max_length=7, choices=Proposal.Fate.choices, blank=True)
    at = models.DateTimeField(default=now)
    recorded_at = models.DateTimeField(default=now, editable=False, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    # No mail is sent for history.
    is_history = models.BooleanField(default=False)
    # Whether it touches the operative part: some people follow only that.
    is_operative = models.BooleanField(default=True)
    # The import that caused it, while that can be withdrawn.
    job = models.ForeignKey(ImportJob, models.SET_NULL, null=True, editable=False, related_name="events")

    objects = ProposalEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a proposal")
        verbose_name_plural = _("events of proposals")
        indexes = [models.Index(fields=["proposal", "at", "id"], name="event_of_proposal")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_kind_display()}"
