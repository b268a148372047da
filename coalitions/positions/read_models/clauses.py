"""The clauses of a resolution as positions name them: in force, and those that are only proposed."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from amnt.accounts.models import User
from resolutions.models import Clause, ClauseText, Proposal, ProposedClause, Resolution, RevisionText
from resolutions.read_models.clauses_in_force import preferred

OPENING = 110  # characters
LONGEST_CALL = 60


@dataclass(frozen=True, slots=True)
class NamedClause:
    """is_in_force -- it stands in the last text; else it is only proposed, or stood in an earlier one"""

    identity: UUID
    name: str
    text: str
    language: str
    is_in_force: bool

    @property
    def opening(self) -> str:
        if len(self.text) <= OPENING:
            return self.text
        return f"{self.text[:OPENING].rsplit(maxsplit=1)[0]} …"


def _named(clause: ClauseText, language: str, *, is_in_force: bool) -> NamedClause:
    return NamedClause(clause.identity, _name(clause), clause.text, language, is_in_force)


def _name(clause: ClauseText) -> str:
    """With its verb line whole where that is short: several may begin with the same verb."""
    if clause.cell or not clause.call:
        return clause.name
    call = clause.call.strip(" :,")
    if len(call) > LONGEST_CALL:
        call = f"{call[:LONGEST_CALL].rsplit(maxsplit=1)[0]} …"
    return " ".join(filter(None, (call, clause.number.rstrip("."))))


def clauses_by_identity(identities: Collection[UUID], user: User) -> dict[UUID, NamedClause]:
    """Those of these that are in a text or a public proposal, in the order of the text. Two queries, one if all are in texts."""
    if not identities:
        return {}
    rows = Clause.objects.filter(version__superseded_at=None, identity__in=identities)
    rows = rows.select_related("version__revision").order_by("-version__revision__assembly__starts_on", "position")
    order = {language: place for place, language in enumerate(user.reading_order)}
    texts = list(rows)
    last: dict[int, int] = {}
    for clause in texts:
        last.setdefault(clause.version.revision.resolution_id, clause.version.revision_id)
    found: dict[UUID, tuple[int, int, NamedClause]] = {}
    for clause in texts:
        is_last = clause.version.revision_id == last[clause.version.revision.resolution_id]
        rank = (0 if is_last else 1, order.get(clause.version.language, len(order)))
        named = _named(clause, clause.version.language, is_in_force=is_last)
        if clause.identity not in found or rank < found[clause.identity][:2]:
            found[clause.identity] = (*rank, named)
    named_clauses = {identity: named for identity, (_revision, _language, named) in found.items()}
    if missing := [identity for identity in identities if identity not in named_clauses]:
        proposed = ProposedClause.objects.public().filter(identity__in=missing)
        for row in proposed.select_related("proposal__contribution").order_by("-proposal__contribution__received_at", "pk"):
            named_clauses.setdefault(row.identity, _named(row, row.proposal.contribution.language, is_in_force=False))
    return named_clauses


def clauses_to_cite(resolution: Resolution, user: User) -> list[NamedClause]:
    """Those of the last text, in the nearest of the reader's languages, then those that standing proposals add. Three queries."""
    texts = RevisionText.objects.current().filter(revision__resolution=resolution).select_related("revision__assembly")
    by_revision = list(texts.order_by("-revision__assembly__starts_on", "-revision", "language"))
    newest = [text for text in by_revision if text.revision_id == by_revision[0].revision_id]
    chosen = preferred(newest, user.reading_order) or (newest[0] if newest else None)
    found = {}
    if chosen:
        found = {row.identity: _named(row, chosen.language, is_in_force=True) for row in Clause.objects.filter(version=chosen).in_order()}
    standing = Proposal.objects.standing().filter(resolution=resolution)
    added = ProposedClause.objects.public().filter(proposal__in=standing, change=ProposedClause.Change.ADDED)
    for clause in added.select_related("proposal__contribution").order_by("proposal__identifier", "position"):
        found.setdefault(clause.identity, _named(clause, clause.proposal.contribution.language, is_in_force=False))
    return list(found.values())
