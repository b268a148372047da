"""Whom a reminder concerns: one small function per audience, over facts that were read in a few queries for many people at once.

The same functions decide whom planning promises something, who still gets it when it is due, and what one's own page announces; so
they cannot disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, CharField, Expression, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from amnt.accounts.models import User
from amnt.mail.models import Mute
from calendar_app.models import Attendance, DateWatch, Deadline, Meeting
from calendar_app.placement import Clock
from calendar_app.rules import Kind
from coalitions.models import Circle, CircleMembership, FollowUp, Membership
from resolutions.models import DateStatus, RegionWatch, Watch

# A reminder seven days ahead makes sense only for what was not given at shorter notice.
LONG_AHEAD = timedelta(days=14)
WEEKENDS = {User.Weekend.SAT_SUN: (5, 6), User.Weekend.FRI_SAT: (4, 5)}
LEVELS: tuple[str, ...] = (User.MailLevel.DISCREET, User.MailLevel.STANDARD, User.MailLevel.DETAILED)
PREFERENCES = ("pk", "time_zone", "digest_at", "quiet_from", "quiet_to", "weekend", "rhythm", "reminder_days")
Rows = Iterable[tuple[str, int, int, str, str]]


# --- What it is about -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Target:
    """A date or a follow-up, as much of it as planning needs.

    at -- when it happens, closes or is due; meeting -- of a deadline, the one it is the door of; of a meeting, itself
    """

    kind: Kind
    id: int
    at: datetime
    version: int
    what: str = ""
    is_silent: bool = False
    circle: int | None = None
    circle_kind: str | None = None
    coalition: int | None = None
    meeting: int | None = None
    group: int | None = None
    owner: int | None = None
    backup: int | None = None
    assigner: int | None = None
    assigned_at: datetime | None = None
    created_at: datetime | None = None
    state: str = ""
    put_off_until: datetime | None = None

    @property
    def is_never_mailed(self) -> bool:
        """What is reserved to a delegation leaves no trace in any mail, not even a count."""
        return self.circle_kind == Circle.Kind.DELEGATION


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DEADLINE: (
        *("pk", "at", "version", "kind", "date_status", "meeting__circle", "meeting__circle__kind", "meeting__circle__coalition"),
        *("meeting", "meeting__group"),
    ),
    # Named once, a column would be read once.
    Kind.MEETING: ("pk", "at", "version", "kind", "date_status", "circle", "circle__kind", "circle__coalition", "id", "group"),
    Kind.FOLLOW_UP: (
        *("pk", "due_at", "version", "closed_at", "circle", "circle__kind", "circle__coalition"),
        *("owner", "backup", "assigned_by", "assigned_at", "created_at", "state", "snoozed_until"),
    ),
}


def targets(kind: Kind, rows: QuerySet[Any]) -> Iterator[Target]:
    """These deadlines, meetings or follow-ups, as planning sees them."""
    for row in rows.values_list(*COLUMNS[kind]):
        yield as_target(kind, row)


def as_target(kind: Kind, row: tuple[Any, ...]) -> Target:
    if kind == Kind.FOLLOW_UP:
        pk, at, version, closed_at, *rest = row
        target = Target(kind, pk, at, version, "", closed_at is not None, *rest[:3])
        target.owner, target.backup, target.assigner, target.assigned_at, target.created_at, target.state, target.put_off_until = rest[3:]
        return target
    pk, at, version, what, date_status, *rest = row
    return Target(kind, pk, at, version, what, date_status == DateStatus.RUMOUR, *rest)


def as_target_of(thing: Deadline | Meeting | FollowUp) -> Target:
    """The same from a whole row, whose circle has been read with it."""
    if isinstance(thing, FollowUp):
        circle: Circle | None = thing.circle
        target = Target(Kind.FOLLOW_UP, thing.pk, thing.due_at, thing.version, is_silent=thing.closed_at is not None)
        target.owner, target.backup, target.assigner = thing.owner_id, thing.backup_id, thing.assigned_by_id
        target.assigned_at, target.created_at = thing.assigned_at, thing.created_at
        target.state, target.put_off_until = thing.state, thing.snoozed_until
    else:
        meeting = thing if isinstance(thing, Meeting) else thing.meeting
        circle = meeting.circle if meeting else None
        kind = Kind.MEETING if isinstance(thing, Meeting) else Kind.DEADLINE
        target = Target(kind, thing.pk, thing.at, thing.version, thing.kind, thing.date_status == DateStatus.RUMOUR)
        if meeting:
            target.meeting, target.group = meeting.pk, meeting.group_id
    if circle:
        target.circle, target.circle_kind, target.coalition = circle.pk, circle.kind, circle.coalition_id
    return target


# --- What is known of people ----------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """What decides who is concerned, read for some people or for all.

    people -- everyone who may be reminded, active and standing in a coalition, and which of the `manners` is hers
    manners -- the ways to be reached that occur: clock and chosen days; far fewer than people
    """

    people: dict[int, int] = field(default_factory=dict)
    manners: list[tuple[Clock, tuple[int, ...]]] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    leads: set[int] = field(default_factory=set)
    leads_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    standing: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    ceilings: dict[int, str] = field(default_factory=dict)
    watched: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    followers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    attending: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    following: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    mutes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Who stands on which ladder of a rule about a target, once asked: many are asked about the same one.
    asked: dict[tuple[str, Kind, int], dict[int, tuple[int, ...]]] = field(default_factory=dict)

    def read(self, rows: Rows) -> "Facts":
        for what, user, thing, word, more in rows:
            match what:
                case "member":
                    self.members.add(user)
                    if word == Membership.Role.LEAD:
                        self.leads.add(user)
                        self.leads_of[thing].add(user)
                    self.ceilings[user] = lower(self.ceilings.get(user, more), more)
                case "circle":
                    self.standing[thing].add(user)
                case "watch":
                    self.watched[user].append(thing)
                case "region":
                    self.followers[thing].add(user)
                case "attends":
                    self.attending[thing][user] = word
                case "mute":
                    self.mutes[user].add(word)
                case _:
                    self.following[what, thing].add(user)
        return self

    def clock(self, user: int) -> Clock:
        return self.manners[self.people[user]][0]

    def may_read(self, user: int, target: Target) -> bool:
        return target.circle is None or user in self.standing.get(target.circle, ())

    def level(self, user: User) -> str:
        """The most an e-mail to her may say: her own choice, under the lowest ceiling of her coalitions."""
        return lower(user.mail_level, self.ceilings.get(user.pk, User.MailLevel.DETAILED))


def lower(one: str, other: str) -> str:
    return min(one, other, key=LEVELS.index)


def clock_of(zone: str, hour: Any, quiet_from: Any, quiet_to: Any, weekend: str, rhythm: str) -> Clock:
    return Clock(zone, hour, quiet_from, quiet_to, WEEKENDS[User.Weekend(weekend)], rhythm == User.Rhythm.WEEKLY)


def clock_of_person(user: User) -> Clock:
    return clock_of(user.time_zone, user.digest_at, user.quiet_from, user.quiet_to, user.weekend, user.rhythm)


def facts_of_people(users: Collection[int] | None = None) -> Facts:
    """Of these people or of all: who they are and where they stand. Dates come batch by batch, by `read_dates`."""
    facts = Facts()
    read_people(facts, users)
    facts.read(union(people_rows(users)))
    return facts


def all_facts(users: Collection[int], people: Iterable[User] = ()) -> Facts:
    """Everything about a few people, in one query; their clocks too, where they are at hand."""
    first, *others = [*people_rows(users), *date_rows(users)]
    facts = Facts().read(first.union(*others, all=True))
    for user in people:
        if user.pk in facts.members and user.is_active:
            facts.people[user.pk] = len(facts.manners)
            facts.manners.append((clock_of_person(user), tuple(user.reminder_days)))
    return facts


def read_people(facts: Facts, users: Collection[int] | None) -> None:
    rows = User.objects.active().filter(pk__in=Membership.objects.current().values("user"))
    if users is not None:
        rows = rows.filter(pk__in=users)
    known: dict[tuple[Any, ...], int] = {}
    for pk, *preferences, days in rows.values_list(*PREFERENCES):
        key = (*preferences, *days)
        if key not in known:
            known[key] = len(facts.manners)
            facts.manners.append((clock_of(*preferences), tuple(days)))
        facts.people[pk] = known[key]


def read_dates(facts: Facts, batch: Collection[Target], users: Collection[int] | None) -> None:
    """Replace what is known of the dates of the last batch by what is to be known of these."""
    facts.attending.clear()
    facts.following.clear()
    meetings = {target.meeting for target in batch if target.meeting}
    deadlines = {target.id for target in batch if target.kind == Kind.DEADLINE}
    facts.read(union(date_rows(users, meetings=meetings, deadlines=deadlines)))


def people_rows(users: Collection[int] | None) -> list[QuerySet[Any]]:
    members = of(Membership.objects.current(), users)
    standing = of(CircleMembership.objects.filter(membership__left_at=None, membership__user__is_active=True), users, "membership__user")
    number = Coalesce(F("resolution__number"), Value(0), output_field=IntegerField())
    rows = [
        shaped(members, "member", thing=F("coalition"), word=F("role"), more=F("coalition__mail_ceiling")),
        shaped(standing, "circle", user="membership__user", thing=F("circle")),
        shaped(of(Watch.objects.all(), users), "watch", thing=number),
        shaped(of(RegionWatch.objects.all(), users), "region", thing=F("group")),
    ]
    if users is not None:
        rows.append(shaped(of(Mute.objects.all(), users), "mute", word=F("kind")))
    return rows


def date_rows(
    users: Collection[int] | None, *, meetings: Collection[int] | None = None, deadlines: Collection[int] | None = None
) -> list[QuerySet[Any]]:
    attending = of(Attendance.objects.all(), users)
    following = of(DateWatch.objects.all(), users)
    of_meetings, of_deadlines = following.filter(meeting__isnull=False), following.filter(deadline__isnull=False)
    if meetings is not None:
        attending, of_meetings = attending.filter(meeting__in=meetings), of_meetings.filter(meeting__in=meetings)
    if deadlines is not None:
        of_deadlines = of_deadlines.filter(deadline__in=deadlines)
    return [
        shaped(attending, "attends", thing=F("meeting"), word=F("status")),
        shaped(of_meetings, Kind.MEETING, thing=F("meeting")),
        shaped(of_deadlines, Kind.DEADLINE, thing=F("deadline")),
    ]


def of(rows: QuerySet[Any], users: Collection[int] | None, path: str = "user") -> QuerySet[Any]:
    return rows if users is None else rows.filter(**{f"{path}__in": Keys(users)})


class Keys(Expression):
    """Keys for `…__in`, written out: ten lists of two hundred parameters take longer to bind than to look up."""

    output_field = BigIntegerField()

    def __init__(self, keys: Iterable[int]):
        super().__init__()
        self.keys = tuple(keys)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        if not self.keys:
            raise EmptyResultSet
        return f"({', '.join(str(int(key)) for key in self.keys)})", ()


def shaped(rows: QuerySet[Any], what: str, *, user: str = "user", thing: Any = None, word: Any = None, more: Any = None) -> QuerySet[Any]:
    """Rows of any of these tables, in one shape: what, person, thing, word, one more word."""
    nothing = Value("", output_field=CharField())
    return (
        rows.order_by()
        .annotate(
            fact=Value(str(what), output_field=CharField()),
            person=F(user),
            thing=thing if thing is not None else Value(0, output_field=IntegerField()),
            word=word if word is not None else nothing,
            more=more if more is not None else nothing,
        )
        .values_list("fact", "person", "thing", "word", "more")
    )


def union(rows: list[QuerySet[Any]]) -> Rows:
    first, *others = rows
    return first.union(*others, all=True).iterator()


# --- The audiences --------------------------------------------------------------------------------------------------------

Audience = Callable[[Target, Facts], Iterable[int]]
NOBODY: frozenset[int] = frozenset()
ATTENDING = frozenset({Attendance.Status.GOING, Attendance.Status.REGISTERED, Attendance.Status.REMOTE})
ANSWERED_DOOR = frozenset({Attendance.Status.REGISTERED, Attendance.Status.NOT})


def attendance(target: Target, facts: Facts) -> Mapping[int, str]:
    return facts.attending.get(target.meeting or 0, {})


def region(target: Target, facts: Facts) -> Collection[int]:
    return facts.followers.get(target.group or 0, NOBODY)


def resolution_followers(target: Target, facts: Facts) -> Iterable[int]:
    return facts.watched


def leads(target: Target, facts: Facts) -> Iterable[int]:
    return facts.leads


def date_followers(target: Target, facts: Facts) -> Iterable[int]:
    return facts.following.get((target.kind, target.id), NOBODY)


def door_followers(target: Target, facts: Facts) -> Iterable[int]:
    """Followers of this date, until they are registered or said that they do not go."""
    attending = attendance(target, facts)
    return [user for user in date_followers(target, facts) if attending.get(user) not in ANSWERED_DOOR]


def going(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status == Attendance.Status.GOING]


def attendees(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status in ATTENDING]


def region_followers_undecided(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if user not in attending]


def region_followers_not_going(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if attending.get(user) not in ATTENDING]


def leads_following_region(target: Target, facts: Facts) -> Iterable[int]:
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


AUDIENCES: Mapping[str, Audience] = {
    audience.__name__: audience
    for audience in (
        resolution_followers,
        leads,
        date_followers,
        door_followers,
        going,
        attendees,
        region_followers_undecided,
        region_followers_not_going,
        leads_following_region,
        owner,
        owner_for_long,
        owner_who_put_it_off,
        asked,
        backup_of_asked,
        assigner,
        leads_in_circle,
    )
}
