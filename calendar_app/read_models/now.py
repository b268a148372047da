"""What the first page shows: its blocks, each with what it reads. Nothing of a delegation's circle stands on it, not even a number.

A new block is a function in `BLOCKS` and a template in templates/calendar_app/now/.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.timezone import now as instant_now
from modeltranslation.utils import get_translation_fields

from amnt.accounts.models import User
from amnt.core.languages import current_language
from amnt.core.precompiled import PrecompiledQuery
from calendar_app.models import DateChange, Deadline, Meeting
from calendar_app.models.concerns import Concerns, concerns_of
from calendar_app.models.dates import address_of_date
from calendar_app.models.entries import CalendarEntry, next_entries
from calendar_app.permissions import can_change_date, can_propose_change
from calendar_app.read_models.health import troubles_of, troubles_rows
from calendar_app.read_models.preparation import SHOWN_FROM, Preparation, to_prepare
from coalitions.models import (
    Approval,
    Circle,
    FollowUp,
    FollowUpEvent,
    LastReaderQuestion,
    Membership,
    Position,
    StarterPlan,
    Statement,
)
from coalitions.models.follow_ups import DUE_SOON, nobody_has
from coalitions.permissions import MembershipContext, membership_context_of
from resolutions.models import Assembly, Resolution, Series, short_name
from resolutions.models.moves import MOST_MOVED, moved_since

LINES = 7
# Nobody has more than so many waiting; a number beyond it would help nobody.
MOST_COUNTED = 500
DATES_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Moved:
    """One line of what changed since the last visit."""

    kind: str
    title: str = ""
    change: DateChange | None = None
    resolution: Resolution | None = None
    follow_up: UUID | None = None
    # Of a resolution: "outcome", "revision", "facts", and the key of each proposal.
    parts: set[str | int] = field(default_factory=set)

    @property
    def proposals(self) -> int:
        """How many of them moved."""
        return sum(isinstance(part, int) for part in self.parts)

    @property
    def url(self) -> str:
        """Asked only of the lines that are shown."""
        if self.change:
            return address_of_date(self.change.target)
        if self.proposals and self.resolution:
            return reverse("coalitions:resolution-proposals", args=[self.resolution.slug])
        return self.resolution.get_absolute_url() if self.resolution else reverse("coalitions:follow-up", args=[self.follow_up])


@dataclass(frozen=True)
class Block:
    """One part of the first page.

    name -- of its template, templates/calendar_app/now/_block_<name>.html, which is given `block`
    shown -- what the template reads, by name
    is_quiet -- it says nothing that waits or is new
    """

    name: str
    shown: Mapping[str, Any]
    is_quiet: bool = False

    @property
    def template(self) -> str:
        return f"calendar_app/now/_block_{self.name}.html"


@dataclass
class NowPage:
    """What several blocks need, each read once."""

    user: User
    instant: datetime
    assembly: Assembly | None = None
    shows_all_moved: bool = False

    @cached_property
    def memberships(self) -> MembershipContext:
        return membership_context_of(self.user)

    @cached_property
    def concerns(self) -> Concerns:
        return concerns_of(self.user, self.memberships.circles)

    @cached_property
    def follow_ups(self) -> "FollowUpLines":
        return _follow_ups(self.user, self.memberships)

    @cached_property
    def dates(self) -> list[CalendarEntry]:
        return _dates(self.user, self.concerns, self.memberships)

    @cached_property
    def soon(self) -> list[CalendarEntry]:
        return [entry for entry in self.dates if entry.at < self.instant + DATES_AHEAD]

    @cached_property
    def upcoming(self) -> CalendarEntry | None:
        return next((entry for entry in self.dates if entry.at > self.instant), None)

    @cached_property
    def changes(self) -> list[DateChange]:
        return _changes(self.user, self.memberships, self.concerns)

    @cached_property
    def waiting(self) -> "Waiting":
        return _waiting(self.user, self.memberships)

    @cached_property
    def preparations(self) -> list[Preparation]:
        """What she settles before an assembly; asked only of who said whether she goes there."""
        first_day = self.assembly.starts_on if self.assembly else None
        is_near = first_day is not None and first_day <= (self.instant + SHOWN_FROM).date()
        return to_prepare(self.user) if is_near and self.concerns.prepares else []

    @cached_property
    def blocks(self) -> list[Block]:
        return [block for made in BLOCKS if (block := made(self)) is not None]

    @property
    def something_waits(self) -> bool:
        return any(block.name == "mine" and not block.is_quiet for block in self.blocks)

    @property
    def is_quiet(self) -> bool:
        return not self.preparations and all(block.is_quiet for block in self.blocks)

    @property
    def for_messaging(self) -> dict[str, Any]:
        """What may be copied for a messaging app: public dates, and what nobody has."""
        unowned = self.follow_ups.unowned
        return {
            "dates": [entry for entry in self.soon if not entry.is_private][:LINES],
            # Words of one coalition are not for the ears of another: only who stands in a single one copies them.
            "follow_ups": unowned[:LINES] if len(self.memberships.roles) == 1 else [],
        }


# --- The blocks ---------------------------------------------------------------------------------------------------------


def mine_block(page: NowPage) -> Block | None:
    """What waits for her: answers first, then what is due first."""
    if not page.memberships.works:
        return None
    mine, in_circles = page.follow_ups.mine, page.follow_ups.in_circles
    to_answer, to_sign = page.waiting.to_answer, page.waiting.to_sign
    to_review, drafts = page.waiting.to_review, page.waiting.drafts_to_review
    to_confirm = _to_confirm(page.user, page.changes, page.memberships) if page.memberships.works else []
    count = len(mine) + in_circles + len(to_confirm) + to_answer + len(to_sign) + len(to_review) + drafts
    shown = {
        "mine": mine[:LINES],
        "to_confirm": to_confirm,
        "to_answer": to_answer,
        "to_sign": len(to_sign),
        "sign_until": min(to_sign, default=None),
        "to_review": to_review[:LINES],
        "drafts_to_review": drafts,
        "in_circles": in_circles,
        "count": count,
        "has_more": len(mine) > LINES,
    }
    return Block("mine", shown, is_quiet=not count)


def dates_block(page: NowPage) -> Block:
    """The dates of the next thirty days that concern her, or the next one."""
    shown = {"dates": page.soon[:LINES], "has_more": len(page.soon) > LINES, "upcoming": page.upcoming}
    return Block("dates", shown, is_quiet=not page.soon)


def moved_block(page: NowPage) -> Block | None:
    """What changed since the visit before this one."""
    moved, in_circles = _moved(page.user, page.memberships, page.concerns, page.changes)
    if not moved and not in_circles:
        return None
    most = MOST_MOVED if page.shows_all_moved else LINES
    shown = {
        "lines": moved[:most],
        "count": len(moved) + bool(in_circles),
        "has_more": len(moved) > most,
        "in_circles": in_circles,
        "since": page.user.seen_before_at,
    }
    return Block("moved", shown)


def unowned_block(page: NowPage) -> Block | None:
    """For leads: what nobody has."""
    unowned = page.follow_ups.unowned
    if not unowned:
        return None
    return Block("unowned", {"follow_ups": unowned[:LINES], "count": len(unowned), "has_more": len(unowned) > LINES})


# In the order in which they are read.
BLOCKS: tuple[Callable[[NowPage], Block | None], ...] = (mine_block, dates_block, moved_block, unowned_block)


# --- Mine, and nobody's: only what everyone in the coalition may read is named here -------------------------------------


@dataclass(frozen=True)
class Named:
    short_name: str


@dataclass(frozen=True)
class FollowUpLine:
    """A follow-up as one line says it. Its columns are those of `_follow_ups`, in this order."""

    public_id: UUID
    title: str
    state: str
    state_at: datetime
    due_at: datetime
    snoozed_until: datetime | None
    owner: int | None
    circle_kind: str
    number: int | None
    label: str | None
    series: str | None

    def get_absolute_url(self) -> str:
        return reverse("coalitions:follow-up", args=[self.public_id])

    @property
    def resolution(self) -> Named | None:
        return Named(short_name(self.number, self.label or "", self.series or Series.WTSA)) if self.number or self.label else None

    @property
    def is_overdue(self) -> bool:
        return self.due_at < instant_now()

    @property
    def is_due_soon(self) -> bool:
        return instant_now() <= self.due_at < instant_now() + DUE_SOON

    @property
    def is_put_off(self) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > instant_now()


class ToReview(NamedTuple):
    """A position of a whole coalition that she wrote and that something newer touches."""

    slug: str
    short_name: str

    @property
    def url(self) -> str:
        return reverse("coalitions:resolution-position", args=[self.slug])


class Waiting(NamedTuple):
    """How many approvals wait for her answer, until when she settles a circle that she read last, whether she has a starter plan, when
    the statements close that wait for the answer of her organisation, which positions she wrote are to be reviewed, and how many drafts
    in circles.
    """

    to_answer: int
    to_settle: datetime | None
    has_plan: bool
    to_sign: list[datetime]
    to_review: list[ToReview]
    drafts_to_review: int
    # What of this instance needs somebody at once: for leads, and who looks after it.
    troubles: list[str]


def _waiting(user, memberships: MembershipContext) -> Waiting:
    """Asked at once: most of it is there for few people, and on few days."""
    asked: list[QuerySet[Any, Any]] = [LastReaderQuestion.objects.visible_to(user).values_list(Value("to_settle"), "due_at")]
    if memberships.led:
        approvals = Approval.objects.to_answer_by(user, memberships.led)
        asked.append(approvals.values_list(Value("to_answer"), "expires_at"))
    if Membership.Role.LEAD in memberships.roles.values():
        plans = StarterPlan.objects.visible_to(user).open().order_by()
        asked.append(plans.values_list(Value("plan"), "begun_at"))
    if memberships.answers_in:
        statements = Statement.objects.waiting_for(user, memberships.circles).order_by()
        asked.append(statements.values_list(Value("to_sign"), "closes_at"))
    if user.is_staff or Membership.Role.LEAD in memberships.roles.values():
        asked += troubles_rows()
    first, *others = asked
    found: dict[str, list[datetime]] = defaultdict(list)
    rows = list(first.union(*others, all=True)[:MOST_COUNTED])
    for what, at in rows:
        found[what].append(at)
    to_review, drafts = _to_review(user) if memberships.works else ([], 0)
    return Waiting(
        len(found["to_answer"]),
        min(found["to_settle"], default=None),
        bool(found["plan"]),
        found["to_sign"],
        to_review,
        drafts,
        troubles_of(rows),
    )


def _positions_to_review(key: int) -> QuerySet:
    """Of the positions this person wrote, in no circle of a delegation, those that something newer touches."""
    user = User(pk=key)
    circles: Any = Circle.objects.of(user).exclude(kind=Circle.Kind.DELEGATION)
    mine = Position.objects.visible_to(user, circles).of_writer(user).newest()
    mine = mine.with_review(user, circles).filter(is_to_review=True).order_by()
    of_resolution = {name: F(f"resolution__{name}") for name in ("slug", "number", "label", "series")}
    return mine.values(kind=F("circle__kind"), **of_resolution)[:MOST_COUNTED]


TO_REVIEW = PrecompiledQuery(_positions_to_review)


def _to_review(user) -> tuple[list[ToReview], int]:
    """Those of whole coalitions, and how many drafts."""
    rows = TO_REVIEW.rows(user.pk)
    everyones = (row for row in rows if row["kind"] == Circle.Kind.EVERYONE)
    shown = sorted(ToReview(row["slug"], short_name(row["number"], row["label"], row["series"])) for row in everyones)
    return shown, len(rows) - len(shown)


class FollowUpLines(NamedTuple):
    """Hers, nobody's, and how many of hers are in circles."""

    mine: list[FollowUpLine]
    unowned: list[FollowUpLine]
    in_circles: int


def _follow_ups(user, memberships: MembershipContext) -> FollowUpLines:
    """Mine, what waits for an answer first; nobody's; and how many of mine are in circles. Rows are read, never made objects of."""
    rows = (
        FollowUp.objects.visible_to(user, memberships.circles)
        .open()
        .filter(Q(owner=user) | nobody_has() & Q(circle__coalition__in=memberships.led, circle__kind=Circle.Kind.EVERYONE))
        .order_by("due_at", "pk")
        .values_list(
            *("public_id", "title", "state", "state_at", "due_at", "snoozed_until", "owner_id", "circle__kind"),
            *("resolution__number", "resolution__label", "resolution__series"),
        )
    )
    lines = [FollowUpLine(*row) for row in rows[:MOST_COUNTED]]
    open_to_all = [line for line in lines if line.circle_kind == Circle.Kind.EVERYONE]
    mine = sorted((line for line in open_to_all if line.owner), key=lambda line: line.state != FollowUp.State.TO_ACCEPT)
    return FollowUpLines(mine, [line for line in open_to_all if line.owner is None], len(lines) - len(open_to_all))


# --- Changes of dates ---------------------------------------------------------------------------------------------------


def _changes(user, memberships: MembershipContext, concerns: Concerns) -> list[DateChange]:
    """Those that wait, and those applied since the visit before this one. Most days there is none, and nothing is asked."""
    recent = concerns.recent_changes
    return list(DateChange.objects.visible_to(user, memberships.circles).filter(pk__in=recent).for_list()) if recent else []


def _to_confirm(user, changes: list[DateChange], memberships: MembershipContext) -> list[Moved]:
    """Changes that someone else proposed and she may confirm: a lead all of them, a member those that are not near."""
    waiting = [
        change
        for change in changes
        if change.is_pending
        and change.proposed_by_id != user.pk
        and can_propose_change(user, change.target, memberships)
        and (not change.is_near or can_change_date(user, change.target, memberships))
    ]
    return [Moved("change", change=row) for row in sorted(waiting, key=attrgetter("proposed_at"))[:LINES]]


# --- Dates --------------------------------------------------------------------------------------------------------------


def _dates(user, concerns: Concerns, memberships: MembershipContext) -> list[CalendarEntry]:
    """The next dates that concern her, however far."""
    meetings, deadlines = (dates.objects.visible_to(user, memberships.circles).ahead() for dates in (Meeting, Deadline))
    return next_entries(
        concerns.meetings_in(meetings),
        concerns.deadlines_in(deadlines),
        attendances=concerns.attendances,
        most=LINES + 1,
        language=current_language(),
    )


# --- What moved ---------------------------------------------------------------------------------------------------------


def _moved(user, memberships: MembershipContext, concerns: Concerns, changes: list[DateChange]) -> tuple[list[Moved], int]:
    """Since the visit before this one: dates, texts, follow-ups; and how much moved in restricted circles, unnamed."""
    since = user.seen_before_at
    if since is None:
        return [], 0
    named: list[Moved] = []
    in_circles = 0
    for change in _that_concern(user, concerns, changes):
        meeting = change.meeting or (change.deadline.meeting if change.deadline else None)
        if meeting and meeting.circle and meeting.circle.kind == Circle.Kind.RESTRICTED:
            in_circles += 1
        elif not meeting or not meeting.circle or meeting.circle.is_everyone:
            named.append(Moved("date", change=change))
    if concerns.resolutions:
        named += _texts_since(user, since)
    for kind, public_id, title, circle in _closed_since(user, memberships, since):
        if circle == Circle.Kind.EVERYONE:
            named.append(Moved(kind, title, follow_up=public_id))
        else:
            in_circles += 1
    return named, in_circles


def _that_concern(user, concerns: Concerns, changes: list[DateChange]) -> list[DateChange]:
    """The applied ones of dates that concern her, but those she made alone."""

    def is_mine_alone(change: DateChange) -> bool:
        return user.pk == (change.confirmed_by_id or change.proposed_by_id)

    applied = [change for change in changes if change.applied_at is not None and not is_mine_alone(change)]
    if not applied:
        return []
    meetings = concerns.meetings_in(Meeting.objects.filter(pk__in=[row.meeting_id for row in applied if row.meeting_id]))
    deadlines = concerns.deadlines_in(Deadline.objects.filter(pk__in=[row.deadline_id for row in applied if row.deadline_id]))
    keys = set(meetings.values_list(Value("meeting"), "pk").union(deadlines.values_list(Value("deadline"), "pk"), all=True))
    concerning = [row for row in applied if row.assembly_id or ("meeting", row.meeting_id) in keys or ("deadline", row.deadline_id) in keys]
    return sorted(concerning, key=attrgetter("applied_at", "pk"), reverse=True)[:MOST_MOVED]


def moved_dates(user: User, memberships: MembershipContext, concerns: Concerns) -> frozenset[tuple[str, int]]:
    """The meetings and deadlines that the first page names as changed, for lists that mark them: their kind and key."""
    if user.seen_before_at is None:
        return frozenset()
    changes = _that_concern(user, concerns, _changes(user, memberships, concerns))
    meetings = {("meeting", change.meeting_id) for change in changes if change.meeting_id}
    return frozenset(meetings | {("deadline", change.deadline_id) for change in changes if change.deadline_id})


def _texts_since(user, since) -> list[Moved]:
    """Decisions, revisions, facts and proposals on the resolutions she watches, one line for each that changed while she did."""
    parts: dict[int, set[str | int]] = defaultdict(set)
    for what, proposal, key in moved_since(user, since, most=MOST_MOVED):
        parts[key].add(proposal or what)
    if not parts:
        return []
    named = Resolution.objects.only("slug", "series", "number", "label", *get_translation_fields("title", "short_title")).in_bulk(parts)
    return [Moved("text", resolution=named[key], parts=what) for key, what in parts.items() if key in named]


def _closed_since(user, memberships: MembershipContext, since):
    """What others closed in her circles."""
    rows = FollowUpEvent.objects.visible_to(user, memberships.circles).closed_by_others(user, since)
    said = ("kind", "follow_up__public_id", "follow_up__title", "follow_up__circle__kind")
    return rows.order_by("-at", "-pk").values_list(*said)[:MOST_MOVED]
