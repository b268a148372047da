"""Which lines of what a coalition said inside could stand in its public report, and how far each is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from coalitions.models import Coalition, Position, ReportLine, Verdict
from coalitions.outcomes.read_models.record import OutcomeRow
from resolutions.models import Resolution

Part = ReportLine.Part


@dataclass(frozen=True)
class ReportLineCandidate:
    """A line as it would be released now. resolution -- None for the name of the coalition"""

    resolution: Resolution | None
    part: str
    text: str

    @property
    def key(self) -> str:
        """Names it in a form, with a digest of its words: who ticks it has read these."""
        digest = sha256(self.text.encode()).hexdigest()[:16]
        return f"{self.resolution.slug if self.resolution else ''}:{self.part}:{digest}"

    @property
    def label(self) -> str:
        return str(Part(self.part).label)

    @property
    def said(self) -> str:
        if self.part == Part.STANCE:
            return str(Position.Stance(self.text).label)
        return str(Verdict.Result(self.text).label) if self.part == Part.RESULT else self.text


@dataclass(frozen=True)
class ReviewedLine:
    """line -- what stands in its place, proposed or released; is_changed -- with other words than the candidate's"""

    candidate: ReportLineCandidate
    line: ReportLine | None

    @property
    def is_changed(self) -> bool:
        return self.line is not None and self.line.text != self.candidate.text

    @property
    def may_be_proposed(self) -> bool:
        return self.line is None or self.is_changed


@dataclass(frozen=True)
class ReviewedResolution:
    resolution: Resolution | None
    lines: Sequence[ReviewedLine]


def candidates(rows: Iterable[OutcomeRow], coalition: Coalition) -> list[ReportLineCandidate]:
    """The name of the coalition, then of each resolution what its members read. Nothing of other circles, and no names of people."""
    found = [ReportLineCandidate(None, Part.NAME, coalition.name)]
    for row in rows:
        said = []
        if row.position:
            said += [(Part.STANCE, row.position.stance), (Part.WORDS, row.position.words)]
        if row.verdict:
            said += [(Part.RESULT, row.verdict.result), (Part.WHY, row.verdict.words)]
        found += [ReportLineCandidate(row.resolution, part, text) for part, text in said if text]
    return found


def reviewed(rows: Iterable[OutcomeRow], coalition: Coalition, lines: Iterable[ReportLine]) -> list[ReviewedResolution]:
    """Every candidate beside what stands in its place, by resolution."""
    standing = {(line.resolution_id, line.part): line for line in lines}
    found: dict[int | None, list[ReviewedLine]] = {}
    for each in candidates(rows, coalition):
        key = each.resolution.pk if each.resolution else None
        found.setdefault(key, []).append(ReviewedLine(each, standing.get((key, each.part))))
    return [ReviewedResolution(lines[0].candidate.resolution, lines) for lines in found.values()]
