"""Plans counted backwards from a deadline: the list, one plan, making one, its steps, and the usual steps of a coalition."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.forms.backward_plans import AddedStepForm, NewPlanForm, PlanTemplateForm, StepForm
from calendar_app.models import BackwardPlan, Deadline, PlanMove, PlanStep, PlanTemplate
from calendar_app.permissions import can_make_plan, can_run_plan
from calendar_app.read_models.plan_moves import local_day, plan_entries, standing, waits_for_answer
from calendar_app.services import backward_plans as services
from coalitions.models import CircleView, Coalition, Membership
from coalitions.models.absences import absences_known_to
from coalitions.permissions import circles_worked_in, membership_context_of, rights_on
from coalitions.read_models.names import display_name
from coalitions.services import circle_views, follow_ups
from resolutions.models import DateStatus

# The most plans and moves one page lists.
MOST_PLANS, MOST_MOVES = 60, 5


@require_safe
def plans(request):
    """Every plan this person may read, the nearest deadline first; those whose deadline has passed last."""
    rows = plan_entries(BackwardPlan.objects.visible_to(request.user).for_list()[:MOST_PLANS])
    instant = now()
    works_in = membership_context_of(request.user).works_in
    context = {
        "section": "calendar",
        "ahead": [entry for entry in rows if entry.plan.deadline.at > instant],
        "past": [entry for entry in rows if entry.plan.deadline.at <= instant],
        "coalitions": Coalition.objects.visible_to(request.user).filter(pk__in=works_in).order_by("name", "pk"),
        "deadlines": plannable(request.user)[:MOST_PLANS] if works_in else [],
    }
    return render(request, "calendar_app/plans/plans.html", context)


def plannable(user):
    """The deadlines of assemblies from which a plan can be counted."""
    rows = Deadline.objects.visible_to(user).ahead().of_assemblies().filter(kind=Deadline.Kind.CONTRIBUTION)
    return rows.exclude(date_status=DateStatus.RUMOUR).select_related("assembly").order_by("at")


@require_http_methods(["GET", "POST"])
def plan_new(request, public_id):
    deadline = get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id)
    memberships = membership_context_of(request.user)
    circles = circles_worked_in(request.user, memberships)
    if not circles.exists():
        raise PermissionDenied
    try:
        services.check_counted_from(deadline)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(deadline)
    template = PlanTemplate.objects.visible_to(request.user).order_by("coalition").first()
    steps = services.steps_of(template)
    days = services.days_for(deadline, steps)
    form = NewPlanForm(
        form_data(request),
        user=request.user,
        memberships=memberships,
        circles=circles,
        deadline=deadline,
        rows=[(step.title, day) for step, day in zip(steps, days, strict=True)],
        initial={name: request.GET[name] for name in ("resolution", "group", "circle") if request.GET.get(name)},
    )
    if request.method == "POST" and form.is_valid():
        if not can_make_plan(request.user, form.cleaned_data["circle"]):
            raise PermissionDenied
        numbered = form.new_steps
        try:
            plan = services.make_plan(
                deadline,
                circle=form.cleaned_data["circle"],
                resolution=form.cleaned_data["resolution"],
                group=form.cleaned_data["group"],
                steps=[step for _number, step in numbered],
                by=request.user,
                submission=form.cleaned_data["submission"],
            )
        except RuleBroken as error:
            add_broken_rule(form, RuleBroken(str(error), field=field_of_row(error.field, [number for number, _step in numbered])))
        else:
            messages.success(request, _("The plan has been made. Each step is a follow-up, with its own reminders."))
            return redirect(plan)
    context = {
        "section": "calendar",
        "form": form,
        "deadline": deadline,
        "has_too_few_days": None in days,
        "is_shared_out": services.is_shared_out(deadline, steps, days),
    }
    return render(request, "calendar_app/plans/plan_new.html", context)


def field_of_row(field, numbers):
    """Rows that were left empty are no steps: the field of the second step may be that of the third row."""
    name, _underline, place = field.rpartition("_")
    return f"{name}_{numbers[int(place) - 1]}" if place.isdecimal() and int(place) <= len(numbers) else field


# --- One plan -----------------------------------------------------------------------------------------------------------


def visible_plan(request, public_id):
    return get_object_or_404(BackwardPlan.objects.visible_to(request.user).for_list(), public_id=public_id)


def run_by(request, public_id):
    plan = visible_plan(request, public_id)
    if not can_run_plan(request.user, plan):
        raise PermissionDenied
    return plan


@require_safe
def plan(request, public_id):
    plan = visible_plan(request, public_id)
    shown = [(step.follow_up.public_id, plan.circle) for step in plan.steps.all()]
    circle_views.record_views(CircleView.Thing.FOLLOW_UP, shown, by=request.user)
    memberships = membership_context_of(request.user)
    here = set(Membership.objects.current().filter(coalition=plan.circle.coalition_id).values_list("user_id", flat=True))
    may_run = can_run_plan(request.user, plan)
    owners = [step.follow_up.owner_id for step in plan.steps.all() if step.follow_up.owner_id]
    states = standing(plan, absences_known_to(request.user, owners))
    steps = [
        {
            "state": state,
            "follow_up": state.step.follow_up,
            "owner": display_name(state.step.follow_up.owner, here) if state.step.follow_up.owner_id else "",
            "backup": display_name(state.step.follow_up.backup, here) if state.step.follow_up.backup_id else "",
            "may_assign": not state.step.follow_up.is_closed and rights_on(request.user, state.step.follow_up, memberships).may_assign,
            "may_drop": may_run and rights_on(request.user, state.step.follow_up, memberships).may_drop,
        }
        for state in states
    ]
    moves = list(PlanMove.objects.filter(plan=plan).select_related("by")[:MOST_MOVES])
    context = {
        "section": "calendar",
        "plan": plan,
        "steps": steps,
        "impossible": sum(state.problem is not None for state in states),
        "keeper": display_name(plan.owner, here) if plan.owner_id else "",
        "waits": waits_for_answer(plan),
        "days_earlier": -plan.days_moved,
        "officials": [state.step for state in states if state.step.waits_for_official],
        "may_run": may_run,
        "moves": [(move, len(move.new["steps"]), display_name(move.by, here) if move.by_id else "") for move in moves],
        "is_first_undoable": bool(moves) and moves[0].may_still_be_undone,
    }
    return render(request, "calendar_app/plans/plan.html", context)


@post_only
def plan_keep(request, public_id):
    """The deadline has moved, the plan stays."""
    plan = run_by(request, public_id)
    try:
        services.keep_dates(plan, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("calendar_app:plans")
    messages.success(request, _("The plan stays on its dates. You will not be asked again about this move."))
    return redirect(plan)


@post_only
def plan_dissolve(request, public_id):
    plan = run_by(request, public_id)
    try:
        services.dissolve(plan, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The plan is dissolved. Its steps stay among the follow-ups, on their dates."))
    return redirect("calendar_app:plans")


# --- One step -----------------------------------------------------------------------------------------------------------


def step_of(plan, place):
    return get_object_or_404(PlanStep.objects.for_plan(), plan=plan, place=place)


@require_http_methods(["GET", "POST"])
def step(request, public_id, place):
    """Another day for one step alone, pinned or not."""
    plan = run_by(request, public_id)
    step = step_of(plan, place)
    initial = {"on": local_day(step.follow_up.due_at, plan.zone), "is_pinned": True, "version": step.follow_up.version}
    form = StepForm(form_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.set_step(step, on=said["on"], is_pinned=said["is_pinned"], by=request.user, seen=said["version"])
        except RuleBroken as error:
            add_broken_rule(form, error)
            step.follow_up.refresh_from_db(fields=["version"])
            see_again(form, "version", step.follow_up.version)
        else:
            messages.success(request, _("Saved."))
            return redirect(plan)
    return render(request, "calendar_app/plans/step.html", {"section": "calendar", "form": form, "plan": plan, "step": step})


def see_again(form, name, value):
    """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
    form.data = form.data.copy()
    form.data[name] = value


@require_http_methods(["GET", "POST"])
def step_add(request, public_id):
    """One step more, between those that are there by its day."""
    plan = run_by(request, public_id)
    form = AddedStepForm(form_data(request), user=request.user, memberships=membership_context_of(request.user), circle=plan.circle)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_step(plan, step=form.step, by=request.user, submission=form.cleaned_data["submission"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The step has been added."))
            return redirect(plan)
    return render(request, "calendar_app/plans/step_add.html", {"section": "calendar", "form": form, "plan": plan})


@post_only
def step_act(request, public_id, place):
    """One act on one step: `act` is pin, unpin, fit or drop."""
    plan = run_by(request, public_id)
    step = step_of(plan, place)
    act = request.POST.get("act")
    if act not in ACTS:
        raise Http404
    try:
        said = ACTS[act](request, plan, step)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(plan)


def pin(request, plan, step):
    services.pin_step(step, is_pinned=True)
    return _("This step keeps its day when the plan moves.")


def unpin(request, plan, step):
    services.pin_step(step, is_pinned=False)
    return _("This step moves with the plan again.")


def fit(request, plan, step):
    """The latest day that is still possible, as the page offered it."""
    state = next(state for state in standing(plan) if state.step.pk == step.pk)
    if state.fits_on is None:
        raise RuleBroken(_("No day is left before what waits for it. Drop this step, or move what waits."))
    services.set_step(step, on=state.fits_on, is_pinned=step.is_pinned, by=request.user, seen=step.follow_up.version)
    return _("This step is on %(day)s now, at its usual hour.") % {"day": times.day(state.fits_on, current_language())}


def drop(request, plan, step):
    if not rights_on(request.user, step.follow_up).may_drop:
        raise PermissionDenied
    follow_ups.drop(step.follow_up, by=request.user)
    return _("Dropped: nobody will be reminded of it.")


ACTS = {"pin": pin, "unpin": unpin, "fit": fit, "drop": drop}


# --- The usual steps ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def plan_template(request, public_id):
    """The usual steps of a coalition, changed by anyone who works in it."""
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    if not can_make_plan(request.user, coalition.everyone):
        raise PermissionDenied
    template = PlanTemplate.objects.filter(coalition=coalition).first()
    version = template.version if template else 0
    form = PlanTemplateForm(form_data(request), steps=services.steps_of(template), version=version)
    if request.method == "POST" and form.is_valid():
        steps = [] if "usual" in request.POST else form.steps
        try:
            services.change_template(coalition, steps=steps, by=request.user, seen=form.cleaned_data["seen"])
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, "seen", version)
        else:
            messages.success(request, _("Saved. The next plan of this coalition begins with these steps."))
            return redirect("calendar_app:plans")
    context = {"section": "calendar", "form": form, "coalition": coalition, "is_own": template is not None}
    return render(request, "calendar_app/plans/template.html", context)
