"""What is newer than a position: words of clauses, suppressions and texts in force that were recorded after it.

`PositionQuerySet.with_review` asks these in the database; `coalitions.positions.read_models.touches` shows what they find.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from amnt.accounts.models import User
from resolutions.models import Clause, Proposal, ProposalEvent, ProposedClause, RevisionText

Change, Kind = ProposedClause.Change, ProposalEvent.Kind
# The events with which words come.
WITH_WORDS = (Kind.NEW, Kind.LATE, Kind.CHANGED)


def clauses_with_news(*, as_of: datetime | None = None) -> QuerySet[ProposedClause]:
    """The clauses that standing proposals change, delete, move or add. One touches what was written before `words_at`, unless the same
    was known by then (`known_at`).

    words_at -- when its words were recorded
    known_at -- when another proposal said the same of that clause, or the same document did in another language
    """
    # A suppression touches every clause at once, and is asked for apart.
    said = ProposedClause.objects.public().exclude(action=Proposal.Action.SUP)
    rows = said.filter(proposal__in=_standing(Proposal.objects.all(), as_of)).exclude(change__in=(Change.UNCHANGED, Change.RENUMBERED))
    # Where a document has no marks, the words in force say whether it changes any.
    rows = rows.exclude(change=Change.UNKNOWN, base_clause__text=F("text"))
    contribution = "proposal__contribution__"
    same_words = Q(text=OuterRef("text"), call=OuterRef("call"), change=OuterRef("change"))
    same_document = Q(**{f"{contribution}{name}": OuterRef(f"{contribution}{name}") for name in ("assembly", "number", "revision")})
    known = said.filter(same_words | same_document, identity=OuterRef("identity"))
    known = known.exclude(proposal=OuterRef("proposal")).annotate(said_at=_words_at("proposal")).filter(said_at__isnull=False)
    return rows.annotate(
        words_at=_words_at("proposal", as_of=as_of, only_news=True),
        known_at=Subquery(known.order_by("said_at").values("said_at")[:1]),
    )


def is_newer(since: OuterRef | datetime) -> Q:
    """Of `clauses_with_news`: what touches a position that was written, or found to hold, then."""
    return Q(words_at__gt=since) & (Q(known_at=None) | Q(known_at__gt=since))


def proposals_with_news(user: User, circles: Collection[int] | None, *, as_of: datetime | None = None) -> QuerySet[Proposal]:
    """The standing proposals this person may read, with `words_at` as above; without words, when it was recorded."""
    rows = _standing(Proposal.objects.visible_to(user, circles), as_of)
    return rows.annotate(words_at=_words_at("pk", as_of=as_of, only_news=True))


def newer_texts(*, than: OuterRef | Subquery | date, as_of: datetime | None = None) -> QuerySet[RevisionText]:
    """Texts in force of revisions that a later assembly adopted than this one, with `entered_at`."""
    rows = RevisionText.objects.current().filter(revision__assembly__starts_on__gt=than)
    return rows.filter(entered_at__lte=as_of) if as_of else rows


def clauses_as_before(*, identity: OuterRef, revision: OuterRef) -> QuerySet[Clause]:
    """In a subquery on texts: that clause, where it stands in the text as it stood in the earlier revision, in the same language."""
    before = Clause.objects.filter(
        version__superseded_at=None,
        version__revision=OuterRef(revision),
        identity=OuterRef("identity"),
        version__language=OuterRef("version__language"),
        text=OuterRef("text"),
    )
    return Clause.objects.filter(Exists(before), version=OuterRef("pk"), identity=identity)


def _standing(rows: QuerySet[Proposal], as_of: datetime | None) -> QuerySet[Proposal]:
    if as_of is None:
        return rows.filter(superseded_at=None).exclude(status=Proposal.Status.WITHDRAWN)
    withdrawn = ProposalEvent.objects.filter(proposal=OuterRef("pk"), kind=Kind.WITHDRAWN, recorded_at__lte=as_of)
    return rows.filter(Q(superseded_at=None) | Q(superseded_at__gt=as_of)).exclude(Exists(withdrawn))


def _words_at(proposal: str, *, as_of: datetime | None = None, only_news: bool = False) -> Subquery:
    """When the latest words of this proposal were recorded. History is known, and no news."""
    events = ProposalEvent.objects.filter(proposal=OuterRef(proposal), kind__in=WITH_WORDS)
    if only_news:
        events = events.filter(is_history=False)
    if as_of:
        events = events.filter(recorded_at__lte=as_of)
    return Subquery(events.order_by("-recorded_at").values("recorded_at")[:1])
