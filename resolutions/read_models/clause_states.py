"""The state of each clause of a text under the standing proposals: agreed, in brackets, or open. Rows are arguments; no query."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from resolutions.domain.brackets import BracketedText, passages, split_at_brackets
from resolutions.domain.wording import same_wording
from resolutions.models import Clause, ClauseText, Part, Proposal, ProposedClause, TextLanguage
from resolutions.read_models.versions import proposal_key

Change = ProposedClause.Change


class State(StrEnum):
    AGREED = "agreed"
    BRACKETS = "brackets"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ProposedEffect:
    """The effect of one proposal on a clause: `what` is changes, deletes, moves, adds or other-base (it starts from other words)."""

    proposal: Proposal
    what: str
    wording: str = ""

    @property
    def source(self) -> str:
        return self.proposal.name

    @property
    def key(self) -> str:
        return proposal_key(self.proposal)


@dataclass(frozen=True, slots=True)
class ClauseWithWishes:
    """A clause of the text, or one that a proposal adds (`is_new`), with the proposals on it.

    anchor -- its id on the page; empty if
    another line has it
    """

    words: ClauseText
    language: str
    wishes: tuple[ProposedEffect, ...] = ()
    is_new: bool = False
    anchor: str = ""

    @property
    def state(self) -> State:
        if passages(self.words.text) or any(passages(wish.wording) for wish in self.wishes):
            return State.BRACKETS
        return State.OPEN if self.wishes else State.AGREED

    @property
    def stretches(self) -> list[BracketedText]:
        return split_at_brackets(self.words.text)


@dataclass(frozen=True, slots=True)
class VerbBlock:
    """Clauses of one part under one verb line, which is empty above the first one and in an annex."""

    part: str
    call: str
    language: str
    lines: tuple[ClauseWithWishes, ...]

    @property
    def language_name(self) -> str:
        """By its own name; empty where the document does not say."""
        return str(TextLanguage(self.language).label) if self.language else ""


@dataclass(frozen=True, slots=True)
class PartOfClauses:
    """One part of the text with its counts."""

    part: str
    blocks: tuple[VerbBlock, ...]
    calls: tuple[str, ...] = field(default=())

    def count(self, state: State) -> int:
        return sum(line.state is state for block in self.blocks for line in block.lines if not line.is_new or state is not State.AGREED)

    @property
    def clauses(self) -> int:
        return sum(not line.is_new for block in self.blocks for line in block.lines)

    @property
    def in_brackets(self) -> int:
        return self.count(State.BRACKETS)

    @property
    def open(self) -> int:
        return self.count(State.OPEN)


def clauses_with_effects(
    clauses: Sequence[Clause],
    *,
    language: str,
    proposed: Sequence[ProposedClause] = (),
    orders: Mapping[int, Sequence[UUID]] | None = None,
) -> list[ClauseWithWishes]:
    """The clauses in order, with those that proposals add where they want them.

    proposed -- clauses of proposals that leave the text other than it is, with their proposals and contributions
    orders -- by proposal, the identities of all its clauses in order: a new clause follows the one before it
    """
    by_identity: dict[UUID, list[ProposedClause]] = defaultdict(list)
    for each in proposed:
        by_identity[each.identity].append(each)
    known = {clause.identity for clause in clauses}
    behind: dict[UUID | None, list[ClauseWithWishes]] = defaultdict(list)
    for identity in by_identity.keys() - known:
        added = [each for each in by_identity[identity] if each.change != Change.REMOVED and each.text]
        for number, each in enumerate(added):
            place = _place(identity, (orders or {}).get(each.proposal_id, ()), known)
            anchor = "" if number else each.anchor
            behind[place].append(
                ClauseWithWishes(
                    each,
                    each.proposal.contribution.language,
                    (ProposedEffect(each.proposal, "adds", each.text),),
                    is_new=True,
                    anchor=anchor,
                )
            )
    rank = {each.pk: place for place, each in enumerate(proposed)}
    for together in behind.values():
        together.sort(key=lambda line: rank[line.words.pk])
    found = behind[None]
    for clause in clauses:
        wishes = tuple(wish for each in by_identity[clause.identity] if (wish := _wish(clause, language, each)))
        found += [ClauseWithWishes(clause, language, wishes, anchor=clause.anchor), *behind[clause.identity]]
    return found


def parts(of: Iterable[ClauseWithWishes]) -> list[PartOfClauses]:
    """Preamble, operative part and annexes, each under its verb lines. A new clause is in the part it is for."""
    by_part: dict[str, list[ClauseWithWishes]] = defaultdict(list)
    for line in of:
        by_part[line.words.part].append(line)
    return [
        PartOfClauses(part, blocks, tuple(dict.fromkeys(block.call for block in blocks if block.call)))
        for part in Part.values
        if (blocks := tuple(_blocks(part, by_part[part])))
    ]


def _blocks(part: str, of: Sequence[ClauseWithWishes]) -> Iterator[VerbBlock]:
    for call, together in groupby(of, key=lambda line: line.words.call):
        under = tuple(together)
        yield VerbBlock(part, call, under[0].language, under)


def _wish(clause: Clause, language: str, proposed: ProposedClause) -> ProposedEffect | None:
    """The effect of this proposed clause, if any. A new number alone is none."""
    if proposed.change == Change.REMOVED:
        return ProposedEffect(proposed.proposal, "deletes")
    is_one_language = proposed.proposal.contribution.language == language
    if is_one_language and same_wording(proposed.text, clause.text) and same_wording(proposed.call, clause.call):
        return None
    if proposed.change == Change.MOVED:
        return ProposedEffect(proposed.proposal, "moves", proposed.text)
    if proposed.change == Change.UNCHANGED:
        return ProposedEffect(proposed.proposal, "other-base", proposed.text) if is_one_language and proposed.base_differs else None
    if proposed.change in (Change.RENUMBERED, Change.UNKNOWN) and not is_one_language:
        return None
    return ProposedEffect(proposed.proposal, "changes", proposed.text)


def _place(identity: UUID, order: Sequence[UUID], known: set[UUID]) -> UUID | None:
    """The clause of the text that a new one follows; None at the start."""
    before = None
    for each in order:
        if each == identity:
            break
        if each in known:
            before = each
    return before
