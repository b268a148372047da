"""The text that proposals start from: where it differs from the one in force, and which clauses they delete."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from uuid import UUID

from django.db.models import Q

from resolutions.domain.comparing import ComparedText, Comparison, IdentifiedClause, arrange_clauses, first_difference
from resolutions.domain.wording import Diff, diff
from resolutions.models import Proposal, ProposedClause
from resolutions.read_models.versions import Version, VersionClause, deleted_clause, start_of


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """taken_out -- the clauses it deletes, by identity; differs -- the first clause whose words in force are not those it starts from, with
    the difference"""

    taken_out: Mapping[UUID, ProposedClause] = field(default_factory=dict)
    differs: tuple[IdentifiedClause, Diff] | None = None

    @property
    def removed(self) -> frozenset[UUID]:
        return frozenset(self.taken_out)


NOWHERE_ELSE = StartingPoint()


def starting_points(versions: Iterable[Version]) -> dict[str, StartingPoint]:
    """By the key of a version; without texts and proposals that start from the text in force. One query at most."""
    keys = _keys(versions)
    if not keys:
        return {}
    telling = Q(change=ProposedClause.Change.REMOVED) | Q(base_differs=True) & ~Q(before="")
    by_proposal = _by_proposal(ProposedClause.objects.public().filter(telling, proposal__in=keys).select_related("base_clause"))
    return {keys[pk]: StartingPoint(_taken_out(clauses), _differs(clauses)) for pk, clauses in by_proposal.items()}


def starting_points_at(versions: Iterable[Version], identities: Collection[UUID], differing: Mapping[str, int]) -> dict[str, StartingPoint]:
    """The same as far as these clauses go, where it is known which clause differs first. One query at most.

    differing -- by the key of a version, the primary key of its first clause that starts from other words
    """
    keys = _keys(versions)
    if not keys:
        return {}
    wanted = Q(change=ProposedClause.Change.REMOVED, identity__in=identities) | Q(pk__in=list(differing.values()))
    by_proposal = _by_proposal(ProposedClause.objects.public().filter(wanted, proposal__in=keys).select_related("base_clause"))
    return {keys[pk]: StartingPoint(_taken_out(clauses), _differs(clauses)) for pk, clauses in by_proposal.items()}


def with_lacking_clauses(
    starts: Mapping[str, StartingPoint], versions: Sequence[Version], comparison: Comparison
) -> dict[str, StartingPoint]:
    """Adds as a difference the first clause in force that a version lacks, if nothing before it differs."""
    found = dict(starts)
    base = versions[0]
    for place, version in enumerate(versions[1:]):
        start = found.get(version.key, NOWHERE_ELSE)
        if start.differs or version.language != base.language or not comparison.others[place].says_removed:
            continue
        lacking = next((row.base for row in comparison.rows if row.base and row.cells[place] is None), None)
        if lacking:
            found[version.key] = lacking_clause(start, lacking)
    return found


def lacking_clause(start: StartingPoint, clause: IdentifiedClause) -> StartingPoint:
    return replace(start, differs=(clause, diff(clause.text, "")))


def arrange_versions(versions: Sequence[Version], starts: Mapping[str, StartingPoint]) -> Comparison:
    """Arrange the first version against the others. Words are marked later (`comparing.mark_words`)."""
    texts = texts_of(versions, starts)
    return arrange_clauses(texts[0], texts[1:])


def texts_of(versions: Sequence[Version], starts: Mapping[str, StartingPoint]) -> list[ComparedText]:
    return [_text_of(version, versions[0], starts.get(version.key, NOWHERE_ELSE)) for version in versions]


def _text_of(version: Version, base: Version, start: StartingPoint) -> ComparedText:
    is_other_language = version.language != base.language
    removed = start.removed
    if version.proposal and version.proposal.action == Proposal.Action.SUP:
        removed |= {clause.identity for clause in base.clauses}
    amends, known = _amends(version, base), {clause.identity for clause in base.clauses}
    return ComparedText(
        version.language,
        version.clauses,
        removed,
        says_removed=amends,
        added=frozenset(clause.identity for clause in version.clauses if clause.before == "") - known if amends else frozenset(),
        reference=version.reference_clauses if is_other_language and version.reference else None,
        stated=_stated(version, start) if is_other_language and not version.reference else {},
    )


def _stated(version: Version, start: StartingPoint) -> dict[UUID, IdentifiedClause | None]:
    """By identity, the clause that a document says it starts from, None where it adds one, in its order."""
    told: list[tuple[int, UUID, VersionClause | None]] = [
        (clause.position, clause.identity, start_of(clause)) for clause in version.clauses if clause.before is not None
    ]
    for clause in start.taken_out.values():
        words = deleted_clause(clause)
        told += [(clause.position, clause.identity, words)] if words else []
    return {identity: words for _position, identity, words in sorted(told, key=itemgetter(0))}


def _amends(version: Version, base: Version) -> bool:
    """Whether it is a modification of this text, in its language or another one, that states every deletion."""
    proposal = version.proposal
    if not proposal or not base.text or proposal.action != Proposal.Action.MOD:
        return False
    if version.language == base.language:
        return proposal.base_id == base.text.pk
    return proposal.base is not None and proposal.base.revision_id == base.text.revision_id


def _keys(versions: Iterable[Version]) -> dict[int, str]:
    return {version.proposal.pk: version.key for version in versions if version.proposal}


def _by_proposal(found: Iterable[ProposedClause]) -> dict[int, list[ProposedClause]]:
    by_proposal: dict[int, list[ProposedClause]] = defaultdict(list)
    for clause in sorted(found, key=lambda clause: clause.position):
        by_proposal[clause.proposal_id].append(clause)
    return by_proposal


def _taken_out(clauses: Iterable[ProposedClause]) -> dict[UUID, ProposedClause]:
    return {clause.identity: clause for clause in clauses if clause.change == ProposedClause.Change.REMOVED}


def _differs(clauses: Iterable[ProposedClause]) -> tuple[IdentifiedClause, Diff] | None:
    starts = [
        (clause.base_clause.text if clause.base_clause else "", clause.before, clause)
        for clause in clauses
        if clause.base_differs and clause.before
    ]
    return first_difference(starts)
