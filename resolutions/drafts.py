"""A contribution before it is stored: the input of `services.contributions.record` from imports, forms, pastes and the demo.

Plain values and rows that exist already; nothing here is saved.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from resolutions.domain.tables import CellPlace
from resolutions.models import Assembly, Contribution, ProposedClause, RegionalGroup, Resolution


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """One clause as proposed. The missing side is empty.

    part, kind, change -- values of Part, ClauseKind, ProposedClause.Change
    place -- paragraph of the file, counted from 1
    anchor -- identity of the clause in force it changes, when a person chose it (`is_chosen`); else it is found by its words
    """

    part: str
    text: str = ""
    before: str = ""
    call: str = ""
    call_before: str = ""
    number: str = ""
    number_before: str = ""
    kind: str = "item"
    change: str = ProposedClause.Change.MODIFIED
    place: int | None = None
    anchor: UUID | None = None
    is_chosen: bool = False
    # Of a clause that moved from another part; else "".
    part_before: str = ""
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """A proposal on one resolution; see `models.Proposal`. `clauses` hold the whole text it proposes, unchanged ones too.

    resolution -- a row, or of a draft new one that nobody recorded yet, what `services.new_resolutions.new_resolution` begins
    """

    resolution: Resolution
    action: str
    identifier: str = ""
    status: str = "submitted"
    sources: tuple[str, ...] = ()
    group: RegionalGroup | None = None
    countries: tuple[str, ...] = ()
    is_consolidated: bool = False
    title: str = ""
    reasons: str = ""
    clauses: tuple[ClauseDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ContributionDraft:
    """The document; see `models.Contribution`. For access "number only" only assembly, number and dates are stored."""

    assembly: Assembly
    number: str
    proposals: tuple[ProposalDraft, ...] = ()
    revision: int = 0
    title: str = ""
    language: str = ""
    received_at: datetime | None = None
    is_late: bool = False
    access: str = Contribution.Access.PUBLIC
    url: str = ""
    file_name: str = ""
    sha256: str = ""
    is_history: bool = False
