"""The clauses of proposals as they were read of a document: what is shown of each, and how many of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resolutions.domain.wording import Diff, diff
from resolutions.drafts import ClauseDraft
from resolutions.models import ProposedClause

# Of the clauses as they were read: of one proposal, and of all of them on the page.
MOST_CLAUSES = 200
MOST_CLAUSES_SHOWN, MOST_CHARACTERS_SHOWN = 600, 150_000


@dataclass(frozen=True)
class ClauseAsRead:
    """One clause as it was read; `heading` is its verb line where a new one begins."""

    clause: ClauseDraft
    heading: str
    pieces: Diff

    @property
    def change(self) -> str:
        change = ProposedClause.Change(self.clause.change)
        return "" if change == ProposedClause.Change.UNCHANGED else str(change.label)


def as_read(clauses: Iterable[ClauseDraft]) -> list[ClauseAsRead]:
    """Each clause with what the marks do to it, under its verb line."""
    shown, call = [], ""
    for clause in clauses:
        here = clause.call or clause.call_before
        # Without marks a document does not say what it starts from: its words stand as they are.
        start = clause.text if clause.change == ProposedClause.Change.UNKNOWN else clause.before
        shown.append(ClauseAsRead(clause, here if here != call else "", diff(start, clause.text)))
        call = here
    return shown


def tally_of(clauses: Iterable[ClauseDraft]) -> list[tuple[int, str]]:
    """How many clauses of each change, in words."""
    found = Counter(clause.change for clause in clauses)
    return [(found[change], str(change.label)) for change in ProposedClause.Change if found[change]]


def shown_clauses(proposals: Sequence[Sequence[ClauseDraft]]) -> list[int]:
    """How many clauses of each proposal are shown on one page, the first ones first."""
    most, count, characters = [0] * len(proposals), 0, 0
    for place, clauses in enumerate(proposals):
        for clause in clauses[:MOST_CLAUSES]:
            count, characters = count + 1, characters + len(clause.text) + len(clause.before)
            if count > MOST_CLAUSES_SHOWN or characters > MOST_CHARACTERS_SHOWN:
                return most
            most[place] += 1
    return most
