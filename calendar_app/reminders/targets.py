"""What a reminder is about: a meeting, a deadline, a follow-up or a proposal, as little of it as planning needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from calendar_app.models import Deadline, Meeting, Reminder
from coalitions.models import Circle, FollowUp, Position
from coalitions.models.follow_ups import RENEWAL
from resolutions.models import DateStatus, Part, Proposal, ProposalEvent, ProposedClause, Watch
from resolutions.read_models.proposed import QUIET

NOBODY_STANDS_IN = 0


class Kind(StrEnum):
    """What a reminder is about; also the name of its column in `Reminder`."""

    DEADLINE = "deadline"
    MEETING = "meeting"
    FOLLOW_UP = "follow_up"
    PROPOSAL = "proposal"


@dataclass(slots=True)
class Target:
    """A date or a follow-up, as much of it as planning needs.

    at -- when it happens, closes or is due; meeting -- of a deadline, the one it belongs to; of a meeting, itself
    assembly, opens_on -- of a deadline of an assembly itself: which, and its first day
    assembly -- of an assembly itself: which; closes_on -- of any meeting: its last day
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
    is_assumption: bool = False
    assembly: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None

    @property
    def is_never_mailed(self) -> bool:
        """What is reserved to a delegation leaves no trace in any mail, not even a count."""
        return self.circle_kind == Circle.Kind.DELEGATION


@dataclass(slots=True)
class News(Target):
    """A proposal, as much of it as telling of it needs.

    concerned -- by person: since when, and whether she wants to know of everything or of the operative part only
    is_operative -- whether anything told of it touches the operative part
    """

    concerned: Mapping[int, "Interest"] = field(default_factory=dict)
    is_operative: bool = True

    def concerns(self, user: int) -> bool:
        interest = self.concerned.get(user)
        return interest is not None and (interest.in_everything or self.is_operative)


@dataclass(frozen=True, slots=True)
class Interest:
    since: datetime
    in_everything: bool


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DEADLINE: (
        *("pk", "at", "version", "kind", "date_status", "meeting__circle", "meeting__circle__kind", "meeting__circle__coalition"),
        *("meeting", "meeting__group", "meeting__kind", "assembly", "assembly__starts_on"),
    ),
    # Named once, a column would be read once.
    Kind.MEETING: (
        *("pk", "at", "version", "kind", "date_status", "circle", "circle__kind", "circle__coalition", "id", "group"),
        *("assembly", "ends_on"),
    ),
    Kind.FOLLOW_UP: (
        *("pk", "due_at", "version", "closed_at", "circle", "circle__kind", "circle__coalition"),
        *("owner", "backup", "assigned_by", "assigned_at", "created_at", "state", "snoozed_until", "renews"),
    ),
}


def targets(kind: Kind, rows: QuerySet[Any]) -> Iterator[Target]:
    """These deadlines, meetings or follow-ups, as planning sees them."""
    for row in rows.values_list(*COLUMNS[kind]):
        yield as_target(kind, row)


def as_target(kind: Kind, row: tuple[Any, ...]) -> Target:
    if kind == Kind.FOLLOW_UP:
        pk, at, version, closed_at, *rest, renews = row
        target = Target(kind, pk, at, version, RENEWAL if renews else "", closed_at is not None, *rest[:3])
        target.owner, target.backup, target.assigner, target.assigned_at, target.created_at, target.state, target.put_off_until = rest[3:]
        return target
    pk, at, version, what, date_status, *rest = row
    target = Target(kind, pk, at, version, what, date_status == DateStatus.RUMOUR, *rest[:5])
    if kind == Kind.DEADLINE and (target.meeting is None or rest[5] == Meeting.Kind.ASSEMBLY):
        target.assembly, target.opens_on = rest[6:]
    elif kind == Kind.MEETING:
        target.assembly, target.closes_on = rest[5] if what == Meeting.Kind.ASSEMBLY else None, rest[6]
    target.is_assumption = date_status == DateStatus.ASSUMPTION
    return target


def as_target_of(thing: Deadline | Meeting | FollowUp) -> Target:
    """The same from a whole row, whose circle has been read with it."""
    if isinstance(thing, FollowUp):
        circle: Circle | None = thing.circle
        what = RENEWAL if thing.renews else ""
        target = Target(Kind.FOLLOW_UP, thing.pk, thing.due_at, thing.version, what, is_silent=thing.closed_at is not None)
        target.owner, target.backup, target.assigner = thing.owner_id, thing.backup_id, thing.assigned_by_id
        target.assigned_at, target.created_at = thing.assigned_at, thing.created_at
        target.state, target.put_off_until = thing.state, thing.snoozed_until
    else:
        meeting = thing if isinstance(thing, Meeting) else thing.meeting
        circle = meeting.circle if meeting else None
        kind = Kind.MEETING if isinstance(thing, Meeting) else Kind.DEADLINE
        target = Target(kind, thing.pk, thing.at, thing.version, thing.kind, thing.date_status == DateStatus.RUMOUR)
        target.is_assumption = thing.is_assumption
        if isinstance(thing, Deadline) and (meeting is None or meeting.kind == Meeting.Kind.ASSEMBLY) and thing.assembly_id:
            target.assembly, target.opens_on = thing.assembly_id, thing.assembly.starts_on
        if meeting:
            target.meeting, target.group = meeting.pk, meeting.group_id
        if isinstance(thing, Meeting):
            target.assembly = thing.assembly_id if thing.kind == Meeting.Kind.ASSEMBLY else None
            target.closes_on = thing.ends_on
    if circle:
        target.circle, target.circle_kind, target.coalition = circle.pk, circle.kind, circle.coalition_id
    return target


def target_key(reminder: Reminder) -> tuple[Kind, int]:
    if reminder.deadline_id:
        return Kind.DEADLINE, reminder.deadline_id
    if reminder.meeting_id:
        return Kind.MEETING, reminder.meeting_id
    if reminder.follow_up_id:
        return Kind.FOLLOW_UP, reminder.follow_up_id
    return Kind.PROPOSAL, reminder.proposal_id or 0


def targets_of(reminders: Iterable[Reminder]) -> dict[tuple[Kind, int], Target]:
    """What these reminders are about, as it is now."""
    ids: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    for reminder in reminders:
        kind, pk = target_key(reminder)
        ids[kind].add(pk)
    tables: dict[Kind, type[Deadline | Meeting | FollowUp]] = {
        Kind.DEADLINE: Deadline,
        Kind.MEETING: Meeting,
        Kind.FOLLOW_UP: FollowUp,
    }
    found = {
        (kind, target.id): target
        for kind, table in tables.items()
        if ids[kind]
        for target in targets(kind, table.objects.filter(pk__in=ids[kind]))
    }
    if ids[Kind.PROPOSAL]:
        found |= {(Kind.PROPOSAL, pk): news for pk, news in news_of(proposals_told(ids[Kind.PROPOSAL])).items()}
    return found


# --- Of proposals -----------------------------------------------------------------------------------------------------------


def proposals_told(keys: Collection[int]) -> list[Proposal]:
    """With all that a line of a mail says of them, their clauses in the operative part as `operative_clauses`."""
    changed = ProposedClause.objects.filter(part=Part.OPERATIVE, proposal__contribution__access="public").exclude(change__in=QUIET)
    told_operative = ProposalEvent.objects.filter(proposal=OuterRef("pk"), is_operative=True, is_history=False)
    rows = Proposal.objects.filter(pk__in=keys).annotate(tells_operative=Exists(told_operative))
    rows = rows.select_related("contribution__assembly", "contribution__kept__circle", "resolution", "group", "base")
    return list(rows.prefetch_related(Prefetch("clauses", changed.select_related("base_clause").in_order(), to_attr="operative_clauses")))


def news_of(proposals: Sequence[Proposal]) -> dict[int, News]:
    """By key. Two queries, none where there is nothing."""
    if not proposals:
        return {}
    concerned = people_concerned({proposal.resolution_id for proposal in proposals})
    found = {}
    for proposal in proposals:
        news = News(Kind.PROPOSAL, proposal.pk, proposal.created_at, version=0)
        news.is_silent = proposal.superseded_at is not None or proposal.contribution.is_history
        news.concerned = concerned.get(proposal.resolution_id, {})
        news.is_operative = getattr(proposal, "tells_operative", True)
        if proposal.contribution.is_number_only:
            # Who knows of it is who stands in the circle it is shared with.
            kept = getattr(proposal.contribution, "kept", None)
            news.circle = kept.circle_id if kept else NOBODY_STANDS_IN
            news.circle_kind = kept.circle.kind if kept else None
            news.coalition = kept.circle.coalition_id if kept else None
        found[proposal.pk] = news
    return found


def people_concerned(resolutions: Collection[int]) -> dict[int, dict[int, Interest]]:
    """By resolution: who follows it, and who wrote or drafted the position of a coalition that stands on it."""
    found: dict[int, dict[int, Interest]] = defaultdict(dict)
    watches = Watch.objects.filter(resolution__in=resolutions).order_by()
    for resolution, user, scope, since in watches.values_list("resolution", "user", "scope", "created_at"):
        found[resolution][user] = Interest(since, scope == Watch.Scope.ALL)
    positions = Position.objects.filter(resolution__in=resolutions, circle__kind=Circle.Kind.EVERYONE).newest()
    for resolution, by, drafted_by, since in positions.order_by().values_list("resolution", "by", "drafted_by", "at"):
        for user in filter(None, dict.fromkeys((by, drafted_by))):
            earlier = found[resolution].get(user)
            found[resolution][user] = Interest(min(since, earlier.since) if earlier else since, in_everything=True)
    return dict(found)
