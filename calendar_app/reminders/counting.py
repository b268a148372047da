"""How many reminder mails the next thirty days and each phase of the cycle bring to a coalition, for its leads: numbers of weeks and
phases, of nobody in particular.

Nothing is played: the ledger holds all that is planned, however far ahead, and what is planned one month at a time follows from placing.

Counted is what all of its members may know of: public dates, and what its circle of everyone holds. What a restricted circle or a
delegation does, what other coalitions do, and rules that are always discreet leave no trace in it: what the coalition switched off
counts for none of its people.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.domain.phases import Phase, phase_on, phases
from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.recipients import clock_of
from calendar_app.reminders.rules import RULES, CountedFrom
from calendar_app.reminders.targets import Kind
from coalitions.models import Coalition, FollowUp, Membership
from resolutions.models import Assembly

AHEAD = timedelta(days=30)
# Numbers of fewer people would tell of each of them.
FEWEST = 3


@dataclass(frozen=True)
class Week:
    """begins -- a Monday; people, digests, alone -- None where they are fewer than three people"""

    begins: date
    people: int | None
    digests: int | None
    alone: int | None


def planned_by_week(coalition: Coalition, at: datetime | None = None) -> list[Week]:
    """By week of UTC: how many people get how many digests and single mails, as planned now."""
    instant = at or now()
    mails: dict[date, set[tuple[int, datetime, int]]] = defaultdict(set)
    rows = (
        planned(coalition, instant)
        .filter(send_at__lte=instant + AHEAD)
        .order_by()
        .values_list("send_at", "user", "is_alone", "rule", "deadline", "meeting", "follow_up", "proposal")
    )
    for send_at, user, is_alone, rule, *target in rows.iterator(2000):
        day = send_at.date()
        mails[day - timedelta(days=day.weekday())].add(
            (user, send_at, hash(tuple(target)) if is_alone and rule not in coalition.reminders_in_digest else 0)
        )
    return [counted(week, mails[week]) for week in sorted(mails)]


def planned(coalition: Coalition, instant: datetime) -> QuerySet[Reminder]:
    def may_be_known(circle: str) -> Q:
        return Q(**{circle: None}) | Q(**{f"{circle}__coalition": coalition, f"{circle}__kind": "everyone"})

    of_target = Q(deadline__isnull=False) & may_be_known("deadline__meeting__circle")
    of_target |= Q(meeting__isnull=False) & may_be_known("meeting__circle")
    of_target |= Q(follow_up__circle__coalition=coalition, follow_up__circle__kind="everyone", follow_up__delegation=None)
    of_target |= Q(proposal__contribution__access="public")
    members = Membership.objects.current().filter(coalition=coalition).values("user")
    discreet = [rule.code for rule in RULES if rule.is_always_discreet]
    rows = Reminder.objects.planned().filter(of_target, user__in=members, send_at__gt=instant)
    # Not even to those who get it for another coalition.
    return rows.exclude(rule__in=[*discreet, *coalition.reminders_off])


def counted(week: date, mails: set[tuple[int, datetime, int]]) -> Week:
    people = {user for user, _at, _about in mails}
    if len(people) < FEWEST:
        return Week(week, None, None, None)
    alone = sum(about != 0 for _user, _at, about in mails)
    return Week(week, len(people), len(mails) - alone, alone)


# --- By phase ---------------------------------------------------------------------------------------------------------------

# A date that is named as bringing much is one of so many of its phase.
MOST_CAUSES = 5
MONTHLY = [rule.code for rule in RULES if any(ladder.counted_from == CountedFrom.MONTHS for ladder in rule.ladders)]
TARGETS = (Kind.DEADLINE, Kind.MEETING, Kind.FOLLOW_UP, Kind.PROPOSAL)
CLOCK = ("time_zone", "digest_at", "quiet_from", "quiet_to", "weekend", "rhythm")
Thing = Meeting | Deadline | FollowUp


@dataclass(frozen=True)
class Cause:
    """A date or a follow-up, and of how many reminders in this phase it is the reason."""

    thing: Thing
    reminders: int


@dataclass(frozen=True)
class PhaseCount:
    """people, digests, alone -- None where they are fewer than three people; causes -- what brings most, each to three people or more"""

    phase: Phase
    people: int | None
    digests: int | None
    alone: int | None
    causes: list[Cause] = field(default_factory=list)

    @property
    def name(self) -> Promise:
        return self.phase.name


@dataclass
class Bucket:
    """What one phase brings, while it is counted."""

    mails: set[tuple[int, datetime, int]] = field(default_factory=set)
    people_of: dict[tuple[Kind, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    reminders_of: dict[tuple[Kind, int], int] = field(default_factory=lambda: defaultdict(int))

    def largest(self) -> list[tuple[Kind, int]]:
        told = [key for key, people in self.people_of.items() if len(people) >= FEWEST and key[0] != Kind.PROPOSAL]
        return sorted(told, key=lambda key: (-self.reminders_of[key], key))[:MOST_CAUSES]


def counted_by_phase(
    coalition: Coalition, assembly: Assembly, *, reader: User | None = None, at: datetime | None = None
) -> list[PhaseCount]:
    """All that is planned from now on, by the phase that began last on its day (of UTC). Four queries at most, however much it is.

    reader -- the lead who sees what brings most; without one it is not looked up
    """
    if assembly.starts_on is None:
        return []
    first, last = assembly.starts_on, assembly.ends_on or assembly.starts_on
    buckets: dict[int, Bucket] = defaultdict(Bucket)
    for user, send_at, is_alone, target in planned_mails(coalition, at or now()):
        bucket = buckets[phase_on(send_at.date(), first, last).number]
        bucket.mails.add((user, send_at, hash(target) if is_alone else 0))
        bucket.people_of[target].add(user)
        bucket.reminders_of[target] += 1
    things = things_that_bring({key for bucket in buckets.values() for key in bucket.largest()}, reader) if reader else {}
    found = []
    # What is sent once the cycle is over belongs to the time between two assemblies, which comes last then.
    over = bool(buckets) and (at or now()).date() > phases(first, last)[0].ends_on
    for phase in sorted(phases(first, last), key=lambda phase: phase.number or 9 * over):
        if phase.number in buckets:
            bucket = buckets[phase.number]
            week = counted(first, bucket.mails)
            causes = [Cause(things[key], bucket.reminders_of[key]) for key in bucket.largest() if key in things]
            found.append(PhaseCount(phase, week.people, week.digests, week.alone, causes if week.people else []))
    return found


def planned_mails(coalition: Coalition, instant: datetime) -> Iterator[tuple[int, datetime, bool, tuple[Kind, int]]]:
    """Person, instant, whether alone, and what it is about; the months that follow included, of which the ledger holds the next alone."""
    columns = ("user", "send_at", "is_alone", "rule", *TARGETS, "deadline__at", "meeting__at", *(f"user__{name}" for name in CLOCK))
    for user, send_at, is_alone, rule, *rest in planned(coalition, instant).order_by().values_list(*columns).iterator(2000):
        keys, (deadline_at, meeting_at, *wishes) = rest[: len(TARGETS)], rest[len(TARGETS) :]
        target = next((kind, pk) for kind, pk in zip(TARGETS, keys, strict=True) if pk is not None)
        is_alone = is_alone and rule not in coalition.reminders_in_digest
        yield user, send_at, is_alone, target
        if rule in MONTHLY and (event := deadline_at or meeting_at):
            clock, month = clock_of(*wishes), send_at
            while (month := placement.first_monday_after(month + placement.DAY, clock)) < event:
                yield user, month, is_alone, target


def things_that_bring(keys: set[tuple[Kind, int]], reader: User) -> dict[tuple[Kind, int], Thing]:
    """Those of them that this person may read."""
    rows: dict[Kind, QuerySet[Any]] = {
        Kind.MEETING: Meeting.objects.visible_to(reader),
        Kind.DEADLINE: Deadline.objects.visible_to(reader).select_related("meeting"),
        Kind.FOLLOW_UP: FollowUp.objects.visible_to(reader),
    }
    return {(kind, row.pk): row for kind, some in rows.items() for row in some.filter(pk__in=[pk for of, pk in keys if of == kind])}
