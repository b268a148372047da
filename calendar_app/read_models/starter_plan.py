"""The starter plan of a new coalition as the first page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, When
from django.utils.timezone import now
from django_countries import countries

from amnt.accounts.models import User
from amnt.core.languages import current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.models.entries import CalendarEntry, next_entries
from coalitions.models import Invitation, Membership, MembershipContext, StarterPlan, StarterPlanAnswer
from coalitions.models.starter_plans import NATIONAL_WORK_BEGINS
from resolutions.models import Assembly, Resolution, Watch

Line = StarterPlanAnswer.Line
# So many resolutions of the guide are offered, and so many watched make the line done.
MOST_PICKS, ENOUGH_WATCHED = 3, 2
MOST_COMING = 4
HIGH_FIRST = Case(When(rights_relevance=Resolution.Relevance.HIGH, then=0), default=1)


@dataclass(frozen=True)
class PlanLine:
    """One line. state -- done, refused, or empty while it waits; number -- among those that wait"""

    line: str
    state: str
    number: int = 0


@dataclass(frozen=True)
class ShownPlan:
    plan: StarterPlan
    lines: list[PlanLine]
    may_act: bool
    people: int
    invited: bool
    picks: list[Resolution]
    named_in_guide: int
    countries: list[str]
    coming: list[CalendarEntry]
    national_work: date | None

    @property
    def left(self) -> int:
        return sum(not line.state for line in self.lines)


def shown_plan(user: User, memberships: MembershipContext, assembly: Assembly | None) -> ShownPlan | None:
    """The oldest open plan of the coalitions this person leads; none where everything on it is done."""
    if Membership.Role.LEAD not in memberships.roles.values():
        return None
    plan = StarterPlan.objects.visible_to(user).open().select_related("coalition").order_by("begun_at", "pk").first()
    if plan is None:
        return None
    answers = list(plan.answers.order_by("pk"))
    states = {row.line: "refused" if row.is_refused else "done" for row in answers}
    roles = list(Membership.objects.current().filter(coalition=plan.coalition).values_list("role", flat=True))
    guide = Resolution.objects.visible_to(user).filter(is_named_in_guide=True).exclude(status=Resolution.Status.SUPPRESSED)
    watched = Watch.objects.filter(user=user, resolution__is_named_in_guide=True).count()
    if roles.count(Membership.Role.LEAD) > 1:
        states.setdefault(Line.SECOND_LEAD, "done")
    if watched >= ENOUGH_WATCHED:
        states.setdefault(Line.RESOLUTIONS, "done")
    if Meeting.objects.visible_to(user).filter(kind=Meeting.Kind.CALL, circle__coalition=plan.coalition).exists():
        states.setdefault(Line.CALL, "done")
    lines, number = [], 0
    for line in Line.values:
        state = states.get(line, "")
        number += not state
        lines.append(PlanLine(line, state, number))
    if not number:
        return None
    return ShownPlan(
        plan=plan,
        lines=lines,
        may_act=plan.coalition_id in memberships.led,
        people=len(roles),
        invited=Invitation.objects.open().filter(coalition=plan.coalition, role=Membership.Role.LEAD).exists(),
        picks=list(guide.with_watch_of(user).order_by(HIGH_FIRST, F("number").asc(nulls_last=True), "pk")[:MOST_PICKS]),
        named_in_guide=guide.count(),
        countries=[countries.name(str(row.country)) for row in answers if row.country],
        coming=coming(user),
        national_work=national_work(assembly, now()),
    )


def coming(user: User) -> list[CalendarEntry]:
    """The next public dates, whomever they concern."""
    meetings = Meeting.objects.visible_to(user).filter(circle=None).ahead()
    deadlines = Deadline.objects.visible_to(user).filter(meeting__circle=None).ahead()
    return next_entries(meetings, deadlines, attendances={}, most=MOST_COMING, language=current_language())


def national_work(assembly: Assembly | None, instant: datetime) -> date | None:
    """The day on which national work begins, while that is ahead."""
    if assembly is None or assembly.starts_on is None:
        return None
    begins: date = assembly.starts_on - NATIONAL_WORK_BEGINS
    return begins if begins > instant.date() else None
