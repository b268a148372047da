"""Proposals of a comparison as one Word file, one after another as in a contribution: it is read again as these proposals."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.timezone import now
from django.utils.translation import gettext

from amnt.accounts.models import User
from amnt.core.languages import current_language, listed
from coalitions.texts.read_models.comparison_files import header_of, kind_of, title_of, with_class
from resolutions.exporters import docx, shapes
from resolutions.models import Proposal, ProposedClause, Resolution
from resolutions.read_models.versions import Version

Change = ProposedClause.Change
KEPT = (Change.UNCHANGED, Change.RENUMBERED, Change.UNKNOWN)


def exportable(versions: Iterable[Version], resolution: Resolution) -> list[Proposal]:
    """Those a file can name: proposals on this resolution that have an identifier, and are in a language that is known."""
    proposals = [version.proposal for version in versions if version.proposal and version.language]
    return [proposal for proposal in proposals if proposal.identifier and proposal.resolution_id == resolution.pk]


def proposals_as_docx(proposals: list[Proposal], resolution: Resolution, user: User) -> bytes:
    """Each in its own language, marked against the text that its document starts from. One query."""
    clauses: dict[int, list[ProposedClause]] = {proposal.pk: [] for proposal in proposals}
    rows = ProposedClause.objects.visible_to(user).filter(proposal__in=proposals).select_related("base_clause")
    for clause in rows.order_by("proposal", "position"):
        clauses[clause.proposal_id].append(clause)
    exported = shapes.ExportedProposals(
        title_of(resolution),
        with_class(listed([proposal.identifier for proposal in proposals])),
        current_language(),
        [_exported(proposal, resolution, clauses[proposal.pk]) for proposal in proposals],
    )
    return docx.proposals_as_docx(exported, author=gettext("Comparison"), date=now())


def _exported(proposal: Proposal, resolution: Resolution, clauses: list[ProposedClause]) -> shapes.ExportedComparison:
    language = proposal.contribution.language
    return shapes.ExportedComparison("", "", language, list(_sections(clauses)), header_of(proposal, resolution, language))


def _sections(clauses: list[ProposedClause]) -> Iterator[shapes.ExportedSection]:
    for (part, before, after), rows in groupby(clauses, key=lambda clause: (clause.part, *_calls(clause))):
        yield shapes.ExportedSection(before, after, [_clause(row) for row in rows], part)


def _calls(clause: ProposedClause) -> tuple[str, str]:
    """The verb line of both texts, as the clause says it: that of a clause which one of them lacks is the other's."""
    if clause.change in (Change.ADDED, Change.REMOVED):
        return clause.call or clause.call_before, clause.call or clause.call_before
    return clause.call_before or clause.call, clause.call


def _clause(clause: ProposedClause) -> shapes.ExportedClause:
    before, after = _before(clause), clause.text if clause.change != Change.REMOVED else None
    numbers = clause.number_before or clause.number, clause.number
    return shapes.ExportedClause(
        numbers[0] if before is not None else None,
        numbers[1] if after is not None else None,
        before,
        after,
        kind=kind_of(clause),
        cell=clause.cell,
    )


def _before(clause: ProposedClause) -> str | None:
    """The words it starts from: the document's own, else those in force; None of what it adds. What has no marks has none here."""
    if clause.change == Change.ADDED or clause.action == Proposal.Action.ADD:
        return None
    if clause.before or clause.change in KEPT:
        return clause.before or clause.text
    return clause.base_clause.text if clause.base_clause else clause.text
