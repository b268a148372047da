"""The cells of the matrix: the proposals on each resolution and our readings. No database, no request.

A cell lists its proposals. Those with the same action and reading share a line, the least favourable first, withdrawn ones last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

RISK, MIXED, GOOD, UNREAD, WITHDRAWN = "risk", "mixed", "good", "unread", "withdrawn"
STATES = "states"
_RANK = {tone: rank for rank, tone in enumerate((RISK, MIXED, GOOD, UNREAD, WITHDRAWN))}
_ACTIONS = {action: rank for rank, action in enumerate(("MOD", "ADD", "SUP", "NOC"))}


class MatrixProposal(NamedTuple):
    """One proposal, as far as a cell needs it.

    column -- code of the regional group, or STATES for proposals without a recognised group
    who -- the names of the proponents, in the column of single States: ("USA",), ("KEN", "ZAF")
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


class LineLook(NamedTuple):
    """What one line of a cell shows: whether one at least is preliminary or late. `tone` is WITHDRAWN for those taken back."""

    action: str
    tone: str
    size: int
    is_preliminary: bool
    is_late: bool

    @property
    def icon(self) -> str:
        """The icon of the reading; none without a reading."""
        return f"s-{self.tone}" if self.tone in (RISK, MIXED, GOOD) else ""

    @property
    def marks(self) -> str:
        """ "2?": two of them, one at least preliminary."""
        return f"{self.size if self.size > 1 else ''}{'?' if self.is_preliminary else ''}"

    @property
    def is_withdrawn(self) -> bool:
        return self.tone == WITHDRAWN


class SimilarProposals(NamedTuple):
    """Proposals of a cell that ask the same and are read alike."""

    look: LineLook
    proposals: list[MatrixProposal]


@dataclass(slots=True)
class MatrixCell:
    """`tone` of the cell: the least favourable of what is not withdrawn. `who` -- in the column of States, each once, in order."""

    lines: list[SimilarProposals]
    tone: str
    has_moved: bool
    who: list[str]


def cells(proposals: Iterable[MatrixProposal]) -> dict[tuple[int, str], MatrixCell]:
    """By resolution and column, without empty cells."""
    found: dict[tuple[int, str], list[MatrixProposal]] = defaultdict(list)
    for proposal in proposals:
        found[proposal.resolution, proposal.column].append(proposal)
    return {place: _cell(asked) for place, asked in found.items()}


def _cell(asked: list[MatrixProposal]) -> MatrixCell:
    alike: dict[tuple[int, int], list[MatrixProposal]] = defaultdict(list)
    for one in asked:
        alike[_RANK[WITHDRAWN if one.is_withdrawn else one.tone], _ACTIONS[one.action]].append(one)
    lines = [_line(alike[rank]) for rank in sorted(alike)]
    return MatrixCell(
        lines=lines,
        tone=lines[0].look.tone,
        has_moved=any(one.has_moved for one in asked),
        who=sorted({name for one in asked for name in one.who}),
    )


def _line(proposals: list[MatrixProposal]) -> SimilarProposals:
    first = proposals[0]
    look = LineLook(
        first.action,
        WITHDRAWN if first.is_withdrawn else first.tone,
        len(proposals),
        is_preliminary=any(one.is_preliminary for one in proposals),
        is_late=any(one.is_late for one in proposals),
    )
    return SimilarProposals(look, proposals)


@dataclass(frozen=True, slots=True)
class Stand:
    """Our position on a resolution: the coalition's, and whether a circle of the reader has a newer draft."""

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

    A draft older than the adopted position does not count.
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
