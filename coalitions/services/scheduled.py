"""What time alone brings about in coalitions."""

from django.utils.timezone import now

from amnt.core.steps import run_each
from coalitions.models import ClockRun
from coalitions.services import approvals, follow_ups, last_readers, membership, session_purge

STEPS = (
    approvals.carry_out_announced,
    membership.end_due_observations,
    last_readers.settle_unread,
    follow_ups.return_all_unanswered,
    session_purge.purge_now,
)


def do_what_is_due() -> None:
    """What was announced and nobody refused, observations that are over, circles that nobody reads, follow-ups that nobody answered, who
    went to a session two days ago.

    One step that fails stops no other. The page of the instance's health reads when all of it was done last.
    """
    if run_each(STEPS):
        ClockRun.objects.update_or_create(pk=1, defaults={"at": now()})
