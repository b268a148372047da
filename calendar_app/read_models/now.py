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

from django.urls import reverse
from django.utils.timezone import now as instant_now
from modeltranslation.utils import get_translation_fields

from amnt.accounts.models import User
from amnt.core import outgoing, times
from amnt.core.languages import current_language
from calendar_app.models import CalendarSource, DateChange, Deadline, Meeting
from calendar_app.models.concerns import Concerns, concerns_of
from calendar_app.models.dates import address_of_date
from calendar_app.models.entries import CalendarEntry, next_entries
from calendar_app.permissions import can_change_date, can_propose_change
from calendar_app.read_models.health import troubles_of
from calendar_app.read_models.lead_counts import LeadCount, lead_counts, list_of_unowned
from calendar_app.read_models.now_queries import CLOSED, FOLLOW_UPS, LEAD_WAITING, TO_REVIEW, WAITING
from calendar_app.read_models.phase_questions import Asker, question_of
from calendar_app.read_models.preparation import SHOWN_FROM, Preparation, to_prepare
from coalitions.models import AssemblySession, Circle, FollowUp, Membership
from coalitions.models.follow_ups import DUE_SOON
from coalitions.permissions import MembershipContext, membership_context_of
from resolutions.models import Assembly, Resolution, Series, short_name
from resolutions.models.moves import MOST_MOVED, moved_since

LINES = 7
DATES_AHEAD = timedelta(days=30)
UNCOVERED_AHEAD = timedelta(hours=36)


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
    # The position on it, which others wrote, is to be reviewed.
    is_to_review: bool = False

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
    def is_question(self) -> bool:
        """What the phase asks is shown even where nothing waits and nothing is new."""
        return self.name.startswith("question_")

    @property
    def template(self) -> str:
        return f"calendar_app/now/_block_{self.name}.html"


@dataclass
class NowPage:
    """What several blocks need, each read once."""

    user: User
    instant: datetime
    assembly: Assembly | None = None
    # The last one that is over.
    last: Assembly | None = None
    shows_all_moved: bool = False

    @cached_property
    def memberships(self) -> MembershipContext:
        return membership_context_of(self.user)

    @cached_property
    def concerns(self) -> Concerns:
        return concerns_of(self.user, self.memberships.circles)

    @cached_property
    def follow_ups(self) -> "FollowUpLines":
        return _follow_ups(self.user, self.memberships, self.instant)

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
        return _waiting(self.user, self.memberships, self.waiting_rows)

    @cached_property
    def uncovered(self) -> list[datetime]:
        """When those sessions of the next day and a half begin to which nobody goes (RR-16): those that an acting lead may read; for who
        looks after the instance, how many there are. Asked only while an assembly sits, or on the days before it.
        """
        first_day = self.assembly.starts_on if self.assembly else None
        is_near = first_day is not None and first_day <= (self.instant + UNCOVERED_AHEAD).date()
        if not is_near or not (self.user.is_staff or self.memberships.led):
            return []
        rows = AssemblySession.objects.uncovered().filter(starts_at__gt=self.instant, starts_at__lt=self.instant + UNCOVERED_AHEAD)
        rows = rows.filter(assembly=self.assembly).exclude(circle__kind=Circle.Kind.DELEGATION)
        if not self.user.is_staff:
            rows = rows.filter(circle__coalition__in=self.memberships.led, circle__in=self.memberships.circles)
        return list(rows.order_by("starts_at").values_list("starts_at", flat=True))

    @cached_property
    def waiting_rows(self) -> list[dict[str, Any]]:
        if not self.memberships.led:
            return WAITING.rows(self.user.pk, at=self.instant)
        assembly = self.assembly.pk if self.assembly else 0
        return LEAD_WAITING.rows(self.user.pk, at=self.instant, on=self.instant.date(), assembly=assembly)

    @cached_property
    def reviews(self) -> "Reviews":
        return _reviews(self.user, self.memberships, self.waiting_rows)

    @cached_property
    def preparations(self) -> list[Preparation]:
        """What she settles before an assembly; asked only of who said whether she goes there."""
        first_day = self.assembly.starts_on if self.assembly else None
        is_near = first_day is not None and first_day <= (self.instant + SHOWN_FROM).date()
        return to_prepare(self.user) if is_near and self.concerns.prepares else []

    @cached_property
    def sources(self) -> int:
        """For leads: how many calendars that are followed say something new. Asked only where this service asks others."""
        if not outgoing.is_on() or not self.memberships.led:
            return 0
        return CalendarSource.objects.visible_to(self.user).asking().count()

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
    to_answer, to_sign, to_attend = page.waiting.to_answer, page.waiting.to_sign, page.waiting.to_attend
    to_review, drafts, plans = page.reviews.mine, page.reviews.drafts, page.waiting.plans
    to_confirm = _to_confirm(page.user, page.changes, page.memberships)
    waiting = to_answer + len(to_attend) + len(to_sign) + len(to_review) + drafts + len(plans) + page.sources
    count = len(mine) + in_circles + len(to_confirm) + waiting
    shown = {
        "mine": mine[:LINES],
        "to_confirm": to_confirm,
        "to_answer": to_answer,
        "to_attend": len(to_attend),
        "attend_at": min(to_attend, default=None),
        "to_sign": len(to_sign),
        "sign_until": min(to_sign, default=None),
        "to_review": to_review[:LINES],
        "drafts_to_review": drafts,
        "plans": plans[:LINES],
        "in_circles": in_circles,
        "sources": page.sources,
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
    moved, in_circles = _moved(page.user, page.concerns, page.changes, page.reviews.of_others)
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
    shown = {"follow_ups": unowned[:LINES], "count": len(unowned), "has_more": len(unowned) > LINES}
    return Block("unowned", shown | {"url": list_of_unowned(page.memberships)})


def lead_block(page: NowPage) -> Block | None:
    """For leads: what is late, uncovered or about to end, as numbers that lead to lists."""
    counts = page.reviews.counts
    return Block("lead", {"counts": counts}) if counts else None


def question_block(page: NowPage) -> Block | None:
    """What this phase asks. Who begins here has first acts in its place, while there is no answer."""
    asker = Asker(page.user, page.memberships, page.instant, page.assembly, page.last, page.concerns)
    question = question_of(asker)
    is_beginning = page.waiting.has_plan or page.user.first_steps_done_at is None
    if question is None or (is_beginning and not question.is_answered):
        return None
    return Block(f"question_{question.name}", question.shown, is_quiet=not question.is_answered)


# In the order in which they are read.
BLOCKS: tuple[Callable[[NowPage], Block | None], ...] = (
    mine_block,
    dates_block,
    moved_block,
    question_block,
    unowned_block,
    lead_block,
)


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
    """A position of a whole coalition that something newer touches."""

    slug: str
    short_name: str

    @property
    def url(self) -> str:
        return reverse("coalitions:resolution-position", args=[self.slug])


class PlanToDecide(NamedTuple):
    """A plan of hers that was counted from a date that has moved since. at -- that date"""

    public_id: str
    at: datetime

    @property
    def url(self) -> str:
        return reverse("calendar_app:plan", args=[self.public_id])


@dataclass(frozen=True)
class Waiting:
    """What waits for her besides follow-ups and dates.

    to_answer -- how many requests of other leads
    to_settle -- until when she settles a circle that she read last
    has_plan -- she has a starter plan; has_factor -- logging in takes more than a password
    to_attend -- when the sessions of an assembly begin to which she is asked to go
    to_sign -- when the statements close that wait for the answer of her organisation
    plans -- those she keeps that wait for her decision
    troubles -- what of this instance needs somebody at once: for leads, and who looks after it
    """

    to_answer: int
    to_settle: datetime | None
    has_plan: bool
    has_factor: bool
    to_attend: list[datetime]
    to_sign: list[datetime]
    plans: list[PlanToDecide]
    troubles: list[str]


def _waiting(user: User, memberships: MembershipContext, rows: list[dict[str, Any]]) -> Waiting:
    found: dict[str, list[datetime]] = defaultdict(list)
    plans: dict[str, datetime] = {}
    for row in rows:
        found[row["what"]].append(row["ends"])
        if row["what"] == "plan" and (row["n"] > 1 or times.days_between(row["before"], row["ends"], row["word"])):
            plans.setdefault(str(UUID(row["public_key"])), row["ends"])
    is_told = user.is_staff or Membership.Role.LEAD in memberships.roles.values()
    return Waiting(
        to_answer=len(found["to-answer"]) if memberships.led else 0,
        to_settle=min(found["to-settle"], default=None),
        has_plan=bool(found["starter-plan"]),
        has_factor=bool(found["factor"]),
        to_attend=found["to-attend"],
        to_sign=found["to-sign"],
        plans=[PlanToDecide(*plan) for plan in plans.items()],
        troubles=troubles_of((row["what"], row["ends"]) for row in rows) if is_told else [],
    )


@dataclass(frozen=True)
class Reviews:
    """Positions that something newer touches: those she wrote of whole coalitions, how many of her drafts in circles, those of others by
    the slug of their resolution; and what she counts as a lead."""

    mine: list[ToReview]
    drafts: int
    of_others: frozenset[str]
    counts: list[LeadCount]


def _reviews(user: User, memberships: MembershipContext, waiting_rows: list[dict[str, Any]]) -> Reviews:
    rows = TO_REVIEW.rows(user.pk) if memberships.works else []
    everyones = [row for row in rows if row["kind"] == Circle.Kind.EVERYONE]
    mine = sorted(ToReview(row["slug"], short_name(row["number"], row["label"], row["series"])) for row in everyones if row["is_mine"])
    drafts = sum(row["kind"] != Circle.Kind.EVERYONE and row["is_mine"] for row in rows)
    of_others = frozenset(row["slug"] for row in everyones if not row["is_mine"])
    return Reviews(mine, drafts, of_others, lead_counts(waiting_rows, everyones, memberships))


class FollowUpLines(NamedTuple):
    """Hers, nobody's, and how many of hers are in circles."""

    mine: list[FollowUpLine]
    unowned: list[FollowUpLine]
    in_circles: int


def _follow_ups(user: User, memberships: MembershipContext, instant: datetime) -> FollowUpLines:
    """Mine, what waits for an answer first; nobody's; and how many of mine are in circles. Rows are read, never made objects of."""
    lines = [FollowUpLine(*row.values()) for row in FOLLOW_UPS.rows(user.pk, at=instant)]
    open_to_all = [line for line in lines if line.circle_kind == Circle.Kind.EVERYONE]
    mine = sorted((line for line in open_to_all if line.owner), key=lambda line: line.state != FollowUp.State.TO_ACCEPT)
    unowned = [line for line in open_to_all if line.owner is None] if memberships.led else []
    return FollowUpLines(mine, unowned, sum(line.circle_kind != Circle.Kind.EVERYONE for line in lines))


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


def _moved(user: User, concerns: Concerns, changes: list[DateChange], to_review: frozenset[str]) -> tuple[list[Moved], int]:
    """Since the visit before this one: dates, texts, follow-ups; and how much moved in restricted circles, unnamed.

    to_review -- the slugs of the resolutions on which a position of others is to be reviewed
    """
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
        named += _texts_since(user, since, to_review)
    for kind, public_id, title, circle in (row.values() for row in CLOSED.rows(user.pk, since=since)):
        if circle == Circle.Kind.EVERYONE:
            named.append(Moved(kind, title, follow_up=public_id))
        else:
            in_circles += 1
    return named, in_circles


def _that_concern(user, concerns: Concerns, changes: list[DateChange]) -> list[DateChange]:
    """The applied ones of dates that concern her, but those she made alone."""

    def is_mine_alone(change: DateChange) -> bool:
        return user.pk == (change.confirmed_by_id or change.proposed_by_id)

    def is_hers(change: DateChange) -> bool:
        if change.meeting:
            return concerns.is_meeting_hers(change.meeting)
        return concerns.is_deadline_hers(change.deadline) if change.deadline else True

    concerning = [change for change in changes if change.applied_at is not None and not is_mine_alone(change) and is_hers(change)]
    return sorted(concerning, key=attrgetter("applied_at", "pk"), reverse=True)[:MOST_MOVED]


def moved_dates(user: User, memberships: MembershipContext, concerns: Concerns) -> frozenset[tuple[str, int]]:
    """The meetings and deadlines that the first page names as changed, for lists that mark them: their kind and key."""
    if user.seen_before_at is None:
        return frozenset()
    changes = _that_concern(user, concerns, _changes(user, memberships, concerns))
    meetings = {("meeting", change.meeting_id) for change in changes if change.meeting_id}
    return frozenset(meetings | {("deadline", change.deadline_id) for change in changes if change.deadline_id})


def _texts_since(user: User, since: datetime, to_review: frozenset[str]) -> list[Moved]:
    """Decisions, revisions, facts and proposals on the resolutions she watches, one line for each that changed while she did."""
    parts: dict[int, set[str | int]] = defaultdict(set)
    for what, proposal, key in moved_since(user, since, most=MOST_MOVED):
        parts[key].add(proposal or what)
    if not parts:
        return []
    named = Resolution.objects.only("slug", "series", "number", "label", *get_translation_fields("title", "short_title")).in_bulk(parts)
    known = [(named[key], what) for key, what in parts.items() if key in named]
    return [Moved("text", resolution=row, parts=what, is_to_review=row.slug in to_review) for row, what in known]
