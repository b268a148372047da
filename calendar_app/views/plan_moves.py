"""Moving a whole plan: a form, a preview, the move, and undoing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.forms.backward_plans import MovePlanForm
from calendar_app.models import PlanMove
from calendar_app.permissions import can_run_plan
from calendar_app.read_models.plan_moves import fingerprint, preview_move
from calendar_app.read_models.plan_picture import picture_of
from calendar_app.services import plan_moves
from calendar_app.views.backward_plans import run_by, see_again
from coalitions.models import Membership
from coalitions.models.absences import absences_known_to
from coalitions.read_models.names import display_name


@require_http_methods(["GET", "POST"])
def plan_move(request, public_id):
    """The form, then the preview, then `save` moves it; `again` goes back to the form."""
    plan = run_by(request, public_id)
    initial = {"seen": fingerprint(plan), "how": "follow" if plan.days_moved else request.GET.get("how", "")}
    form = MovePlanForm(form_data(request), days_moved=plan.days_moved, initial=initial)
    context = {"section": "calendar", "form": form, "plan": plan}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "save" not in request.POST:
                return render(request, "calendar_app/plans/move_preview.html", context | preview(request, plan, form))
            plan_moves.move_plan(
                plan, by=request.user, seen=form.cleaned_data["seen"], submission=form.cleaned_data["submission"], **form.move
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            see_again(form, "seen", fingerprint(plan))
        else:
            messages.success(request, _("Moved. You can undo it for 24 hours, on this page."))
            return redirect(plan)
    return render(request, "calendar_app/plans/move.html", context)


def preview(request, plan, form):
    found = preview_move(plan, **form.move)
    here = set(Membership.objects.current().filter(coalition=plan.circle.coalition_id).values_list("user_id", flat=True))
    owners = {move.step.pk: display_name(move.step.follow_up.owner, here) if move.step.follow_up.owner_id else "" for move in found.moves}
    known = absences_known_to(request.user, [move.step.follow_up.owner_id for move in found.moves if move.step.follow_up.owner_id])
    return {
        "form": None,
        "preview": found,
        "rows": [(move, owners[move.step.pk], move.away(known)) for move in found.moves if move.stays != "closed"],
        "picture": picture_of(found.moves, plan.counted_from, plan.deadline.at, current_language()),
        "sent": [(name, value) for name, value in request.POST.items() if name in form.fields],
    }


@post_only
def plan_move_undo(request, public_id):
    move = get_object_or_404(PlanMove.objects.visible_to(request.user).select_related("plan__circle"), public_id=public_id)
    if not can_run_plan(request.user, move.plan):
        raise PermissionDenied
    try:
        plan_moves.undo_move(move, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone: the old dates apply again, and whoever has a step is told."))
    return redirect(move.plan)
