"""The changes of one proposal, clause by clause, for its page, its line in a mail, and the API. Several versions are compared by
`comparing`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from resolutions.domain.wording import Diff, Piece, as_marked_text, diff, same_wording
from resolutions.models import Proposal, ProposedClause

Change = ProposedClause.Change
QUIET = frozenset({Change.UNCHANGED, Change.RENUMBERED})


@dataclass(frozen=True, slots=True)
class Changed:
    """One clause and what becomes of its words.

    pieces -- from its base to its new text; empty where the base is not known
    beside -- words of the clause in force in another language: shown beside, never compared
    """

    clause: ProposedClause
    pieces: Diff = ()
    beside: str = ""

    @property
    def is_quiet(self) -> bool:
        return self.clause.change in QUIET

    @property
    def is_compared(self) -> bool:
        return bool(self.pieces)


@dataclass(frozen=True, slots=True)
class OtherBase:
    """A clause whose base in the document differs from the text in force. `pieces` -- from those in force to its own."""

    clause: ProposedClause
    pieces: Diff


def changes_of(proposal: Proposal, clauses: Iterable[ProposedClause]) -> list[Changed]:
    """Each clause in order. Reads `proposal.base`, `proposal.contribution` and the `base_clause` of each, as fetched."""
    same_language = is_in_language_of_base(proposal)
    return [_changed(clause, same_language) for clause in clauses]


def is_in_language_of_base(proposal: Proposal) -> bool:
    return proposal.base is None or proposal.base.language == proposal.contribution.language


def _changed(clause: ProposedClause, same_language: bool) -> Changed:
    base = clause.base_clause
    in_force = base.text if base else ""
    beside = in_force if in_force and not same_language else ""
    if clause.action == Proposal.Action.ADD or clause.change == Change.ADDED:
        return Changed(clause, (Piece("", clause.text, False),) if clause.text else ())
    start = clause.before or (in_force if same_language else "")
    if not start and not clause.text:
        return Changed(clause, beside=beside)
    if not start and (clause.change == Change.UNKNOWN or beside):
        return Changed(clause, beside=beside)
    return Changed(clause, diff(start, clause.text), beside)


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
    """Name and marked words of each, what stays shortened, and all of them together no longer than that.

    weigh -- how long a text is, if not in characters
    """
    said: list[tuple[str, str]] = []
    left = longest
    for changed in changes:
        words = _around_changes(changed.pieces) if changed.pieces else changed.clause.text
        left -= weigh(changed.clause.name)
        if not words or left <= LEAST:
            continue
        if weigh(words) > left:
            words = _cut(words, left, weigh)
        said.append((changed.clause.name, words))
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


CONTEXT = 40  # characters kept of what stays on each side of a change


def _around_changes(pieces: Diff) -> str:
    shortened = []
    for place, piece in enumerate(pieces):
        if not piece.is_same:
            shortened.append(piece)
            continue
        text, is_first, is_last = piece.after, place == 0, place == len(pieces) - 1
        if is_first and len(text) > CONTEXT:
            text = f"… {_end(text)}"
        elif is_last and len(text) > CONTEXT:
            text = f"{_beginning(text)} …"
        elif len(text) > 2 * CONTEXT:
            text = f"{_beginning(text)} … {_end(text)}"
        shortened.append(Piece(text, text, True))
    return as_marked_text(shortened)


def _beginning(text: str) -> str:
    kept = text[:CONTEXT]
    return kept.rsplit(maxsplit=1)[0] if any(map(str.isspace, kept)) else kept


def _end(text: str) -> str:
    kept = text[-CONTEXT:]
    return kept.split(maxsplit=1)[-1] if any(map(str.isspace, kept)) else kept
