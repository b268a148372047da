"""The clauses in force that proposals speak of, by identity: in the language of each proposal, and in that of a reader."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from resolutions.models import Clause, Proposal, ProposedClause, RevisionText


def preferred(texts: Iterable[RevisionText], order: Sequence[str]) -> RevisionText | None:
    """Of these texts, which are of one revision, the one whose language comes first."""
    by_language = {text.language: text for text in texts}
    return next((by_language[code] for code in order if code in by_language), None)


@dataclass(frozen=True, slots=True)
class ClausesInForce:
    """by_place -- by revision and identity, the clause in each language in which it was fetched, with its `version`"""

    by_place: Mapping[tuple[int, UUID], Mapping[str, Clause]] = field(default_factory=dict)

    def in_language(self, proposal: Proposal, identity: UUID, language: str) -> Clause | None:
        return self._of(proposal, identity).get(language)

    def nearest(self, proposal: Proposal, identity: UUID, order: Sequence[str]) -> Clause | None:
        """In the first of these languages in which it is here."""
        found = self._of(proposal, identity)
        return next((found[code] for code in order if code in found), None)

    def _of(self, proposal: Proposal, identity: UUID) -> Mapping[str, Clause]:
        return self.by_place.get((proposal.base.revision_id, identity), {}) if proposal.base else {}


def clauses_in_force(proposals: Collection[Proposal], order: Sequence[str] = ()) -> ClausesInForce:
    """Those that these proposals change, of the revision that each starts from. Two queries; none where no proposal starts from a text.

    proposals -- with their `base` and `contribution`
    order -- beside the language of each proposal, only the first of these that is here is fetched; all languages if it is empty
    """
    languages: dict[int, set[str]] = defaultdict(set)
    for each in proposals:
        if each.base:
            languages[each.base.revision_id].add(each.contribution.language)
    if not languages:
        return ClausesInForce()
    by_revision: dict[int, list[RevisionText]] = defaultdict(list)
    for text in RevisionText.objects.current().filter(revision__in=languages):
        by_revision[text.revision_id].append(text)
    wanted: dict[int, RevisionText] = {}
    for revision, texts in by_revision.items():
        nearest = preferred(texts, order)
        wanted |= {text.pk: text for text in texts if not order or text is nearest or text.language in languages[revision]}
    identities = ProposedClause.objects.filter(proposal__in=[each.pk for each in proposals]).values("identity")
    found: dict[tuple[int, UUID], dict[str, Clause]] = defaultdict(dict)
    for clause in Clause.objects.filter(version__in=wanted, identity__in=identities):
        clause.version = wanted[clause.version_id]
        found[clause.version.revision_id, clause.identity][clause.version.language] = clause
    return ClausesInForce(found)
