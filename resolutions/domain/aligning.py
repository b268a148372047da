"""Which clause became which: two versions of a text, clause by clause, without identifiers to go by.

Clauses whose wording is unique on both sides and unchanged are anchors (the longest run of them in the same order, as in patience
diff). Between two anchors, the heaviest chain of similar clauses in the same order is kept (Needleman and Wunsch, gaps costing
nothing). What is left pairs up across the order as moves; then a clause that went into its neighbour, or came out of it, is
recognised. Similarity is that of Indel on words: 2 × words in common, in order, by the words of both. Numbers count for nothing.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from resolutions.domain.table_alignment import pair_cells
from resolutions.domain.tables import cell_of
from resolutions.domain.wording import plain

# Any threshold from 0.30 to 0.45 pairs as well; unrelated clauses seldom reach 0.27 in English or 0.48 in Arabic.
PAIR = 0.40
PAIR_ACROSS_CALLS = 0.60
MOVE = 0.60
MERGE = 0.60  # of the whole, and of the words of the smaller part

_FEWEST_WORDS = 3  # of a clause that is said to have gone into another
_MOST_WORDS = 500  # of a clause, for its similarity
# All clauses of a gap are held against all while there are no more pairs of clauses, and of words, than these; else likely ones.
_MOST_PAIRS, _MOST_WORK = 160_000, 400_000_000
_RARE_WORDS, _NEAREST, _LIKELY = 6, 12, 6


class ClauseLike(Protocol):
    @property
    def call(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ComparableClause:
    """A clause as it is compared: the call it stands under ("resolves"), its number as printed ("a)"), its text without it."""

    call: str
    number: str
    text: str


class ChangeKind(StrEnum):
    UNCHANGED = "unchanged"
    RENUMBERED = "renumbered"
    MODIFIED = "modified"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of clauses: their places in the old and in the new sequence, several on one side when merged or split.

    The kind is the first that holds of merged or split, moved, modified, renumbered, unchanged; the claims beside it tell what
    else is true of a clause that was, say, both moved and reworded. A clause whose call was reworded where it stands ("instructs"
    become "invites") is modified though none of its own words is.
    """

    kind: ChangeKind
    old: tuple[int, ...]
    new: tuple[int, ...]
    similarity: float
    is_reworded: bool = False
    is_renumbered: bool = False
    is_under_another_call: bool = False

    def reversed(self) -> "ClauseChange":
        return ClauseChange(
            _OPPOSITE.get(self.kind, self.kind),
            self.new,
            self.old,
            self.similarity,
            self.is_reworded,
            self.is_renumbered,
            self.is_under_another_call,
        )


_OPPOSITE = {
    ChangeKind.ADDED: ChangeKind.REMOVED,
    ChangeKind.REMOVED: ChangeKind.ADDED,
    ChangeKind.MERGED: ChangeKind.SPLIT,
    ChangeKind.SPLIT: ChangeKind.MERGED,
}


def align(old: Sequence[ClauseLike], new: Sequence[ClauseLike], known: "Sequence[_Pair]" = ()) -> list[ClauseChange]:
    """The changes from `old` to `new` in reading order: that of the new text, what was removed after what stood before it.

    Every index of either side is in exactly one change. Aligned the other way round, the changes are the same reversed.

    known -- pairs of indices, each index in one at most, known to be one clause whatever their words; the rest is found around them

    Cells of a table pair by row and column (`table_alignment`), and the clauses around it as if it were not there.
    """
    if not (_has_table(old) and _has_table(new)):
        return _align(old, new, known)
    cells, inside_old, inside_new = _cell_pairs(old, new)
    fixed_old, fixed_new = {i for i, _ in known}, {j for _, j in known}
    cells = {i: j for i, j in cells.items() if i not in fixed_old and j not in fixed_new}
    inside_old, inside_new = inside_old - fixed_old, inside_new - fixed_new
    rest_old = [i for i in range(len(old)) if i not in inside_old]
    rest_new = [j for j in range(len(new)) if j not in inside_new]
    place_old, place_new = ({index: place for place, index in enumerate(rest)} for rest in (rest_old, rest_new))
    around = _align([old[i] for i in rest_old], [new[j] for j in rest_new], [(place_old[i], place_new[j]) for i, j in known])
    changes = [replace(change, old=tuple(rest_old[i] for i in change.old), new=tuple(rest_new[j] for j in change.new)) for change in around]
    changes += _Alignment(old, new).described_cells(cells)
    changes += [ClauseChange(ChangeKind.REMOVED, (i,), (), 0.0) for i in sorted(inside_old - cells.keys())]
    changes += [ClauseChange(ChangeKind.ADDED, (), (j,), 0.0) for j in sorted(inside_new - set(cells.values()))]
    return _in_reading_order(changes)


def _has_table(clauses: Sequence[ClauseLike]) -> bool:
    return any(cell_of(clause) for clause in clauses)


def _cell_pairs(old: Sequence[ClauseLike], new: Sequence[ClauseLike]) -> tuple[dict[int, int], set[int], set[int]]:
    codes = _Codes()
    # Among equally good answers the same is found from either side.
    if list(map(_content, old)) > list(map(_content, new)):
        back, inside_new, inside_old = pair_cells(
            new, old, lambda index: codes.of(plain(new[index].text)), lambda index: codes.of(plain(old[index].text))
        )
        return {j: i for i, j in back.items()}, inside_old, inside_new
    return pair_cells(old, new, lambda index: codes.of(plain(old[index].text)), lambda index: codes.of(plain(new[index].text)))


def _align(old: Sequence[ClauseLike], new: Sequence[ClauseLike], known: "Sequence[_Pair]") -> list[ClauseChange]:
    olds, news = list(map(_content, old)), list(map(_content, new))
    if olds == news and all(i == j for i, j in known):
        return [ClauseChange(ChangeKind.UNCHANGED, (place,), (place,), 1.0) for place in range(len(olds))]
    if olds < news:
        return _in_reading_order(_Alignment(old, new).changes(known))
    # Among equally good answers the same is found from either side.
    return _in_reading_order([change.reversed() for change in _Alignment(new, old).changes([(j, i) for i, j in known])])


def similarity(first: str, second: str) -> float:
    """From 0.0, no word in common, to 1.0, the same words in the same order."""
    codes = _Codes()
    return Indel.normalized_similarity(codes.of(plain(first)), codes.of(plain(second)))


class Similarities:
    """`similarity` of many texts to the same others, whose words are read once."""

    def __init__(self, others: Iterable[str]) -> None:
        self._codes = _Codes()
        self._others = [self._codes.of(plain(other)) for other in others]

    def of(self, text: str) -> list[float]:
        """To each of the others, in their order."""
        words = self._codes.of(plain(text))
        return [Indel.normalized_similarity(other, words) for other in self._others]


def _content(clause: ClauseLike) -> tuple[str, str, str]:
    return clause.text, clause.call, clause.number


class _Codes(dict[str, str]):
    """Words as code points, so that a clause is a string and similarity is counted bit-parallel on it."""

    def __missing__(self, word: str) -> str:
        code = self[word] = chr(len(self) % 0x110000)
        return code

    def of(self, wording: str) -> str:
        tokens = wording.casefold().split(" ")
        words = [token for token in tokens if token[:1].isalnum()] or tokens
        return "".join(map(self.__getitem__, words[:_MOST_WORDS]))


class _Alignment:
    def __init__(self, old: Sequence[ClauseLike], new: Sequence[ClauseLike]) -> None:
        self.old, self.new = old, new
        self.became: dict[int, int] = {}  # each paired old clause's new one
        self.came_from: dict[int, int] = {}
        self.scores: dict[int, float] = {}  # by old clause
        self.moved: set[int] = set()
        self.merged: dict[int, list[int]] = {}  # by new clause: all the old ones in it
        self.split: dict[int, list[int]] = {}  # by old clause: all the new ones out of it
        self._codes = _Codes()
        self._plain: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._calls_old, self._calls_new = [clause.call for clause in old], [clause.call for clause in new]
        plain_old, plain_new = set(map(self.plain, set(self._calls_old))), set(map(self.plain, set(self._calls_new)))
        # A call gone from one side and one new on the other may be the same one reworded.
        self._gone, self._come = plain_old - plain_new, plain_new - plain_old

    def changes(self, known: "Sequence[_Pair]") -> list[ClauseChange]:
        if known:
            self._pair_around(sorted(known))
        else:
            self._pair_in_order()
        self._pair_moves()
        self.merged = self._absorbed(self.old, self.new, self.became, set(range(len(self.old))) - self.became.keys())
        together = {i for several in self.merged.values() for i in several}
        whole_of = {j: i for j, i in self.came_from.items() if i not in together}
        self.split = self._absorbed(self.new, self.old, whole_of, set(range(len(self.new))) - self.came_from.keys())
        return list(self._described())

    def described_cells(self, pairs: dict[int, int]) -> Iterator[ClauseChange]:
        """What became of cells that are pairs. One whose table stands under another call has not moved."""
        for i, j in pairs.items():
            before, after = self.old[i], self.new[j]
            is_reworded = self._differ(before.text, after.text)
            score = Indel.normalized_similarity(self.words(before.text), self.words(after.text))
            is_under_another_call = self._differ(before.call, after.call)
            kind = ChangeKind.MODIFIED if is_reworded or is_under_another_call else ChangeKind.UNCHANGED
            yield ClauseChange(kind, (i,), (j,), score, is_reworded, False, is_under_another_call)

    # What is compared

    def plain(self, text: str) -> str:
        known = self._plain.get(text)
        if known is None:
            known = self._plain[text] = plain(text)
        return known

    def words(self, text: str) -> str:
        known = self._words.get(text)
        if known is None:
            known = self._words[text] = self._codes.of(self.plain(text))
        return known

    def is_under_one_call(self, i: int, j: int) -> bool:
        """Or under one that was reworded: gone from the old text, new in the new one."""
        call_old, call_new = self._calls_old[i], self._calls_new[j]
        if call_old == call_new:
            return True
        plain_old, plain_new = self.plain(call_old), self.plain(call_new)
        return plain_old == plain_new or (plain_old in self._gone and plain_new in self._come)

    # Pairs

    def _pair(self, i: int, j: int, score: float) -> None:
        self.became[i], self.came_from[j], self.scores[i] = j, i, score

    def _pair_in_order(self) -> None:
        whole = (0, len(self.old), 0, len(self.new))
        for gap in self._around_equal(whole, [clause.text for clause in self.old], [clause.text for clause in self.new]):
            i, i_end, j, j_end = gap
            finer = self._around_equal(
                gap,
                {place: self.plain(self.old[place].text) for place in range(i, i_end)},
                {place: self.plain(self.new[place].text) for place in range(j, j_end)},
            )
            for i, i_end, j, j_end in finer:
                self._pair_heaviest_chain(range(i, i_end), range(j, j_end))

    def _pair_around(self, known: "Sequence[_Pair]") -> None:
        in_order = longest_increasing(known)
        self.moved = {i for i, _ in set(known).difference(in_order)}
        for i, j in known:
            self._pair(i, j, Indel.normalized_similarity(self.words(self.old[i].text), self.words(self.new[j].text)))
        for (i, j), (i_end, j_end) in pairwise([(-1, -1), *in_order, (len(self.old), len(self.new))]):
            old = [place for place in range(i + 1, i_end) if place not in self.became]
            new = [place for place in range(j + 1, j_end) if place not in self.came_from]
            self._pair_heaviest_chain(old, new)

    def _around_equal(self, gap: "_Gap", old: "_Texts", new: "_Texts") -> "list[_Gap]":
        """Pair the equal clauses at both ends and the anchors, with the equal ones beside them; return the gaps in between."""
        i, i_end, j, j_end = gap
        count_old, count_new = Counter(old[k] for k in range(i, i_end)), Counter(new[k] for k in range(j, j_end))
        place_new = {new[k]: k for k in range(j, j_end) if count_new[new[k]] == 1}
        candidates = [(k, place_new[old[k]]) for k in range(i, i_end) if count_old[old[k]] == 1 and old[k] in place_new]
        gaps = []
        for (a, b), (a_end, b_end) in pairwise([(i - 1, j - 1), *longest_increasing(candidates), (i_end, j_end)]):
            if a >= i:
                self._pair(a, b, 1.0)
            a, b = a + 1, b + 1
            while a < a_end and b < b_end and old[a] == new[b]:
                self._pair(a, b, 1.0)
                a, b = a + 1, b + 1
            while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
                a_end, b_end = a_end - 1, b_end - 1
                self._pair(a_end, b_end, 1.0)
            if a < a_end and b < b_end:
                gaps.append((a, a_end, b, b_end))
        return gaps

    def _pair_heaviest_chain(self, old: Sequence[int], new: Sequence[int]) -> None:
        candidates = []
        for i, j, score in self._similar(old, new, PAIR):
            together = self.is_under_one_call(i, j)
            if together or score >= PAIR_ACROSS_CALLS:
                # Between equals, the one under the same call and with the same number.
                weight = score + 0.001 * together + 0.0005 * (self.old[i].number == self.new[j].number)
                candidates.append((i, j, weight, score))
        for i, j, score in _heaviest_chain(candidates):
            self._pair(i, j, score)

    def _pair_moves(self) -> None:
        old = [i for i in range(len(self.old)) if i not in self.became]
        new = [j for j in range(len(self.new)) if j not in self.came_from]
        candidates = [(-score, abs(i - j), i, j) for i, j, score in self._similar(old, new, MOVE)]
        for negative, _, i, j in sorted(candidates):
            if i not in self.became and j not in self.came_from:
                self._pair(i, j, -negative)
                self.moved.add(i)

    def _similar(self, old: Sequence[int], new: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        if not old or not new:
            return
        words_old, words_new = [self.words(self.old[i].text) for i in old], [self.words(self.new[j].text) for j in new]
        if len(old) * len(new) <= _MOST_PAIRS and sum(map(len, words_old)) * sum(map(len, words_new)) <= _MOST_WORK:
            for i, words in zip(old, words_old, strict=True):
                for _, score, place in process.extract(
                    words, words_new, scorer=Indel.normalized_similarity, processor=None, score_cutoff=least, limit=None
                ):
                    yield i, new[place], score
            return
        for at, likely in enumerate(_likely_pairs(words_old, words_new)):
            for place in likely:
                score = Indel.normalized_similarity(words_old[at], words_new[place], score_cutoff=least)
                if score >= least:
                    yield old[at], new[place], score

    # Merged and split

    def _absorbed(
        self, parts: Sequence[ClauseLike], wholes: Sequence[ClauseLike], whole_of: dict[int, int], alone: set[int]
    ) -> dict[int, list[int]]:
        """By whole, the parts that are in it: its pair, and those beside that which stand `alone` and whose words it holds."""
        whole_of = dict(whole_of)
        together: dict[int, list[int]] = {}
        for step, places in ((-1, sorted(alone)), (1, sorted(alone, reverse=True))):
            for place in places:
                whole = whole_of.get(place + step)
                if whole is None or place in whole_of:
                    continue
                others = together.get(whole, [place + step])
                if self._holds(wholes[whole], parts, others, place):
                    whole_of[place] = whole
                    together[whole] = sorted([*others, place])
        return together

    def _holds(self, whole: ClauseLike, parts: Sequence[ClauseLike], others: list[int], place: int) -> bool:
        """Whether most words of this part are in the whole, before or after those of the others, and little of it all is missing."""
        part, words = self.words(parts[place].text), self.words(whole.text)
        if len(part) < _FEWEST_WORDS:
            return False
        all_of_them = "".join(self.words(parts[each].text) for each in sorted([*others, place]))
        in_common = LCSseq.similarity(all_of_them, words)
        without = LCSseq.similarity("".join(self.words(parts[each].text) for each in others), words)
        return in_common - without >= MERGE * len(part) and 2 * in_common >= MERGE * (len(all_of_them) + len(words))

    # What became of them

    def _described(self) -> Iterator[ClauseChange]:
        parts = {j for several in self.split.values() for j in several}
        absorbed = {i for several in self.merged.values() for i in several}
        for i in range(len(self.old)):
            if i not in self.became and i not in absorbed:
                yield ClauseChange(ChangeKind.REMOVED, (i,), (), 0.0)
        for j in range(len(self.new)):
            if j in self.came_from:
                yield self._described_pair(self.came_from[j], j)
            elif j not in parts:
                yield ClauseChange(ChangeKind.ADDED, (), (j,), 0.0)

    def _described_pair(self, i: int, j: int) -> ClauseChange:
        before, after = self.old[i], self.new[j]
        is_renumbered = self._differ(before.number, after.number)
        is_under_another_call = self._differ(before.call, after.call)
        old, new = tuple(self.merged.get(j, [i])), tuple(self.split.get(i, [j]))
        if len(old) > 1 or len(new) > 1:
            kind = ChangeKind.MERGED if len(old) > 1 else ChangeKind.SPLIT
            before_text = " ".join(self.old[place].text for place in old)
            after_text = " ".join(self.new[place].text for place in new)
            score = Indel.normalized_similarity(self.words(before_text), self.words(after_text))
            is_reworded = self._differ(before_text, after_text)
            return ClauseChange(kind, old, new, score, is_reworded, is_renumbered, is_under_another_call)
        is_reworded = self._differ(before.text, after.text)
        if i in self.moved or not self.is_under_one_call(i, j):
            kind = ChangeKind.MOVED
        elif is_reworded or is_under_another_call:
            kind = ChangeKind.MODIFIED
        else:
            kind = ChangeKind.RENUMBERED if is_renumbered else ChangeKind.UNCHANGED
        return ClauseChange(kind, old, new, self.scores[i], is_reworded, is_renumbered, is_under_another_call)

    def _differ(self, first: str, second: str) -> bool:
        return first != second and self.plain(first) != self.plain(second)


type _Pair = tuple[int, int]
type _Gap = tuple[int, int, int, int]
type _Texts = Sequence[str] | dict[int, str]


def longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of these pairs, given in the order of their first, that is also in the order of their second."""
    ends: list[int] = []  # the smallest second that ends a run of each length
    at: list[int] = []
    before: list[int] = []
    for place, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        at[length : length + 1] = [place]
    run = []
    place = at[-1] if at else -1
    while place >= 0:
        run.append(pairs[place])
        place = before[place]
    return run[::-1]


def _heaviest_chain(candidates: list[tuple[int, int, float, float]]) -> list[tuple[int, int, float]]:
    """Of candidates (i, j, weight, score), those rising in both i and j whose weights sum highest, as (i, j, score).

    Needleman and Wunsch without the cells that cannot pair: n log n in the number of candidates, by a tree of prefix maxima.
    """
    candidates.sort(key=lambda candidate: (candidate[0], -candidate[1]))  # of one i, no two in one chain
    rank = {j: place for place, j in enumerate(sorted({j for _, j, _, _ in candidates}), start=1)}
    best = [(0.0, -1)] * (len(rank) + 1)
    before = []
    for place, (_, j, weight, _) in enumerate(candidates):
        total, previous = 0.0, -1
        node = rank[j] - 1
        while node:
            if best[node][0] > total:
                total, previous = best[node]
            node &= node - 1
        before.append(previous)
        total += weight
        node = rank[j]
        while node < len(best):
            if total > best[node][0]:
                best[node] = (total, place)
            node += node & -node
    chain = []
    place = max(best)[1]
    while place >= 0:
        i, j, _, score = candidates[place]
        chain.append((i, j, score))
        place = before[place]
    return chain[::-1]


def _likely_pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[list[int]]:
    """For each of very many old clauses, the few new ones it shares its rarest words with, the nearest first where many have them."""
    having: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(new):
        for word in set(words):
            having[word].append(place)
    for at, words in enumerate(old):
        shared: Counter[int] = Counter()
        expected = at * len(new) // len(old)
        for word in sorted((word for word in set(words) if word in having), key=lambda word: (len(having[word]), word))[:_RARE_WORDS]:
            places = having[word]
            middle = max(0, min(bisect_left(places, expected) - _NEAREST // 2, len(places) - _NEAREST))
            shared.update(places[middle : middle + _NEAREST])
        yield [place for place, _ in sorted(shared.items(), key=lambda item: (-item[1], abs(item[0] - expected)))[:_LIKELY]]


def _in_reading_order(changes: Iterable[ClauseChange]) -> list[ClauseChange]:
    changes = list(changes)
    stands_before = sorted(
        (change.old[-1], change.new[-1]) for change in changes if change.old and change.new and change.kind is not ChangeKind.MOVED
    )
    olds = [old for old, _ in stands_before]

    def place(change: ClauseChange) -> tuple[int, int, int]:
        if change.new:
            return change.new[-1], 0, 0
        before = bisect_left(olds, change.old[0])
        return stands_before[before - 1][1] if before else -1, 1, change.old[0]

    return sorted(changes, key=place)
