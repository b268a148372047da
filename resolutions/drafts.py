"""A contribution before it is stored: what an import, a form, a paste and the demo all hand to `services.contributions.record`.

Plain values and rows that exist already; nothing here is saved.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from resolutions.models import Assembly, Contribution, ProposedClause, RegionalGroup, Resolution


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """One clause as proposed. The side it is not on is empty.

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


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """What is asked of one resolution; see `models.Proposal`. `clauses` hold the whole text it proposes, unchanged ones too.

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
    """The document; see `models.Contribution`. Of one that is number only, nothing but assembly, number and dates is stored."""

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
