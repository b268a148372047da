"""What proposals say of the text they start from: where it is not the one in force, and which clauses they take out of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from amnt.accounts.models import User
from resolutions.comparing import ClauseLike, Comparison, Text, compare, first_difference
from resolutions.models import Proposal, ProposedClause
from resolutions.versions import Version
from resolutions.wording import Diff


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """taken_out -- the clauses it takes out, by their identities; differs -- the first clause whose words in force are not those it
    starts from, with what is different about them"""

    taken_out: Mapping[UUID, ProposedClause] = field(default_factory=dict)
    differs: tuple[ClauseLike, Diff] | None = None

    @property
    def removed(self) -> frozenset[UUID]:
        return frozenset(self.taken_out)


NOWHERE_ELSE = StartingPoint()


def starting_points(versions: Iterable[Version], user: User) -> dict[str, StartingPoint]:
    """By the key of a version; of those that are texts, or have nothing to say of it, nothing. One query at most."""
    keys = {version.proposal.pk: version.key for version in versions if version.proposal}
    if not keys:
        return {}
    telling = Q(change=ProposedClause.Change.REMOVED) | Q(base_differs=True) & ~Q(before="")
    by_proposal = defaultdict(list)
    for clause in ProposedClause.objects.visible_to(user).filter(telling, proposal__in=keys).select_related("base_clause").in_order():
        by_proposal[clause.proposal_id].append(clause)
    return {keys[pk]: _of(clauses) for pk, clauses in by_proposal.items()}


def compared(versions: Sequence[Version], starts: Mapping[str, StartingPoint]) -> Comparison:
    """The first against the others, whatever shows it: page, file, API."""
    base = versions[0]
    texts = [
        Text(version.language, version.clauses, starts.get(version.key, NOWHERE_ELSE).removed, says_removed=_amends(version, base))
        for version in versions
    ]
    return compare(texts[0], texts[1:])


def _amends(version: Version, base: Version) -> bool:
    """Whether it is a modification of this very text, in whose words every clause it takes out is named."""
    proposal = version.proposal
    return bool(proposal and base.text and proposal.action == Proposal.Action.MOD and proposal.base_id == base.text.pk)


def _of(clauses: list[ProposedClause]) -> StartingPoint:
    taken_out = {clause.identity: clause for clause in clauses if clause.change == ProposedClause.Change.REMOVED}
    starts = [
        (clause.base_clause.text if clause.base_clause else "", clause.before, clause)
        for clause in clauses
        if clause.base_differs and clause.before
    ]
    return StartingPoint(taken_out, first_difference(starts))
