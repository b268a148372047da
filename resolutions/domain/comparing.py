"""Comparison of versions of a text, clause by clause, for page, API, mail and exports.

A base and up to seven other versions become rows. A row is one clause: its words in the base, and the change that each other version makes.
Clauses are matched by their identity, which survives renumbering; those whose identities do not meet (of two resolutions, or
not yet anchored) by `aligning`. Words are only ever compared within one language. A version in another language than the base is compared
with a text in its own: the text in force (`ComparedText.reference`), or what it says of each clause that it starts from (`stated`). The
clauses of that text stand in the rows of the base by identity or else by where they stand.

It has two steps, so that a long comparison is arranged once and words are marked only for the rows shown: `arrange_clauses` puts
clauses into rows, `mark_words` marks the words of some rows. `compare` does both.

No database and no request. What is compared is anything with the fields of `IdentifiedClause`, rows of our tables among them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Protocol
from uuid import UUID

from resolutions.domain.aligning import ChangeKind, ClauseChange, ClauseLike, align
from resolutions.domain.tables import ranks
from resolutions.domain.wording import Diff, Piece, base_of, conflicts, diff, is_longer_than, same_wording

PARTS = ("operative", "annex", "preamble")  # as they are shown: what has effect first
MOST = 8  # columns, the base among them
NEARLY_THE_SAME = 0.75  # likeness of new clauses of two versions that share a row
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
    reference -- where it is in another language than the base: the text in force in its language, whole
    stated -- where there is no such text: by identity, the clause it says it starts from, None where it says that it adds it
    added -- identities of the clauses it states it adds: they are matched with none of the base
    """

    language: str
    clauses: Sequence[IdentifiedClause]
    removed: frozenset[UUID] = frozenset()
    says_removed: bool = False
    reference: Sequence[IdentifiedClause] | None = None
    stated: Mapping[UUID, IdentifiedClause | None] = field(default_factory=dict)
    added: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """The clause of a row in one version.

    kind -- None where it is in another language and nothing in that is known to compare it with: it is shown as it is
    base -- the clauses of the base that it is about; several when it merges them
    clauses -- those of this version that stand here: several when it splits one, none when it is gone
    reference -- in another language than the base, the clauses in its own whose words are compared; empty where they are not known
    pieces -- from the words of `compared` to those of `clauses`
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
    reference: tuple[IdentifiedClause, ...] | None = None

    @property
    def compared(self) -> tuple[IdentifiedClause, ...]:
        """The clauses its words are compared with, in its own language."""
        return self.base if self.reference is None else self.reference

    @property
    def before(self) -> str:
        return "" if self.merged_into else _joined(self.compared)

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


class ConflictKind(StrEnum):
    """WORDS -- in one language, different words for the same words of one text, or at one place of it
    DELETES -- some delete the clause, others change it in another language
    REWORDS -- they change the clause in different languages, or from different words: whether they agree is not known
    ADDS -- they add clauses at the same place in different languages: whether they agree is not known
    """

    WORDS = "words"
    DELETES = "deletes"
    REWORDS = "rewords"
    ADDS = "adds"


@dataclass(frozen=True, slots=True)
class WordingConflict:
    """Versions, by index, that ask different things of one clause, or may do so.

    words -- of the text they change; empty where they add different words at one place
    deleting -- of `versions`, those that delete the clause the others change
    """

    versions: tuple[int, ...]
    words: str = ""
    kind: ConflictKind = ConflictKind.WORDS
    deleting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """One clause across all versions. `cells` are in the order of the others, None where a version knows no such clause.

    base -- None where it is new; then `after` is the clause of the base before it, None at the beginning
    beside -- versions, by index, that add other clauses at the same place, in another language than those that add this one
    """

    base: IdentifiedClause | None
    cells: tuple[Cell | None, ...]
    after: IdentifiedClause | None = None
    conflicts: tuple[WordingConflict, ...] = ()
    beside: tuple[int, ...] = ()

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
    marking = _Marking(language, languages)
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
        added: list[tuple[_Step, int]] = []  # with the place in the base of what it stands after
        after = -1
        for step in self._steps(version):
            if not step.base:
                if step.new:
                    added.append((step, after))
                continue
            if not step.new and (version.says_removed or not step.is_compared) and not step.identities & version.removed:
                continue
            self._fill(place, step)
            if step.new and step.change.kind is not ChangeKind.MOVED:
                after = step.base[-1]
        self._add_new(place, version, added)

    def _steps(self, version: ComparedText) -> "list[_Step]":
        if version.language == self.base.language:
            return [_Step.of(change, change.old, None, self.base, version) for change in _matched(self.base, version)]
        if version.reference is None and not version.stated:
            return [_Step.of(change, change.old, (), self.base, version, is_compared=False) for change in _set_beside(self.base, version)]
        return _in_its_language(self.base, version)

    def _fill(self, place: int, step: "_Step") -> None:
        old = tuple(self.base.clauses[i] for i in step.base)
        main = next((nth for nth, clause in enumerate(old) if step.new and clause.identity == step.new[0].identity), 0)
        cell = step.cell(old)
        self.cells[step.base[main]][place] = cell
        for nth, i in enumerate(step.base):
            if nth != main:
                reference = None if cell.reference is None else ()
                self.cells[i][place] = Cell(cell.kind, (old[nth],), merged_into=old[main], merged=cell, reference=reference)

    def _add_new(self, place: int, version: ComparedText, added: "list[tuple[_Step, int]]") -> None:
        """Rows for new clauses; the row of an earlier version that adds nearly the same clause is reused, no other."""
        rows = [row for rows in self.new.values() for row in rows]
        found = self._already_new(rows, [step.new[0] for step, _ in added], version.language)
        previous: _New | None = None
        for nth, (step, after) in enumerate(added):
            row = found.get(nth)
            if row is None:
                row = _New(after, version.language, step.new[0])
                beside = self.new[after]
                beside.insert(beside.index(previous) + 1 if previous and previous.after == after else len(beside), row)
            cell = step.cell(())
            if place in row.cells:
                cell = replace(cell, clauses=(*row.cells[place].clauses, *cell.clauses))
            row.cells[place] = cell
            previous = row

    @staticmethod
    def _already_new(rows: list[_New], clauses: list[IdentifiedClause], language: str) -> dict[int, _New]:
        by_identity = {row.first.identity: row for row in rows}
        found = {step: by_identity[clause.identity] for step, clause in enumerate(clauses) if clause.identity in by_identity}
        taken = {id(row) for row in found.values()}
        rows = [row for row in rows if row.language == language and id(row) not in taken]
        steps = [step for step in range(len(clauses)) if step not in found]
        for change in align([row.first for row in rows], [clauses[step] for step in steps]) if rows and steps else ():
            if change.old and change.similarity >= NEARLY_THE_SAME:
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
            new = self.new.get(i, ())
            adding = set[int]().union(*map(_adding, new))
            for row in new:
                yield ComparedClause(None, tuple(row.cells.get(place) for place in places), at, beside=self._beside(row, adding))

    def _beside(self, row: _New, adding: set[int]) -> tuple[int, ...]:
        """adding -- the versions that add something at its place, its own among them"""
        own = _adding(row)
        languages = {self.others[place].language for place in own}
        return tuple(sorted(place for place in adding - own if own and self.others[place].language not in languages))


def _adding(row: _New) -> set[int]:
    return {place for place, cell in row.cells.items() if cell.kind is ChangeKind.ADDED}


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that one version makes, in the order of that version.

    base -- places of the clauses of the base it is about; none where the base does not have them
    old -- the clauses it is a change of, in the language of the version
    is_compared -- whether their words are compared
    """

    change: ClauseChange
    base: tuple[int, ...]
    old: tuple[IdentifiedClause, ...]
    new: tuple[IdentifiedClause, ...]
    reference: tuple[IdentifiedClause, ...] | None
    is_compared: bool

    @classmethod
    def of(
        cls,
        change: ClauseChange,
        base: tuple[int, ...],
        reference: tuple[IdentifiedClause, ...] | None,
        compared: ComparedText,
        version: ComparedText,
        *,
        is_compared: bool = True,
    ) -> "_Step":
        old = tuple(compared.clauses[i] for i in change.old)
        return cls(change, base, old, tuple(version.clauses[j] for j in change.new), reference, is_compared)

    @property
    def identities(self) -> frozenset[UUID]:
        return frozenset(clause.identity for clause in self.old)

    def cell(self, base: tuple[IdentifiedClause, ...]) -> Cell:
        change = self.change
        return Cell(
            change.kind if self.is_compared or not self.new or change.kind is ChangeKind.ADDED else None,
            base,
            self.new,
            is_reworded=change.is_reworded or change.kind is ChangeKind.ADDED,
            is_renumbered=change.is_renumbered,
            is_under_another_call=change.is_under_another_call,
            reference=self.reference,
        )


# Marking words


class _Marking:
    def __init__(self, language: str, languages: Sequence[str]) -> None:
        self.language, self.languages = language, languages
        self.known: dict[int, tuple[Cell, Cell]] = {}  # by id, each cell as it came, so that it stays, and marked

    def row(self, row: ComparedClause) -> ComparedClause:
        cells = tuple(self.cell(cell) if cell else None for cell in row.cells)
        if row.base is None:
            adding = [place for place, cell in enumerate(cells) if cell and cell.kind is ChangeKind.ADDED]
            found = [WordingConflict(tuple(sorted({*adding, *row.beside})), kind=ConflictKind.ADDS)] if row.beside else []
            return replace(row, cells=cells, conflicts=tuple(found))
        said = {
            place: _Said(self.languages[place], cell, self.of_base(row.base, cell))
            for place, cell in enumerate(cells)
            if cell and cell.kind
        }
        return replace(row, cells=cells, conflicts=tuple(_conflicts(said)))

    def cell(self, cell: Cell) -> Cell:
        if cell.merged_into:
            return cell
        if id(cell) not in self.known:
            self.known[id(cell)] = cell, self._marked(cell)
        return self.known[id(cell)][1]

    @staticmethod
    def _marked(cell: Cell) -> Cell:
        before, after = cell.before, cell.text
        if cell.kind is None:
            return cell
        if not cell.compared:
            return replace(cell, pieces=(Piece("", after, False),) if after else ())
        if not cell.is_reworded and cell.clauses:
            return replace(cell, pieces=_same(before, after))
        if before and after and (is_longer_than(before, LONGEST_MARKED) or is_longer_than(after, LONGEST_MARKED)):
            return replace(cell, pieces=(Piece(before, after, False),), is_too_long=True)
        return replace(cell, pieces=diff(before, after))

    def of_base(self, clause: IdentifiedClause, cell: Cell) -> Diff:
        """The pieces for this clause alone; empty where it is not compared word by word."""
        whole = self.cell(cell.merged or cell)
        if whole.is_too_long:
            return ()
        if len(whole.base) == 1 or len(whole.compared) != len(whole.base):
            return whole.pieces
        start = 0
        for each, compared in zip(whole.base, whole.compared, strict=True):
            if each is clause:
                return _between(whole.pieces, start, start + len(compared.text))
            start += len(compared.text) + len(BETWEEN)
        return whole.pieces


def _same(before: str, after: str) -> Diff:
    return (Piece(before, after, True),) if before or after else ()


# Matching


def _matched(base: ComparedText, version: ComparedText) -> list[ClauseChange]:
    """The change of each clause of the base, in one language. What the version states it deletes or adds is not matched elsewhere."""
    there = {clause.identity: j for j, clause in reversed(list(enumerate(version.clauses)))}
    news = [j for j, clause in enumerate(version.clauses) if clause.identity not in version.added]
    step_of = {j: step for step, j in enumerate(news)}
    kept = [i for i, clause in enumerate(base.clauses) if clause.identity in there or clause.identity not in version.removed]
    known: dict[int, int] = {}
    for step, i in enumerate(kept):
        j = there.pop(base.clauses[i].identity, None)
        if j is not None:
            known[step] = step_of[j]
    changes = [
        ClauseChange(
            change.kind,
            tuple(kept[step] for step in change.old),
            tuple(news[step] for step in change.new),
            change.similarity,
            change.is_reworded,
            change.is_renumbered,
            change.is_under_another_call,
        )
        for change in align([base.clauses[i] for i in kept], [version.clauses[j] for j in news], list(known.items()))
    ]
    for j in sorted(set(range(len(version.clauses))) - set(news)):
        behind = next((step for step, change in enumerate(changes) if change.new and change.new[0] > j), len(changes))
        changes.insert(behind, ClauseChange(ChangeKind.ADDED, (), (j,), 0.0, is_reworded=True))
    gone = sorted(set(range(len(base.clauses))) - set(kept))
    return [*changes, *(ClauseChange(ChangeKind.REMOVED, (i,), (), 0.0) for i in gone)]


def _in_its_language(base: ComparedText, version: ComparedText) -> list[_Step]:
    """The change of each clause from the text in its own language, with the places of that clause in the base."""
    if version.reference is not None:
        reference = ComparedText(version.language, version.reference)
        of_base = {version.reference[k].identity: i for i, k in _pairs(base.clauses, version.reference).items()}
        known = version.clauses
    else:
        of_base = {version.clauses[j].identity: i for i, j in _pairs(base.clauses, version.clauses, version.removed).items()}
        of_base = {clause.identity: i for i, clause in enumerate(base.clauses) if clause.identity in version.removed} | of_base
        reference = ComparedText(version.language, _in_order_of_base(version, of_base))
        known = [clause for clause in version.clauses if clause.identity in version.stated]
    steps = []
    for change in _matched(reference, replace(version, clauses=known)):
        old = tuple(reference.clauses[k] for k in change.old)
        there = tuple(sorted(of_base[clause.identity] for clause in old if clause.identity in of_base))
        steps.append(_Step.of(change, there, old, reference, replace(version, clauses=known)))
    told = {id(clause) for clause in known}
    taken = {i for step in steps for i in step.base}
    for clause in version.clauses:
        if id(clause) not in told:
            there = tuple({of_base[clause.identity]} - taken) if clause.identity in of_base else ()
            taken.update(there)
            steps.append(_Step(ClauseChange(ChangeKind.UNCHANGED, (), (), 0.0), there, (), (clause,), (), is_compared=False))
    for i, clause in enumerate(base.clauses):
        if clause.identity in version.removed and i not in taken:
            steps.append(_Step(ClauseChange(ChangeKind.REMOVED, (), (), 0.0), (i,), (clause,), (), (), is_compared=False))
    place_of = {id(clause): j for j, clause in enumerate(version.clauses)}
    return _in_reading_order(steps, place_of)


def _in_order_of_base(version: ComparedText, of_base: Mapping[UUID, int]) -> list[IdentifiedClause]:
    """The clauses that the version says it starts from; those the base does not have after the one before them."""
    order: list[tuple[int, int, IdentifiedClause]] = []
    last = -1
    for nth, (identity, clause) in enumerate(version.stated.items()):
        last = of_base.get(identity, last)
        if clause is not None:
            order.append((last, nth, clause))
    return [clause for _, _, clause in sorted(order, key=lambda each: each[:2])]


def _in_reading_order(steps: Sequence[_Step], place_of: Mapping[int, int]) -> list[_Step]:
    """In the order of the version; what it takes out does not matter."""
    return sorted(steps, key=lambda step: place_of[id(step.new[0])] if step.new else -1)


def _pairs(base: Sequence[IdentifiedClause], clauses: Sequence[IdentifiedClause], removed: frozenset[UUID] = frozenset()) -> dict[int, int]:
    """Which clause of the base is which across languages: by identity, then by part, call and number, without comparing words."""
    there = {clause.identity: j for j, clause in reversed(list(enumerate(clauses)))}
    pairs: dict[int, int] = {}
    for i, clause in enumerate(base):
        j = there.pop(clause.identity, None)
        if j is not None:
            pairs[i] = j
    taken = set(pairs.values())
    places = {where: j for j, where in enumerate(_places(clauses)) if j not in taken}
    for i, where in enumerate(_places(base)):
        if i not in pairs and where in places and base[i].identity not in removed:
            pairs[i] = places.pop(where)
    return pairs


def _set_beside(base: ComparedText, version: ComparedText) -> list[ClauseChange]:
    """Clauses of which nothing is known to compare them with, beside those of the base."""
    pairs = _pairs(base.clauses, version.clauses, version.removed)
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


def _places(clauses: Sequence[IdentifiedClause]) -> list[tuple[str, int, str]]:
    """The position of each clause in any language: part, index of the call in it, index of the clause under that or place in a table."""
    places = []
    calls: dict[str, list[str]] = defaultdict(list)
    count: Counter[tuple[str, int]] = Counter()
    for clause, cell in zip(clauses, ranks(clauses), strict=True):
        of_part = calls[clause.part]
        if not of_part or of_part[-1] != clause.call:
            of_part.append(clause.call)
        under = (clause.part, len(of_part))
        count[under] += not cell
        places.append((*under, cell or str(count[under])))
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


@dataclass(frozen=True, slots=True)
class _Said:
    """What one version makes of a clause. pieces -- from its words in the language of the version"""

    language: str
    cell: Cell
    pieces: Diff

    @property
    def deletes(self) -> bool:
        return self.cell.kind is ChangeKind.REMOVED

    @property
    def changes(self) -> bool:
        whole = self.cell.merged or self.cell
        return self.deletes or (whole.is_reworded if whole.is_too_long else any(not piece.is_same for piece in self.pieces))


def _conflicts(said: Mapping[int, _Said]) -> Iterator[WordingConflict]:
    """By the place of a version, what it makes of one clause."""
    changing = {place: each for place, each in sorted(said.items()) if each.changes}
    starts: dict[tuple[str, str], dict[int, Diff]] = defaultdict(dict)
    for place, each in changing.items():
        if each.pieces:
            starts[each.language, base_of(each.pieces)][place] = each.pieces
    for (_, words), pieces in starts.items():
        yield from _in_the_same_words(words, pieces)
    alike = [frozenset(pieces) for pieces in starts.values()]
    apart = [
        (one, other)
        for one, other in combinations(changing, 2)
        if not any({one, other} <= together for together in alike) and _may_differ(said[one], said[other])
    ]
    against = {place for pair in apart for place in pair if said[pair[0]].deletes != said[pair[1]].deletes}
    if against:
        yield WordingConflict(
            tuple(sorted(against)),
            kind=ConflictKind.DELETES,
            deleting=tuple(place for place in sorted(against) if said[place].deletes),
        )
    both = {place for pair in apart for place in pair if not said[pair[0]].deletes and not said[pair[1]].deletes}
    if both:
        yield WordingConflict(tuple(sorted(both)), kind=ConflictKind.REWORDS)


def _may_differ(one: _Said, other: _Said) -> bool:
    """Of two whose words are not compared with each other. Of a clause too long to be marked nothing is said within one language."""
    if one.deletes or other.deletes:
        return one.deletes != other.deletes
    return one.language != other.language or bool(one.pieces and other.pieces)


def _in_the_same_words(words: str, pieces: Mapping[int, Diff]) -> Iterator[WordingConflict]:
    """The conflicts of each two versions of one clause in one language, merged where they overlap.

    pieces -- by the place of a version, what it makes of these words
    """
    touches = [
        (touch.start, touch.end, {first, second})
        for (first, one), (second, other) in combinations(pieces.items(), 2)
        for touch in conflicts(one, other)
    ]
    joined: list[tuple[int, int, set[int]]] = []
    for start, end, versions in sorted(touches, key=lambda touch: touch[:2]):
        if joined and (start < joined[-1][1] or start == joined[-1][0]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2] | versions)
        else:
            joined.append((start, end, versions))
    for start, end, versions in joined:
        yield WordingConflict(tuple(sorted(versions)), words[start:end].strip())
