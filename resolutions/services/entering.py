"""Proposals entered by hand or from a table, into their document, which may be stored already."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from resolutions.domain.budgets import check_base_clauses
from resolutions.drafts import ContributionDraft, ProposalDraft
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, ProposedClause
from resolutions.services import anchors, contributions
from resolutions.services.new_resolutions import with_stored_resolutions
from resolutions.services.proposals import mark_late, record_event


@transaction.atomic
def enter(draft: ContributionDraft, *, by: User | None, submission: UUID | None = None, job: ImportJob | None = None) -> list[Proposal]:
    """Record this document, or add its new proposals to the stored one of its number. The same form sent twice enters once.

    A proposal of which no words were known may be given some; one that has words is refused. A new resolution is stored with its proposal.

    job -- the import it belongs to, if that can be withdrawn
    """
    if made := entered_by(submission):
        return made
    asked, draft = draft, with_stored_resolutions(draft)
    if draft is not asked and (made := entered_by(submission)):
        # Sent twice at once, the second waited where the first stored the new resolution.
        return made
    document = None if draft.access == Contribution.Access.NUMBER_ONLY else document_of(draft)
    if document is None:
        contribution = contributions.record(draft, by=by, submission=submission, job=job)
        # All of them, replaced ones too.
        return list(contribution.proposals.order_by("pk"))
    if made := entered_by(submission):
        # It was waiting for its document.
        return made
    if draft.language and not document.language:
        document.language = draft.language
        document.save(update_fields=["language"])
    if draft.is_late and not document.is_late:
        mark_late(document, is_late=True, by=by, job=job)
    check_base_clauses(contributions.clauses_underneath(draft.proposals, draft.assembly, document.language))
    entered = [enter_into(document, wanted, by=by, is_history=draft.is_history, job=job) for wanted in draft.proposals]
    if submission and entered:
        # The document carries the submission of its own form; later proposals carry theirs.
        Proposal.objects.filter(pk=entered[0].pk).update(submission=submission)
    return entered


def entered_by(submission: UUID | None) -> list[Proposal]:
    """What this form entered when it was sent before."""
    if submission is None:
        return []
    marked = list(Proposal.objects.filter(submission=submission))
    return marked or list(Proposal.objects.filter(contribution__submission=submission).order_by("pk"))


def document_of(draft: ContributionDraft) -> Contribution | None:
    """The public document of this number and issue, in this language, or in any if one of the two has none yet."""
    same = Contribution.objects.select_for_update().filter(
        access=Contribution.Access.PUBLIC,
        taken_back_at=None,
        assembly=draft.assembly,
        number=draft.number,
        revision=draft.revision,
    )
    found = list(same.order_by("pk"))
    of_language = [row for row in found if row.language == draft.language]
    open_ones = [row for row in found if not row.language] if draft.language else found
    return next(iter([*of_language, *open_ones]), None)


def stored_proposal(document: Contribution, wanted: ProposalDraft) -> Proposal | None:
    """The same proposal: of this identifier; without one, of this action on the same resolution by the same."""
    on_it = document.proposals.current().filter(resolution=wanted.resolution)
    if wanted.identifier:
        return on_it.filter(identifier=wanted.identifier).first()
    return on_it.filter(identifier="", action=wanted.action, group=wanted.group).first()


def enter_into(
    document: Contribution, wanted: ProposalDraft, *, by: User | None, is_history: bool = False, job: ImportJob | None = None
) -> Proposal:
    there = stored_proposal(document, wanted)
    if there is None:
        return contributions.add_proposal(document, wanted, by=by, is_history=is_history, job=job)
    if not wanted.clauses or there.action != wanted.action or there.clauses.exists():
        names = {"identifier": there.identifier or there, "resolution": there.resolution}
        raise RuleBroken(_("%(identifier)s on %(resolution)s is already here. Open it to change what is known about it.") % names)
    return add_clauses(there, wanted, by=by, job=job)


def add_clauses(proposal: Proposal, wanted: ProposalDraft, *, by: User | None, job: ImportJob | None = None) -> Proposal:
    """Add clauses to a proposal that was stored without words."""
    contributions.check_clauses(wanted)
    base = anchors.text_in_force(proposal.resolution, proposal.contribution.assembly, proposal.contribution.language)
    anchors.store_clauses(proposal, anchors.pending_clauses(proposal.action, wanted.clauses, by=by), base)
    proposal.title = proposal.title or wanted.title
    proposal.reasons = proposal.reasons or wanted.reasons
    proposal.save(update_fields=["base", "title", "reasons"])
    record_event(proposal, ProposalEvent.Kind.CHANGED, by=by, at=None, job=job)
    return proposal


# --- Before it is saved -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProposalPreview:
    """A proposal as it would be stored, with its clauses. Nothing is stored."""

    proposal: Proposal
    clauses: list[ProposedClause]


@transaction.atomic
def preview(draft: ContributionDraft, *, by: User | None) -> list[ProposalPreview]:
    """The result of `enter`, by entering it and rolling back. Refuses the same."""
    before = transaction.savepoint_create()
    try:
        keys = [proposal.pk for proposal in enter(draft, by=by)]
        found = Proposal.objects.filter(pk__in=keys).select_related(
            "contribution__assembly", "group", "resolution", "base__revision__assembly"
        )
        return [ProposalPreview(row, list(row.clauses.select_related("base_clause").in_order())) for row in found.order_by("pk")]
    finally:
        transaction.savepoint_rollback(before)
