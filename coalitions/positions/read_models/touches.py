"""What is newer than a position and touches it: which proposal or text, which cited clause, in which words.

The rule is that of `PositionQuerySet.with_review`: both read `coalitions.models.position_news`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from amnt.accounts.models import User
from coalitions.models import Position, RedLine
from coalitions.models.position_news import clauses_with_news, newer_texts, proposals_with_news
from coalitions.permissions import MembershipContext
from coalitions.read_models.found_hints import ShownHints, hinted_clauses
from resolutions.domain.wording import Diff, diff
from resolutions.models import Clause, Proposal, ProposedClause, Resolution, RevisionText
from resolutions.read_models.clauses_in_force import clauses_in_force
from resolutions.read_models.proposed import Changed, changes_of

MOST_DIFFS = 3
MOST_NAMED = 5


@dataclass(slots=True)
class TouchedClause:
    """One cited clause and what a proposal (`changed`) or a newer text in force (`pieces`) makes of it. `name` is given by who knows it."""

    identity: UUID
    changed: Changed | None = None
    found: ShownHints | None = None
    pieces: Diff = ()
    language: str = ""
    name: str = ""


@dataclass
class TouchedBy:
    """A proposal or a text, with the cited clauses it touches; of a suppression, and of a position that cites none, without any."""

    proposal: Proposal | None = None
    text: RevisionText | None = None
    clauses: list[TouchedClause] = field(default_factory=list)

    @property
    def is_suppression(self) -> bool:
        return self.proposal is not None and self.proposal.action == Proposal.Action.SUP


@dataclass
class PositionNews:
    """touched -- the identities of the cited clauses that something newer touches; of a suppression, all of them
    cites_none -- anything newer on the resolution calls for a review
    shown -- the first few differences, by whom they come from; more -- how many are not shown
    """

    sources: list[TouchedBy] = field(default_factory=list)
    cites_none: bool = False

    def __bool__(self) -> bool:
        return bool(self.sources)

    @property
    def touched(self) -> frozenset[UUID]:
        return frozenset(clause.identity for source in self.sources for clause in source.clauses)

    @property
    def shown(self) -> list[TouchedBy]:
        shown, left = [], MOST_DIFFS
        for source in self.sources[:MOST_NAMED]:
            if source.clauses and not left:
                break
            kept = source.clauses[:left]
            left -= len(kept)
            shown.append(TouchedBy(source.proposal, source.text, kept))
        return shown

    @property
    def more(self) -> int:
        shown = self.shown
        if self.cites_none or not any(source.clauses for source in self.sources):
            return len(self.sources) - len(shown)
        return sum(len(source.clauses) for source in self.sources) - sum(len(source.clauses) for source in shown)


def news_of_positions(
    user: User, resolution: Resolution, positions: Sequence[Position], memberships: MembershipContext, *, with_hints: bool = True
) -> dict[int, PositionNews]:
    """By key of the position. Eight queries at most, however many there are.

    positions -- on this resolution, with `since` and `is_to_review` (`with_review`), `in_force`, and `cited` prefetched
    """
    news = {each.pk: PositionNews(cites_none=not each.cited.all()) for each in positions}
    if not any(each.is_to_review for each in positions):
        return news
    cited = {each.pk: {clause.identity for clause in each.cited.all()} for each in positions}
    earliest = min(each.since for each in positions)
    proposed = _proposed(resolution, set().union(*cited.values()), earliest)
    shown = _in_words(user, memberships, proposed, with_hints=with_hints)
    on_it = proposals_with_news(user, memberships.circles).filter(resolution=resolution, words_at__isnull=False)
    rows: list[Any] = list(on_it.select_related("contribution", "group").order_by("-words_at", "-pk"))
    texts = _newer_texts(resolution, positions, earliest)
    in_texts = _in_texts(texts, positions, set().union(*cited.values()))
    for each in positions:
        found = news[each.pk]
        newer = [row for row in rows if row.words_at > each.since]
        was_suppressed = any(row.action == Proposal.Action.SUP and row.words_at <= each.since for row in rows)
        later = [text for text in texts if text.entered_at > each.since and _is_later(text, each)]
        if found.cites_none:
            found.sources = [TouchedBy(row) for row in newer] + [TouchedBy(text=text) for text in later]
            continue
        if not was_suppressed:
            found.sources += [TouchedBy(row) for row in newer if row.action == Proposal.Action.SUP]
        by_proposal: dict[Proposal, list[TouchedClause]] = defaultdict(list)
        for row in proposed:
            if row.identity in cited[each.pk] and _is_news(row, each):
                by_proposal[row.proposal].append(shown[row.pk])
        found.sources += [TouchedBy(proposal, clauses=clauses) for proposal, clauses in by_proposal.items()]
        for text in later:
            if clauses := [touched for touched in map(in_texts.of(text, each), sorted(cited[each.pk])) if touched]:
                found.sources.append(TouchedBy(text=text, clauses=clauses))
    return news


def touched_lines(resolution: Resolution, positions: Sequence[Position], red_lines: Iterable[RedLine]) -> frozenset[int]:
    """Keys of the lines on a clause that their position does not cite, and that something newer touches. The position itself is not to be
    reviewed for that: who does not read the line would learn of it.

    Three queries at most, none where there is no such line. positions, red_lines -- as `news_of_positions` takes them; those one may read
    """
    by_key = {each.pk: each for each in positions}
    cited = {each.pk: {clause.identity for clause in each.cited.all()} for each in positions}
    about = [(line.pk, line.clause, by_key[line.position_id]) for line in red_lines]
    apart = {key: (identity, position) for key, identity, position in about if identity and identity not in cited[position.pk]}
    if not apart:
        return frozenset()
    identities = {identity for identity, _position in apart.values()}
    concerned = list({position for _identity, position in apart.values()})
    earliest = min(position.since for position in concerned)
    proposed = _proposed(resolution, identities, earliest)
    texts = _newer_texts(resolution, concerned, earliest)
    in_texts = _in_texts(texts, concerned, identities)

    def is_touched(identity: UUID, position: Position) -> bool:
        later = (text for text in texts if text.entered_at > position.since and _is_later(text, position))
        in_proposals = any(row.identity == identity and _is_news(row, position) for row in proposed)
        return in_proposals or any(in_texts.of(text, position)(identity) for text in later)

    return frozenset(key for key, (identity, position) in apart.items() if is_touched(identity, position))


def _is_news(row: Any, position: Position) -> bool:
    """Of `clauses_with_news`, as `is_newer` asks it."""
    return bool(row.words_at > position.since and (row.known_at is None or row.known_at > position.since))


def _proposed(resolution: Resolution, identities: set[UUID], earliest: datetime) -> list[Any]:
    """Those that may touch one of the positions, the latest first."""
    if not identities:
        return []
    rows = clauses_with_news().filter(identity__in=identities, proposal__resolution=resolution, words_at__gt=earliest)
    with_them = ("base_clause", "proposal__base", "proposal__contribution__assembly", "proposal__group")
    return list(rows.select_related(*with_them).order_by("-words_at", "proposal", "position"))


def _in_words(user: User, memberships: MembershipContext, rows: Sequence[ProposedClause], *, with_hints: bool) -> dict[int, TouchedClause]:
    """By key of the proposed clause."""
    proposals = {row.proposal_id: row.proposal for row in rows}
    by_proposal: dict[Proposal, list[ProposedClause]] = defaultdict(list)
    for row in rows:
        row.proposal = proposals[row.proposal_id]
        by_proposal[row.proposal].append(row)
    in_force = clauses_in_force(list(by_proposal), user.reading_order)
    changes = {proposal: changes_of(proposal, clauses, in_force, user.reading_order) for proposal, clauses in by_proposal.items()}
    hinted = hinted_clauses(user, memberships, changes) if changes and with_hints else {}
    hints = {each.changed.clause.pk: each.found for found in hinted.values() for each in found}
    return {
        changed.clause.pk: TouchedClause(
            changed.clause.identity, changed, hints.get(changed.clause.pk), language=changed.clause.proposal.contribution.language
        )
        for found in changes.values()
        for changed in found
    }


# --- Newer texts in force ---------------------------------------------------------------------------------------------------


def _newer_texts(resolution: Resolution, positions: Sequence[Position], earliest: datetime) -> list[RevisionText]:
    """Those that may touch one of the positions, the latest first."""
    days = [each.in_force.assembly.starts_on for each in positions if each.in_force and each.in_force.assembly.starts_on]
    if not days:
        return []
    rows = newer_texts(than=min(days)).filter(revision__resolution=resolution, entered_at__gt=earliest)
    return list(rows.select_related("revision__assembly").order_by("-entered_at", "-pk"))


def _is_later(text: RevisionText, position: Position) -> bool:
    before = position.in_force and position.in_force.assembly.starts_on
    return bool(before and text.revision.assembly.starts_on and text.revision.assembly.starts_on > before)


class _InTexts:
    """by_place -- the words of each cited clause, by revision, language and identity"""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.by_place = {(row.version.revision_id, row.version.language, row.identity): row for row in clauses}
        self.revisions = {(row.version.revision_id, row.identity) for row in clauses}

    def of(self, text: RevisionText, position: Position) -> Callable[[UUID], TouchedClause | None]:
        def touched(identity: UUID) -> TouchedClause | None:
            now = self.by_place.get((text.revision_id, text.language, identity))
            before = self.by_place.get((position.in_force_id or 0, text.language, identity))
            if now is None:
                had_it = (position.in_force_id, identity) in self.revisions
                return TouchedClause(identity, pieces=diff(before.text if before else "", ""), language=text.language) if had_it else None
            if before is not None and before.text == now.text:
                return None
            return TouchedClause(identity, pieces=diff(before.text if before else "", now.text), language=text.language)

        return touched


def _in_texts(texts: Sequence[RevisionText], positions: Sequence[Position], identities: set[UUID]) -> _InTexts:
    if not texts or not identities:
        return _InTexts(())
    before = {each.in_force_id for each in positions if each.in_force_id}
    revisions = {*before, *(text.revision_id for text in texts)}
    rows = Clause.objects.filter(version__superseded_at=None, identity__in=identities, version__revision__in=revisions)
    return _InTexts(list(rows.select_related("version")))
