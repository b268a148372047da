"""Stores contributions: documents, the proposals in them, and their clauses. Used by files, forms, pastes and the demo."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from amnt.core.limits import max_length
from resolutions.domain.budgets import (
    LONGEST_REASONS,
    PROPOSAL_IN_CLAUSES,
    check_base_clauses,
    check_document,
    check_length,
    check_tables,
    with_separators,
)
from resolutions.drafts import ContributionDraft, ProposalDraft
from resolutions.models import (
    Assembly,
    Contribution,
    ImportJob,
    Part,
    Proposal,
    ProposalEvent,
    ProposedClause,
    RegionalGroup,
    Resolution,
    RevisionText,
)
from resolutions.read_models.proposed import QUIET
from resolutions.services import anchors

Kind = ProposalEvent.Kind

REVISION_IN_IDENTIFIER = re.compile(r"R\d+(?=/)")


@transaction.atomic
def record(draft: ContributionDraft, *, by: User | None, submission: UUID | None = None, job: ImportJob | None = None) -> Contribution:
    """Store this document in one transaction. The same form sent twice makes one.

    A later issue of a document that is here (R1, R2) takes its place: its proposals replace those of the earlier one, clauses keep
    their identity, and the anchors that a person chose stay. One with "number only" has no proposals.
    """
    documents = Contribution.objects.all()
    if made := sent_before(documents, submission):
        return made
    _check(draft)
    document = _contribution(draft, by, submission)
    taken = _("Document %(number)s is already here.") % {"number": document}
    contribution, is_new = create_once(document, among=documents, taken=taken)
    if not is_new or contribution.is_number_only:
        return contribution
    earlier, later = issues_around(contribution, lock=True)
    if earlier is not None:
        contribution.replaces = earlier
        contribution.save(update_fields=["replaces"])
    replaced = list(proposals_replaced(earlier, later))
    pairs = []
    for wanted in draft.proposals:
        before = replaced_by(wanted.resolution, wanted.identifier, replaced)
        if before is not None:
            replaced.remove(before)
        pairs.append((wanted, before))
    continued = [before for _wanted, before in pairs if before is not None]
    bases = _bases(draft, continued)
    prefetch_related_objects(continued, "clauses")
    for wanted, before in pairs:
        _record_proposal(wanted, contribution, before, later, by, bases.get(wanted.resolution.pk), job)
    for gone in replaced:
        _withdraw(gone, contribution, by, job)
    if later is not None and later.replaces_id in (None, contribution.replaces_id):
        later.replaces = contribution
        later.save(update_fields=["replaces"])
    return contribution


@transaction.atomic
def add_proposal(
    contribution: Contribution, draft: ProposalDraft, *, by: User | None, is_history: bool = False, job: ImportJob | None = None
) -> Proposal:
    """Add a proposal to a stored document; as history it causes no mail."""
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    contribution.is_history = contribution.is_history or is_history
    if contribution.is_number_only:
        raise RuleBroken(_("Only the number of this document is kept."))
    _check_proposal(draft)
    _earlier, later = issues_around(contribution, lock=True)
    base = anchors.text_in_force(draft.resolution, contribution.assembly, contribution.language)
    return _record_proposal(draft, contribution, None, later, by, base, job)


@transaction.atomic
def anchor_again(text: RevisionText, *, most: int | None = None) -> int:
    """Anchor the proposals that waited for this text. Returns how many.

    Those anchored to an earlier entry of it are anchored again; anchors that a person chose stay if the clause still exists. Withdrawn ones
    too: they may be restored.

    most -- the number of clauses per call: at least one proposal is done, the others at the next call
    """
    waiting = (
        Proposal.objects.filter(resolution=text.revision.resolution_id, contribution__access=Contribution.Access.PUBLIC)
        .exclude(action=Proposal.Action.ADD)
        .exclude(base=text)
    )
    # Texts are loaded only for those anchored now; few columns are selected for counting, since the database sorts them.
    sizes = waiting.order_by("pk").values_list("pk", "contribution__assembly", "contribution__language")
    assemblies = Assembly.objects.in_bulk(waiting.values_list("contribution__assembly", flat=True).distinct())
    in_force: dict[tuple[int, str], RevisionText | None] = {}
    # One without words or marks may get as many clauses as the text has.
    least = max(text.clauses.count(), PROPOSAL_IN_CLAUSES)
    chosen: list[int] = []
    clauses = 0
    for pk, assembly, language, count in sizes.annotate(clause_count=Count("clauses")):
        if (assembly, language) not in in_force:
            in_force[assembly, language] = anchors.text_in_force(text.revision.resolution, assemblies[assembly], language)
        if in_force[assembly, language] != text:
            continue
        clauses += max(count, least)
        if most is not None and chosen and clauses > most:
            break
        chosen.append(pk)
    if chosen:
        prefetch_related_objects([text], "clauses")  # fetched once for all proposals on it
    for proposal in Proposal.objects.filter(pk__in=chosen).select_related("contribution").defer("reasons").order_by("pk"):
        anchors.store_clauses(proposal, anchors.received_clauses(proposal), text)
        proposal.save(update_fields=["base"])
    return len(chosen)


# --- The document ----------------------------------------------------------------------------------------------------------------


def _check(draft: ContributionDraft) -> None:
    if not one_line(draft.number):
        raise RuleBroken(_("Give the number of the document."), field="number")
    if draft.access == Contribution.Access.NUMBER_ONLY:
        return
    if not draft.proposals:
        raise RuleBroken(_("There is no proposal in it."))
    known = set()
    clauses = characters = 0
    for proposal in draft.proposals:
        more_clauses, more_characters = _check_proposal(proposal)
        clauses, characters = clauses + more_clauses, characters + more_characters
        name = (one_line(proposal.identifier), proposal.resolution.pk)
        if name[0] and name in known:
            raise RuleBroken(_("%(identifier)s is there twice for the same resolution.") % {"identifier": name[0]})
        known.add(name)
    check_document(len(draft.proposals), clauses, characters)


def _check_proposal(draft: ProposalDraft) -> tuple[int, int]:
    """Its size, in clauses and characters."""
    check_action(draft.action)
    check_is_from_somebody(draft.group, draft.countries, draft.sources, is_consolidated=draft.is_consolidated)
    if len(draft.reasons) > LONGEST_REASONS:
        raise RuleBroken(
            _("The reasons have %(n)s characters, where %(most)s are allowed. Shorten them.")
            % {"n": with_separators(len(draft.reasons)), "most": with_separators(LONGEST_REASONS)},
            field="reasons",
        )
    return check_clauses(draft)


def check_action(action: str) -> None:
    if action not in Proposal.Action.values:
        raise RuleBroken(_("Say what is asked: MOD, ADD, SUP or NOC."), field="action")


def check_is_from_somebody(
    group: RegionalGroup | None, countries: Collection[str], sources: Collection[str] = (), *, is_consolidated: bool
) -> None:
    """sources -- the codes its identifier names; is_consolidated -- it is a working text of the assembly itself"""
    if not (group or countries or sources or is_consolidated):
        raise RuleBroken(_("Say who proposes it: a regional group or at least one State."), field="group")


def check_clauses(draft: ProposalDraft) -> tuple[int, int]:
    """The size of its text on either side, in clauses and characters. RuleBroken if it is more than one text may have."""
    sides = (
        (
            " ".join(filter(None, (clause.call or clause.call_before, clause.number or clause.number_before))),
            max(clause.text, clause.before, key=len),
        )
        for clause in draft.clauses
    )
    name = one_line(draft.identifier)[: max_length(Proposal, "identifier")]
    check_tables(draft.clauses, name=name)
    return check_length(sides, name=name)


def clauses_underneath(proposals: Sequence[ProposalDraft], assembly: Assembly, language: str) -> int:
    """How many clauses of texts in force these proposals use, a text counted once per proposal. Two queries."""
    resolutions = {wanted.resolution for wanted in proposals if wanted.resolution.pk}
    return _underneath(proposals, anchors.texts_in_force(resolutions, assembly, language), language)


def _underneath(proposals: Sequence[ProposalDraft], texts: Mapping[int, tuple[RevisionText, int]], language: str) -> int:
    total = 0
    for wanted in proposals:
        text, clauses = texts.get(wanted.resolution.pk, (None, 0))
        if text is not None and anchors.uses_text(text, wanted.action, language, has_words=bool(wanted.clauses)):
            total += clauses
    return total


def _bases(draft: ContributionDraft, replaced: Sequence[Proposal]) -> dict[int, RevisionText]:
    """The texts in force under a document, by resolution, with their clauses. RuleBroken where that is too much at once."""
    bases = anchors.texts_in_force({wanted.resolution for wanted in draft.proposals}, draft.assembly, draft.language)
    clauses_replaced = ProposedClause.objects.filter(proposal__in=replaced).count()
    check_base_clauses(_underneath(draft.proposals, bases, draft.language), replaced=clauses_replaced)
    found = {resolution: text for resolution, (text, _clauses) in bases.items()}
    set_on = {
        text
        for wanted in draft.proposals
        if (text := found.get(wanted.resolution.pk))
        and anchors.uses_text(text, wanted.action, draft.language, has_words=bool(wanted.clauses))
    }
    prefetch_related_objects(list(set_on), "clauses")
    return found


def _contribution(draft: ContributionDraft, by: User | None, submission: UUID | None) -> Contribution:
    row = Contribution(
        assembly=draft.assembly,
        revision=draft.revision,
        received_at=draft.received_at or now(),
        is_late=draft.is_late,
        access=draft.access,
        entered_by=by,
        submission=submission,
    )
    if row.is_number_only:
        row.kept_number = one_line(draft.number)
    else:
        row.number = one_line(draft.number)
        row.title, row.language, row.url = one_line(draft.title)[: max_length(Contribution, "title")], draft.language, draft.url
        row.file_name, row.sha256, row.is_history = (
            one_line(draft.file_name)[: max_length(Contribution, "file_name")],
            draft.sha256,
            draft.is_history,
        )
    return row


def issues_around(contribution: Contribution, *, lock: bool = False) -> tuple[Contribution | None, Contribution | None]:
    """The issues of the same document before and after this one, if stored. One query. An issue entered without words has no language and
    matches any.
    """
    rows = Contribution.objects.select_for_update(of=("self",)) if lock else Contribution.objects.all()
    return nearest_issues(contribution, rows.issues_of([contribution]).exclude(pk=contribution.pk))


def nearest_issues(contribution: Contribution, issues: Iterable[Contribution]) -> tuple[Contribution | None, Contribution | None]:
    """The same among stored issues of several documents, in the order of their keys."""

    def is_of_it(issue: Contribution) -> bool:
        return (issue.assembly_id, issue.number) == (contribution.assembly_id, contribution.number) and issue.language in (
            contribution.language,
            "",
        )

    issues = list(filter(is_of_it, issues))
    before = [issue for issue in issues if issue.revision < contribution.revision]
    after = [issue for issue in issues if issue.revision > contribution.revision]
    earlier = max(before, key=lambda issue: (issue.revision, issue.language), default=None)
    later = min(after, key=lambda issue: (issue.revision, not issue.language), default=None)
    return earlier, later


def proposals_replaced(earlier: Contribution | None, later: Contribution | None) -> QuerySet[Proposal]:
    """The proposals of the issue before, unless the issue after has replaced them already."""
    return earlier.proposals.current() if earlier is not None and later is None else Proposal.objects.none()


# --- Its proposals ---------------------------------------------------------------------------------------------------------------


def _record_proposal(
    draft: ProposalDraft,
    contribution: Contribution,
    before: Proposal | None,
    later: Contribution | None,
    by: User | None,
    base: RevisionText | None,
    job: ImportJob | None,
) -> Proposal:
    # An issue that was replaced before it was stored causes no mail.
    is_history = contribution.is_history or later is not None
    proposal = Proposal.objects.create(
        contribution=contribution,
        resolution=draft.resolution,
        identifier=one_line(draft.identifier),
        action=draft.action,
        status=draft.status,
        sources=list(draft.sources),
        group=draft.group,
        countries=list(draft.countries),
        is_consolidated=draft.is_consolidated,
        title=one_line(draft.title)[: max_length(Proposal, "title")],
        reasons=draft.reasons,
        moved_at=None if is_history else now(),
        replaces=before,
        superseded_at=later.received_at if later else None,
    )
    waiting = anchors.pending_clauses(draft.action, draft.clauses, by=by)
    if before is not None:
        anchors.continue_from(before, waiting)
    rows = anchors.store_clauses(proposal, waiting, base)
    proposal.save(update_fields=["base"])
    if before is not None:
        before.superseded_at = contribution.received_at
        before.save(update_fields=["superseded_at"])
    kind = Kind.CHANGED if before is not None else Kind.LATE if contribution.is_late else Kind.NEW
    is_operative = _is_operative(proposal, rows, before)
    _note(proposal, kind, at=contribution.received_at, by=by, is_history=is_history, is_operative=is_operative, job=job)
    return proposal


def replaced_by(resolution: Resolution, identifier: str, candidates: Sequence[Proposal]) -> Proposal | None:
    """The proposal of the earlier issue that this one replaces: same resolution, and same identifier if it has several."""
    on_it = [proposal for proposal in candidates if proposal.resolution_id == resolution.pk]
    identifier = _without_revision(identifier)
    same = [proposal for proposal in on_it if _without_revision(proposal.identifier) == identifier]
    return next(iter(same), on_it[0] if len(on_it) == 1 else None)


def _without_revision(identifier: str) -> str:
    return REVISION_IN_IDENTIFIER.sub("", one_line(identifier))


def _withdraw(proposal: Proposal, by_issue: Contribution, by: User | None, job: ImportJob | None) -> None:
    """Withdraw a proposal that the next issue of its document no longer has."""
    proposal.status = Proposal.Status.WITHDRAWN
    if not by_issue.is_history:
        proposal.moved_at = now()
    proposal.save(update_fields=["status", "moved_at"])
    _note(proposal, Kind.WITHDRAWN, at=by_issue.received_at, by=by, is_history=by_issue.is_history, is_operative=True, job=job)


def _note(
    proposal: Proposal, kind: str, *, at: datetime, by: User | None, is_history: bool, is_operative: bool, job: ImportJob | None
) -> None:
    ProposalEvent.objects.create(
        proposal=proposal, kind=kind, status=proposal.status, at=at, by=by, is_history=is_history, is_operative=is_operative, job=job
    )


def _is_operative(proposal: Proposal, rows: Sequence[ProposedClause], before: Proposal | None) -> bool:
    """Whether it touches the operative part, as far as its clauses tell; of a later issue, whether this one differs there."""
    if before is not None and rows:
        return _operative(rows) != _operative(sorted(before.clauses.all(), key=lambda row: row.position))
    if proposal.action in (Proposal.Action.SUP, Proposal.Action.NOC) or not rows:
        return True
    return any(row.part != Part.PREAMBLE for row in rows if row.change not in QUIET)


def _operative(rows: Sequence[ProposedClause]) -> list[tuple[str, str]]:
    return [(row.call, row.text) for row in rows if row.part != Part.PREAMBLE]
