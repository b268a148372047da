"""Telling those who assigned a follow-up what became of it, and giving back what nobody answered."""

from datetime import datetime
from itertools import batched

from django.db.models import BigIntegerField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from calendar_app.models import Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.promises import AT_ONCE_WITHIN
from calendar_app.reminders.recipients import Facts, read_people
from calendar_app.reminders.rules import ANSWERED, Step
from coalitions.models import FollowUp, FollowUpEvent
from coalitions.services import follow_ups

RETURN_AFTER = 4 * placement.DAY
TOLD: dict[str, Step] = {
    FollowUpEvent.Kind.ACCEPTED: Step.ACCEPTED,
    FollowUpEvent.Kind.DECLINED: Step.DECLINED,
    FollowUpEvent.Kind.HANDED_BACK: Step.HANDED_BACK,
    FollowUpEvent.Kind.DONE: Step.DONE,
}


def tell_what_happened(since: datetime, instant: datetime) -> None:
    """Whoever assigned a follow-up is told of the answer, of its coming back and of its being done; never of what she did herself."""
    assigned = FollowUpEvent.objects.filter(
        follow_up=OuterRef("follow_up"), kind=FollowUpEvent.Kind.ASSIGNED, pk__lt=OuterRef("pk")
    ).order_by("-pk")
    happened = (
        FollowUpEvent.objects.filter(at__gte=since, kind__in=TOLD)
        .annotate(assigner=Coalesce(Subquery(assigned.values("by")[:1]), F("follow_up__assigned_by"), output_field=BigIntegerField()))
        .exclude(assigner=None)
        .order_by("pk")
        .values_list("pk", "follow_up", "kind", "by", "at", "assigner", "follow_up__due_at", "follow_up__circle__kind")
    )
    for some in batched([row for row in happened if row[3] != row[5] and row[7] != "delegation"], 1000):
        facts = Facts()
        read_people(facts, {row[5] for row in some})
        rows = []
        for pk, follow_up, kind, by, at, assigner, due_at, _circle in some:
            if assigner not in facts.people:
                continue
            clock = facts.clock(assigner)
            needs_someone = kind in (FollowUpEvent.Kind.DECLINED, FollowUpEvent.Kind.HANDED_BACK)
            if needs_someone:
                send_at, is_alone = placement.next_digest(at, due_at, clock, alone=at < due_at <= at + AT_ONCE_WITHIN)
            else:
                send_at, is_alone = placement.after(at, 0, clock), False
            step = Step.RETURNED if kind == FollowUpEvent.Kind.HANDED_BACK and by is None else TOLD[kind]
            rows.append(
                Reminder(
                    user_id=assigner,
                    rule=ANSWERED,
                    follow_up_id=follow_up,
                    step=step,
                    version=pk,
                    is_alone=is_alone,
                    send_at=send_at,
                    created_at=instant,
                )
            )
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def return_unanswered() -> None:
    """What nobody answered for four days goes back to the leads."""
    waiting = FollowUp.objects.open().filter(owner__isnull=False, state=FollowUp.State.TO_ACCEPT, assigned_at__lte=now() - RETURN_AFTER)
    for follow_up in waiting.exclude(assigned_by=F("owner")).order_by("pk")[:500]:
        follow_ups.return_unanswered(follow_up)
