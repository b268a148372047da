"""Whom a reminder concerns: one small function per audience a rule may tell, over facts that were read in a few queries for many
people at once.

The same functions decide whom planning promises something, who still gets it when it is due, and what one's own page announces; so
they cannot disagree.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta

from calendar_app.models import Attendance
from calendar_app.reminders.recipients import Facts
from calendar_app.reminders.targets import Target
from coalitions.models import FollowUp

# A reminder seven days ahead makes sense only for what was not given at shorter notice.
LONG_AHEAD = timedelta(days=14)
Audience = Callable[[Target, Facts], Iterable[int]]
NOBODY: frozenset[int] = frozenset()
ATTENDING = frozenset({Attendance.Status.GOING, Attendance.Status.REGISTERED, Attendance.Status.REMOTE})
ANSWERED_REGISTRATION = frozenset({Attendance.Status.REGISTERED, Attendance.Status.NOT})


def attendance(target: Target, facts: Facts) -> Mapping[int, str]:
    return facts.attending.get(target.meeting or 0, {})


def region(target: Target, facts: Facts) -> Collection[int]:
    return facts.region_watchers.get(target.group or 0, NOBODY)


def resolution_watchers(target: Target, facts: Facts) -> Iterable[int]:
    return facts.watched_resolutions


def leads(target: Target, facts: Facts) -> Iterable[int]:
    return facts.leads


def date_watchers(target: Target, facts: Facts) -> Iterable[int]:
    return facts.date_watchers.get((target.kind, target.id), NOBODY)


def unregistered_date_watchers(target: Target, facts: Facts) -> Iterable[int]:
    """Who watches this date, until they are registered or said that they do not go."""
    attending = attendance(target, facts)
    return [user for user in date_watchers(target, facts) if attending.get(user) not in ANSWERED_REGISTRATION]


def going(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status == Attendance.Status.GOING]


def attendees(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status in ATTENDING]


def undecided_region_watchers(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if user not in attending]


def region_watchers_not_going(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if attending.get(user) not in ATTENDING]


def leads_watching_region(target: Target, facts: Facts) -> Iterable[int]:
    """They stand in for whoever writes the positions."""
    return [user for user in region(target, facts) if user in facts.leads]


def owner(target: Target, facts: Facts) -> Iterable[int]:
    return (target.owner,) if target.owner else NOBODY


def owner_for_long(target: Target, facts: Facts) -> Iterable[int]:
    is_long = target.created_at is not None and target.at - target.created_at >= LONG_AHEAD
    return owner(target, facts) if is_long else NOBODY


def owner_who_put_it_off(target: Target, facts: Facts) -> Iterable[int]:
    return owner(target, facts) if target.put_off_until else NOBODY


def was_asked(target: Target) -> bool:
    """Whether someone else handed it to its owner, who has not answered."""
    return bool(target.owner and target.assigned_at and target.assigner != target.owner and target.state == FollowUp.State.TO_ACCEPT)


def asked(target: Target, facts: Facts) -> Iterable[int]:
    return owner(target, facts) if was_asked(target) else NOBODY


def backup_of_asked(target: Target, facts: Facts) -> Iterable[int]:
    is_other = target.backup and target.backup != target.assigner
    return (target.backup,) if is_other and target.backup and was_asked(target) else NOBODY


def assigner(target: Target, facts: Facts) -> Iterable[int]:
    return (target.assigner,) if target.assigner and target.assigner != target.owner else NOBODY


def leads_in_circle(target: Target, facts: Facts) -> Iterable[int]:
    return facts.leads_of.get(target.coalition or 0, NOBODY)
