"""S01: what do I need to do now?"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Q, Value
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now as instant_now
from django.views.decorators.http import require_safe
from modeltranslation.utils import get_translation_fields

from amnt.core.languages import current_language
from calendar_app.domain import timeline
from calendar_app.models import DateChange, Deadline, Meeting
from calendar_app.models.concerns import Concerns, concerns_of
from calendar_app.models.entries import CalendarEntry, next_entries
from calendar_app.read_models.starter_plan import shown_plan
from calendar_app.views.calendar import where_we_are
from calendar_app.views.date_moves import address_of_date
from coalitions.models import Approval, Circle, FollowUp, FollowUpEvent, Invitation, LastReaderQuestion, Membership
from coalitions.models.follow_ups import DUE_SOON, nobody_has
from coalitions.permissions import MembershipContext, membership_context_of
from resolutions.models import Assembly, Resolution, short_name
from resolutions.models.moves import moved_since

LINES = 7
# "See all" of what moved: nobody was away for so long that she would read more.
MOST_MOVED = 50
# Nor has anyone more than so many waiting; a number beyond it would help nobody.
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


@require_safe
def now(request):
    user, instant = request.user, instant_now()
    memberships = membership_context_of(user)
    # Nothing of a delegation's circle stands on this page, not even a number: all of it is read through `memberships.circles`.
    concerns = concerns_of(user, memberships.circles)
    mine, unowned, mine_in_circles = _follow_ups(user, memberships)
    dates = _dates(user, concerns, memberships)
    soon = [entry for entry in dates if entry.at < instant + DATES_AHEAD]
    changes = _changes(user, memberships)
    to_confirm = _to_confirm(user, changes) if memberships.led else []
    to_answer, to_settle = _waiting(user, memberships)
    moved, in_circles = _moved(user, memberships, concerns, changes)
    most = MOST_MOVED if request.GET.get("all") == "moved" else LINES
    assembly = Assembly.objects.current()
    has_days = assembly is not None and assembly.starts_on is not None
    plan = shown_plan(user, memberships, assembly)
    upcoming = next((entry for entry in dates if entry.at > instant), None)
    return render(
        request,
        "calendar_app/now/now.html",
        {
            "section": "now",
            "form": None,
            "memberships": memberships,
            "plan": plan,
            "lacks_second_factor": memberships.lacks_second_factor or (_leads(memberships) and _is_only_asked(user)),
            "mine": mine[:LINES],
            "to_confirm": to_confirm,
            "to_answer": to_answer,
            "to_settle": to_settle,
            "waits_for_leads": not memberships.roles and Invitation.objects.waiting_for_leads().filter(accepted_by=user).exists(),
            "mine_in_circles": mine_in_circles,
            "mine_count": len(mine) + mine_in_circles + len(to_confirm) + to_answer,
            "mine_more": len(mine) > LINES,
            "dates": soon[:LINES],
            "dates_more": len(soon) > LINES,
            "upcoming": upcoming,
            "upcoming_days": (upcoming.at - instant).days if upcoming else None,
            "moved": moved[:most],
            "moved_count": len(moved) + bool(in_circles),
            "moved_more": len(moved) > most,
            "moved_in_circles": in_circles,
            "since": user.seen_before_at,
            "unowned": unowned[:LINES],
            "unowned_count": len(unowned),
            "unowned_more": len(unowned) > LINES,
            "is_quiet": not (mine or to_confirm or to_answer or mine_in_circles or soon or moved or in_circles or unowned),
            "for_messaging": {
                "dates": [entry for entry in soon if not entry.is_private][:LINES],
                # Words of one coalition are not for the ears of another: only who stands in a single one copies them.
                "follow_ups": unowned[:LINES] if len(memberships.roles) == 1 else [],
            },
            "chart": timeline.draw(assembly.starts_on, assembly.ends_on or assembly.starts_on, instant, small=True) if has_days else None,
            "today": instant,
            "tomorrow": instant + timedelta(days=1),
            "here": "/",
            **where_we_are(assembly, instant, user),
        },
    )


def _leads(memberships: MembershipContext) -> bool:
    return Membership.Role.LEAD in memberships.roles.values()


def _is_only_asked(user) -> bool:
    """Where this instance does not insist on a second factor, it asks for one all the same."""
    return not settings.LEADS_NEED_SECOND_FACTOR and not is_mfa_enabled(user)


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

    def get_absolute_url(self) -> str:
        return reverse("coalitions:follow-up", args=[self.public_id])

    @property
    def resolution(self) -> Named | None:
        return Named(short_name(self.number, self.label or "")) if self.number or self.label else None

    @property
    def is_overdue(self) -> bool:
        return self.due_at < instant_now()

    @property
    def is_due_soon(self) -> bool:
        return instant_now() <= self.due_at < instant_now() + DUE_SOON

    @property
    def is_put_off(self) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > instant_now()


def _waiting(user, memberships: MembershipContext) -> tuple[int, datetime | None]:
    """How many approvals wait for her answer, and until when she settles a circle that she read last."""
    due = LastReaderQuestion.objects.visible_to(user).values_list(Value("to_settle"), "due_at")
    if memberships.led:
        due = due.union(Approval.objects.to_answer_by(user, memberships.led).values_list(Value("to_answer"), "expires_at"), all=True)
    waiting = list(due[:MOST_COUNTED])
    return sum(what == "to_answer" for what, _at in waiting), min((at for what, at in waiting if what == "to_settle"), default=None)


def _follow_ups(user, memberships: MembershipContext) -> tuple[list[FollowUpLine], list[FollowUpLine], int]:
    """Mine, what waits for an answer first; nobody's; and how many of mine are in circles. Rows are read, never made objects of."""
    rows = (
        FollowUp.objects.visible_to(user, memberships.circles)
        .open()
        .filter(Q(owner=user) | nobody_has() & Q(circle__coalition__in=memberships.led, circle__kind=Circle.Kind.EVERYONE))
        .order_by("due_at", "pk")
        .values_list(
            *("public_id", "title", "state", "state_at", "due_at", "snoozed_until", "owner_id", "circle__kind"),
            *("resolution__number", "resolution__label"),
        )
    )
    lines = [FollowUpLine(*row) for row in rows[:MOST_COUNTED]]
    open_to_all = [line for line in lines if line.circle_kind == Circle.Kind.EVERYONE]
    mine = sorted((line for line in open_to_all if line.owner), key=lambda line: line.state != FollowUp.State.TO_ACCEPT)
    return mine, [line for line in open_to_all if line.owner is None], len(lines) - len(open_to_all)


# --- Changes of dates ---------------------------------------------------------------------------------------------------


def _changes(user, memberships: MembershipContext) -> list[DateChange]:
    """Those that wait, and those applied since the visit before this one. Most days there is none, and one look says so."""
    waits, is_new = Q(applied_at=None, rejected_at=None), Q(applied_at__gt=user.seen_before_at) if user.seen_before_at else Q(pk=None)
    recent = list(DateChange.objects.filter(waits | is_new).order_by("-pk").values_list("pk", flat=True)[: MOST_MOVED * 2])
    return list(DateChange.objects.visible_to(user, memberships.circles).filter(pk__in=recent).for_list()) if recent else []


def _to_confirm(user, changes: list[DateChange]) -> list[Moved]:
    """Changes of public dates that another lead proposed and a second one must confirm."""
    waiting = [change for change in changes if change.is_pending and change.proposed_by_id != user.pk]
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


def _texts_since(user, since) -> list[Moved]:
    """Decisions, revisions, facts and proposals on the resolutions she watches, one line for each that changed while she did."""
    parts: dict[int, set[str | int]] = defaultdict(set)
    for what, proposal, key in moved_since(user, since, most=MOST_MOVED):
        parts[key].add(proposal or what)
    if not parts:
        return []
    named = Resolution.objects.only("slug", "number", "label", *get_translation_fields("title")).in_bulk(parts)
    return [Moved("text", resolution=named[key], parts=what) for key, what in parts.items() if key in named]


def _closed_since(user, memberships: MembershipContext, since):
    """What others closed in her circles."""
    closed = (FollowUpEvent.Kind.DONE, FollowUpEvent.Kind.DROPPED)
    rows = FollowUpEvent.objects.visible_to(user, memberships.circles).filter(kind__in=closed, at__gt=since).exclude(by=user)
    said = ("kind", "follow_up__public_id", "follow_up__title", "follow_up__circle__kind")
    return rows.order_by("-at", "-pk").values_list(*said)[:MOST_MOVED]
