"""Plays acts with the real planner, sender, composer and delivery on a simulated clock, which steps only through instants at which
something can happen."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Min

from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email
from amnt.rehearsal.clock import simulated_clock
from amnt.rehearsal.faults import Faults
from calendar_app import tasks
from calendar_app.models import Reminder
from coalitions.models import FollowUp
from coalitions.services import scheduled
from coalitions.services.follow_ups import RETURN_AFTER

MINUTE = timedelta(minutes=1)
WEDNESDAY = 2
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


class Act(NamedTuple):
    """Something that someone does at an instant."""

    at: datetime
    do: Callable[[], object]


class Step(NamedTuple):
    """One instant that was played.

    is_working -- whether a worker was there to do anything; is_between -- whether it lies where nothing was to happen
    """

    at: datetime
    is_working: bool
    is_between: bool = False


class Pace(NamedTuple):
    """How closely time is looked at. By the minute, as in production, nothing is ever late; a rehearsal of many people looks less often,
    as if the worker had much to do.

    step -- an instant is put off to the next multiple of this
    scheduled -- what time alone does in coalitions is done so often at most
    is_planned_weekly -- all is planned from nothing on Wednesdays, and not each day: in between, planning by changes has no net under it
    between -- after one step in so many, a minute before the next one is played too, to find out whether nothing happens then; 0 for never
    """

    step: timedelta = MINUTE
    scheduled: timedelta = timedelta(0)
    is_planned_weekly: bool = False
    between: int = 0


def play(
    acts: Iterable[Act],
    *,
    begins: datetime,
    until: datetime,
    pace: Pace | None = None,
    faults: Faults | None = None,
    look: Callable[[Step], None] | None = None,
) -> int:
    """Do all acts in their order and let the clock do its work between them. Say in how many steps.

    look -- called after each step
    """
    pace, faults = pace or Pace(), faults or Faults()
    waiting = deque(sorted(acts, key=lambda act: act.at))
    instant, steps, scheduled_at, all_at = begins, 0, begins - pace.scheduled, begins
    with simulated_clock(begins) as clock:
        while instant <= until:
            clock.move_to(instant)
            # What was due before somebody acts is told before, however late this step is.
            if pace.step > MINUTE and waiting and waiting[0].at <= instant and faults.worker_off_until(instant) is None:
                a_minute(is_all=False)
                if look:
                    look(Step(instant, is_working=True))
                    steps += 1
            while waiting and waiting[0].at <= instant:
                waiting.popleft().do()
            is_working = faults.worker_off_until(instant) is None
            for _beat in range(faults.beats() if is_working else 0):
                if instant - scheduled_at >= pace.scheduled:
                    scheduled.do_what_is_due()
                    scheduled_at = instant
                a_minute(is_all=instant >= all_at)
            if is_working and instant >= all_at:
                all_at = wednesday_after(instant) if pace.is_planned_weekly else instant
            if look:
                look(Step(instant, is_working))
            steps += 1
            soonest = next_instant(instant, waiting, faults)
            if look and (between := faults.between(instant, soonest, pace.between)):
                clock.move_to(between)
                a_minute(is_all=False)
                look(Step(between, is_working=True, is_between=True))
                steps += 1
                soonest = next_instant(between, waiting, faults)
            instant = rounded_up(soonest, pace.step)
    return steps


def a_minute(*, is_all: bool) -> None:
    """What the clock does for reminders; planning everything once a day only, if `is_all`."""
    tasks.tick()
    if is_all:
        tasks.plan_all()
    deliver_waiting()


def next_instant(instant: datetime, waiting: Collection[Act], faults: Faults) -> datetime:
    """When something can happen next: an act, a reminder, a mail that is tried again, a follow-up that nobody answered, a worker that
    comes back; a Wednesday at most, as what is told on Mondays is planned once the last Monday has passed."""
    ahead = [wednesday_after(instant)]
    planned = Reminder.objects.planned().filter(send_at__gt=instant).aggregate(first=Min("send_at"))["first"]
    mails = Email.objects.filter(state=Email.State.WAITING).aggregate(first=Min("not_before"))["first"]
    unanswered = FollowUp.objects.open().filter(state=FollowUp.State.TO_ACCEPT, owner__isnull=False, assigned_at__gt=instant - RETURN_AFTER)
    returned = unanswered.aggregate(first=Min("assigned_at"))["first"]
    if planned:
        ahead.append(planned)
    if mails:
        ahead.append(max(mails, faults.mail_server_fails_until(instant) or mails))
    if returned:
        ahead.append(returned + RETURN_AFTER)
    back = faults.worker_off_until(instant)
    soonest = max(min(ahead), back) if back else min(ahead)
    if waiting:
        soonest = min(soonest, next(iter(waiting)).at)
    return max(soonest, instant + MINUTE)


def rounded_up(instant: datetime, step: timedelta) -> datetime:
    return instant + (MIDNIGHT - instant) % step


def wednesday_after(instant: datetime) -> datetime:
    days = (WEDNESDAY - instant.weekday()) % 7 or 7
    return datetime.combine(instant.date() + timedelta(days=days), time(0), UTC)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
