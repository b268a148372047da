"""The priorities of a coalition as its page shows them."""

from dataclasses import dataclass, field
from uuid import UUID

from amnt.accounts.models import User
from amnt.core.languages import current_language
from coalitions.importers.advocacy import PrioritySuggestion, shipped_suggestions
from coalitions.models import Coalition, Priority
from resolutions.models import Clause, Resolution, RevisionText


@dataclass(frozen=True)
class ShownClause:
    """A clause by its name in the text that the reader reads, with its page."""

    identity: UUID
    name: str
    resolution: Resolution


@dataclass
class PriorityCard:
    priority: Priority
    resolutions: list[Resolution] = field(default_factory=list)
    clauses: list[ShownClause] = field(default_factory=list)


def priority_cards(user: User, coalition: Coalition) -> list[PriorityCard]:
    """Those this person may read, in order. Three queries at most."""
    rows = list(Priority.objects.visible_to(user).filter(coalition=coalition).in_order())
    for row in rows:
        row.coalition = coalition
    keys = {key for row in rows for key in row.resolution_keys}
    resolutions = Resolution.objects.visible_to(user).in_bulk(keys) if keys else {}
    names = clause_names(user, {clause.identity for row in rows for clause in row.clauses})
    cards = []
    for row in rows:
        clauses = [
            ShownClause(clause.identity, names.get(clause.identity, ""), resolutions[clause.resolution])
            for clause in row.clauses
            if clause.resolution in resolutions
        ]
        cards.append(PriorityCard(row, [resolutions[key] for key in row.resolution_keys if key in resolutions], clauses))
    return cards


def clause_names(user: User, identities: set[UUID]) -> dict[UUID, str]:
    """The names of these clauses in the current texts: in the reader's language where there is one, else in another."""
    if not identities:
        return {}
    current = RevisionText.objects.visible_to(user).current()
    rows = Clause.objects.filter(identity__in=identities, version__in=current).select_related("version")
    found: dict[UUID, str] = {}
    for row in sorted(rows, key=lambda row: (row.version.language == current_language(), row.version.pk)):
        found[row.identity] = row.name
    return found


def suggestions_left(cards: list[PriorityCard]) -> list[PrioritySuggestion]:
    """What the guide suggests and the coalition has not adopted."""
    adopted = {card.priority.suggestion for card in cards}
    return [suggestion for suggestion in shipped_suggestions().values() if suggestion.key not in adopted]


def priorities_on(user: User, resolution: Resolution) -> list[Priority]:
    """The priorities of the reader's coalitions that are about this resolution. Few rows: what they are about is encrypted."""
    rows = Priority.objects.visible_to(user).select_related("coalition").in_order()
    return [row for row in rows if resolution.pk in row.resolution_keys]
