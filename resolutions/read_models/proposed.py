"""The changes of one proposal, clause by clause, for its page, a cell of the matrix, a clause, its line in a mail, and the API. Several
versions are compared by `comparing`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from amnt.accounts.models import User
from resolutions.domain.wording import Diff, Piece, as_marked_text, diff, same_wording
from resolutions.models import Clause, Proposal, ProposedClause
from resolutions.read_models.clauses_in_force import ClausesInForce, clauses_in_force

Change = ProposedClause.Change
QUIET = frozenset({Change.UNCHANGED, Change.RENUMBERED})


class Start(StrEnum):
    """What the words of a clause are marked against."""

    IN_FORCE = "in-force"
    # What the document says it starts from, while the text in force is not here in its language.
    BEFORE = "before"
    # Nothing: the clause is new.
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Changed:
    """One clause and what becomes of its words, in the language of the proposal.

    pieces -- from its start to its new text; empty where the start is not known
    in_force -- the clause in force in that language, where it is here
    beside -- the clause in force in the nearest of the reader's languages, where that is another one
    """

    clause: ProposedClause
    pieces: Diff = ()
    start: Start = Start.UNKNOWN
    in_force: Clause | None = None
    beside: Clause | None = None

    @property
    def is_quiet(self) -> bool:
        return self.clause.change in QUIET or (self.clause.change == Change.UNKNOWN and self.is_as_in_force)

    @property
    def is_compared(self) -> bool:
        return bool(self.pieces)

    @property
    def is_as_in_force(self) -> bool:
        return self.start == Start.IN_FORCE and bool(self.pieces) and all(piece.is_same for piece in self.pieces)

    @property
    def passages(self) -> Diff:
        """What changes, with some words around it, for a page that shows many clauses; of words without marks, the beginning."""
        if not self.pieces:
            return (Piece("", _no_longer_than(self.clause.text, LONGEST_PASSAGE), True),)
        return around_changes(self.pieces, context=PAGE_CONTEXT, longest=LONGEST_PASSAGE)

    @property
    def beside_opening(self) -> str:
        return _no_longer_than(self.beside.text, LONGEST_PASSAGE) if self.beside else ""

    @property
    def is_shortened(self) -> bool:
        whole = self.pieces or (Piece("", self.clause.text, True),)
        return self.passages != whole or (self.beside is not None and self.beside_opening != self.beside.text)

    @property
    def name(self) -> str:
        """In the reader's language where the clause is in force in it."""
        return (self.beside or self.clause).name


@dataclass(frozen=True, slots=True)
class OtherBase:
    """A clause whose base in the document differs from the text in force. `pieces` -- from those in force to its own."""

    clause: ProposedClause
    pieces: Diff

    @property
    def name(self) -> str:
        return self.clause.name

    @property
    def href(self) -> str:
        return f"#{self.clause.anchor}"

    @property
    def words(self) -> str:
        return self.clause.before

    @property
    def is_known(self) -> bool:
        """Whether it is known which clause in force it starts from."""
        return self.clause.base_clause_id is not None


def changes_by_proposal(proposals: Collection[Proposal], reader: User) -> dict[Proposal, list[Changed]]:
    """What each of these changes, beside the clauses in force in the nearest of the reader's languages. Three queries, however many.

    proposals -- that she may read, with their `base` and `contribution`
    """
    found: dict[Proposal, list[ProposedClause]] = {each: [] for each in proposals}
    if not found:
        return {}
    by_key = {each.pk: each for each in found}
    clauses = ProposedClause.objects.visible_to(reader).filter(proposal__in=by_key).select_related("base_clause").in_order()
    for clause in clauses:
        clause.proposal = by_key[clause.proposal_id]
        found[clause.proposal].append(clause)
    in_force = clauses_in_force(proposals, reader.reading_order)
    return {proposal: changes_of(proposal, rows, in_force, reader.reading_order) for proposal, rows in found.items()}


def changes_of(
    proposal: Proposal, clauses: Iterable[ProposedClause], in_force: ClausesInForce | None = None, order: Sequence[str] = ()
) -> list[Changed]:
    """Each clause in order. Reads `proposal.base`, `proposal.contribution` and the `base_clause` of each, as fetched.

    in_force -- the clauses in force in other languages; without them, only the clause that each is anchored to is known
    order -- the languages in which the reader wants what stands beside, the nearest first
    """
    return [_changed(proposal, clause, in_force or ClausesInForce(), order) for clause in clauses]


def unsure_start(changes: Iterable[Changed]) -> Start | None:
    """What these clauses start from where the text in force is not here in their language: their own words before, or nothing known."""
    starts = {changed.start for changed in changes if not changed.is_quiet and (changed.clause.text or changed.pieces)}
    return next((start for start in (Start.BEFORE, Start.UNKNOWN) if start in starts), None)


def is_in_language_of_base(proposal: Proposal) -> bool:
    return proposal.base is None or proposal.base.language == proposal.contribution.language


def _changed(proposal: Proposal, clause: ProposedClause, in_force: ClausesInForce, order: Sequence[str]) -> Changed:
    if clause.action == Proposal.Action.ADD or clause.change == Change.ADDED:
        return Changed(clause, (Piece("", clause.text, False),) if clause.text else (), Start.NEW)
    language, anchored = proposal.contribution.language, clause.base_clause
    own = in_force.in_language(proposal, clause.identity, language)
    if own is None and anchored and proposal.base and proposal.base.language == language:
        own = anchored
    nearest = in_force.nearest(proposal, clause.identity, order)
    if nearest is None and anchored and proposal.base and own is None:
        nearest = anchored
        nearest.version = proposal.base
    beside = nearest if nearest and nearest.version.language != language else None
    if own is not None:
        return Changed(clause, diff(own.text, clause.text), Start.IN_FORCE, own, beside)
    if clause.before:
        return Changed(clause, diff(clause.before, clause.text), Start.BEFORE, None, beside)
    return Changed(clause, (), Start.UNKNOWN, None, beside)


def other_bases(proposal: Proposal, clauses: Iterable[ProposedClause]) -> list[OtherBase]:
    """The clauses that show that the document starts from another text than that in force, in its order."""
    if not is_in_language_of_base(proposal):
        return []
    found = []
    for clause in clauses:
        in_force = clause.base_clause.text if clause.base_clause else ""
        if clause.base_differs and clause.before and not same_wording(in_force, clause.before):
            found.append(OtherBase(clause, diff(in_force, clause.before)))
    return found


def operative(changes: Iterable[Changed]) -> list[Changed]:
    """What changes in the operative part."""
    return [changed for changed in changes if changed.clause.is_operative and not changed.is_quiet]


def in_few_words(changes: Sequence[Changed], *, longest: int, weigh: Callable[[str], int] = len) -> list[tuple[str, str]]:
    """Name (the reader's, if it is known) and marked words of each, what stays shortened, and all of them together no longer than that.

    weigh -- how long a text is, if not in characters
    """
    said: list[tuple[str, str]] = []
    left = longest
    for changed in changes:
        words = _around_changes(changed.pieces) if changed.pieces else changed.clause.text
        left -= weigh(changed.name)
        if not words or left <= LEAST:
            continue
        if weigh(words) > left:
            words = _cut(words, left, weigh)
        said.append((changed.name, words))
        left -= weigh(words)
    return said


LEAST = 20  # less is no words


def _cut(words: str, most: int, weigh: Callable[[str], int]) -> str:
    """Its beginning, with an open mark closed."""
    kept = words
    while kept and weigh(kept) > most - 6:
        kept = kept[: min(len(kept) - 1, len(kept) * most // weigh(kept))]
    opened, added, removed = kept.rfind("["), kept.count("[+") > kept.count("+]"), kept.count("[−") > kept.count("−]")
    if opened == len(kept) - 1:
        kept = kept[:opened]
    return f"{kept.rstrip()}…{'+]' if added else '−]' if removed else ''}"


CONTEXT = 40  # characters kept of what stays on each side of a change, in a mail
PAGE_CONTEXT = 160  # and on a page
LONGEST_PASSAGE = 700  # characters of one change that such a page shows


def _around_changes(pieces: Diff) -> str:
    return as_marked_text(around_changes(pieces, context=CONTEXT))


def around_changes(pieces: Diff, *, context: int, longest: int | None = None) -> Diff:
    """The same, shortened: of what stays, only so many characters on each side of a change; of each change no more than `longest`."""
    shortened = []
    for place, piece in enumerate(pieces):
        if not piece.is_same:
            shortened.append(Piece(_no_longer_than(piece.before, longest), _no_longer_than(piece.after, longest), False))
            continue
        text, is_first, is_last = piece.after, place == 0, place == len(pieces) - 1
        if is_first and is_last:
            text = _no_longer_than(text, 2 * context)
        elif is_first and len(text) > context:
            text = f"… {_end(text, context)}"
        elif is_last and len(text) > context:
            text = f"{_beginning(text, context)} …"
        elif len(text) > 2 * context:
            text = f"{_beginning(text, context)} … {_end(text, context)}"
        shortened.append(piece if text == piece.after else Piece(text, text, True))
    return tuple(shortened)


def _no_longer_than(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{_beginning(text, longest)} …"


def _beginning(text: str, most: int) -> str:
    kept = text[:most]
    return kept.rsplit(maxsplit=1)[0] if any(map(str.isspace, kept)) else kept


def _end(text: str, most: int) -> str:
    kept = text[-most:]
    return kept.split(maxsplit=1)[-1] if any(map(str.isspace, kept)) else kept
