"""Builds the example follow-ups."""

from datetime import datetime, time, timedelta

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core import times
from amnt.demo import follow_up_data
from amnt.demo.dates import in_days
from amnt.demo.people import People
from amnt.demo.submission_ids import submission
from coalitions.domain.snoozing import SnoozeUntil
from coalitions.models import Circle, Delegation, FollowUp
from coalitions.services import follow_ups
from resolutions.models import Assembly, Resolution


def build_follow_up(told: follow_up_data.ExampleFollowUp, circle: Circle, people: People) -> FollowUp:
    """Create one and carry out its acts through the services; then backdate everything."""
    row = follow_ups.create(
        circle=circle,
        title=told.title,
        done_means=told.done_means,
        due_at=due(max(told.due, 2), people[told.by]),
        by=people[told.by],
        owner=people.get(told.owner),
        backup=people.get(told.backup),
        resolution=Resolution.objects.of_assembly().filter(number=told.resolution).first() if told.resolution else None,
        delegation=card_of(told.country) if told.country else None,
        submission=submission(f"follow-up/{told.key}"),
    )
    for act in told.acts:
        carry_out(act, row, people)
    date_back(row, told, due(told.due, people[told.by]))
    return row


def card_of(country: str) -> Delegation | None:
    return Delegation.objects.filter(country=country, assembly=Assembly.objects.current(), is_example=True).first()


def due(days: int, by: User) -> datetime:
    return times.instant_of(in_days(days, by.time_zone), time(18), by.time_zone)


def carry_out(act: follow_up_data.ExampleAct, row: FollowUp, people: People) -> None:
    by = people[act.by]
    match act.verb:
        case "done":
            follow_ups.done(row, by=by, evidence=act.evidence)
        case "snooze":
            follow_ups.snooze(row, until=SnoozeUntil.TOMORROW, by=by)
        case verb:
            getattr(follow_ups, verb)(row, by=by)


def date_back(row: FollowUp, told: follow_up_data.ExampleFollowUp, due_at: datetime) -> None:
    instant = now()
    made = instant + timedelta(days=told.made)
    done_at = [instant + timedelta(days=act.day) for act in told.acts]
    events = list(row.events.order_by("pk"))
    first = len(events) - len(done_at)
    for event, at in zip(events, [made] * first + done_at, strict=True):
        type(event).objects.filter(pk=event.pk).update(at=at)
    row.refresh_from_db()
    changes = [at for act, at in zip(told.acts, done_at, strict=True) if act.verb != "snooze"]
    state_at = changes[-1] if changes else made
    FollowUp.objects.filter(pk=row.pk).update(
        created_at=made,
        assigned_at=made if row.assigned_at else None,
        state_at=state_at,
        closed_at=state_at if row.closed_at else None,
        due_at=due_at,
    )
