"""Proposals that name a State and may hold what was asked of it. A person confirms or rejects; nothing here decides."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from amnt.accounts.models import User
from coalitions.models import Contact
from coalitions.outreach.domain.in_text import Likeness, likeness
from resolutions.models import Contribution, Proposal, ProposedClause

MOST_CLAUSES = 400
MOST_SHOWN = 3


@dataclass(frozen=True)
class Suggestion:
    """likeness -- None where the clause that was asked to go is deleted"""

    proposal: Proposal
    clause: ProposedClause
    likeness: Likeness | None

    @property
    def rank(self) -> tuple[float, float]:
        return (self.likeness.share, self.likeness.whole) if self.likeness else (1.0, 1.0)


def proposals_naming(contact: Contact, user: User, circles: Collection[int] | None = None) -> QuerySet[Proposal]:
    """What its State asks for now on this resolution, alone or with others, in public documents."""
    public = Proposal.objects.visible_to(user, circles).standing().filter(contribution__access=Contribution.Access.PUBLIC)
    # Codes have two letters and stand between commas: none is found across two others.
    return public.filter(resolution=contact.resolution_id, countries__contains=str(contact.delegation.country)).for_list()


def suggestions(contact: Contact, proposals: Collection[Proposal], user: User) -> list[Suggestion]:
    """The clauses of these proposals nearest to what was asked, the nearest first; one for each proposal."""
    by_key = {proposal.pk: proposal for proposal in proposals}
    if not by_key or not (contact.wording or contact.clause):
        return []
    clauses = ProposedClause.objects.visible_to(user).filter(proposal__in=by_key).exclude(change=ProposedClause.Change.UNCHANGED)
    best: dict[int, Suggestion] = {}
    for clause in clauses.order_by("proposal", "position")[:MOST_CLAUSES]:
        found = suggestion(contact, by_key[clause.proposal_id], clause)
        if found and (clause.proposal_id not in best or found.rank > best[clause.proposal_id].rank):
            best[clause.proposal_id] = found
    return sorted(best.values(), key=lambda found: found.rank, reverse=True)[:MOST_SHOWN]


def suggestion(contact: Contact, proposal: Proposal, clause: ProposedClause) -> Suggestion | None:
    if clause.change == ProposedClause.Change.REMOVED:
        # Without words asked for, something was to go.
        is_asked = not contact.wording and clause.identity == contact.clause
        return Suggestion(proposal, clause, None) if is_asked else None
    found = likeness(contact.wording, clause.text) if contact.wording else None
    return Suggestion(proposal, clause, found) if found and found.is_suggested else None
