"""Notices of what happened to follow-ups, dates and proposals: read from their events by each tick, and sent to each person once.

Services add events and tell nobody. A tick reads what was recorded since the last one, and a little of what was read before, so that
nothing is lost when one is killed or two run at once: read again, an event makes nothing new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from amnt.core.precompiled import PrecompiledQuery
from calendar_app.domain.phases import phase_on
from calendar_app.models import AgendaChange, Attendance, DateChange, Meeting, Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.recipients import Facts, read_people, read_places
from calendar_app.reminders.rules import ANSWERED, DATE_CHANGED, ON_AGENDA, PROPOSAL_MOVED, Step
from calendar_app.reminders.targets import Kind, News, news_of, proposals_told
from coalitions.models import FollowUpEvent
from coalitions.models.follow_ups import AT_ONCE_WITHIN
from resolutions.models import Assembly, DateStatus, Proposal, ProposalEvent, RegionWatch, Watch

State, Cause = Reminder.State, Reminder.Cause

EVENTS_AT_A_TIME = 500
ROWS_AT_A_TIME = 1000
FOLLOW_UPS_TOLD: dict[str, Step] = {
    FollowUpEvent.Kind.ACCEPTED: Step.ACCEPTED,
    FollowUpEvent.Kind.DECLINED: Step.DECLINED,
    FollowUpEvent.Kind.HANDED_BACK: Step.HANDED_BACK,
    FollowUpEvent.Kind.DONE: Step.DONE,
}
# Who signs a regional text besides is on its page; it would fill mails for weeks.
PROPOSALS_TOLD = frozenset(ProposalEvent.Kind.values) - {ProposalEvent.Kind.SIGNED}
LIVE_PHASES = (5, 6)
# A new date this near is told at any hour.
NEAR = timedelta(hours=48)
# What people were told of a date: these make the difference between one date and another.
SAID = ("at", "has_hour", "starts_on", "ends_on")


def tell_news(since: datetime, instant: datetime) -> None:
    """What was recorded since then. Before anything is planned: of a date that moved, whoever was told so is not told late as well."""
    happened = {what for (what,) in HAPPENED.tuples(since=since)}
    for what, ways in TOLD_BY.items():
        for tell in ways if what in happened else ():
            tell(since, instant)


def changes_told(since: datetime) -> dict[str, QuerySet[Any]]:
    """The rows from which `tell_news` makes notices, with some besides that nobody is told of."""
    return {
        "dates": DateChange.objects.filter(applied_at__gte=since),
        "follow-ups": FollowUpEvent.objects.filter(at__gte=since),
        "proposals": ProposalEvent.objects.filter(recorded_at__gte=since),
        "agendas": AgendaChange.objects.filter(at__gte=since),
    }


def words_for_changes(since: datetime) -> QuerySet[Any]:
    """Which of these there are."""
    first, *others = (rows.order_by().values_list(Value(what, CharField())) for what, rows in changes_told(since).items())
    return first.union(*others)


HAPPENED = PrecompiledQuery(words_for_changes)


# --- Of follow-ups ----------------------------------------------------------------------------------------------------------


def tell_of_follow_ups(since: datetime, instant: datetime) -> None:
    """Whoever assigned a follow-up is told of the answer, of its coming back and of its being done; never of what she did herself."""
    assigned = FollowUpEvent.objects.filter(
        follow_up=OuterRef("follow_up"), kind=FollowUpEvent.Kind.ASSIGNED, pk__lt=OuterRef("pk"), undone_by=None
    ).order_by("-pk")
    happened = (
        FollowUpEvent.objects.filter(at__gte=since, kind__in=FOLLOW_UPS_TOLD, undone_by=None)
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
            step = Step.RETURNED if kind == FollowUpEvent.Kind.HANDED_BACK and by is None else FOLLOW_UPS_TOLD[kind]
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


def correct_undone(since: datetime, instant: datetime) -> None:
    """Of an act that was undone, what was not mailed yet is let go of; whoever was mailed is told in the next digest that it was undone."""
    undone = list(FollowUpEvent.objects.filter(at__gte=since, undoes__isnull=False).select_related("undoes"))
    if not undone:
        return
    events = {event.undoes_id: event for event in undone}
    told = Reminder.objects.filter(rule=ANSWERED, version__in=events, step__in=FOLLOW_UPS_TOLD.values())
    told.filter(state__in=(State.PLANNED, State.QUEUED)).update(state=State.SKIPPED, cause=Cause.GONE, decided_at=instant)
    sent = [(reminder, events[reminder.version]) for reminder in told.filter(state=State.SENT)]
    # What was planned for the person it was handed to is not sent, since it is of an older version.
    handed = {event.follow_up_id: event for event in undone if event.undoes and event.undoes.kind == FollowUpEvent.Kind.ASSIGNED}
    asked = Reminder.objects.filter(rule=ANSWERED, follow_up__in=handed, step__in=(Step.ASSIGNED, Step.BACKUP), state=State.SENT)
    for reminder in asked if handed else ():
        event = handed[reminder.follow_up_id or 0]
        if event.undoes and reminder.created_at >= event.undoes.at:
            sent.append((reminder, event))
    facts = Facts()
    read_people(facts, {reminder.user_id for reminder, _event in sent})
    rows = [
        Reminder(
            user_id=reminder.user_id,
            rule=ANSWERED,
            follow_up_id=reminder.follow_up_id,
            step=Step.UNDONE,
            version=event.pk,
            send_at=placement.after(event.at, 0, facts.clock(reminder.user_id)),
            created_at=instant,
        )
        for reminder, event in sent
        if reminder.user_id in facts.people
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_A_TIME)


# --- Of dates ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateMove:
    """One change of a date, and the version of the date that it made."""

    version: int
    old: dict[str, Any]
    new: dict[str, Any]
    applied_at: datetime


@dataclass(frozen=True)
class MovedDate:
    """A date as it stands now, and how it moved to there."""

    kind: Kind
    id: int
    at: datetime
    version: int
    moves: Sequence[DateMove]

    def before(self, version: int) -> dict[str, Any] | None:
        """The date as whoever knows this version knows it; None if it did not move since."""
        return next((move.old for move in self.moves if move.version > version), None)


def tell_of_dates(since: datetime, instant: datetime) -> None:
    """Everyone who was reminded of a date as it was, or was going to be, is told once that it moved, however often it did.

    All are told of a version in one transaction: a version of which somebody was told is done.
    """
    dates = dates_moved(since)
    if not dates:
        return
    of_these = Q(deadline__in=[date.id for date in dates if date.kind == Kind.DEADLINE])
    of_these |= Q(meeting__in=[date.id for date in dates if date.kind == Kind.MEETING])
    done = Reminder.objects.filter(of_these, rule=DATE_CHANGED).order_by().values_list("deadline", "meeting", "version").distinct()
    versions_done = {(Kind.DEADLINE if deadline else Kind.MEETING, deadline or meeting, version) for deadline, meeting, version in done}
    if untold := [date for date in dates if (date.kind, date.id, date.version) not in versions_done]:
        facts = Facts()
        read_people(facts, None)
        for date in untold:
            tell_of_date(date, facts, instant)


def dates_moved(since: datetime) -> list[MovedDate]:
    changes = DateChange.objects.told().filter(applied_at__gte=since).order_by("version", "pk")
    columns = ("version", "old", "new", "applied_at", "deadline", "deadline__at", "deadline__version")
    moves: dict[tuple[Kind, int, datetime, int], list[DateMove]] = defaultdict(list)
    for *move, deadline, closes_at, deadline_version, meeting, begins_at, meeting_version in changes.values_list(
        *columns, "meeting", "meeting__at", "meeting__version"
    ):
        date = (Kind.DEADLINE, deadline, closes_at, deadline_version)
        moves[date if deadline else (Kind.MEETING, meeting, begins_at, meeting_version)].append(DateMove(*move))
    return [MovedDate(*date, made) for date, made in moves.items()]


@transaction.atomic
def tell_of_date(date: MovedDate, facts: Facts, instant: datetime) -> None:
    """Whoever has not yet been told of an earlier move is told of the date she knew. Reminders of the old date are never sent."""
    # An announcement says that a meeting is, not when; its number is not a version.
    of_date = Reminder.objects.filter(**{date.kind.value: date.id}).exclude(step=Step.ANNOUNCED)
    older = of_date.filter(version__lt=date.version)
    # What was still to come when the date moved may have been let go of since, for that reason alone.
    recent = Q(version__gte=date.moves[0].version - 1)
    concerning = older.filter(Q(state__in=(State.PLANNED, State.QUEUED, State.SENT)) | recent & Q(state=State.SKIPPED, cause=Cause.MOVED))
    people = dict(concerning.order_by().values_list("user").annotate(version=Min("version", filter=recent)))
    if not people:
        return
    earlier_news = {row.user_id: row for row in concerning.filter(rule=DATE_CHANGED).order_by("version")}
    older.planned().update(state=State.SKIPPED, cause=Cause.MOVED, decided_at=instant)
    if date.at <= instant:
        return
    last = date.moves[-1]
    rows = []
    for user in sorted(people.keys() & facts.people.keys()):
        was, is_as_known = date_known(date, people[user], earlier_news.get(user))
        if was is None:
            continue
        clock = facts.clock(user)
        is_near = date.at <= last.applied_at + NEAR
        rows.append(
            Reminder(
                user_id=user,
                rule=DATE_CHANGED,
                version=date.version,
                was=was,
                is_alone=True,
                send_at=last.applied_at if is_near else placement.at_once(last.applied_at, date.at, clock),
                # Back where she knew it to be, before she was told that it moved.
                state=State.SKIPPED if is_as_known else State.PLANNED,
                cause=Cause.MOVED if is_as_known else "",
                decided_at=instant if is_as_known else None,
                created_at=instant,
                **{f"{date.kind.value}_id": date.id},
            )
        )
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_A_TIME)
    # Another tick may have planned the new date before this one saw that it moved: who is told so is not told late as well.
    told = of_date.filter(rule=DATE_CHANGED, version=date.version).values("user")
    late = of_date.planned().filter(version=date.version, cause=Cause.LATE, user__in=told)
    late.update(state=State.SKIPPED, cause=Cause.MOVED, decided_at=instant)


def date_known(date: MovedDate, version: int | None, news: Reminder | None) -> tuple[dict[str, Any] | None, bool]:
    """What she knows the date to be, None if she knows it as it is; and whether it is back there.

    version -- the first version she was, or was going to be, reminded of; news -- the last she was told, or was going to be, of a move
    """
    if news is not None and news.state == State.SENT:
        version, news = news.version, None
    was = news.was if news else date.before(version or 0)
    is_as_known = was is not None and all(was.get(name) == date.moves[-1].new.get(name) for name in SAID)
    if is_as_known and news and news.state == State.QUEUED:
        # Her mail is written: it may be out, or is dropped for its older version when it is.
        return date.before(news.version), False
    return was, is_as_known


# --- Of proposals -----------------------------------------------------------------------------------------------------------


def tell_of_proposals(since: datetime, instant: datetime) -> None:
    """What was recorded since then. Read again it makes nothing new: an event is told to a person once."""
    recorded = ProposalEvent.objects.filter(recorded_at__gte=since, is_history=False, kind__in=PROPOSALS_TOLD, proposal__superseded_at=None)
    for events in batched(recorded.order_by("pk"), EVENTS_AT_A_TIME):
        proposals = {proposal.pk: proposal for proposal in proposals_told({event.proposal_id for event in events})}
        news = news_of(list(proposals.values()))
        users = {user for one in news.values() for user in one.concerned}
        if not users:
            continue
        facts = Facts()
        read_people(facts, users)
        read_places(facts, users)
        for rows in batched(proposal_reminders(events, proposals, news, facts, instant), ROWS_AT_A_TIME):
            Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def proposal_reminders(
    events: tuple[ProposalEvent, ...], proposals: dict[int, Proposal], news: dict[int, News], facts: Facts, instant: datetime
) -> Iterator[Reminder]:
    slots: dict[tuple[int, datetime, bool], datetime] = {}
    for event in events:
        target, assembly = news[event.proposal_id], proposals[event.proposal_id].contribution.assembly
        if target.is_silent or target.is_never_mailed:
            continue
        evening = is_live(assembly, event.recorded_at)
        for user, interest in target.concerned.items():
            wants = interest.in_everything or event.is_operative
            if not wants or user == event.by_id or user not in facts.people or interest.since > event.recorded_at:
                continue
            if not facts.may_read(user, target):
                continue
            manner = facts.people[user], event.recorded_at, evening
            if manner not in slots:
                clock = facts.clock(user)
                place = placement.evening_after if evening else next_digest
                slots[manner] = place(event.recorded_at, clock)
            yield Reminder(
                user_id=user,
                rule=PROPOSAL_MOVED,
                proposal_id=event.proposal_id,
                step=event.kind,
                version=event.pk,
                send_at=slots[manner],
                created_at=instant,
            )


def next_digest(instant: datetime, clock: placement.Clock) -> datetime:
    return placement.after(instant, 0, clock)


def is_live(assembly: Assembly, instant: datetime) -> bool:
    """Whether this assembly sits on that day."""
    if assembly.starts_on is None:
        return False
    return phase_on(instant.date(), assembly.starts_on, assembly.ends_on or assembly.starts_on).number in LIVE_PHASES


# --- Of agendas -------------------------------------------------------------------------------------------------------------


def tell_of_agendas(since: datetime, instant: datetime) -> None:
    """Outside her own regions, whoever watched a resolution already when it came onto an agenda is told so; of several, in one line."""
    changes = AgendaChange.objects.filter(at__gte=since, is_added=True, meeting__at__gt=instant, meeting__circle=None)
    changes = changes.exclude(meeting__kind=Meeting.Kind.ASSEMBLY).exclude(meeting__date_status=DateStatus.RUMOUR).order_by("pk")
    for some in batched(changes.values_list("pk", "meeting", "meeting__group", "resolution", "by", "at"), EVENTS_AT_A_TIME):
        watchers: dict[int, dict[int, datetime]] = defaultdict(dict)
        watches = Watch.objects.filter(resolution__in={row[3] for row in some})
        for resolution, user, watched_since in watches.values_list("resolution", "user", "created_at"):
            watchers[resolution][user] = watched_since
        if not watchers:
            continue
        answered = set(Attendance.objects.filter(meeting__in={row[1] for row in some}).values_list("meeting", "user"))
        at_home = set(RegionWatch.objects.filter(group__in={row[2] for row in some if row[2]}).values_list("group", "user"))
        facts = Facts()
        read_people(facts, {user for people in watchers.values() for user in people})
        rows = [
            Reminder(
                user_id=user,
                rule=ON_AGENDA,
                meeting_id=meeting,
                step=Step.ANNOUNCED,
                version=pk,
                send_at=next_digest(at, facts.clock(user)),
                created_at=instant,
            )
            for pk, meeting, group, resolution, by, at in some
            for user, watched_since in watchers[resolution].items()
            if user in facts.people and user != by and watched_since <= at
            if (meeting, user) not in answered and (group, user) not in at_home
        ]
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_A_TIME)


TOLD_BY: dict[str, tuple[Callable[[datetime, datetime], None], ...]] = {
    "dates": (tell_of_dates,),
    "follow-ups": (tell_of_follow_ups, correct_undone),
    "proposals": (tell_of_proposals,),
    "agendas": (tell_of_agendas,),
}
