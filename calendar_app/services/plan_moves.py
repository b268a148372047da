"""Moving a whole plan: one move that each person concerned is told of once, and undoing it for a day."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from calendar_app.emails import PLAN_MOVED
from calendar_app.models import BackwardPlan, PlanMove
from calendar_app.read_models.plan_moves import How, fingerprint, step_moves
from calendar_app.services.backward_plans import lock_plan
from coalitions.models import FollowUp, FollowUpEvent
from coalitions.services.circle_acts import record_in
from coalitions.services.follow_ups import add_event, new_version

MOST_DAYS_MOVED = 1000


@transaction.atomic
def move_plan(plan: BackwardPlan, *, how: How, by: User, seen: str, days: int = 0, submission: UUID | None = None) -> PlanMove:
    """Move what is free to move, and tell each owner and backup once. Afterwards the plan is counted from its deadline as that is now.

    seen -- the fingerprint of the state this person saw
    """
    plan = lock_plan(plan)
    if made := sent_before(PlanMove.objects.filter(plan=plan), submission):
        return made
    lock_follow_ups(plan)
    if seen != fingerprint(plan):
        raise RuleBroken(_("This plan has changed in the meantime. Look at it again, then move it."))
    moving = [move for move in step_moves(plan, how=how, days=days) if move.moves]
    if not moving:
        raise RuleBroken(_("No step of this plan would move. Let one move again, or give one another day."))
    return apply(plan, {move.step.follow_up_id: move.new for move in moving}, counted_from=plan.deadline.at, by=by, submission=submission)


@transaction.atomic
def undo_move(move: PlanMove, *, by: User) -> PlanMove:
    """Move everything back to its old date, if nothing of it has changed since. A deadline that had moved asks again."""
    plan = lock_plan(move.plan)
    move = PlanMove.objects.select_for_update().get(pk=move.pk)
    if not move.may_still_be_undone:
        raise RuleBroken(_("This move can no longer be undone: that is possible once, within 24 hours."))
    follow_ups = {row.pk: row for row in lock_follow_ups(plan)}
    old, new = instants_in(move.old), instants_in(move.new)
    if any(pk not in follow_ups or follow_ups[pk].is_closed or follow_ups[pk].due_at != at for pk, at in new.items()):
        raise RuleBroken(_("A step has changed since this move: nothing was undone. Move the plan again instead."))
    if any(at <= now() for at in old.values()):
        raise RuleBroken(_("One of the old dates has passed: nothing was undone. Move the plan again instead."))
    undoing = apply(plan, old, counted_from=datetime.fromisoformat(move.old["counted_from"]), by=by, is_undoing=True)
    move.undone_at = undoing.at
    move.save(update_fields=["undone_at"])
    return undoing


def apply(
    plan: BackwardPlan,
    dates: dict[int, datetime],
    *,
    counted_from: datetime,
    by: User,
    is_undoing: bool = False,
    submission: UUID | None = None,
) -> PlanMove:
    """Write these dates, and the record of the move. Reminders of the old dates are never sent: each follow-up gets a new version."""
    rows = [row for row in plan.steps.for_plan() if row.follow_up_id in dates]
    old = recorded(plan.counted_from, {row.follow_up_id: row.follow_up.due_at for row in rows})
    told: set[int] = set()
    for row in rows:
        follow_up = row.follow_up
        follow_up.due_at = dates[follow_up.pk]
        new_version(follow_up)
        follow_up.save(update_fields=["due_at", "version", "snoozed_until", "changed_at"])
        add_event(follow_up, FollowUpEvent.Kind.CHANGED, by, fields=["due_at"])
        told |= {user for user in (follow_up.owner_id, follow_up.backup_id) if user and user != by.pk}
    plan.counted_from = counted_from
    plan.save(update_fields=["counted_from", "changed_at"])
    move = PlanMove.objects.create(
        plan=plan, by=by, old=old, new=recorded(counted_from, dates), is_undoing=is_undoing, submission=submission
    )
    record_in(plan.circle, "calendar_app.plan_moved", by=by, about=plan.deadline, fields=["due_at"])
    tell(move, told)
    return move


def tell(move: PlanMove, users: Collection[int]) -> None:
    """One mail a person, whatever number of her steps moved."""
    write_emails([Email(to_id=user, kind=PLAN_MOVED, about={"move": move.pk}) for user in sorted(users)])


def lock_follow_ups(plan: BackwardPlan) -> list[FollowUp]:
    """In the order of their keys, as whoever else locks several."""
    return list(FollowUp.objects.select_for_update(of=("self",)).filter(plan_step__plan=plan).order_by("pk"))


def recorded(counted_from: datetime, dates: dict[int, datetime]) -> dict:
    return {"counted_from": counted_from.isoformat(), "steps": {str(pk): at.isoformat() for pk, at in dates.items()}}


def instants_in(state: dict) -> dict[int, datetime]:
    return {int(pk): datetime.fromisoformat(at) for pk, at in state["steps"].items()}
