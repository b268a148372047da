"""The week of one coalition on one sheet: dates, meetings, follow-ups and what moved. Nothing of a circle stands on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import FETCH_RAISE, Q

from amnt.accounts.models import User
from amnt.core.languages import current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.models.entries import CalendarEntry, next_entries
from coalitions.models import Coalition, Decision, FollowUp, FollowUpEvent, Position
from resolutions.models import ProposalEvent

WEEK = timedelta(days=7)
MOST_FOLLOW_UPS = 200
MOST_DATES = 20
MOST_MOVED = 8  # of each kind: the sheet is one page


@dataclass(frozen=True)
class WeekSheet:
    """dates, meetings -- of the next seven days; follow_ups -- overdue or due by then; the others -- of the last seven days"""

    until: datetime
    dates: list[CalendarEntry]
    meetings: list[CalendarEntry]
    follow_ups: list[FollowUp]
    is_cut: bool
    proposals: list[ProposalEvent]
    positions: list[Position]
    decisions: list[Decision]
    closed: list[FollowUpEvent]

    @property
    def moved(self) -> int:
        return len(self.proposals) + len(self.positions) + len(self.decisions) + len(self.closed)

    @property
    def is_empty(self) -> bool:
        return not (self.dates or self.meetings or self.follow_ups or self.moved)


def week_sheet(user: User, coalition: Coalition, instant: datetime) -> WeekSheet:
    """Seven queries. Public facts, and what everyone in this coalition reads."""
    everyone = coalition.everyone
    until, since = instant + WEEK, instant - WEEK
    due = FollowUp.objects.visible_to(user).readable_by_all().open().filter(circle=everyone, due_at__lt=until)
    rows = due.for_list().with_people_here().order_by("owner__name", "owner", "due_at").fetch_mode(FETCH_RAISE)
    follow_ups = list(rows[: MOST_FOLLOW_UPS + 1])
    told = Q(circle=None) | Q(circle=everyone)
    of_meetings = Q(meeting=None) | Q(meeting__circle=None) | Q(meeting__circle=everyone)
    entries = next_entries(
        Meeting.objects.visible_to(user).ahead().filter(told, at__lt=until),
        Deadline.objects.visible_to(user).ahead().filter(of_meetings, at__lt=until),
        attendances={},
        most=MOST_DATES,
        language=current_language(),
    )
    proposals = ProposalEvent.objects.visible_to(user, ()).filter(is_history=False, recorded_at__gte=since, recorded_at__lte=instant)
    positions = Position.objects.visible_to(user).newest().filter(circle=everyone, at__gte=since)
    decisions = Decision.objects.visible_to(user).filter(circle=everyone, at__gte=since)
    closed = FollowUpEvent.objects.visible_to(user).filter(
        follow_up__circle=everyone, kind__in=(FollowUpEvent.Kind.DONE, FollowUpEvent.Kind.DROPPED), at__gte=since, undone_by=None
    )
    return WeekSheet(
        until=until,
        dates=[entry for entry in entries if entry.is_deadline],
        meetings=[entry for entry in entries if not entry.is_deadline],
        follow_ups=follow_ups[:MOST_FOLLOW_UPS],
        is_cut=len(follow_ups) > MOST_FOLLOW_UPS,
        proposals=list(
            proposals.select_related("proposal__resolution", "proposal__contribution").order_by("-recorded_at", "-pk")[:MOST_MOVED]
        ),
        positions=list(positions.select_related("resolution", "circle").order_by("-at", "-pk")[:MOST_MOVED]),
        decisions=list(decisions.select_related("resolution").order_by("-at", "-pk")[:MOST_MOVED]),
        closed=list(closed.select_related("follow_up__resolution").order_by("-at", "-pk")[:MOST_MOVED]),
    )
