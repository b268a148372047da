"""The state of each clause of a text under the standing proposals: agreed, in brackets, or open. Rows are arguments; no query."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext

from amnt.core.languages import language_names
from resolutions.domain.brackets import MarkedText, passages, split_at_brackets, split_changes_at_brackets
from resolutions.domain.table_names import TableNames
from resolutions.domain.wording import diff, same_wording
from resolutions.models import Clause, Part, Proposal, ProposedClause
from resolutions.read_models.proposed import Start
from resolutions.read_models.versions import proposal_key

Change = ProposedClause.Change
UNMARKED = "unmarked"


class State(StrEnum):
    AGREED = "agreed"
    BRACKETS = "brackets"
    OPEN = "open"


def _unchanged(text: str) -> list[MarkedText]:
    return [MarkedText("", split_at_brackets(text))]


@dataclass(frozen=True, slots=True)
class ProposedEffect:
    """The effect of one proposal on a clause: `what` is changes, deletes, moves, adds, other-base (it starts from other words) or unmarked
    (it gives words, and nothing tells whether they change those in force).

    identity -- of the clause it touches, or of the one it adds; name -- how the document names that clause
    wording -- its words, in `language`; empty where it deletes
    anchor -- the id of a clause it adds on the page; empty if another effect has it
    start, before -- what its words are marked against, in their language
    where -- of a cell, its row and column; of a whole row, that row
    """

    proposal: Proposal
    what: str
    identity: UUID
    name: str = ""
    wording: str = ""
    anchor: str = ""
    start: Start = Start.UNKNOWN
    before: str = ""
    where: str = ""

    @property
    def source(self) -> str:
        return self.proposal.name

    @property
    def key(self) -> str:
        return proposal_key(self.proposal)

    @property
    def language(self) -> str:
        return self.proposal.contribution.language

    @property
    def is_compared(self) -> bool:
        return self.start in (Start.IN_FORCE, Start.BEFORE)

    @property
    def marked(self) -> list[MarkedText]:
        return split_changes_at_brackets(diff(self.before, self.wording)) if self.is_compared else _unchanged(self.wording)

    @property
    def is_bracketed(self) -> bool:
        return bool(passages(self.wording))

    @property
    def state(self) -> State:
        return State.BRACKETS if self.is_bracketed else State.OPEN


@dataclass(frozen=True, slots=True)
class ProposedEffects:
    """Effects at one place: those in languages that the reader reads, and the rest, which is counted. Iterates over all of them."""

    read: tuple[ProposedEffect, ...] = ()
    unread: tuple[ProposedEffect, ...] = ()

    def __iter__(self) -> Iterator[ProposedEffect]:
        yield from self.read
        yield from self.unread

    def __len__(self) -> int:
        return len(self.read) + len(self.unread)

    @property
    def read_sources(self) -> list[str]:
        return list(dict.fromkeys(effect.source for effect in self.read))

    @property
    def unread_languages(self) -> str:
        return language_names({effect.language for effect in self.unread})


NO_EFFECTS = ProposedEffects()


def read_by(reads: Callable[[str], bool], effects: Iterable[ProposedEffect]) -> ProposedEffects:
    shown: list[ProposedEffect] = []
    rest: list[ProposedEffect] = []
    for effect in effects:
        (shown if reads(effect.language) else rest).append(effect)
    return ProposedEffects(tuple(shown), tuple(rest))


@dataclass(frozen=True, slots=True)
class ClauseWithWishes:
    """A clause of the text, the proposals on it, and the clauses that proposals would add behind it."""

    words: Clause
    wishes: ProposedEffects = NO_EFFECTS
    additions: ProposedEffects = NO_EFFECTS

    @property
    def state(self) -> State:
        wishes = [wish for wish in self.wishes if wish.what != UNMARKED]
        if passages(self.words.text) or any(wish.is_bracketed for wish in wishes):
            return State.BRACKETS
        return State.OPEN if wishes else State.AGREED

    @property
    def marked(self) -> list[MarkedText]:
        return _unchanged(self.words.text)


@dataclass(frozen=True, slots=True)
class TextWithEffects:
    """lines -- the clauses of the text in order, and no other words as text
    openings -- by part, what proposals would add before its first clause
    unplaced -- proposed clauses of which it is not known which clause of the text they change
    """

    lines: tuple[ClauseWithWishes, ...]
    openings: Mapping[str, ProposedEffects] = field(default_factory=dict)
    unplaced: ProposedEffects = NO_EFFECTS


@dataclass(frozen=True, slots=True)
class VerbBlock:
    """Clauses of one part under one verb line, which is empty above the first one and in an annex."""

    part: str
    call: str
    lines: tuple[ClauseWithWishes, ...]


@dataclass(frozen=True, slots=True)
class PartOfClauses:
    """One part of the text with its counts. `opening` is what proposals would add before its first clause."""

    part: str
    blocks: tuple[VerbBlock, ...]
    calls: tuple[str, ...] = field(default=())
    opening: ProposedEffects = NO_EFFECTS

    @property
    def name(self) -> str:
        return str(Part(self.part).label)

    @property
    def lines(self) -> Iterator[ClauseWithWishes]:
        return (line for block in self.blocks for line in block.lines)

    @property
    def additions(self) -> Iterator[ProposedEffect]:
        yield from self.opening
        for line in self.lines:
            yield from line.additions

    def count(self, state: State) -> int:
        return sum(line.state is state for line in self.lines) + sum(added.state is state for added in self.additions)

    @property
    def clauses(self) -> int:
        return sum(1 for _line in self.lines)

    @property
    def in_brackets(self) -> int:
        return self.count(State.BRACKETS)

    @property
    def open(self) -> int:
        return self.count(State.OPEN)


def with_effects(
    clauses: Sequence[Clause],
    *,
    language: str,
    proposed: Sequence[ProposedClause] = (),
    orders: Mapping[int, Sequence[UUID]] | None = None,
    translations: Mapping[tuple[str, UUID], Clause] | None = None,
    reads: Callable[[str], bool] = lambda language: True,
) -> TextWithEffects:
    """The clauses in order, each with what proposals want of it and would add behind it.

    proposed -- clauses of proposals that leave the text other than it is, with their proposals and contributions
    orders -- by proposal, the identities of all its clauses in order: a new clause follows the one before it
    translations -- by language and identity, clauses of the same revision in other languages
    reads -- whether the reader reads a language
    """
    by_identity: dict[UUID, list[ProposedClause]] = defaultdict(list)
    known = {clause.identity: clause.part for clause in clauses}
    behind: dict[UUID, list[ProposedEffect]] = defaultdict(list)
    openings: dict[str, list[ProposedEffect]] = defaultdict(list)
    unplaced: list[ProposedEffect] = []
    anchored: set[UUID] = set()
    row_before: ProposedClause | None = None
    for each in proposed:
        if each.identity in known:
            by_identity[each.identity].append(each)
        elif not _is_new(each):
            what = "deletes" if each.change == Change.REMOVED else "changes"
            words = each.text or each.before
            start = (Start.BEFORE, each.before) if each.text and each.before else (Start.UNKNOWN, "")
            unplaced.append(ProposedEffect(each.proposal, what, each.identity, each.name, words, "", *start))
        elif each.text:
            anchor = "" if each.identity in anchored else each.anchor
            anchored.add(each.identity)
            effect = ProposedEffect(each.proposal, "adds", each.identity, each.name, each.text, anchor, Start.NEW)
            place = _place(each, (orders or {}).get(each.proposal_id, ()), known)
            effects = openings[each.part] if place is None else behind[place]
            if effects and _is_one_row(row_before, each):
                effects[-1] = replace(effects[-1], wording=f"{effects[-1].wording} | {each.text}")
            else:
                effects.append(effect)
            row_before = each
    lines = []
    names = TableNames.of((clause, clause.text) for clause in clauses)
    for clause in clauses:
        wishes = []
        for each in by_identity[clause.identity]:
            spoken = each.proposal.contribution.language
            own = clause if spoken == language else (translations or {}).get((spoken, clause.identity))
            if wish := _wish(each, own):
                wishes.append(wish)
        additions = behind[clause.identity]
        if cell := clause.cell:
            wishes = [replace(wish, where=names.name_within(cell)) for wish in wishes]
            after = gettext("after %(row)s") % {"row": names.row_name(cell)}
            additions = [replace(added, where=after) for added in additions]
        lines.append(ClauseWithWishes(clause, read_by(reads, wishes), read_by(reads, additions)))
    opening = {part: read_by(reads, effects) for part, effects in openings.items()}
    return TextWithEffects(tuple(lines), opening, read_by(reads, unplaced))


def effects_in_table(lines: Sequence[ClauseWithWishes]) -> ProposedEffects:
    """What proposals want of a table, and would add to it. A row that one of them deletes is one effect."""
    names = TableNames.of((line.words, line.words.text) for line in lines)
    cells_of_row = Counter(line.words.cell.row for line in lines if line.words.cell)
    deleted = Counter(
        (line.words.cell.row, wish.proposal.pk)
        for line in lines
        if line.words.cell
        for wish in (*line.wishes.read, *line.wishes.unread)
        if wish.what == "deletes"
    )

    def together(name: str) -> tuple[ProposedEffect, ...]:
        found: dict[tuple[object, ...], ProposedEffect] = {}
        for line in lines:
            cell = line.words.cell
            for wish in getattr(line.wishes, name):
                if cell and wish.what == "deletes" and deleted[cell.row, wish.proposal.pk] == cells_of_row[cell.row]:
                    found.setdefault((cell.row, wish.proposal.pk), replace(wish, where=names.row_name(cell)))
                else:
                    found[wish.identity, wish.proposal.pk] = wish
            found |= {(added.identity, added.proposal.pk): added for added in getattr(line.additions, name)}
        return tuple(found.values())

    return ProposedEffects(together("read"), together("unread"))


def parts(of: TextWithEffects) -> list[PartOfClauses]:
    """Preamble, operative part and annexes, each under its verb lines."""
    by_part: dict[str, list[ClauseWithWishes]] = defaultdict(list)
    for line in of.lines:
        by_part[line.words.part].append(line)
    found = []
    for part in Part.values:
        blocks, opening = tuple(_blocks(part, by_part[part])), of.openings.get(part, NO_EFFECTS)
        if blocks or opening:
            found.append(PartOfClauses(part, blocks, tuple(dict.fromkeys(block.call for block in blocks if block.call)), opening))
    return found


def _blocks(part: str, of: Sequence[ClauseWithWishes]) -> Iterator[VerbBlock]:
    for call, together in groupby(of, key=lambda line: line.words.call):
        yield VerbBlock(part, call, tuple(together))


def _is_one_row(before: ProposedClause | None, added: ProposedClause) -> bool:
    """Whether both are cells of one new row of one proposal: what it adds is one thing."""
    if before is None or before.proposal_id != added.proposal_id or before.cell is None or added.cell is None:
        return False
    return (before.cell.table, before.cell.row) == (added.cell.table, added.cell.row)


def _is_new(proposed: ProposedClause) -> bool:
    """Whether it changes no clause of the text: marked as new, or without marks in a document that was compared with a text."""
    if proposed.is_doubtful:
        return False
    return proposed.change == Change.ADDED or (proposed.change == Change.UNKNOWN and proposed.proposal.base_id is not None)


def _wish(proposed: ProposedClause, own: Clause | None) -> ProposedEffect | None:
    """The effect of this proposed clause, if any. A new number alone is none.

    own -- the clause in force in the language of the proposal, if it is here
    """
    if proposed.change == Change.REMOVED:
        what = "deletes"
    elif own and same_wording(proposed.text, own.text) and same_wording(proposed.call, own.call):
        return None
    elif proposed.change == Change.MOVED:
        what = "moves"
    elif proposed.change == Change.UNCHANGED:
        if not (own and proposed.base_differs):
            return None
        what = "other-base"
    elif own is None and proposed.change == Change.RENUMBERED:
        return None
    elif own is None and proposed.change == Change.UNKNOWN:
        what = UNMARKED
    else:
        what = "changes"
    start, before = (Start.IN_FORCE, own.text) if own else (Start.BEFORE, proposed.before) if proposed.before else (Start.UNKNOWN, "")
    wording = "" if what == "deletes" else proposed.text
    return ProposedEffect(proposed.proposal, what, proposed.identity, proposed.name, wording, "", start, before)


def _place(added: ProposedClause, order: Sequence[UUID], known: Mapping[UUID, str]) -> UUID | None:
    """The clause of its part of the text that a new one follows; None at the start of that part."""
    before = None
    for each in order:
        if each == added.identity:
            break
        if known.get(each) == added.part:
            before = each
    return before
