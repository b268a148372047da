"""The cells of the matrix: who asks what of each resolution, and how we read it. No database, no request.

A cell holds the set of its proposals, never one verdict. Those read alike that ask the same stand on one line, the worst
for us first; withdrawn ones last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

RISK, MIXED, GOOD, UNREAD, WITHDRAWN = "risk", "mixed", "good", "unread", "withdrawn"
STATES = "states"
_RANK = {tone: rank for rank, tone in enumerate((RISK, MIXED, GOOD, UNREAD, WITHDRAWN))}
_ACTIONS = {action: rank for rank, action in enumerate(("MOD", "ADD", "SUP", "NOC"))}


class MatrixProposal(NamedTuple):
    """One proposal, as far as a cell needs it.

    column -- code of the regional group, or STATES for all that no recognised group asks for
    who -- what to call those who ask for it, in the column of single States: ("USA",), ("KEN", "ZAF")
    tone -- our reading, or UNREAD
    """

    resolution: int
    column: str
    action: str
    tone: str
    identifier: str = ""
    who: tuple[str, ...] = ()
    is_preliminary: bool = False
    is_withdrawn: bool = False
    is_late: bool = False
    has_moved: bool = False


@dataclass(slots=True)
class SimilarProposals:
    """Proposals of a cell that ask the same and are read alike. `tone` is WITHDRAWN for those taken back."""

    action: str
    tone: str
    proposals: list[MatrixProposal] = field(default_factory=list)
    # Whether one of them at least is.
    is_preliminary: bool = False
    is_late: bool = False

    def add(self, one: MatrixProposal) -> None:
        self.proposals.append(one)
        self.is_preliminary |= one.is_preliminary
        self.is_late |= one.is_late

    @property
    def count(self) -> int:
        return len(self.proposals)

    @property
    def icon(self) -> str:
        """The shape that stands for the reading; what nobody read yet has none."""
        return f"s-{self.tone}" if self.tone in (RISK, MIXED, GOOD) else ""

    @property
    def marks(self) -> str:
        """ "2?": two of them, one at least preliminary."""
        return f"{self.count if self.count > 1 else ''}{'?' if self.is_preliminary else ''}"

    @property
    def is_withdrawn(self) -> bool:
        return self.tone == WITHDRAWN


@dataclass(slots=True)
class Cell:
    """`tone` of the whole: the worst of what is still asked. `who` -- in the column of States, each once, in order."""

    lines: list[SimilarProposals]
    tone: str
    has_moved: bool
    who: list[str]


def cells(proposals: Iterable[MatrixProposal]) -> dict[tuple[int, str], Cell]:
    """By resolution and column; where nothing was received there is no cell."""
    found: dict[tuple[int, str], list[MatrixProposal]] = defaultdict(list)
    for proposal in proposals:
        found[proposal.resolution, proposal.column].append(proposal)
    return {place: _cell(asked) for place, asked in found.items()}


def _cell(asked: list[MatrixProposal]) -> Cell:
    lines: dict[tuple[str, str], SimilarProposals] = {}
    for one in asked:
        key = (WITHDRAWN if one.is_withdrawn else one.tone, one.action)
        if key not in lines:
            lines[key] = SimilarProposals(one.action, key[0])
        lines[key].add(one)
    in_order = sorted(lines.values(), key=lambda line: (_RANK[line.tone], _ACTIONS[line.action]))
    return Cell(
        lines=in_order,
        tone=in_order[0].tone,
        has_moved=any(one.has_moved for one in asked),
        who=sorted({name for one in asked for name in one.who}),
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """Where we stand on a resolution: the coalition's position, and whether a circle of the reader drafts another."""

    stance: str = ""
    version: int = 0
    is_to_review: bool = False
    is_drafted: bool = False

    @property
    def state(self) -> str:
        """The shape that stands for it."""
        if self.is_to_review:
            return "review"
        if self.stance in ("watch", "none"):
            return "none"
        return "done" if self.stance else "draft" if self.is_drafted else ""

    @property
    def icon(self) -> str:
        return f"s-{self.state}"


def stands(positions: Iterable[tuple[int, int, int, str, datetime, bool]], *, everyone: int) -> Mapping[int, Stand]:
    """By resolution. positions -- resolution, circle, version, stance, when, to be reviewed: the newest of each circle.

    A draft older than what the coalition adopted since is no draft any more.
    """
    adopted: dict[int, tuple[int, str, datetime, bool]] = {}
    drafted: dict[int, datetime] = {}
    for resolution, circle, version, stance, at, is_to_review in positions:
        if circle == everyone:
            adopted[resolution] = (version, stance, at, is_to_review)
        else:
            drafted[resolution] = max(at, drafted.get(resolution, at))
    found = {}
    for resolution in adopted.keys() | drafted.keys():
        draft_at = drafted.get(resolution)
        if resolution in adopted:
            version, stance, at, is_to_review = adopted[resolution]
            found[resolution] = Stand(stance, version, is_to_review, is_drafted=draft_at is not None and draft_at > at)
        else:
            found[resolution] = Stand(is_drafted=True)
    return found
