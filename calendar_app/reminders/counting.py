"""How many reminder mails the next thirty days bring to a coalition, for its leads: numbers of weeks, of nobody in particular.

Counted is what all of its members may know of: public dates, and what its circle of everyone holds. What a restricted circle or a
delegation does, what other coalitions do, and rules that are always discreet leave no trace in it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from calendar_app.models import Reminder
from calendar_app.reminders.rules import RULES
from coalitions.models import Coalition, Membership

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
    rows = planned(coalition, instant).order_by().values_list("send_at", "user", "is_alone", "deadline", "meeting", "follow_up", "proposal")
    for send_at, user, is_alone, *target in rows.iterator(2000):
        day = send_at.date()
        mails[day - timedelta(days=day.weekday())].add((user, send_at, hash(tuple(target)) if is_alone else 0))
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
    rows = Reminder.objects.planned().filter(of_target, user__in=members, send_at__gt=instant, send_at__lte=instant + AHEAD)
    return rows.exclude(rule__in=discreet)


def counted(week: date, mails: set[tuple[int, datetime, int]]) -> Week:
    people = {user for user, _at, _about in mails}
    if len(people) < FEWEST:
        return Week(week, None, None, None)
    alone = sum(about != 0 for _user, _at, about in mails)
    return Week(week, len(people), len(mails) - alone, alone)
