"""Pairs the clauses of the two texts of one proposal.

Paragraphs that the marks leave in place are pairs; where a mark is missing, or a pair has nothing in common, equal and then similar wording
decides. (Anchoring to the text in force is done in `importers.anchoring`.)
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq, Postfix, Prefix

from .lexicon import matching
from .shapes import TextClause

KEEP = 0.40  # a pair of one paragraph with less than this in common is reconsidered
LEAST = 0.20  # with less than this it is no pair, though it is one paragraph and nothing else is more alike
HELD = 0.80  # the share of its words that a clause has in another one, to be a part of that
FEWEST_WORDS = 5  # a shorter clause may be in another by chance
MATCH = 0.60  # unrelated clauses reach 0.27 in English and 0.48 in Arabic, word by word
MAX_HELD = 20_000  # clauses held against each other one by one
FIXED = frozenset({"call", "resno", "restitle", "resref", "opening", "footnote"})
WORDS = re.compile(r"\w+")
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
MAX_WORK = 25_000_000  # word pairs compared in one go: about 0.1 s
MAX_LETTERS = 2_000_000  # of the clauses compared word by word in one proposal; 10,000 clauses have as many

Pair = tuple[int | None, int | None]


class WordCharacters(dict[str, str]):
    """One character for each word, the next free one for a new word."""

    def __missing__(self, word: str) -> str:
        self[word] = character = chr(0x10000 + len(self) % 0xFFFFF)
        return character


class Wordings:
    """Clauses as strings of one character per word, so that a distance between strings counts words."""

    def __init__(self) -> None:
        self._words = WordCharacters()
        self._encoded: dict[str, str] = {}
        self.letters = 0

    def encode(self, text: str) -> str:
        if text not in self._encoded:
            self.letters += len(text)
            plain = matching(text)
            # Punctuation is left out: short clauses would share little else.
            words = list(filter(str.isalnum, plain)) if IDEOGRAPH.search(plain) else WORDS.findall(plain)
            self._encoded[text] = "".join(map(self._words.__getitem__, words or plain))
        return self._encoded[text]

    def similarity(self, one: str, other: str) -> float:
        """Share of words in common and in order, 0 to 1. Texts too long to compare count as alike, so that the marks decide."""
        if one == other or self.letters > MAX_LETTERS or max(len(one), len(other)) > MAX_LETTERS:
            return 1.0
        first, second = self.encode(one), self.encode(other)
        if len(first) * len(second) > MAX_WORK:
            return 1.0
        return Indel.normalized_similarity(first, second)


def pair(before: Sequence[TextClause], after: Sequence[TextClause]) -> list[Pair]:
    """Indexes into both texts, each once; None where a clause has no other side. In the order of the document."""
    wordings = Wordings()
    cells = _same_cells(before, after)
    physical = {old: new for old, new in _physical(before, after, wordings).items() if old not in cells and new not in cells.values()}
    weak = {old: new for old, new in physical.items() if _is_weak(before[old].text, after[new].text, wordings)}
    pairs = cells | {old: new for old, new in physical.items() if old not in weak}
    _match(before, after, pairs, wordings)
    taken = set(pairs.values())
    for old, new in weak.items():
        if old not in pairs and new not in taken and _is_alike(before[old], after[new]) and _is_one(before[old], after[new], wordings):
            pairs[old] = new
    taken = set(pairs.values())
    found: list[tuple[int, int, Pair]] = [(after[new].place, 1, (old, new)) for old, new in pairs.items()]
    found += [(clause.place, 0, (old, None)) for old, clause in enumerate(before) if old not in pairs]
    found += [(clause.place, 1, (None, new)) for new, clause in enumerate(after) if new not in taken]
    return [entry[2] for entry in sorted(found, key=lambda entry: (entry[0], entry[1], entry[2][1] or 0))]


def _is_weak(one: str, other: str, wordings: Wordings) -> bool:
    """Whether two texts of one paragraph have so little in common that they may be two clauses. Their ends are compared first: most changes
    are in the middle."""
    shared = Prefix.similarity(one, other) + Postfix.similarity(one, other)
    return 2 * shared < (len(one) + len(other)) * KEEP and wordings.similarity(one, other) < KEEP


def _is_one(one: TextClause, other: TextClause, wordings: Wordings) -> bool:
    """Whether a person would take two texts of one paragraph for one clause that was rewritten. Of a call or a title there is but one."""
    likeness = wordings.similarity(one.text, other.text)
    return one.kind in FIXED or likeness >= (LEAST if one.kind == other.kind else KEEP)


def merged(pairs: Sequence[Pair], before: Sequence[TextClause], after: Sequence[TextClause]) -> list[tuple[int, int]]:
    """Old clauses that have no other side, each with the new clause that holds its words beside those of another."""
    gone = [old for old, new in pairs if old is not None and new is None]
    changed = [new for old, new in pairs if old is not None and new is not None and before[old].text != after[new].text]
    return [(old, new) for old, new in _held([before[old] for old in gone], [after[new] for new in changed], gone, changed)]


def split_off(pairs: Sequence[Pair], before: Sequence[TextClause], after: Sequence[TextClause]) -> list[tuple[int, int]]:
    """Old clauses that go on with fewer words, each with the new clause that holds the others."""
    fresh = [new for old, new in pairs if old is None and new is not None]
    changed = [old for old, new in pairs if old is not None and new is not None and before[old].text != after[new].text]
    return [(old, new) for new, old in _held([after[new] for new in fresh], [before[old] for old in changed], fresh, changed)]


def _held(
    parts: Sequence[TextClause], wholes: Sequence[TextClause], part_keys: Sequence[int], whole_keys: Sequence[int]
) -> list[tuple[int, int]]:
    """The keys of each part and of the whole that holds most of its words in their order, nearly all of them."""
    wordings = Wordings()
    if sum(len(clause.text) for clause in (*parts, *wholes)) > MAX_LETTERS or len(parts) * len(wholes) > MAX_HELD:
        return []
    encoded = [wordings.encode(clause.text) for clause in wholes]
    found = []
    for key, clause in zip(part_keys, parts, strict=True):
        words = wordings.encode(clause.text)
        if clause.kind in FIXED or len(words) < FEWEST_WORDS or len(words) * max(map(len, encoded), default=0) > MAX_WORK:
            continue
        shares = [(LCSseq.similarity(words, whole) / len(words), -place) for place, whole in enumerate(encoded)]
        share, place = max(shares, default=(0.0, 0))
        if share >= HELD:
            found.append((key, whole_keys[-place]))
    return found


def _is_alike(one: TextClause, other: TextClause) -> bool:
    """Only calls pair with calls and titles with titles; other kinds may change."""
    if one.cell and other.cell:
        return one.cell.table != other.cell.table  # two cells of one table are two, or they are a pair already
    return one.kind == other.kind or (one.kind not in FIXED and other.kind not in FIXED)


def _same_cells(before: Sequence[TextClause], after: Sequence[TextClause]) -> dict[int, int]:
    """A cell of a table that both texts have is one, whatever its words: the marks say which rows and columns came and went."""
    at = {_cell_key(clause): new for new, clause in enumerate(after) if clause.cell}
    return {old: at[key] for old, clause in enumerate(before) if clause.cell and (key := _cell_key(clause)) in at}


def _cell_key(clause: TextClause) -> tuple[int, int, int] | None:
    return (clause.cell.table, clause.cell.row, clause.cell.column) if clause.cell else None


def _physical(before: Sequence[TextClause], after: Sequence[TextClause], wordings: Wordings) -> dict[int, int]:
    """Pairs that share a paragraph. Where several do (merged, split), the most alike."""
    at: dict[int, int] = {place: old for old, clause in enumerate(before) for place in clause.places}
    candidates: set[tuple[int, int]] = set()
    for new, clause in enumerate(after):
        candidates |= {(at[place], new) for place in clause.places if place in at and _is_alike(before[at[place]], clause)}
    olds, news = Counter(old for old, _new in candidates), Counter(new for _old, new in candidates)
    pairs = {old: new for old, new in candidates if olds[old] == news[new] == 1}
    contested = sorted(
        ((wordings.similarity(before[old].text, after[new].text), -old, -new) for old, new in candidates if old not in pairs), reverse=True
    )
    taken = set(pairs.values())
    for _score, old, new in contested:
        if -old not in pairs and -new not in taken:
            pairs[-old] = -new
            taken.add(-new)
    return pairs


def _match(before: Sequence[TextClause], after: Sequence[TextClause], pairs: dict[int, int], wordings: Wordings) -> None:
    """Adds pairs among what has none: the same words first, then the most similar ones."""
    taken = set(pairs.values())
    olds = [old for old in range(len(before)) if old not in pairs]
    waiting: dict[tuple[str, str], list[int]] = {}
    for new, clause in enumerate(after):
        if new not in taken:
            waiting.setdefault((clause.kind, clause.text), []).append(new)
    for old in olds:
        if (same := waiting.get((before[old].kind, before[old].text))) and _is_alike(before[old], after[same[0]]):
            pairs[old] = same.pop(0)
    olds = [old for old in olds if old not in pairs]
    news = [new for same in waiting.values() for new in same]
    if wordings.letters + sum(len(before[old].text) for old in olds) + sum(len(after[new].text) for new in news) > MAX_LETTERS:
        return
    work = sum(len(wordings.encode(before[old].text)) for old in olds) * sum(len(wordings.encode(after[new].text)) for new in news)
    if work > MAX_WORK or len(olds) * len(news) > 100_000:
        return
    scored = sorted(
        (
            (-score, old, new)
            for old in olds
            for new in news
            if _is_alike(before[old], after[new]) and (score := wordings.similarity(before[old].text, after[new].text)) >= MATCH
        ),
    )
    taken = set(pairs.values())
    for _score, old, new in scored:
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)


def in_order(pairs: Sequence[Pair], before: Sequence[TextClause], after: Sequence[TextClause]) -> set[int]:
    """Old indexes of the longest run of pairs that keeps its order, of equally long ones that with most paragraphs in place; the other
    pairs have moved."""
    sequence = sorted(((new, old) for old, new in pairs if old is not None and new is not None))
    olds = [old for _new, old in sequence]
    if all(one < other for one, other in pairwise(olds)):
        return set(olds)
    size = max(olds) + 2
    best = [(0, -1)] * size  # of the runs that end below an old index, the heaviest and where it ends: a tree of prefix maxima
    previous: list[int] = []
    for position, (new, old) in enumerate(sequence):
        weight, last = 0, -1
        node = old
        while node:
            weight, last = max((weight, last), best[node])
            node &= node - 1
        previous.append(last)
        is_in_place = not {*before[old].places}.isdisjoint(after[new].places)
        run = (weight + 2 * len(olds) + is_in_place, position)
        node = old + 1
        while node < size:
            best[node] = max(best[node], run)
            node += node & -node
    kept: set[int] = set()
    position = max(best)[1]
    while position >= 0:
        kept.add(olds[position])
        position = previous[position]
    return kept
