"""How much of the words that were asked for stands in a clause that a State proposes. No database, no request."""

from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from resolutions.domain.aligning import similarity
from resolutions.domain.wording import plain

# Below this a clause is not suggested. Clauses about the same thing in other words share a third of their words.
LEAST = 0.6
MOST_WORDS = 500


@dataclass(frozen=True)
class Likeness:
    """share -- of the words asked for, in their order, that stand in the clause; whole -- of the words of both"""

    share: float
    whole: float

    @property
    def is_suggested(self) -> bool:
        return self.share >= LEAST

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def likeness(asked: str, proposed: str) -> Likeness:
    """A clause may say more than what was asked for, so the share of the words asked for counts first."""
    words, others = plain(asked).split()[:MOST_WORDS], plain(proposed).split()[:MOST_WORDS]
    if not words or not others:
        return Likeness(0.0, 0.0)
    return Likeness(LCSseq.similarity(words, others) / len(words), similarity(asked, proposed))
