"""The state of each clause of a text under the standing proposals: agreed, in brackets, or open. Rows are arguments; no query."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from resolutions.domain.brackets import BracketedText, passages, split_at_brackets
from resolutions.domain.wording import same_wording
from resolutions.models import Clause, Part, Proposal, ProposedClause
from resolutions.read_models.versions import proposal_key

Change = ProposedClause.Change


class State(StrEnum):
    AGREED = "agreed"
    BRACKETS = "brackets"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ProposedEffect:
    """The effect of one proposal on a clause: `what` is changes, deletes, moves, adds or other-base (it starts from other words).

    identity -- of the clause it touches, or of the one it adds; name -- how the document names that clause
    wording -- its words, in `language`; empty where it deletes
    anchor -- the id of a clause it adds on the page; empty if another effect has it
    """

    proposal: Proposal
    what: str
    identity: UUID
    name: str = ""
    wording: str = ""
    anchor: str = ""

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
    def stretches(self) -> list[BracketedText]:
        return split_at_brackets(self.wording)

    @property
    def is_bracketed(self) -> bool:
        return bool(passages(self.wording))

    @property
    def state(self) -> State:
        return State.BRACKETS if self.is_bracketed else State.OPEN


@dataclass(frozen=True, slots=True)
class ClauseWithWishes:
    """A clause of the text, the proposals on it, and the clauses that proposals would add behind it."""

    words: Clause
    wishes: tuple[ProposedEffect, ...] = ()
    additions: tuple[ProposedEffect, ...] = ()

    @property
    def state(self) -> State:
        if passages(self.words.text) or any(wish.is_bracketed for wish in self.wishes):
            return State.BRACKETS
        return State.OPEN if self.wishes else State.AGREED

    @property
    def stretches(self) -> list[BracketedText]:
        return split_at_brackets(self.words.text)


@dataclass(frozen=True, slots=True)
class TextWithEffects:
    """lines -- the clauses of the text in order, and no other words as text
    openings -- by part, what proposals would add before its first clause
    unplaced -- proposed clauses of which it is not known which clause of the text they change
    """

    lines: tuple[ClauseWithWishes, ...]
    openings: Mapping[str, tuple[ProposedEffect, ...]] = field(default_factory=dict)
    unplaced: tuple[ProposedEffect, ...] = ()


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
    opening: tuple[ProposedEffect, ...] = ()

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
) -> TextWithEffects:
    """The clauses in order, each with what proposals want of it and would add behind it.

    proposed -- clauses of proposals that leave the text other than it is, with their proposals and contributions
    orders -- by proposal, the identities of all its clauses in order: a new clause follows the one before it
    """
    by_identity: dict[UUID, list[ProposedClause]] = defaultdict(list)
    known = {clause.identity: clause.part for clause in clauses}
    behind: dict[UUID, list[ProposedEffect]] = defaultdict(list)
    openings: dict[str, list[ProposedEffect]] = defaultdict(list)
    unplaced: list[ProposedEffect] = []
    anchored: set[UUID] = set()
    for each in proposed:
        if each.identity in known:
            by_identity[each.identity].append(each)
        elif not _is_new(each):
            what = "deletes" if each.change == Change.REMOVED else "changes"
            unplaced.append(ProposedEffect(each.proposal, what, each.identity, each.name, each.text or each.before))
        elif each.text:
            anchor = "" if each.identity in anchored else each.anchor
            anchored.add(each.identity)
            effect = ProposedEffect(each.proposal, "adds", each.identity, each.name, each.text, anchor)
            place = _place(each, (orders or {}).get(each.proposal_id, ()), known)
            (openings[each.part] if place is None else behind[place]).append(effect)
    lines = []
    for clause in clauses:
        wishes = tuple(wish for each in by_identity[clause.identity] if (wish := _wish(clause, language, each)))
        lines.append(ClauseWithWishes(clause, wishes, tuple(behind[clause.identity])))
    return TextWithEffects(tuple(lines), {part: tuple(effects) for part, effects in openings.items()}, tuple(unplaced))


def parts(of: TextWithEffects) -> list[PartOfClauses]:
    """Preamble, operative part and annexes, each under its verb lines."""
    by_part: dict[str, list[ClauseWithWishes]] = defaultdict(list)
    for line in of.lines:
        by_part[line.words.part].append(line)
    found = []
    for part in Part.values:
        blocks, opening = tuple(_blocks(part, by_part[part])), of.openings.get(part, ())
        if blocks or opening:
            found.append(PartOfClauses(part, blocks, tuple(dict.fromkeys(block.call for block in blocks if block.call)), opening))
    return found


def _blocks(part: str, of: Sequence[ClauseWithWishes]) -> Iterator[VerbBlock]:
    for call, together in groupby(of, key=lambda line: line.words.call):
        yield VerbBlock(part, call, tuple(together))


def _is_new(proposed: ProposedClause) -> bool:
    """Whether it changes no clause of the text: marked as new, or without marks in a document that was compared with a text."""
    if proposed.is_doubtful:
        return False
    return proposed.change == Change.ADDED or (proposed.change == Change.UNKNOWN and proposed.proposal.base_id is not None)


def _wish(clause: Clause, language: str, proposed: ProposedClause) -> ProposedEffect | None:
    """The effect of this proposed clause, if any. A new number alone is none."""
    is_one_language = proposed.proposal.contribution.language == language
    if proposed.change == Change.REMOVED:
        what = "deletes"
    elif is_one_language and same_wording(proposed.text, clause.text) and same_wording(proposed.call, clause.call):
        return None
    elif proposed.change == Change.MOVED:
        what = "moves"
    elif proposed.change == Change.UNCHANGED:
        if not (is_one_language and proposed.base_differs):
            return None
        what = "other-base"
    elif proposed.change in (Change.RENUMBERED, Change.UNKNOWN) and not is_one_language:
        return None
    else:
        what = "changes"
    return ProposedEffect(proposed.proposal, what, clause.identity, proposed.name, "" if what == "deletes" else proposed.text)


def _place(added: ProposedClause, order: Sequence[UUID], known: Mapping[UUID, str]) -> UUID | None:
    """The clause of its part of the text that a new one follows; None at the start of that part."""
    before = None
    for each in order:
        if each == added.identity:
            break
        if known.get(each) == added.part:
            before = each
    return before
