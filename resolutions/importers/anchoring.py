"""Which clause in force a proposed clause starts from.

Within one language by its words: the same alignment that compares two versions of a text. Across languages, where words cannot tell,
by structure: the part, which verb line of that part it stands under, and its number or place there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from resolutions.domain.aligning import ChangeKind, ClauseLike, Similarities, align, similarity
from resolutions.domain.tables import CellPlace
from resolutions.domain.wording import same_wording
from resolutions.importers.clause_origins import DOUBTFUL, pair_by_structure


class AnchorableClause(ClauseLike, Protocol):
    """A clause where it stands; of a proposal, the side it starts from."""

    @property
    def part(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Starting:
    """The words a proposed clause starts from: those before its marks, or, without marks, its own."""

    part: str
    kind: str
    call: str
    number: str
    text: str
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """To which clause in force, by its place in the sequence, a clause is anchored; to none when `base` is None.

    kind -- what the alignment says became of it; None across languages, or where a person decided
    likeness -- share of the words in common, 0 to 1; None across languages
    differs -- the words it starts from are not those in force
    is_doubtful -- to be reviewed: little in common, several clauses for one, or none found
    """

    base: int | None
    kind: ChangeKind | None = None
    likeness: float | None = None
    differs: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    base: int
    likeness: float | None


def anchor(
    starting: Sequence[AnchorableClause], in_force: Sequence[AnchorableClause], *, decided: Mapping[int, int | None] | None = None
) -> list[Anchor]:
    """One anchor per clause, no two to the same clause in force.

    decided -- by place in `starting`, the place in `in_force` that a person chose, or None for "a new clause": it stands
    """
    decided = decided or {}
    found = {new: _decided(starting[new], in_force, base) for new, base in decided.items()}
    taken = {base for base in decided.values() if base is not None}
    open_new = [new for new in range(len(starting)) if new not in decided]
    open_old = [old for old in range(len(in_force)) if old not in taken]
    for change in align([in_force[old] for old in open_old], [starting[new] for new in open_new]):
        olds, news = [open_old[old] for old in change.old], [open_new[new] for new in change.new]
        if not news:
            continue
        old, new = _closest(in_force, starting, olds, news)
        for each in news:
            if each != new or old is None:
                found[each] = Anchor(None, ChangeKind.ADDED, None, differs=True, is_doubtful=True)
            else:
                several = len(olds) > 1 or len(news) > 1
                if several:
                    likeness = similarity(in_force[old].text, starting[new].text)
                    differs = not same_wording(in_force[old].text, starting[new].text)
                else:
                    likeness, differs = change.similarity, change.is_reworded
                found[new] = Anchor(old, change.kind, likeness, differs, is_doubtful=differs and (several or likeness < DOUBTFUL))
    return [found[new] for new in range(len(starting))]


def anchor_by_structure(
    starting: Sequence[AnchorableClause], in_force: Sequence[AnchorableClause], *, decided: Mapping[int, int | None] | None = None
) -> list[Anchor]:
    """The same for texts in two languages. It is certain only for parts that have as many clauses on both sides."""
    found = {new: Anchor(base) for new, base in (decided or {}).items()}
    taken = {anchor.base for anchor in found.values()}
    clauses_new, clauses_old = Counter(clause.part for clause in starting), Counter(clause.part for clause in in_force)
    for new, old in pair_by_structure(in_force, starting).items():
        if new not in found and old not in taken:
            part = starting[new].part
            found[new] = Anchor(old, is_doubtful=clauses_new[part] != clauses_old[part])
    return [found.get(new, Anchor(None, is_doubtful=True)) for new in range(len(starting))]


def candidates(clause: AnchorableClause, in_force: Sequence[AnchorableClause], similarities: Similarities | None = None) -> list[Candidate]:
    """The clauses in force it might start from, the most similar first, else in the order of the text.

    similarities -- to the clauses in force, where several clauses are asked about
    """
    similarities = similarities or Similarities(other.text for other in in_force)
    scored = [(-score, place) for place, score in enumerate(similarities.of(clause.text))]
    return [Candidate(place, -score) for score, place in sorted(scored)]


def candidates_by_structure(clause: AnchorableClause, in_force: Sequence[AnchorableClause]) -> list[Candidate]:
    """The same for texts in two languages: those of its part first, and among them those with its number. No similarity is computed."""

    def distance(place: int) -> tuple[bool, bool, int]:
        other = in_force[place]
        return other.part != clause.part, _number(other) != _number(clause), place

    return [Candidate(place, None) for place in sorted(range(len(in_force)), key=distance)]


def continued(old: Sequence[ClauseLike], new: Sequence[ClauseLike]) -> dict[int, int]:
    """By place in the new sequence, the clause of the old one it continues: for the next issue of the same document."""
    pairs = {}
    for change in align(old, new):
        if change.old and change.new:
            before, after = _closest(old, new, list(change.old), list(change.new))
            if before is not None:
                pairs[after] = before
    return pairs


def _decided(clause: AnchorableClause, in_force: Sequence[AnchorableClause], base: int | None) -> Anchor:
    if base is None:
        return Anchor(None, None)
    words = in_force[base].text
    return Anchor(base, None, similarity(words, clause.text), differs=not same_wording(words, clause.text))


def _closest(old: Sequence[ClauseLike], new: Sequence[ClauseLike], olds: Sequence[int], news: Sequence[int]) -> tuple[int | None, int]:
    """Of merged or split clauses, the two most similar; the first of several."""
    if not olds:
        return None, news[0]
    if len(olds) == len(news) == 1:
        return olds[0], news[0]
    _score, before, after = max((similarity(old[i].text, new[j].text), -i, -j) for i in olds for j in news)
    return -before, -after


def _number(clause: ClauseLike) -> str:
    return clause.number.strip(" .()（）").casefold()
