"""Comparison of versions of a text, clause by clause, for page, API, mail and exports.

A base and up to seven other versions become rows. A row is one clause: its words in the base, and the change that each other version makes.
Clauses are matched by their identity, which survives renumbering; those whose identities do not meet (of two resolutions, or
not yet anchored) by `aligning`; those in another language by identity or else by where they stand, and never word by word.

It has two steps, so that a long comparison is arranged once and words are marked only for the rows shown: `arrange_clauses` puts
clauses into rows, `mark_words` marks the words of some rows. `compare` does both.

No database and no request. What is compared is anything with the fields of `IdentifiedClause`, rows of our tables among them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Protocol
from uuid import UUID

from resolutions.domain.aligning import ChangeKind, ClauseChange, ClauseLike, align
from resolutions.domain.wording import Diff, Piece, conflicts, diff, is_longer_than, same_wording

PARTS = ("operative", "annex", "preamble")  # as they are shown: what has effect first
MOST = 8  # columns, the base among them
LONGEST_MARKED = 5_000  # words, of a clause that is compared word by word
BETWEEN = " "  # the separator of clauses that are compared as one


class IdentifiedClause(ClauseLike, Protocol):
    @property
    def identity(self) -> UUID: ...
    @property
    def part(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One version, whole, in the order of the document.

    removed -- identities of the clauses it states it deletes; other missing clauses are deleted too, unless found elsewhere
    says_removed -- it states every deletion: other missing clauses are left unchanged
    """

    language: str
    clauses: Sequence[IdentifiedClause]
    removed: frozenset[UUID] = frozenset()
    says_removed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The clause of a row in one version.

    kind -- None where the two are in different languages: they are shown beside each other, not compared
    base -- the clauses of the base
    whose words are compared; several when it merges them
    clauses -- those of this version that stand here: several when it splits one, none when it is gone
    pieces -- from the words of `base` to those of `clauses`
    merged_into -- the clause of the base into which this version merges this one; `merged` is the cell there
    is_too_long -- one of the two is longer than LONGEST_MARKED: they are shown whole, before and after
    """

    kind: ChangeKind | None
    base: tuple[IdentifiedClause, ...] = ()
    clauses: tuple[IdentifiedClause, ...] = ()
    pieces: Diff = ()
    is_reworded: bool = False
    is_renumbered: bool = False
    is_under_another_call: bool = False
    merged_into: IdentifiedClause | None = None
    merged: "Cell | None" = None
    is_too_long: bool = False

    @property
    def before(self) -> str:
        return "" if self.merged_into else _joined(self.base)

    @property
    def text(self) -> str:
        return _joined(self.clauses)

    @property
    def call(self) -> str:
        return self.clauses[0].call if self.clauses else ""

    @property
    def number(self) -> str:
        """As printed; of a clause that was split, the numbers of all its parts."""
        return ", ".join(dict.fromkeys(filter(None, (clause.number for clause in self.clauses))))

    @property
    def is_quiet(self) -> bool:
        """Unchanged but for its number."""
        return self.kind in (ChangeKind.UNCHANGED, ChangeKind.RENUMBERED)


@dataclass(frozen=True, slots=True)
class WordingConflict:
    """Versions, by index, that change the same words of the base differently.

    words -- of the base; empty where they add different words at one place
    """

    versions: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """One clause across all versions. `cells` are in the order of the others, None where a version knows no such clause.

    base -- None where it is new; then `after` is the clause of the base before it, None at the beginning
    """

    base: IdentifiedClause | None
    cells: tuple[Cell | None, ...]
    after: IdentifiedClause | None = None
    conflicts: tuple[WordingConflict, ...] = ()

    @property
    def clauses(self) -> Iterator[IdentifiedClause]:
        """All clauses in it, that of the base first."""
        if self.base:
            yield self.base
        for cell in self.cells:
            if cell:
                yield from cell.clauses

    @property
    def first(self) -> IdentifiedClause:
        """The clause that names the row."""
        return next(self.clauses)

    @property
    def part(self) -> str:
        """Of all parts it is in, the one with the most effect: what moves into the operative part is shown there."""
        return min((clause.part for clause in self.clauses), key=_rank)

    @property
    def is_quiet(self) -> bool:
        """Whether the base has it and no version changes its words."""
        return self.base is not None and all(cell is not None and cell.is_quiet for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    base: ComparedText
    others: tuple[ComparedText, ...]
    rows: tuple[ComparedClause, ...]  # in reading order: that of the base, new clauses after the one they follow

    def of_part(self, part: str) -> list[ComparedClause]:
        return [row for row in self.rows if row.part == part]

    def parts(self) -> list[str]:
        """The parts that have rows, the operative one first."""
        return sorted({row.part for row in self.rows}, key=_rank)

    def unchanged(self) -> Counter[str]:
        """The number of clauses that no version changes, by part."""
        return Counter(row.part for row in self.rows if row.is_quiet)


def compare(base: ComparedText, others: Sequence[ComparedText]) -> Comparison:
    """Every clause of the base and of each other version, in exactly one row. ValueError with more than eight columns."""
    comparison = arrange_clauses(base, others)
    return replace(comparison, rows=mark_words(comparison.rows, base.language, [other.language for other in others]))


def arrange_clauses(base: ComparedText, others: Sequence[ComparedText]) -> Comparison:
    """The same without marked words and conflicts."""
    if len(others) >= MOST:
        raise ValueError(f"{len(others) + 1} columns, more than {MOST}")
    table = _Table(base, others)
    for place in range(len(others)):
        table.add(place)
    return Comparison(base, tuple(others), tuple(table.rows()))


def mark_words(rows: Iterable[ComparedClause], language: str, languages: Sequence[str]) -> tuple[ComparedClause, ...]:
    """Rows of `arrange_clauses` with their words marked, and with their conflicts.

    language, languages -- that of the base, and those of the other versions in order
    """
    marking = _Marking([other == language for other in languages])
    return tuple(map(marking.row, rows))


def first_difference(pairs: Iterable[tuple[str, str, IdentifiedClause]]) -> tuple[IdentifiedClause, Diff] | None:
    """Of triples (words in force, words the document starts from, clause), the first whose two wordings differ."""
    for in_force, stated, clause in pairs:
        if not same_wording(in_force, stated):
            return clause, diff(in_force, stated)
    return None


def name_of(clause: IdentifiedClause) -> str:
    """The name of a clause: its own, else its call and its number."""
    return getattr(clause, "name", "") or " ".join(filter(None, (clause.call, clause.number)))


def _joined(clauses: Iterable[IdentifiedClause]) -> str:
    return BETWEEN.join(clause.text for clause in clauses)


def _rank(part: str) -> int:
    return PARTS.index(part) if part in PARTS else len(PARTS)


@dataclass(slots=True, eq=False)
class _New:
    """A row for a clause that the base does not have, while versions are being added."""

    after: int  # place in the base, -1 at the beginning
    language: str
    first: IdentifiedClause
    cells: dict[int, Cell] = field(default_factory=dict)


class _Table:
    def __init__(self, base: ComparedText, others: Sequence[ComparedText]) -> None:
        self.base, self.others = base, others
        self.cells: list[dict[int, Cell]] = [{} for _ in base.clauses]
        self.new: dict[int, list[_New]] = defaultdict(list)

    # A version joins

    def add(self, place: int) -> None:
        version = self.others[place]
        is_same_language = version.language == self.base.language
        changes = _matched(self.base, version) if is_same_language else _set_beside(self.base, version)
        added: list[tuple[int, int]] = []  # (place in the version, in the base of what it stands after)
        after = -1
        for change in changes:
            if change.kind is ChangeKind.ADDED:
                added.append((change.new[0], after))
                continue
            if version.says_removed and not change.new and self.base.clauses[change.old[0]].identity not in version.removed:
                continue
            self._fill(place, change, is_same_language)
            if change.new and change.kind is not ChangeKind.MOVED:
                after = change.old[-1]
        self._add_new(place, version, added)

    def _fill(self, place: int, change: ClauseChange, is_compared: bool) -> None:
        old = tuple(self.base.clauses[i] for i in change.old)
        new = tuple(self.others[place].clauses[j] for j in change.new)
        main = next((step for step, clause in enumerate(old) if new and clause.identity == new[0].identity), 0)
        kind = change.kind if is_compared or not new else None
        cell = Cell(
            kind,
            old,
            new,
            is_reworded=change.is_reworded,
            is_renumbered=change.is_renumbered,
            is_under_another_call=change.is_under_another_call,
        )
        self.cells[change.old[main]][place] = cell
        for step, i in enumerate(change.old):
            if step != main:
                self.cells[i][place] = Cell(kind, (old[step],), merged_into=old[main], merged=cell)

    def _add_new(self, place: int, version: ComparedText, added: list[tuple[int, int]]) -> None:
        """Rows for new clauses; the row of an earlier version that adds nearly the same clause is reused."""
        clauses = [version.clauses[j] for j, _ in added]
        rows = [row for rows in self.new.values() for row in rows]
        found = self._already_new(rows, clauses, version.language)
        previous: _New | None = None
        for step, (clause, (_, after)) in enumerate(zip(clauses, added, strict=True)):
            row = found.get(step)
            if row is None:
                row = _New(after, version.language, clause)
                beside = self.new[after]
                beside.insert(beside.index(previous) + 1 if previous and previous.after == after else len(beside), row)
            together = (*row.cells[place].clauses, clause) if place in row.cells else (clause,)
            row.cells[place] = Cell(ChangeKind.ADDED, clauses=together, is_reworded=True)
            previous = row

    @staticmethod
    def _already_new(rows: list[_New], clauses: list[IdentifiedClause], language: str) -> dict[int, _New]:
        by_identity = {row.first.identity: row for row in rows}
        found = {step: by_identity[clause.identity] for step, clause in enumerate(clauses) if clause.identity in by_identity}
        taken = {id(row) for row in found.values()}
        rows = [row for row in rows if row.language == language and id(row) not in taken]
        steps = [step for step in range(len(clauses)) if step not in found]
        for change in align([row.first for row in rows], [clauses[step] for step in steps]) if rows and steps else ():
            if change.old:
                found |= {steps[j]: rows[change.old[0]] for j in change.new}
        return found

    # The whole

    def rows(self) -> Iterator[ComparedClause]:
        places = range(len(self.others))
        for i in range(-1, len(self.base.clauses)):
            at = self.base.clauses[i] if i >= 0 else None
            if at:
                cells = tuple(self.cells[i].get(place) for place in places)
                yield ComparedClause(at, cells)
            for row in self.new.get(i, ()):
                yield ComparedClause(None, tuple(row.cells.get(place) for place in places), at)


# Marking words


class _Marking:
    """is_compared -- by the place of a version, whether it is in the language of the base"""

    def __init__(self, is_compared: Sequence[bool]) -> None:
        self.is_compared = is_compared
        self.known: dict[int, tuple[Cell, Cell]] = {}  # by id, each cell as it came, so that it stays, and marked

    def row(self, row: ComparedClause) -> ComparedClause:
        cells = tuple(self.cell(cell, place) if cell else None for place, cell in enumerate(row.cells))
        if row.base is None:
            return replace(row, cells=cells)
        pieces = {place: self.of_base(row.base, cell, place) for place, cell in enumerate(cells) if cell and cell.kind}
        return replace(row, cells=cells, conflicts=tuple(_conflicts(row.base, pieces)))

    def cell(self, cell: Cell, place: int) -> Cell:
        if cell.merged_into:
            return cell
        if id(cell) not in self.known:
            self.known[id(cell)] = cell, self._marked(cell, self.is_compared[place])
        return self.known[id(cell)][1]

    @staticmethod
    def _marked(cell: Cell, is_compared: bool) -> Cell:
        before, after = cell.before, cell.text
        if not cell.base:
            return replace(cell, pieces=(Piece("", after, False),) if after else ())
        if not is_compared:
            return cell
        if not cell.is_reworded and cell.clauses:
            return replace(cell, pieces=_same(before, after))
        if before and after and (is_longer_than(before, LONGEST_MARKED) or is_longer_than(after, LONGEST_MARKED)):
            return replace(cell, pieces=(Piece(before, after, False),), is_too_long=True)
        return replace(cell, pieces=diff(before, after))

    def of_base(self, clause: IdentifiedClause, cell: Cell, place: int) -> Diff:
        """The pieces for this clause alone; empty where it is not compared word by word."""
        whole = self.cell(cell.merged or cell, place)
        if whole.is_too_long:
            return ()
        if len(whole.base) == 1:
            return whole.pieces
        start = 0
        for each in whole.base:
            if each is clause:
                break
            start += len(each.text) + len(BETWEEN)
        return _between(whole.pieces, start, start + len(clause.text))


def _same(before: str, after: str) -> Diff:
    return (Piece(before, after, True),) if before or after else ()


# Matching


def _matched(base: ComparedText, version: ComparedText) -> list[ClauseChange]:
    """The change of each clause of the base, in one language. What the version states it deletes is not matched elsewhere."""
    there = {clause.identity: j for j, clause in reversed(list(enumerate(version.clauses)))}
    kept = [i for i, clause in enumerate(base.clauses) if clause.identity in there or clause.identity not in version.removed]
    known: dict[int, int] = {}
    for step, i in enumerate(kept):
        j = there.pop(base.clauses[i].identity, None)
        if j is not None:
            known[step] = j
    changes = [
        ClauseChange(
            change.kind,
            tuple(kept[step] for step in change.old),
            change.new,
            change.similarity,
            change.is_reworded,
            change.is_renumbered,
            change.is_under_another_call,
        )
        for change in align([base.clauses[i] for i in kept], version.clauses, list(known.items()))
    ]
    gone = sorted(set(range(len(base.clauses))) - set(kept))
    return [*changes, *(ClauseChange(ChangeKind.REMOVED, (i,), (), 0.0) for i in gone)]


def _set_beside(base: ComparedText, version: ComparedText) -> list[ClauseChange]:
    """The same across languages: by identity, then by part, call and number, without comparing words."""
    there = {clause.identity: j for j, clause in reversed(list(enumerate(version.clauses)))}
    pairs: dict[int, int] = {}
    for i, clause in enumerate(base.clauses):
        j = there.pop(clause.identity, None)
        if j is not None:
            pairs[i] = j
    taken = set(pairs.values())
    places = {where: j for j, where in enumerate(_places(version.clauses)) if j not in taken}
    for i, where in enumerate(_places(base.clauses)):
        if i not in pairs and where in places and base.clauses[i].identity not in version.removed:
            pairs[i] = places.pop(where)
    came_from = {j: i for i, j in pairs.items()}
    changes = [
        ClauseChange(ChangeKind.UNCHANGED, (came_from[j],), (j,), 0.0) if j in came_from else ClauseChange(ChangeKind.ADDED, (), (j,), 0.0)
        for j in range(len(version.clauses))
    ]
    furthest = -1
    for step, change in enumerate(changes):
        if change.old and change.old[0] < furthest:
            changes[step] = ClauseChange(ChangeKind.MOVED, change.old, change.new, 0.0)
        furthest = max(furthest, *change.old, -1)
    return [*changes, *(ClauseChange(ChangeKind.REMOVED, (i,), (), 0.0) for i in range(len(base.clauses)) if i not in pairs)]


def _places(clauses: Sequence[IdentifiedClause]) -> list[tuple[str, int, int]]:
    """The position of each clause in any language: part, index of the call in it, index of the clause under that."""
    places = []
    calls: dict[str, list[str]] = defaultdict(list)
    count: Counter[tuple[str, int]] = Counter()
    for clause in clauses:
        of_part = calls[clause.part]
        if not of_part or of_part[-1] != clause.call:
            of_part.append(clause.call)
        under = (clause.part, len(of_part))
        count[under] += 1
        places.append((*under, count[under]))
    return places


# Conflicts


def _between(pieces: Diff, start: int, end: int) -> Diff:
    """The pieces of a difference, of which `[start:end]` of the old words are the clause that is meant: one of several merged.

    A replacement belongs to each clause that the replaced passage overlaps.
    """
    found: list[Piece] = []
    at = 0
    for piece in pieces:
        before = piece.before[max(start - at, 0) : max(end - at, 0)]
        is_within = start <= at <= end
        at += len(piece.before)
        if piece.is_same:
            found += _same(before, before)
        elif before or (not piece.before and is_within):
            found.append(Piece(before, piece.after, False))
    return tuple(found)


def _conflicts(base: IdentifiedClause, pieces: dict[int, Diff]) -> Iterator[WordingConflict]:
    """The conflicts of each two versions of one clause, merged where they overlap.

    pieces -- by the place of a version, what it makes of the words of this clause
    """
    touching = [(place, said) for place, said in sorted(pieces.items()) if any(not piece.is_same for piece in said)]
    touches = [
        (touch.start, touch.end, {first, second})
        for (first, one), (second, other) in combinations(touching, 2)
        for touch in conflicts(one, other)
    ]
    joined: list[tuple[int, int, set[int]]] = []
    for start, end, versions in sorted(touches, key=lambda touch: touch[:2]):
        if joined and (start < joined[-1][1] or start == joined[-1][0]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2] | versions)
        else:
            joined.append((start, end, versions))
    for start, end, versions in joined:
        yield WordingConflict(tuple(sorted(versions)), base.text[start:end].strip())
