"""News on the resolutions a person watches: facts, decisions, revisions and public proposals, in one query.

What changed since the last visit is this and nothing else, on the first page and in every list that marks it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from resolutions.models.contributions import Contribution
from resolutions.models.resolutions import Watch

if TYPE_CHECKING:
    from amnt.accounts.models import User

# Nobody was away for so long that she would read more.
MOST_MOVED = 50


@dataclass(frozen=True)
class Moves:
    """What changed since a person's last visit, by keys. `otherwise`: resolutions of which more than proposals changed."""

    proposals: frozenset[int] = frozenset()
    resolutions: frozenset[int] = frozenset()
    otherwise: frozenset[int] = frozenset()


def moves_of(user: "User") -> Moves:
    """Since the visit before this one; on a first visit nothing has changed, and nothing is asked."""
    if user.seen_before_at is None:
        return Moves()
    found = moved_since(user, user.seen_before_at, most=MOST_MOVED)
    return Moves(
        proposals=frozenset(proposal for _what, proposal, _resolution in found if proposal),
        resolutions=frozenset(resolution for _what, _proposal, resolution in found),
        otherwise=frozenset(resolution for _what, proposal, resolution in found if not proposal),
    )


# In SQL because the first page runs it on every visit, and the ORM takes longer to compile it than the database to
# answer it. Without facts changed before the watch, and without what this person recorded.
_MOVES = """
    SELECT past.history_date AS at, 'outcome' AS what, CAST(NULL AS bigint) AS proposal, watch.resolution_id
    FROM resolutions_watch watch JOIN resolutions_historicaloutcome past ON past.resolution_id = watch.resolution_id
    WHERE watch.user_id = %(user)s AND past.history_date > %(since)s AND past.history_date >= watch.created_at
        AND past.history_type <> '-'
    UNION ALL
    SELECT past.history_date, 'revision', CAST(NULL AS bigint), watch.resolution_id
    FROM resolutions_watch watch JOIN resolutions_historicalrevision past ON past.resolution_id = watch.resolution_id
    WHERE watch.user_id = %(user)s AND past.history_date > %(since)s AND past.history_date >= watch.created_at
        AND past.history_type <> '-'
    UNION ALL
    SELECT past.history_date, 'facts', CAST(NULL AS bigint), watch.resolution_id
    FROM resolutions_watch watch JOIN resolutions_historicalresolution past ON past.id = watch.resolution_id
    WHERE watch.user_id = %(user)s AND past.history_date > %(since)s AND past.history_date >= watch.created_at
        AND past.history_type = '~'
    UNION ALL
    SELECT event.recorded_at, 'proposal', proposal.id, watch.resolution_id
    FROM resolutions_watch watch
    JOIN resolutions_proposal proposal ON proposal.resolution_id = watch.resolution_id AND proposal.moved_at > %(since)s
    JOIN resolutions_contribution contribution ON contribution.id = proposal.contribution_id
    JOIN resolutions_proposalevent event ON event.proposal_id = proposal.id
    WHERE watch.user_id = %(user)s AND event.recorded_at > %(since)s AND event.recorded_at >= watch.created_at
        AND (event.is_operative OR watch.scope = %(all)s) AND NOT event.is_history
        AND contribution.access = %(public)s AND (event.by_id IS NULL OR event.by_id <> %(user)s)
    ORDER BY 1 DESC
    LIMIT %(most)s
"""


def moved_since(user: "User", since: datetime, *, most: int) -> list[tuple[str, int | None, int]]:
    """The latest moves: "outcome", "revision", "facts" or "proposal"; the key of the proposal; the key of the resolution."""
    asked = {
        "since": connection.ops.adapt_datetimefield_value(since),
        "user": user.pk,
        "public": Contribution.Access.PUBLIC.value,
        "all": Watch.Scope.ALL.value,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, asked)
        return [(what, proposal, resolution) for _at, what, proposal, resolution in cursor.fetchall()]
