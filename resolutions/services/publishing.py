"""Reviewing and publishing an upload: what was read, what a person decided, and the contribution made of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, prefetch_related_objects
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from resolutions.domain.aligning import Similarities
from resolutions.domain.budgets import MOST_CLAUSES_REPLACED, MOST_CLAUSES_UNDERNEATH
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.extracted import ReadDocument, ReadProposal, anchors_for, asking, from_values, with_anchors
from resolutions.importers.anchoring import Anchor, AnchorableClause, Candidate, candidates, candidates_by_structure
from resolutions.models import (
    Assembly,
    Clause,
    Contribution,
    ImportJob,
    Proposal,
    ProposedClause,
    RegionalGroup,
    Resolution,
    RevisionText,
    StateSymbol,
    Upload,
)
from resolutions.services import anchors
from resolutions.services.contributions import nearest_issues, replaced_by
from resolutions.services.entering import enter
from resolutions.services.new_resolutions import new_resolution

# Clauses in force offered for one in doubt.
MOST_ALIKE, MOST_FREE = 4, 4


# --- Who a proposal is from, as its codes say ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Senders:
    """group -- the first regional group among the codes; unknown -- codes that are neither a group's nor a State's"""

    group: RegionalGroup | None
    countries: tuple[str, ...]
    unknown: tuple[str, ...]


def senders_of(sources: Sequence[str], groups: Mapping[str, RegionalGroup], symbols: Mapping[str, str]) -> Senders:
    """Codes without a row stay unknown."""
    named = [groups[code] for code in sources if code in groups]
    countries = tuple(dict.fromkeys(symbols[code] for code in sources if code not in groups and code in symbols))
    unknown = tuple(code for code in sources if code not in groups and code not in symbols)
    return Senders(named[0] if named else None, countries, unknown)


def groups_by_code() -> dict[str, RegionalGroup]:
    return codes_of(RegionalGroup.objects.order_by("code"))


def codes_of(groups: Iterable[RegionalGroup]) -> dict[str, RegionalGroup]:
    """The codes printed on their proposals, and the group's own code where no other group prints it."""
    groups = list(groups)
    printed = {code: group for group in groups for code in group.proposal_codes}
    return {group.code.upper(): group for group in groups} | printed


def states_by_symbol() -> dict[str, str]:
    """Of States, as identifiers print them, to ISO codes. One query."""
    return {row.symbol.upper(): str(row.country) for row in StateSymbol.objects.all()}


# --- How it would stand on the text in force ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnchoredClause:
    """A clause of the document, and the clause in force it would be anchored to."""

    place: int
    draft: ClauseDraft
    anchor: Anchor | None
    base: Clause | None

    @property
    def differs(self) -> bool:
        """The document starts from other words than those in force."""
        tells = self.draft.change not in (ProposedClause.Change.ADDED, ProposedClause.Change.UNKNOWN)
        return bool(tells and self.anchor and self.anchor.differs)

    @property
    def is_doubtful(self) -> bool:
        return anchors.is_doubtful(self.draft, self.anchor)

    @property
    def words(self) -> str:
        return anchors.starting_side(self.draft).text

    @property
    def name(self) -> str:
        side = anchors.starting_side(self.draft)
        return " ".join(filter(None, (side.call, side.number)))


@dataclass(frozen=True, slots=True)
class AnchoringPreview:
    """base -- the text in force; replaces -- the proposal of an earlier issue it would replace
    is_beyond -- not anchored: with the
    proposals before it, that would be more than is done at once
    """

    base: RevisionText | None
    ties: tuple[AnchoredClause, ...]
    in_force: tuple[Clause, ...]
    is_one_language: bool
    replaces: Proposal | None
    is_beyond: bool = False

    @property
    def doubtful(self) -> list[AnchoredClause]:
        return [tie for tie in self.ties if tie.is_doubtful]

    @property
    def differing(self) -> list[AnchoredClause]:
        return [tie for tie in self.ties if tie.differs]

    @property
    def lacking(self) -> list[Clause]:
        """Clauses in force that the document lacks, though its marks show what it starts from."""
        if not self.ties or not self.is_one_language or any(tie.draft.change == ProposedClause.Change.UNKNOWN for tie in self.ties):
            return []
        tied = {tie.base.pk for tie in self.ties if tie.base}
        return [clause for clause in self.in_force if clause.pk not in tied]


def candidates_for(
    clause: AnchorableClause, in_force: Sequence[Clause], *, taken: Collection[UUID], similarities: Similarities | None
) -> tuple[list[tuple[Clause, Candidate]], list[Clause]]:
    """The clauses in force it may start from: the most similar that no other clause is anchored to, and all others.

    taken -- identities of
    those that other clauses are anchored to
    similarities -- to the clauses in force; None where they are in another language
    """
    found_ones = candidates(clause, in_force, similarities) if similarities else candidates_by_structure(clause, in_force)
    ranked = [(in_force[found.base], found) for found in found_ones]
    free = [pair for pair in ranked if pair[0].identity not in taken][:MOST_FREE]
    alike = [pair for place, pair in enumerate(ranked) if place < MOST_ALIKE or pair in free]
    shown = {pair[0].pk for pair in alike}
    return alike, [other for other in in_force if other.pk not in shown]


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """The stored rows for the proposals of one document: texts in force by resolution, and the proposals of its earlier issue. beyond --
    places of proposals that are not anchored: too many clauses together
    """

    issue: Contribution
    bases: Mapping[int, RevisionText]
    earlier: Sequence[Proposal]
    beyond: Collection[int]


type WantedProposals = Sequence[tuple[int, ReadProposal, Resolution | None]]


def document_context_of(issue: Contribution, wanted: WantedProposals) -> DocumentContext:
    """The same number of queries for any number of proposals. Clauses are loaded for no more than may be published at once.

    issue -- assembly, number, revision and language of the document, not stored; wanted -- proposals with their places in it
    """
    return document_contexts_of([(issue, wanted)])[0]


def document_contexts_of(documents: Sequence[tuple[Contribution, WantedProposals]]) -> list[DocumentContext]:
    """The same of several documents, in as many queries as of one, and two more for each further assembly."""
    issues = list(Contribution.objects.issues_of(issue for issue, _wanted in documents))
    around = [nearest_issues(issue, issues) for issue, _wanted in documents]
    resolutions = {resolution for _issue, wanted in documents for _place, _read, resolution in wanted if resolution}
    replaced = [before for before, after in around if before is not None and after is None]
    earlier = Proposal.objects.current().filter(contribution__in=replaced, resolution__in=resolutions)
    of_document: dict[int, list[Proposal]] = {}
    for proposal in earlier.annotate(clause_count=Count("clauses")).order_by("pk"):
        of_document.setdefault(proposal.contribution_id, []).append(proposal)
    texts = {assembly: anchors.last_texts(resolutions, assembly) for assembly in dict.fromkeys(issue.assembly for issue, _w in documents)}
    used: dict[int, RevisionText] = {}
    continued: dict[int, Proposal] = {}
    contexts = []
    for (issue, wanted), (before, after) in zip(documents, around, strict=True):
        found = anchors.in_language(texts[issue.assembly], issue.language)
        of_before = of_document.get(before.pk, []) if before is not None and after is None else []
        context, more_used, more_continued = _context(issue, wanted, found, of_before)
        contexts.append(context)
        used |= more_used
        continued |= more_continued
    prefetch_related_objects(list(used.values()), "clauses")
    prefetch_related_objects(list(continued.values()), "clauses")
    return contexts


def _context(
    issue: Contribution, wanted: WantedProposals, found: Mapping[int, tuple[RevisionText, int]], earlier: Sequence[Proposal]
) -> tuple[DocumentContext, dict[int, RevisionText], dict[int, Proposal]]:
    """With the texts and the proposals whose clauses are needed."""
    left, left_replaced = MOST_CLAUSES_UNDERNEATH, MOST_CLAUSES_REPLACED
    texts: dict[int, RevisionText] = {}
    continued: dict[int, Proposal] = {}
    beyond = set()
    for place, read, resolution in wanted:
        if resolution is None:
            continue
        text, clauses = found.get(resolution.pk, (None, 0))
        if text is None or not anchors.uses_text(text, read.action, issue.language, has_words=bool(read.clauses)):
            clauses = 0
        before = replaced_by(resolution, read.identifier, earlier)
        clauses_before = before.clause_count if before is not None else 0  # type: ignore[attr-defined]
        if clauses > left or clauses_before > left_replaced:
            beyond.add(place)
            continue
        left, left_replaced = left - clauses, left_replaced - clauses_before
        if text is not None and read.clauses:
            texts[text.pk] = text
        if before is not None and read.clauses:
            continued[before.pk] = before
    bases = {resolution: text for resolution, (text, _clauses) in found.items()}
    return DocumentContext(issue, bases, earlier, beyond), texts, continued


def preview_anchoring(
    read: ReadProposal, decided: Mapping[str, str], *, resolution: Resolution | None, place: int, ground: DocumentContext, by: User
) -> AnchoringPreview:
    """How the proposal at this place would be anchored if published now. Changes nothing."""
    waiting = anchors.pending_clauses(read.action, with_anchors(read.clauses, decided), by=by)
    if resolution is None:
        return AnchoringPreview(None, _ties(waiting, {}, []), (), is_one_language=False, replaces=None)
    before = replaced_by(resolution, read.identifier, ground.earlier)
    base = ground.bases.get(resolution.pk) if read.action != Proposal.Action.ADD else None
    if place in ground.beyond:
        return AnchoringPreview(base, (), (), is_one_language=True, replaces=before, is_beyond=True)
    if not read.clauses:
        # Nothing to decide: its clauses come from the text in force.
        return AnchoringPreview(base, (), (), base is not None and base.language == ground.issue.language, before)
    if before is not None:
        anchors.continue_from(before, waiting)
    tied = anchors.anchor_clauses(read.action, waiting, base, ground.issue.language)
    return AnchoringPreview(base, _ties(tied.clauses, tied.anchors, tied.in_force), tuple(tied.in_force), tied.is_one_language, before)


def _ties(waiting: Sequence[anchors.PendingClause], found: Mapping[int, Anchor], in_force: Sequence[Clause]) -> tuple[AnchoredClause, ...]:
    ties = []
    for place, each in enumerate(waiting):
        anchor = found.get(place)
        base = in_force[anchor.base] if anchor and anchor.base is not None else None
        ties.append(AnchoredClause(place, each.draft, anchor, base))
    return tuple(ties)


# --- Publishing --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProposalDecision:
    """What a person decided on one proposal, by its place in the document. Without a resolution, `label` is that of a draft new one."""

    place: int
    status: str
    resolution: Resolution | None = None
    label: str = ""
    group: RegionalGroup | None = None
    countries: tuple[str, ...] = ()
    is_consolidated: bool = False
    # What it asks, where its document does not say it.
    action: str = ""


@dataclass(frozen=True, slots=True)
class DocumentDecision:
    """What a person decided on the document."""

    assembly: Assembly
    number: str
    language: str
    revision: int = 0
    received_at: datetime | None = None
    is_late: bool = False
    is_history: bool = False
    url: str = ""


def read_document(upload: Upload) -> ReadDocument:
    return from_values(upload.extraction or {"language": "", "number": "", "revision": 0, "proposals": [], "warnings": []})


@transaction.atomic
def publish(upload: Upload, about: DocumentDecision, chosen: Sequence[ProposalDecision], *, by: User) -> Contribution:
    """Publish it in one transaction, and delete what was read. Safe to repeat."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if upload.state == Upload.State.PUBLISHED and upload.contribution:
        return upload.contribution
    if upload.state != Upload.State.READ:
        raise RuleBroken(_("This document has not been read yet."))
    if not chosen:
        raise RuleBroken(_("Choose at least one proposal to import."))
    read = read_document(upload)
    decided = upload.choices.get("anchors", {})
    proposals = tuple(_draft(read.proposals[each.place], each, about, decided.get(str(each.place), {})) for each in chosen)
    draft = ContributionDraft(
        assembly=about.assembly,
        number=about.number,
        proposals=proposals,
        revision=about.revision,
        language=about.language,
        received_at=about.received_at,
        is_late=about.is_late,
        url=about.url,
        file_name=upload.file_name,
        sha256=upload.sha256,
        is_history=about.is_history,
    )
    job = ImportJob.objects.create(kind=ImportJob.Kind.FILE, by=by)
    contribution = enter(draft, by=by, submission=upload.public_id, job=job)[0].contribution
    if not contribution.sha256:
        # Its number was stored before its file.
        contribution.sha256, contribution.file_name = draft.sha256, draft.file_name
        contribution.save(update_fields=["sha256", "file_name"])
    upload.state, upload.state_at, upload.contribution = Upload.State.PUBLISHED, now(), contribution
    upload.extraction, upload.choices, upload.job = None, {}, job
    upload.save(update_fields=["state", "state_at", "contribution", "extraction", "choices", "job"])
    return contribution


def publish_each(files: Iterable[tuple[Upload, DocumentDecision, Sequence[ProposalDecision]]], *, by: User) -> list[tuple[Upload, str]]:
    """Publish these files, each in a transaction of its own: one that is refused stops no other. Each with why it was refused, or ""."""
    outcomes = []
    for upload, about, chosen in files:
        try:
            publish(upload, about, chosen, by=by)
        except RuleBroken as error:
            outcomes.append((upload, str(error)))
        else:
            outcomes.append((upload, ""))
    return outcomes


def _draft(read: ReadProposal, chosen: ProposalDecision, about: DocumentDecision, decided: Mapping[str, str]) -> ProposalDraft:
    resolution = chosen.resolution or new_resolution(chosen.label, title=read.title, language=about.language)
    asked = asking(read, chosen.action)
    return ProposalDraft(
        resolution=resolution,
        action=asked.action,
        identifier=read.identifier,
        status=chosen.status,
        sources=read.sources,
        group=chosen.group,
        countries=chosen.countries,
        is_consolidated=chosen.is_consolidated,
        title=read.title,
        reasons=read.reasons,
        clauses=with_anchors(asked.clauses, anchors_for(asked, read, decided)),
    )
