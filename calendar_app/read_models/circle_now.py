"""What is due and what moved on the subjects of a circle, within what its reader may see."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from amnt.accounts.models import User
from amnt.core.languages import current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.models.entries import CalendarEntry, next_entries
from coalitions.models import Circle, FollowUp, FollowUpEvent, Position
from coalitions.permissions import MembershipContext
from coalitions.read_models.issue_groups import CircleSubjects
from resolutions.models import ProposalEvent

LINES = 15
MOVED_WITHIN = timedelta(days=30)


@dataclass
class CircleNow:
    """follow_ups -- open, the first due first; dates -- the next ones; the others -- of the last thirty days, the newest first"""

    follow_ups: list[FollowUp]
    dates: list[CalendarEntry] = field(default_factory=list)
    proposals: list[ProposalEvent] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    closed: list[FollowUpEvent] = field(default_factory=list)

    @property
    def moved(self) -> int:
        return len(self.proposals) + len(self.positions) + len(self.closed)


def circle_now(circle: Circle, subjects: CircleSubjects, user: User, memberships: MembershipContext, instant: datetime) -> CircleNow:
    """Of circles of delegations only this one: their content stands on their own pages."""
    readable = memberships.circles | {circle.pk}
    keys = subjects.resolution_keys()
    mine = Q(circle=circle) | Q(resolution__in=keys)
    follow_ups = FollowUp.objects.visible_to(user, readable)
    found = CircleNow(list(follow_ups.open().filter(mine).for_list().with_people_here().order_by("due_at", "pk")[:LINES]))
    if subjects.is_empty:
        return found
    since = instant - MOVED_WITHIN
    if subjects.regions or keys:
        meetings = Meeting.objects.visible_to(user, memberships.circles).ahead()
        deadlines = Deadline.objects.visible_to(user, memberships.circles).ahead()
        about = Q(group__in=subjects.regions) | Q(pk__in=Meeting.objects.filter(resolutions__in=keys).values("pk"))
        found.dates = next_entries(
            meetings.filter(about),
            deadlines.filter(meeting__in=Meeting.objects.filter(about)),
            attendances={},
            most=LINES,
            language=current_language(),
        )
    events = ProposalEvent.objects.visible_to(user, memberships.circles).filter(is_history=False, recorded_at__gte=since)
    events = events.filter(Q(proposal__resolution__in=keys) | Q(proposal__group__in=subjects.regions))
    found.proposals = list(
        events.select_related("proposal__resolution", "proposal__contribution", "proposal__group").order_by("-recorded_at", "-pk")[:LINES]
    )
    positions = Position.objects.visible_to(user, readable).newest().filter(resolution__in=keys, at__gte=since)
    found.positions = list(positions.select_related("resolution", "circle").order_by("-at", "-pk")[:LINES])
    closings = FollowUpEvent.objects.visible_to(user, readable).filter(
        Q(follow_up__circle=circle) | Q(follow_up__resolution__in=keys), kind__in=("done", "dropped"), at__gte=since
    )
    found.closed = list(closings.select_related("follow_up__resolution").order_by("-at", "-pk")[:LINES])
    return found
