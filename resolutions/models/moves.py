"""What moved on the resolutions a person watches: facts, decisions, revisions and public proposals, from one query."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from resolutions.models.contributions import Contribution
from resolutions.models.resolutions import Watch

if TYPE_CHECKING:
    from amnt.accounts.models import User

# In SQL because the first page asks it on every visit, and the ORM would spend longer writing it than the database needs to
# answer it. Facts changed before she watched are none of her business, nor what she recorded herself.
_MOVES = """
    SELECT moved.what, moved.proposal, watch.resolution_id
    FROM (
        SELECT history_date AS at, 'outcome' AS what, CAST(NULL AS bigint) AS proposal, resolution_id, TRUE AS is_operative
        FROM resolutions_historicaloutcome WHERE history_date > %(since)s AND history_type <> '-'
        UNION ALL
        SELECT history_date, 'revision', CAST(NULL AS bigint), resolution_id, TRUE
        FROM resolutions_historicalrevision WHERE history_date > %(since)s AND history_type <> '-'
        UNION ALL
        SELECT history_date, 'facts', CAST(NULL AS bigint), id, TRUE
        FROM resolutions_historicalresolution WHERE history_date > %(since)s AND history_type = '~'
        UNION ALL
        SELECT event.recorded_at, 'proposal', proposal.id, proposal.resolution_id, event.is_operative
        FROM resolutions_proposalevent event
        JOIN resolutions_proposal proposal ON proposal.id = event.proposal_id
        JOIN resolutions_contribution contribution ON contribution.id = proposal.contribution_id
        WHERE event.recorded_at > %(since)s AND NOT event.is_history AND contribution.access = %(public)s
            AND (event.by_id IS NULL OR event.by_id <> %(user)s)
    ) moved
    JOIN resolutions_watch watch ON watch.resolution_id = moved.resolution_id AND watch.user_id = %(user)s
    WHERE moved.at >= watch.created_at AND (moved.is_operative OR watch.scope = %(all)s)
    ORDER BY moved.at DESC
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
        return cursor.fetchall()
