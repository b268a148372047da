"""The proposals on one resolution as a list shows them: who asks, who signs, how we read it, what moved."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from django_countries import countries

from amnt.accounts.models import User
from coalitions.models import Reading
from coalitions.permissions import MembershipContext
from coalitions.texts.read_models.readings import newest_readings
from resolutions.models import Assembly, Proposal, Resolution
from resolutions.models.moves import moves_of
from resolutions.read_models.versions import proposal_key


@dataclass(frozen=True, slots=True)
class AlsoSigned:
    """A State of this proposal signs a regional text on the same resolution as well: both stand, neither replaces the other."""

    country: str
    regional: Proposal


@dataclass(slots=True)
class ProposalRow:
    """One proposal. `states` are names of countries; of a regional one, those that sign it."""

    proposal: Proposal
    states: list[str]
    reading: Reading | None = None
    has_moved: bool = False
    also_signed: list[AlsoSigned] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return self.reading.tone if self.reading else "none"

    @property
    def is_of_states(self) -> bool:
        return self.proposal.group is None and bool(self.states)

    @property
    def version(self) -> str:
        """How a comparison names it."""
        return proposal_key(self.proposal)


@dataclass(slots=True)
class OfAssembly:
    """What was asked at one assembly: what stands, and what was withdrawn or replaced."""

    assembly: Assembly
    standing: list[ProposalRow] = field(default_factory=list)
    gone: list[ProposalRow] = field(default_factory=list)


def proposals_on(resolution: Resolution, user: User, memberships: MembershipContext) -> list[OfAssembly]:
    """What this person may read of what was asked on a resolution, the latest assembly first. Three queries."""
    proposals = list(Proposal.objects.visible_to(user, memberships.circles).filter(resolution=resolution).defer("reasons").for_list())
    return _by_assembly(rows_of(proposals, newest_readings(user, proposals, memberships), moves_of(user).proposals))


def rows_of(proposals: Iterable[Proposal], readings: Mapping[int, Reading], moved: Collection[int] = ()) -> list[ProposalRow]:
    """In the order given. readings -- by key of the proposal; moved -- keys of those that changed since the last visit"""
    proposals = list(proposals)
    regional = [row for row in proposals if row.group and row.superseded_at is None and not row.is_withdrawn]
    return [
        ProposalRow(
            proposal,
            list(names_of(proposal).values()),
            readings.get(proposal.pk),
            has_moved=proposal.pk in moved,
            also_signed=_also_signed(proposal, regional),
        )
        for proposal in proposals
    ]


def _also_signed(proposal: Proposal, regional: Iterable[Proposal]) -> list[AlsoSigned]:
    if proposal.group or proposal.superseded_at or proposal.is_withdrawn:
        return []
    mine = names_of(proposal)
    return [
        AlsoSigned(mine[str(country)], other)
        for other in regional
        if other.contribution.assembly_id == proposal.contribution.assembly_id
        for country in other.countries
        if str(country) in mine
    ]


def names_of(proposal: Proposal) -> dict[str, str]:
    """Of the States that sign it, by ISO code."""
    return {str(country): str(countries.name(str(country))) for country in proposal.countries}


def _by_assembly(rows: Iterable[ProposalRow]) -> list[OfAssembly]:
    found: dict[int, OfAssembly] = {}
    for row in rows:
        assembly = row.proposal.contribution.assembly
        of_it = found.setdefault(assembly.pk, OfAssembly(assembly))
        is_gone = row.proposal.superseded_at is not None or row.proposal.is_withdrawn
        (of_it.gone if is_gone else of_it.standing).append(row)
    dated = sorted((each for each in found.values() if each.assembly.starts_on), key=attrgetter("assembly.starts_on"), reverse=True)
    return [*(each for each in found.values() if not each.assembly.starts_on), *dated]
