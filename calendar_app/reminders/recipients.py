"""The facts about people that decide whom a reminder concerns, read in a few queries for many people at once."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.precompiled import Keys, PrecompiledQuery
from amnt.mail.models import Mute
from calendar_app.models import Attendance, DateSilence, DateWatch, Deadline, DeadlineAnswer, Debrief, Meeting
from calendar_app.models.dates import TO_PREPARE
from calendar_app.reminders.placement import DAY, MIDNIGHT, Clock, Venue, slot_on
from calendar_app.reminders.targets import Kind, Target
from coalitions.models import Absence, Circle, CircleMembership, Coalition, Membership, Position, ReportLine
from coalitions.models.absences import Away
from coalitions.models.people import is_here
from resolutions.models import DateStatus, RegionWatch, Series, Watch

WEEKENDS = {User.Weekend.SAT_SUN: (5, 6), User.Weekend.FRI_SAT: (4, 5), User.Weekend.NONE: ()}
# How long after an assembly its report is asked for, at most.
REPORTED_WITHIN = timedelta(days=30)
# How long after a meeting it is asked what can be told of it, at most.
TOLD_WITHIN = timedelta(days=21)
# Who is there in person while an assembly sits.
AT_VENUE = (Attendance.Status.GOING, Attendance.Status.REGISTERED)
LEVELS: tuple[str, ...] = (User.MailLevel.DISCREET, User.MailLevel.STANDARD, User.MailLevel.DETAILED)
PREFERENCES = ("pk", "time_zone", "digest_at", "quiet_from", "quiet_to", "weekend", "rhythm", "reminder_days")
UNTIL_IN_WORDS = Coalesce(Cast("until", CharField()), Value(""))
NUMBER_IN_WORDS = Coalesce(Cast("resolution__number", CharField()), Value(""))
AWAY_IN_WORDS = Concat(Cast("starts_on", CharField()), Value(" "), Cast("ends_on", CharField()))
Rows = Iterable[tuple[str, int, int, str, str]]


@dataclass
class Facts:
    """What decides who is concerned, read for some people or for all.

    people -- everyone who may be reminded, active and in a coalition, and which of the `profiles` is hers
    profiles -- the ways to be reached that occur: clock and chosen days; far fewer than people
    """

    people: dict[int, int] = field(default_factory=dict)
    profiles: list[tuple[Clock, tuple[int, ...]]] = field(default_factory=list)
    # Who goes by the time of an assembly while it sits.
    venues: dict[int, Venue] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    leads: set[int] = field(default_factory=set)
    leads_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    members_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By coalition, the codes of the reminders that it has not sent to its people, and of those it wants in the digest at most.
    kinds_off: dict[int, set[str]] = field(default_factory=dict)
    kinds_in_digest: dict[int, set[str]] = field(default_factory=dict)
    circle_members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By coalition, who wrote or drafted a position of it that counts now.
    writers_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    ceilings: dict[int, str] = field(default_factory=dict)
    watched_resolutions: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    region_watchers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    attending: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    date_watchers: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    # By date, who snoozed it, until when, or is done with it (None).
    silences: dict[tuple[str, int], dict[int, datetime | None]] = field(default_factory=lambda: defaultdict(dict))
    # By assembly, who said whether she goes.
    attending_assembly: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    # By deadline, who said that it is done or not needed.
    settled: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By meeting, who watches what of its agenda: number and label of each resolution.
    agendas: dict[int, dict[int, list[tuple[str, str]]]] = field(default_factory=lambda: defaultdict(dict))
    # By meeting, who wrote or drafted the position of a coalition on a resolution of its agenda.
    agenda_writers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By assembly, the coalitions that released a line of their public report on it.
    reported: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By meeting, who wrote a debrief of it, and the coalitions whose members can all read one.
    told_by: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    told_in: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # Meetings with a date after which nobody can register.
    meetings_with_door: set[int] = field(default_factory=set)
    mutes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    # By person, the days from which to which she is away, on her clock.
    away: dict[int, list[Away]] = field(default_factory=lambda: defaultdict(list))
    # Who stands on which ladder of a rule about a target, once asked: many are asked about the same one.
    asked: dict[tuple[str, Kind, int], dict[int, tuple[int, ...]]] = field(default_factory=dict)

    def read(self, rows: Rows) -> "Facts":
        for what, user, thing, word, more in rows:
            match what:
                case "member":
                    self.members.add(user)
                    self.members_of[thing].add(user)
                    if word == Membership.Role.LEAD:
                        self.leads.add(user)
                        self.leads_of[thing].add(user)
                    self.ceilings[user] = lower(self.ceilings.get(user, more), more)
                case "kinds":
                    # Whose they are stands where other rows have their person.
                    self.kinds_off[user] = set(json.loads(word))
                    self.kinds_in_digest[user] = self.kinds_off[user] | set(json.loads(more))
                case "circle":
                    self.circle_members[thing].add(user)
                case "writer":
                    self.writers_of[thing].add(user)
                case "watch":
                    self.watched_resolutions[user].append(thing)
                case "region":
                    self.region_watchers[thing].add(user)
                case "attends":
                    self.attending[thing][user] = word
                case "assembly":
                    self.attending_assembly[thing][user] = word
                case "settled":
                    self.settled[thing].add(user)
                case "agenda":
                    self.agendas[thing].setdefault(user, []).append((word, more))
                case "agenda-writer":
                    self.agenda_writers[thing].add(user)
                case "reported":
                    self.reported[thing].add(user)
                case "silent-meeting":
                    self.silences[Kind.MEETING, thing][user] = instant_or_none(word)
                case "silent-deadline":
                    self.silences[Kind.DEADLINE, thing][user] = instant_or_none(word)
                case "told-by":
                    self.told_by[thing].add(user)
                case "told-in":
                    self.told_in[thing].add(user)
                case "door":
                    self.meetings_with_door.add(thing)
                case "venue":
                    self.venues[user] = venue_of_days(word, more)
                case "away":
                    first, last = map(date.fromisoformat, word.split())
                    self.away[user].append(Away(first, last, more))
                case "mute":
                    self.mutes[user].add(word)
                case _:
                    self.date_watchers[what, thing].add(user)
        return self

    @cached_property
    def switched_off(self) -> dict[str, set[int]]:
        """By kind of reminder, who is not sent it as none of their coalitions wants it sent."""
        return self.people_by_kind(self.kinds_off)

    @cached_property
    def kept_for_digest(self) -> dict[str, set[int]]:
        """By kind of reminder, who gets it in the digest at most as none of their coalitions wants it alone."""
        return self.people_by_kind(self.kinds_in_digest)

    def people_by_kind(self, chosen: Mapping[int, set[str]]) -> dict[str, set[int]]:
        """By kind, the people all of whose coalitions chose it."""
        found = {}
        for code in set().union(*chosen.values()):
            chose = {coalition for coalition, codes in chosen.items() if code in codes}
            others = self.members_of.keys() - chose
            members, needing = ([self.members_of[one] for one in some if one in self.members_of] for some in (chose, others))
            found[code] = set().union(*members).difference(*needing)
        return found

    def clock(self, user: int) -> Clock:
        return self.profiles[self.people[user]][0]

    def away_at(self, user: int, instant: datetime) -> Away | None:
        """The absence that this instant falls into, on her clock."""
        return next((away for away in self.away.get(user, ()) if away.covers(instant)), None)

    def may_read(self, user: int, target: Target) -> bool:
        return target.circle is None or user in self.circle_members.get(target.circle, ())

    def may_be_told(self, user: int, target: Target) -> bool:
        """Whether she is here, may read it, and it may be in a mail at all. Whom it concerns is another question."""
        return user in self.people and not target.is_never_mailed and self.may_read(user, target)

    def level(self, user: User) -> str:
        """The most an e-mail to her may say: her own choice, under the lowest ceiling of her coalitions."""
        return lower(user.mail_level, self.ceilings.get(user.pk, User.MailLevel.DETAILED))


def lower(one: str, other: str) -> str:
    return min(one, other, key=LEVELS.index)


def clock_of(zone: str, hour: Any, quiet_from: Any, quiet_to: Any, weekend: str, rhythm: str) -> Clock:
    return Clock(zone, hour, quiet_from, quiet_to, WEEKENDS[User.Weekend(weekend)], rhythm == User.Rhythm.WEEKLY)


def clock_of_person(user: User, venue: Venue | None = None) -> Clock:
    clock = clock_of(user.time_zone, user.digest_at, user.quiet_from, user.quiet_to, user.weekend, user.rhythm)
    return replace(clock, venue=venue) if venue else clock


def clock_now(user: User) -> Clock:
    """The same where no facts are at hand: with the assembly she is at, in one query, if she wants its time."""
    if not user.venue_time:
        return clock_of_person(user)
    venues = Facts().read(VENUES.tuples(users=Keys([user.pk]), on=now().date())).venues
    return clock_of_person(user, venues.get(user.pk))


def instant_or_none(word: str) -> datetime | None:
    """As a database writes an instant in UTC; None of nothing."""
    if not word:
        return None
    instant = datetime.fromisoformat(word)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def venue_of_days(zone: str, days: str) -> Venue:
    """days -- first and last day, with a slash between them"""
    first, last = map(date.fromisoformat, days.split("/"))
    return Venue(zone, slot_on(first, MIDNIGHT, zone), slot_on(last + DAY, MIDNIGHT, zone))


def facts_of_people(users: Collection[int] | None = None) -> Facts:
    """Of these people or of all: who they are and where they stand. Dates come batch by batch, by `read_dates`."""
    facts = Facts()
    read_people(facts, users)
    return read_places(facts, users)


def read_places(facts: Facts, users: Collection[int] | None) -> Facts:
    """Where they stand: memberships, circles, what they watch, and when they are away."""
    on = now().date()
    return facts.read(PLACES_OF_ALL.tuples(on=on) if users is None else PLACES.tuples(users=Keys(users), on=on))


def all_facts(users: Collection[int], people: Iterable[User] = ()) -> Facts:
    """Everything about a few people, in one query; their clocks too, where they are at hand."""
    at = now()
    facts = Facts().read(ALL_FACTS.tuples(users=Keys(users), at=at, on=at.date()))
    for user in people:
        if user.pk in facts.members and user.is_active:
            facts.people[user.pk] = len(facts.profiles)
            facts.profiles.append((clock_of_person(user, facts.venues.get(user.pk)), tuple(user.reminder_days)))
    return facts


def read_people(facts: Facts, users: Collection[int] | None) -> None:
    rows = User.objects.active().filter(pk__in=Membership.objects.current().values("user"))
    if users is not None:
        rows = rows.filter(pk__in=users)
    on = now().date()
    facts.read(VENUES_OF_ALL.tuples(on=on) if users is None else VENUES.tuples(users=Keys(users), on=on))
    known: dict[tuple[Any, ...], int] = {}
    for pk, *preferences, days in rows.values_list(*PREFERENCES):
        venue = facts.venues.get(pk)
        key = (venue, *preferences, *days)
        if key not in known:
            known[key] = len(facts.profiles)
            clock = clock_of(*preferences)
            facts.profiles.append((replace(clock, venue=venue) if venue else clock, tuple(days)))
        facts.people[pk] = known[key]


def read_dates_of(facts: Facts, users: Collection[int]) -> None:
    """All dates that are ahead, for these people."""
    at = now()
    facts.read(DATES.tuples(users=Keys(users), at=at, on=at.date()))


def read_dates(facts: Facts, batch: Collection[Target]) -> None:
    """Replace what is known of the dates of the last batch by what is to be known of these."""
    facts.attending.clear()
    facts.date_watchers.clear()
    facts.attending_assembly.clear()
    facts.settled.clear()
    facts.agendas.clear()
    facts.agenda_writers.clear()
    facts.reported.clear()
    facts.silences.clear()
    facts.told_by.clear()
    facts.told_in.clear()
    facts.meetings_with_door.clear()
    meetings = {target.meeting for target in batch if target.meeting}
    deadlines = {target.id for target in batch if target.kind == Kind.DEADLINE}
    assemblies = {target.assembly for target in batch if target.assembly and target.what in TO_PREPARE}
    at = now()
    rows = DATES_OF_BATCH.tuples(at=at, on=at.date(), meetings=Keys(meetings), deadlines=Keys(deadlines), assemblies=Keys(assemblies))
    facts.read(rows)


# --- What is asked -----------------------------------------------------------------------------------------------------------


def people_rows(users: Keys | None, on: date) -> list[QuerySet[Any]]:
    members = of(Membership.objects.current(), users)
    circle_members = of(CircleMembership.objects.current(), users, "membership__user")
    choices = Coalition.objects.filter(reminders_changed_at__isnull=False)
    # A mail says the numbers of those of the assembly alone: 101 of another series is another text.
    of_assembly = Case(When(resolution__series=Series.WTSA, then=F("resolution__number")))
    number = Coalesce(of_assembly, Value(0), output_field=IntegerField())
    rows = [
        shaped(members, "member", thing=F("coalition"), word=F("role"), more=F("coalition__mail_ceiling")),
        shaped(choices, "kinds", user="pk", word=Cast("reminders_off", CharField()), more=Cast("reminders_in_digest", CharField())),
        shaped(circle_members, "circle", user="membership__user", thing=F("circle")),
        shaped(of(Watch.objects.all(), users), "watch", thing=number),
        shaped(of(RegionWatch.objects.all(), users), "region", thing=F("group")),
        # Of everyone, whoever is asked about: who owns a follow-up may be away, and its backup be told.
        shaped(Absence.objects.ahead(on), "away", word=AWAY_IN_WORDS, more=F("user__time_zone")),
        *(shaped(of(rows, users, column), "writer", user=column, thing=F("circle__coalition")) for column, rows in written_positions()),
    ]
    if users is not None:
        rows.append(shaped(of(Mute.objects.all(), users), "mute", word=F("kind")))
    return rows


def venue_rows(users: Keys | None, on: date) -> QuerySet[Any]:
    """Who takes part in an assembly that is not over, on known days, and goes by its time while it sits: its zone, and its days."""
    rows: QuerySet[Any] = of(Attendance.objects.filter(status__in=AT_VENUE, user__venue_time=True), users)
    rows = rows.filter(meeting__kind=Meeting.Kind.ASSEMBLY, meeting__ends_on__gte=on - DAY)
    rows = rows.exclude(meeting__date_status__in=(DateStatus.ASSUMPTION, DateStatus.RUMOUR))
    days = Concat(Cast("meeting__starts_on", CharField()), Value("/"), Cast("meeting__ends_on", CharField()))
    return shaped(rows, "venue", thing=F("meeting"), word=F("meeting__zone"), more=days)


def date_rows(
    users: Keys | None,
    at: datetime,
    on: date,
    *,
    meetings: Keys | None = None,
    deadlines: Keys | None = None,
    assemblies: Keys | None = None,
) -> list[QuerySet[Any]]:
    attending = of(Attendance.objects.all(), users)
    watches = of(DateWatch.objects.all(), users)
    of_meetings, of_deadlines = watches.filter(meeting__isnull=False), watches.filter(deadline__isnull=False)
    agendas = of(Watch.objects.all(), users)
    # Without modeltranslation, which gives the columns of `values_list` in any order.
    doors: QuerySet[Any] = QuerySet(Deadline).exclude(date_status=DateStatus.RUMOUR)
    doors = doors.filter(kind=Deadline.Kind.REGISTRATION, meeting__isnull=False)
    if meetings is None:
        agendas, doors = agendas.filter(resolution__meetings__at__gt=at), doors.filter(meeting__at__gt=at)
    else:
        attending, of_meetings = attending.filter(meeting__in=meetings), of_meetings.filter(meeting__in=meetings)
        agendas, doors = agendas.filter(resolution__meetings__in=meetings), doors.filter(meeting__in=meetings)
    written = [(column, of(rows.filter(resolution__meetings__isnull=False), users, column)) for column, rows in written_positions()]
    if meetings is None:
        written = [(column, rows.filter(resolution__meetings__at__gt=at)) for column, rows in written]
    else:
        written = [(column, rows.filter(resolution__meetings__in=meetings)) for column, rows in written]
    reports = ReportLine.objects.released().filter(assembly__ends_on__gt=on - REPORTED_WITHIN)
    debriefs: QuerySet[Any] = Debrief.objects.filter(meeting__ends_on__gt=on - TOLD_WITHIN)
    if meetings is not None:
        debriefs = debriefs.filter(meeting__in=meetings)
    told_in = debriefs.filter(circle__kind=Circle.Kind.EVERYONE)
    going = of(Attendance.objects.filter(meeting__kind=Meeting.Kind.ASSEMBLY), users)
    settled = of(DeadlineAnswer.objects.settled(), users)
    silences = of(DateSilence.objects.in_force(at), users)
    silent_meetings, silent_deadlines = silences.filter(meeting__isnull=False), silences.filter(deadline__isnull=False)
    if meetings is not None:
        silent_meetings = silent_meetings.filter(meeting__in=meetings)
    if deadlines is not None:
        silent_deadlines = silent_deadlines.filter(deadline__in=deadlines)
        of_deadlines, settled = of_deadlines.filter(deadline__in=deadlines), settled.filter(deadline__in=deadlines)
    if assemblies is not None:
        going = going.filter(meeting__assembly__in=assemblies)
    return [
        shaped(attending, "attends", thing=F("meeting"), word=F("status")),
        shaped(of_meetings, Kind.MEETING, thing=F("meeting")),
        shaped(of_deadlines, Kind.DEADLINE, thing=F("deadline")),
        shaped(agendas, "agenda", thing=F("resolution__meetings"), word=NUMBER_IN_WORDS, more=F("resolution__label")),
        shaped(going, "assembly", thing=F("meeting__assembly"), word=F("status")),
        shaped(settled, "settled", thing=F("deadline")),
        shaped(silent_meetings, "silent-meeting", thing=F("meeting"), word=UNTIL_IN_WORDS),
        shaped(silent_deadlines, "silent-deadline", thing=F("deadline"), word=UNTIL_IN_WORDS),
        shaped(doors, "door", user="meeting", thing=F("meeting")),
        *(shaped(rows, "agenda-writer", user=column, thing=F("resolution__meetings")) for column, rows in written),
        # Whose it is stands where other rows have their person.
        shaped(reports, "reported", user="coalition", thing=F("assembly")).distinct(),
        shaped(told_in, "told-in", user="circle__coalition", thing=F("meeting")).distinct(),
        shaped(of(debriefs.filter(by__isnull=False), users, "by"), "told-by", user="by", thing=F("meeting")),
    ]


def written_positions() -> "list[tuple[str, QuerySet[Any]]]":
    """The positions of coalitions that count now, by the column that names who wrote or drafted them and is still there."""
    newest: QuerySet[Any] = Position.objects.filter(circle__kind=Circle.Kind.EVERYONE).newest()
    return [(column, newest.filter(is_here(column, of="circle__coalition"))) for column in ("by", "drafted_by")]


def of(rows: QuerySet[Any], users: Keys | None, path: str = "user") -> QuerySet[Any]:
    return rows if users is None else rows.filter(**{f"{path}__in": users})


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


def union(*rows: QuerySet[Any]) -> QuerySet[Any]:
    first, *others = rows
    return first.union(*others, all=True)


# Django takes ten times as long to put these together as a database to answer them.
PLACES = PrecompiledQuery(lambda users, on: union(*people_rows(users, on)))
PLACES_OF_ALL = PrecompiledQuery(lambda on: union(*people_rows(None, on)))
DATES = PrecompiledQuery(lambda users, at, on: union(*date_rows(users, at, on)))
DATES_OF_BATCH = PrecompiledQuery(lambda at, on, **batch: union(*date_rows(None, at, on, **batch)))
VENUES = PrecompiledQuery(lambda users, on: venue_rows(users, on))
VENUES_OF_ALL = PrecompiledQuery(lambda on: venue_rows(None, on))
ALL_FACTS = PrecompiledQuery(lambda users, at, on: union(*people_rows(users, on), *date_rows(users, at, on), venue_rows(users, on)))
