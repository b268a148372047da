"""Plans counted backwards from a deadline: made from a template, changed step by step, dissolved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import create_once, sent_before
from calendar_app.domain.backward_plans import counted_back, shared_out
from calendar_app.models import BackwardPlan, DateWatch, Deadline, Meeting, PlanStep, PlanTemplate
from calendar_app.read_models.plan_moves import on_day
from coalitions.models import Circle, Coalition
from coalitions.services import follow_ups
from coalitions.services.circle_acts import record_in
from coalitions.services.follow_up_rules import clean_title
from resolutions.models import DateStatus, RegionalGroup, Resolution

# The hour at which a step is due, on the clocks of its deadline.
DUE_AT = time(18)
MOST_STEPS, MOST_DAYS = 8, 400
COUNTED_FROM = (Deadline.Kind.CONTRIBUTION, Deadline.Kind.DOCUMENT)
# Titles and days before the next one; the first is the one before the deadline. Days are an assumption of this tool.
USUAL_STEPS = (
    (gettext_lazy("Get the text into the documents of the regional meeting"), 28),
    (gettext_lazy("Bring the text through the national meeting"), 18),
    (gettext_lazy("Collect the agreement of the organisations"), 14),
    (gettext_lazy("Write the draft"), 14),
    (gettext_lazy("Translate the proposals into working languages"), 14),
)


@dataclass(frozen=True)
class TemplateStep:
    title: str
    days: int


@dataclass(frozen=True)
class NewStep:
    """One step as a form states it, the one before the deadline first.

    on -- its day; not asked where it stands on an official date
    """

    title: str
    on: date | None = None
    owner: User | None = None
    backup: User | None = None
    official: Meeting | Deadline | None = None


# --- The template -------------------------------------------------------------------------------------------------------


def usual_steps() -> list[TemplateStep]:
    """Those that ship, in the reader's language."""
    return [TemplateStep(str(title), days) for title, days in USUAL_STEPS]


def steps_of(template: PlanTemplate | None) -> list[TemplateStep]:
    return [TemplateStep(row["title"], row["days"]) for row in template.steps] if template else usual_steps()


@transaction.atomic
def change_template(coalition: Coalition, *, steps: Sequence[TemplateStep], by: User, seen: int) -> PlanTemplate | None:
    """Replace the usual steps of this coalition; no steps bring back those that ship.

    seen -- the version this person saw, 0 if there was none
    """
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(coalition=coalition, kind=Circle.Kind.EVERYONE)
    template = PlanTemplate.objects.filter(coalition=coalition).first()
    if seen != (template.version if template else 0):
        raise RuleBroken(_("Someone else has changed these steps in the meantime. Look at them again, then send yours."))
    if len(steps) > MOST_STEPS:
        raise RuleBroken(_("A plan has at most %(n)s steps.") % {"n": MOST_STEPS})
    rows = [{"title": clean_title(step.title), "days": step.days} for step in steps]
    if not rows:
        if template:
            template.delete()
            record_in(circle, "calendar_app.plan_template_changed", by=by, about=circle, fields=["steps"])
        return None
    if template is None:
        template = PlanTemplate(coalition=coalition, version=0)
    elif template.steps == rows:
        return template
    template.steps, template.by, template.at = rows, by, now()
    template.version += 1
    template.save()
    record_in(circle, "calendar_app.plan_template_changed", by=by, about=circle, fields=["steps"])
    return template


# --- Making one ---------------------------------------------------------------------------------------------------------


def days_for(deadline: Deadline, steps: Sequence[TemplateStep]) -> list[date | None]:
    """The day of each step of a template, on the clocks of the deadline; if some have passed, the days that are left are shared out.

    None where there are fewer days than steps.
    """
    zone = ZoneInfo(deadline.zone if deadline.has_hour else times.ITU_ZONE)
    until, today = deadline.at.astimezone(zone).date(), now().astimezone(zone).date()
    lead_days = [step.days for step in steps]
    days = counted_back(until, lead_days)
    if not days or days[-1] > today:
        return list(days)
    found = shared_out(until, today, lead_days)
    return list(found) if found else [None for _day in days]


def is_shared_out(deadline: Deadline, steps: Sequence[TemplateStep], days: Sequence[date | None]) -> bool:
    """Whether these days are not those that the template would give."""
    zone = ZoneInfo(deadline.zone if deadline.has_hour else times.ITU_ZONE)
    return list(days) != list(counted_back(deadline.at.astimezone(zone).date(), [step.days for step in steps]))


def check_counted_from(deadline: Deadline) -> None:
    if deadline.kind not in COUNTED_FROM or deadline.is_private:
        raise RuleBroken(_("A plan is counted backwards from a public contribution or document deadline."))
    if deadline.date_status == DateStatus.RUMOUR:
        raise RuleBroken(_("This date is only a rumour. Have it confirmed first, then plan backwards from it."))
    if deadline.is_past:
        raise RuleBroken(_("This deadline has passed: there is nothing left to plan before it."))


def can_be_counted_from(deadline: Deadline) -> bool:
    try:
        check_counted_from(deadline)
    except RuleBroken:
        return False
    return True


@transaction.atomic
def make_plan(
    deadline: Deadline,
    *,
    circle: Circle,
    steps: Sequence[NewStep],
    by: User,
    resolution: Resolution | None = None,
    group: RegionalGroup | None = None,
    submission: UUID | None = None,
) -> BackwardPlan:
    """Make a plan, and a follow-up for each of its steps. Who makes it keeps it, and watches the deadline."""
    mine = BackwardPlan.objects.filter(owner=by)
    if made := sent_before(mine, submission):
        return made
    check_counted_from(deadline)
    if not steps:
        raise RuleBroken(_("A plan needs at least one step: give one a title."))
    plan = BackwardPlan(circle=circle, deadline=deadline, resolution=resolution, group=group, owner=by)
    plan.counted_from, plan.submission = deadline.at, submission
    instants = [due_of(plan, step, place) for place, step in enumerate(steps, 1)]
    check_in_order(plan, instants)
    plan, is_new = create_once(plan, among=mine)
    if not is_new:
        return plan
    waits = deadline.at
    for place, (step, due_at) in enumerate(zip(steps, instants, strict=True), 1):
        try:
            follow_up = follow_ups.create(
                circle=circle,
                title=step.title,
                due_at=due_at,
                by=by,
                owner=step.owner,
                backup=step.backup,
                resolution=resolution,
                submission=uuid5(plan.public_id, f"step {place}"),
            )
        except RuleBroken as error:
            raise RuleBroken(str(error), field=field_of(error.field, place)) from None
        lead_days = max(0, times.days_between(due_at, waits, plan.zone))
        official = {type(step.official).__name__.lower(): step.official} if step.official else {}
        plan.steps.create(place=place, follow_up=follow_up, lead_days=lead_days, **official)
        waits = due_at
    DateWatch.objects.get_or_create(user=by, deadline=deadline)
    record_in(circle, "calendar_app.plan_made", by=by, about=deadline)
    return plan


def due_of(plan: BackwardPlan, step: NewStep, place: int) -> datetime:
    if step.official:
        return step.official.at
    if step.on is None:
        raise RuleBroken(_("Give this step a day, or an official date it stands on."), field=f"on_{place}")
    return due_on(plan, step.on)


def due_on(plan: BackwardPlan, day: date) -> datetime:
    return times.instant_of(day, DUE_AT, plan.zone)


def check_in_order(plan: BackwardPlan, instants: Sequence[datetime]) -> None:
    waits = plan.deadline.at
    for place, instant in enumerate(instants, 1):
        if instant > waits:
            before = _("the deadline") if place == 1 else _("step %(n)s") % {"n": place - 1}
            raise RuleBroken(
                _("This step comes after what waits for it (%(what)s). Give it an earlier day.") % {"what": before}, field=f"on_{place}"
            )
        waits = instant


def field_of(field: str, place: int) -> str:
    """The field of a form with several steps that an argument of a follow-up is stated in."""
    known = {"title": "title", "due_at": "on", "owner": "owner", "backup": "backup"}
    return f"{known[field]}_{place}" if field in known else field


# --- One step -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_step(step: PlanStep, *, on: date, is_pinned: bool, by: User, seen: int) -> PlanStep:
    """Give one step another day, at its hour; pinned, it stays there when the plan moves. It leaves the official date it stood on.

    seen -- the version of its follow-up that this person saw
    """
    plan = lock_plan(step.plan)
    step = PlanStep.objects.for_plan().get(pk=step.pk)
    due_at = on_day(step.follow_up.due_at, on, plan.zone)
    if due_at != step.follow_up.due_at:
        follow_ups.change(step.follow_up, by=by, due_at=due_at, seen_version=seen)
        step.meeting = step.deadline = None
    step.is_pinned = is_pinned
    step.save(update_fields=["is_pinned", "meeting", "deadline"])
    return step


@transaction.atomic
def add_step(plan: BackwardPlan, *, step: NewStep, by: User, submission: UUID | None = None) -> PlanStep:
    """One step more, by its day between those that are there. What came before it now leads up to it."""
    plan = lock_plan(plan)
    key = uuid5(plan.public_id, f"added {submission}") if submission else None
    if key and (made := PlanStep.objects.filter(plan=plan, follow_up__submission=key).first()):
        return made
    there = list(plan.steps.for_plan())
    if len(there) >= MOST_STEPS:
        raise RuleBroken(_("A plan has at most %(n)s steps.") % {"n": MOST_STEPS})
    if step.on is None:
        raise RuleBroken(_("Give this step a day."), field="on")
    due_at = due_on(plan, step.on)
    if due_at > plan.deadline.at:
        raise RuleBroken(_("This day comes after the deadline. Give it an earlier one."), field="on")
    follow_up = follow_ups.create(
        circle=plan.circle,
        title=step.title,
        due_at=due_at,
        by=by,
        owner=step.owner,
        backup=step.backup,
        resolution=plan.resolution,
        submission=key,
    )
    later = [each for each in there if each.follow_up.due_at >= due_at]
    place, waits = len(later) + 1, later[-1].follow_up.due_at if later else plan.deadline.at
    for each in reversed(there[len(later) :]):
        each.place += 1
        if each.place == place + 1:
            each.lead_days = max(0, times.days_between(each.follow_up.due_at, due_at, plan.zone))
        each.save(update_fields=["place", "lead_days"])
    added = plan.steps.create(place=place, follow_up=follow_up, lead_days=max(0, times.days_between(due_at, waits, plan.zone)))
    record_in(plan.circle, "calendar_app.plan_step_added", by=by, about=plan.deadline)
    return added


@transaction.atomic
def pin_step(step: PlanStep, *, is_pinned: bool) -> PlanStep:
    """Keep it on its date when the plan moves, or let it move again."""
    lock_plan(step.plan)
    PlanStep.objects.filter(pk=step.pk).update(is_pinned=is_pinned)
    step.is_pinned = is_pinned
    return step


# --- The whole plan -----------------------------------------------------------------------------------------------------


@transaction.atomic
def dissolve(plan: BackwardPlan, *, by: User) -> None:
    """Its steps stay as follow-ups on their dates; nothing moves them together any more."""
    plan = lock_plan(plan)
    record_in(plan.circle, "calendar_app.plan_dissolved", by=by, about=plan.deadline)
    plan.delete()


@transaction.atomic
def keep_dates(plan: BackwardPlan, *, by: User) -> BackwardPlan:
    """The deadline moved, or an official date of a step, and the plan does not: it is not asked again. Such steps leave that date."""
    plan = lock_plan(plan)
    for step in plan.steps.for_plan():
        if step.waits_for_official:
            step.meeting = step.deadline = None
            step.save(update_fields=["meeting", "deadline"])
    plan.counted_from = plan.deadline.at
    plan.save(update_fields=["counted_from", "changed_at"])
    record_in(plan.circle, "calendar_app.plan_kept", by=by, about=plan.deadline)
    return plan


def lock_plan(plan: BackwardPlan) -> BackwardPlan:
    """Lock the row and read its present state."""
    rows = BackwardPlan.objects.select_for_update(of=("self",)).select_related("circle__coalition", "deadline__assembly")
    locked = rows.filter(pk=plan.pk).first()
    if locked is None:
        raise RuleBroken(_("This plan has been dissolved in the meantime. Its steps are among the follow-ups."))
    return locked
