"""A clock that steps only through instants at which something can happen, and the list of who was told what when."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import time_machine
from django.db.models import Min

from amnt.mail.delivery import deliver_waiting
from calendar_app import tasks
from calendar_app.models import Reminder
from coalitions.models import FollowUp
from coalitions.services import scheduled
from coalitions.services.follow_ups import RETURN_AFTER

MINUTE = timedelta(minutes=1)
WEDNESDAY = 2
MOST_MAILS_A_WEEK = 5


class Act(NamedTuple):
    """Something that someone does at an instant."""

    at: datetime
    do: Callable[[], object]


@dataclass(frozen=True, order=True)
class Told:
    """One thing that one person was told in one mail, in the words of the fixture: "2027-06-02 ATU-1 RR-22 announced"."""

    at: datetime
    person: str
    day: date
    about: str
    rule: str
    what: str
    is_alone: bool
    mail: int

    def __str__(self) -> str:
        return f"{self.day} {self.about} {self.rule} {self.what}{' alone' if self.is_alone else ''}"


# --- Playing ----------------------------------------------------------------------------------------------------------------


def play(acts: Iterable[Act], *, begins: datetime, until: datetime) -> int:
    """Do all acts in their order and let the clock do its work between them. Say in how many steps."""
    waiting = sorted(acts, key=lambda act: act.at)
    instant, steps = begins, 0
    with time_machine.travel(begins, tick=False) as clock:
        while instant <= until:
            clock.move_to(instant)
            while waiting and waiting[0].at <= instant:
                waiting.pop(0).do()
            a_minute()
            steps += 1
            instant = next_instant(instant, waiting)
    return steps


def a_minute() -> None:
    """All that the clock does; planning everything once a day only."""
    scheduled.do_what_is_due()
    tasks.tick()
    tasks.plan_all()
    deliver_waiting()


def next_instant(instant: datetime, waiting: Collection[Act]) -> datetime:
    """When something can happen next: an act, a reminder, a follow-up that nobody answered; a Wednesday at most, as what is told on
    Mondays is planned once the last Monday has passed."""
    ahead = [wednesday_after(instant), *(act.at for act in waiting)]
    planned = Reminder.objects.planned().filter(send_at__gt=instant).aggregate(first=Min("send_at"))["first"]
    unanswered = FollowUp.objects.open().filter(state=FollowUp.State.TO_ACCEPT, owner__isnull=False, assigned_at__gt=instant - RETURN_AFTER)
    returned = unanswered.aggregate(first=Min("assigned_at"))["first"]
    ahead += [moment for moment in (planned, returned and returned + RETURN_AFTER) if moment]
    return max(min(ahead), instant + MINUTE)


def wednesday_after(instant: datetime) -> datetime:
    days = (WEDNESDAY - instant.weekday()) % 7 or 7
    return datetime.combine(instant.date() + timedelta(days=days), time(0), UTC)


# --- What was told ----------------------------------------------------------------------------------------------------------


def all_told(people: dict[int, str], names: Callable[[Reminder], str]) -> list[Told]:
    """From the ledger: what was really sent, and in which mail."""
    sent = Reminder.objects.filter(state=Reminder.State.SENT, user__in=people, email__finished_at__isnull=False)
    rows = sent.select_related("email", "user")
    # Several resolutions that came onto one agenda are one line.
    found = set()
    for row in rows:
        at = row.email.finished_at
        day = at.astimezone(ZoneInfo(row.user.time_zone)).date()
        what = " ".join(filter(None, (row.step, f"{row.offset} d" if row.offset > 0 or not row.step else "")))
        alone = row.email.kind.endswith("/alone")
        found.add(Told(at, people[row.user_id], day, names(row), row.rule, what, alone, row.email_id or 0))
    return sorted(found)


def report(told: Iterable[Told]) -> Iterator[str]:
    """Who is told what when, mail by mail."""
    last = None
    for one in told:
        if (one.person, one.mail) != last:
            yield f"{one.at:%Y-%m-%d %H:%M} UTC  {one.person}"
            last = one.person, one.mail
        yield f"    {one}"


def compare(told: Iterable[Told], expected: dict[str, list[str]]) -> list[str]:
    """What is missing and what is beyond the list, for everyone."""
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        heard[one.person][str(one)] += 1
    differences = []
    for person in sorted({*heard, *expected}):
        wanted = Counter(expected.get(person, []))
        differences += [f"{person} was not told: {line}" for line in (wanted - heard[person]).elements()]
        differences += [f"{person} was told beyond the list: {line}" for line in (heard[person] - wanted).elements()]
    return differences


def heavy_weeks(told: Iterable[Told], *, besides: tuple[date, date]) -> list[str]:
    """Weeks, from Monday on, in which someone got more mails than she should; those of the assembly do not count."""
    first, last = besides
    mails: dict[tuple[str, date], set[int]] = defaultdict(set)
    for one in told:
        if not first <= one.day <= last:
            mails[one.person, one.day - timedelta(days=one.day.weekday())].add(one.mail)
    return [f"{person}: {len(some)} mails in the week of {week}" for (person, week), some in mails.items() if len(some) > MOST_MAILS_A_WEEK]


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
