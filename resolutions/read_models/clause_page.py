"""One clause through its assemblies and languages, and what was and is proposed on it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from amnt.accounts.models import User
from amnt.core.languages import language_names
from resolutions.domain.wording import Diff, diff
from resolutions.models import Assembly, Clause, ClauseText, Proposal, ProposedClause, Resolution, Revision, RevisionText
from resolutions.read_models.clauses_in_force import ClausesInForce
from resolutions.read_models.proposed import Changed, changes_of

# The most characters of proposed words, and of those they are marked against; of more, only who proposes what is said.
MOST_SHOWN = 300_000


@dataclass(frozen=True, slots=True)
class ClauseStep:
    """The clause in one revision, in the nearest of the reader's languages.

    clause -- None where the revision does not have it, or its text is not entered (`is_entered`)
    pieces -- from the words it had in the revision before, in the same language; empty where those are not here
    heirs -- where it is gone, the clauses of this revision that continue it
    has_origins -- an earlier revision is entered, so that new means new
    """

    revision: Revision
    is_entered: bool
    clause: Clause | None = None
    pieces: Diff = ()
    heirs: tuple[Clause, ...] = ()
    has_origins: bool = False

    @property
    def is_unchanged(self) -> bool:
        return bool(self.pieces) and all(piece.is_same for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ClauseProposals:
    """Proposals in languages that the reader reads, and the others, which are counted."""

    read: tuple[Changed, ...] = ()
    unread: tuple[Changed, ...] = ()

    def __len__(self) -> int:
        return len(self.read) + len(self.unread)

    @property
    def unread_languages(self) -> str:
        return language_names({changed.clause.proposal.contribution.language for changed in self.unread})


@dataclass(frozen=True, slots=True)
class ClausePage:
    """shown -- the clause in the nearest of the reader's languages, in the last revision that has it; None if it is only proposed
    is_in_force -- that revision is the last one that is entered; others -- the same in the other languages
    steps -- the revisions since it is known, the latest first
    now, before -- what is proposed on it, and what was withdrawn, replaced or decided
    """

    identity: UUID
    shown: Clause | None
    is_in_force: bool
    others: tuple[Clause, ...]
    steps: tuple[ClauseStep, ...]
    now: ClauseProposals
    before: tuple[Changed, ...]
    shows_wording: bool = True

    @property
    def words(self) -> ClauseText:
        """What it is called by."""
        return self.shown or self._first_proposed

    @property
    def language(self) -> str:
        return self.shown.version.language if self.shown else self._first_proposed.proposal.contribution.language

    @property
    def _first_proposed(self) -> ProposedClause:
        return next(changed.clause for changed in (*self.now.read, *self.now.unread, *self.before))


@dataclass(slots=True)
class _Known:
    """The clause as it stands in current texts, by revision and language."""

    by_revision: dict[int, dict[str, Clause]] = field(default_factory=lambda: defaultdict(dict))

    def nearest(self, revision: int, order: Sequence[str]) -> Clause | None:
        found = self.by_revision.get(revision, {})
        return next((found[code] for code in order if code in found), None)


def clause_page(resolution: Resolution, identity: UUID, user: User) -> ClausePage | None:
    """None if no text or proposal of this resolution that this person may read has such a clause. Four queries.

    Reads `resolution.revisions` as `for_page` fetched them.
    """
    texts = list(RevisionText.objects.visible_to(user).current().filter(revision__resolution=resolution).in_order())
    by_key = {text.pk: text for text in texts}
    known = _Known()
    for clause in Clause.objects.filter(version__in=by_key, identity=identity).select_related("came_from__version__revision"):
        clause.version = by_key[clause.version_id]
        known.by_revision[clause.version.revision_id][clause.version.language] = clause
    proposed = _proposed(resolution, identity, user)
    if not known.by_revision and not proposed:
        return None
    order = user.reading_order
    standing_in = [text for text in texts if text.revision_id in known.by_revision]
    last = standing_in[-1].revision_id if standing_in else 0
    shown = known.nearest(last, order)
    in_force = ClausesInForce({(revision, identity): clauses for revision, clauses in known.by_revision.items()})
    changes, shows_wording = _changes(proposed, in_force, user)
    adopted_last = texts[-1].revision.assembly if texts else None
    now = [changed for changed in changes if _stands(changed.clause.proposal, adopted_last)]
    return ClausePage(
        identity=identity,
        shown=shown,
        is_in_force=bool(texts) and last == texts[-1].revision_id and not resolution.is_suppressed,
        others=tuple(clause for code, clause in _by_order(known.by_revision.get(last, {}), order) if clause is not shown),
        steps=tuple(_steps(list(resolution.revisions.all()), texts, known, order)),
        now=ClauseProposals(
            tuple(changed for changed in now if user.reads(changed.clause.proposal.contribution.language)),
            tuple(changed for changed in now if not user.reads(changed.clause.proposal.contribution.language)),
        ),
        before=tuple(changed for changed in changes if changed not in now),
        shows_wording=shows_wording,
    )


def _by_order(clauses: dict[str, Clause], order: Sequence[str]) -> list[tuple[str, Clause]]:
    return [(code, clauses[code]) for code in order if code in clauses]


def _proposed(resolution: Resolution, identity: UUID, user: User) -> list[ProposedClause]:
    """The latest document first. Clauses that a proposal leaves alone are not among them, unless it asks for no change."""
    proposals = Proposal.objects.visible_to(user).filter(resolution=resolution)
    rows = ProposedClause.objects.visible_to(user).filter(identity=identity, proposal__in=proposals)
    rows = rows.select_related("base_clause", "proposal__base", "proposal__group", "proposal__contribution__assembly")
    rows = rows.order_by("-proposal__contribution__received_at", "proposal__identifier", "pk")
    return [row for row in rows if row.action == Proposal.Action.NOC or row.base_differs or row.change not in QUIET]


QUIET = (ProposedClause.Change.UNCHANGED, ProposedClause.Change.RENUMBERED)


def _changes(proposed: Sequence[ProposedClause], in_force: ClausesInForce, user: User) -> tuple[list[Changed], bool]:
    """What each changes, and whether in words: of very many, words are not compared."""
    if sum(len(row.text) + len(row.before) for row in proposed) > MOST_SHOWN:
        return [Changed(row) for row in proposed], False
    changes = [changed for row in proposed for changed in changes_of(row.proposal, [row], in_force, user.reading_order)]
    is_unmarked = ProposedClause.Change.UNKNOWN
    return [changed for changed in changes if not (changed.clause.change == is_unmarked and changed.is_quiet)], True


def _stands(proposal: Proposal, adopted_last: Assembly | None) -> bool:
    """Whether it is asked now: what was asked of the assembly that adopted the latest text, or of one before it, is decided."""
    if proposal.superseded_at is not None or proposal.is_withdrawn:
        return False
    return adopted_last is None or proposal.contribution.assembly.is_after(adopted_last)


def _steps(revisions: Sequence[Revision], texts: Iterable[RevisionText], known: _Known, order: Sequence[str]) -> list[ClauseStep]:
    """One for each revision since the first that has it, the latest first. One query."""
    entered = {text.revision_id for text in texts}
    began = next((place for place, revision in enumerate(revisions) if revision.pk in known.by_revision), len(revisions))
    heirs = _heirs(known)
    found = []
    before: dict[str, Clause] = {}
    for place, revision in enumerate(revisions[began:], start=began):
        has_origins = any(earlier.pk in entered for earlier in revisions[:place])
        clause = known.nearest(revision.pk, order)
        if clause is None:
            found.append(ClauseStep(revision, revision.pk in entered, heirs=tuple(heirs.get(revision.pk, ()))))
            continue
        earlier_words = before.get(clause.version.language)
        pieces = diff(earlier_words.text, clause.text) if earlier_words else ()
        found.append(ClauseStep(revision, True, clause, pieces, has_origins=has_origins))
        before = known.by_revision[revision.pk]
    return found[::-1]


def _heirs(known: _Known) -> dict[int, list[Clause]]:
    """By revision, clauses of other identities that continue this one: it was merged into them, or they were taken out of it."""
    mine = [clause.pk for clauses in known.by_revision.values() for clause in clauses.values()]
    identity = {clause.identity for clauses in known.by_revision.values() for clause in clauses.values()}
    rows = Clause.objects.filter(came_from__in=mine, version__superseded_at=None).exclude(identity__in=identity)
    found: dict[int, dict[UUID, Clause]] = defaultdict(dict)
    for clause in rows.select_related("version").order_by("version__language", "position"):
        found[clause.version.revision_id].setdefault(clause.identity, clause)
    return {revision: list(clauses.values()) for revision, clauses in found.items()}
