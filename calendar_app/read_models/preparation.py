"""What is to be settled before an assembly by whoever may go: for herself, and for leads how far their people are, in numbers."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import Attendance, Deadline, DeadlineAnswer, Meeting
from coalitions.domain.coverage import hide_small
from coalitions.models import Membership
from resolutions.models import Assembly, DateStatus

# The first reminder comes so long before the opening.
SHOWN_FROM = timedelta(days=120)
MOST_SHOWN = 20
Status, Answer = Attendance.Status, DeadlineAnswer.Answer
# Whoever follows remotely registers too, and needs no visa.
WHO_PREPARES = {
    Deadline.Kind.REGISTRATION: (Status.GOING, Status.REMOTE),
    Deadline.Kind.VISA: (Status.GOING, Status.REGISTERED),
    Deadline.Kind.FUNDING: (Status.GOING, Status.REGISTERED),
}


@dataclass(frozen=True)
class Preparation:
    """One thing to settle, and what she said of it."""

    deadline: Deadline
    answer: str

    @property
    def is_open(self) -> bool:
        return self.answer in ("", Answer.OPEN)

    @property
    def said_answer(self) -> str:
        return "" if self.is_open else str(Answer(self.answer).label)


def to_prepare(user: User, *, assembly: Assembly | None = None, deadline: Deadline | None = None) -> list[Preparation]:
    """Of one assembly or deadline; without either, what is open and not far off. Nothing, unless she said that she may go."""
    hers = Attendance.objects.filter(user=user, meeting__kind=Meeting.Kind.ASSEMBLY, meeting__assembly=OuterRef("assembly"))
    rows = Deadline.objects.visible_to(user).ahead().to_prepare().exclude(date_status=DateStatus.RUMOUR)
    if deadline is not None:
        rows = rows.filter(pk=deadline.pk)
    elif assembly is not None:
        rows = rows.filter(assembly=assembly)
    else:
        rows = rows.filter(assembly__starts_on__lte=(now() + SHOWN_FROM).date())
    rows = rows.annotate(
        status=Subquery(hers.values("status")[:1]),
        answer=Subquery(DeadlineAnswer.objects.filter(user=user, deadline=OuterRef("pk")).values("answer")[:1]),
    )
    concerned = Q()
    for kind, statuses in WHO_PREPARES.items():
        concerned |= Q(kind=kind, status__in=statuses)
    found = [Preparation(row, row.answer or "") for row in rows.filter(concerned | Q(answer__isnull=False)).order_by("at")[:MOST_SHOWN]]
    return found if assembly or deadline else [row for row in found if row.is_open]


@dataclass(frozen=True)
class PreparationCount:
    """How many of a lead's people may go, and how many of these have settled it; None where so few would be known by name."""

    going: int | None
    settled: int | None


def preparation_count(deadline: Deadline, *, led: frozenset[int] | set[int]) -> PreparationCount:
    people = Membership.objects.current().filter(coalition__in=led).values("user")
    hers = Attendance.objects.filter(user__in=people, meeting__kind=Meeting.Kind.ASSEMBLY, meeting__assembly=deadline.assembly_id)
    who = {*WHO_PREPARES[Deadline.Kind(deadline.kind)], Status.REGISTERED}
    statuses = dict(hers.filter(status__in=who).values_list("user", "status"))
    settled = set(DeadlineAnswer.objects.settled().filter(deadline=deadline, user__in=statuses).values_list("user", flat=True))
    if deadline.kind == Deadline.Kind.REGISTRATION:
        settled |= {user for user, status in statuses.items() if status == Status.REGISTERED}
    left = len(statuses) - len(settled)
    # Who is left is known by name as well, where they are few.
    return PreparationCount(hide_small(len(statuses)), hide_small(len(settled)) if left == 0 or hide_small(left) else None)
