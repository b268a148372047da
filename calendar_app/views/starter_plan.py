"""The acts of a starter plan: each line accepted, changed or refused."""

from datetime import time, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.forms.starter_plan import CountriesForm, FirstCallForm
from calendar_app.models import Meeting
from calendar_app.services import date_facts
from coalitions.models import Membership, StarterPlan, StarterPlanAnswer
from coalitions.permissions import may_act_as_lead
from coalitions.services import starter_plans
from resolutions.models import Assembly

Line = StarterPlanAnswer.Line
# A first call is proposed for an afternoon so many days ahead.
CALL_IN, CALL_AT = timedelta(days=14), time(14)


def _plan(request, public_id):
    """An open plan of a coalition this person leads; with a second factor, where the instance asks for one."""
    plan = get_object_or_404(StarterPlan.objects.visible_to(request.user).open().select_related("coalition"), public_id=public_id)
    if not may_act_as_lead(request.user, plan.coalition):
        raise PermissionDenied
    return plan


@require_http_methods(["GET", "POST"])
def countries(request, public_id):
    """The guide's four questions about each country the members come from, as follow-ups nobody has yet."""
    plan = _plan(request, public_id)
    found = Membership.objects.current().filter(coalition=plan.coalition).exclude(organisation=None).exclude(organisation__country="")
    known = sorted({str(code) for code in found.values_list("organisation__country", flat=True)})
    asked = {str(code) for code in plan.answers.filter(line=Line.COUNTRIES).exclude(country="").values_list("country", flat=True)}
    known = [code for code in known if code not in asked]
    initial = {"countries": known, "first_due": starter_plans.first_due_day(localdate())}
    form = CountriesForm(form_data(request), known=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = starter_plans.ask_about_countries(plan, countries=form.chosen, first_due=form.cleaned_data["first_due"], by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            said = ngettext("%(n)s follow-up made. Nobody has it yet.", "%(n)s follow-ups made. Nobody has them yet.", made)
            messages.success(request, said % {"n": made})
            return redirect("now")
    return render(request, "calendar_app/now/starter_plan_countries.html", {"section": "now", "form": form, "plan": plan})


@require_http_methods(["GET", "POST"])
def call(request, public_id):
    """A first call of everyone, with a day and an hour to change."""
    plan = _plan(request, public_id)
    assembly = Assembly.objects.current()
    if assembly is None:
        raise Http404
    initial = {
        "title": _("First call of the coalition"),
        "on": localdate() + CALL_IN,
        "hour": CALL_AT,
        "zone": request.user.time_zone,
    }
    form = FirstCallForm(form_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = date_facts.add_meeting(
                by=request.user,
                assembly=assembly,
                kind=Meeting.Kind.CALL,
                titles={current_language(): form.cleaned_data["title"]},
                new=form.new_date,
                circle=plan.coalition.everyone,
                submission=form.cleaned_data["submission"],
            )
            starter_plans.note_done(plan, Line.CALL, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added. Only your coalition can see that it is taking place."))
            return redirect(made)
    return render(request, "calendar_app/now/starter_plan_call.html", {"section": "now", "form": form, "plan": plan})


@post_only
def refuse(request, public_id):
    """Refuse one line: `line`."""
    plan = _plan(request, public_id)
    line = request.POST.get("line", "")
    if line not in Line.values:
        raise Http404
    before = starter_plans.plan_state(plan)
    starter_plans.refuse_line(plan, line, by=request.user)
    say_answered(request, _("Left out. You will not be asked again."), plan, before)
    return redirect("now")


@post_only
def dismiss(request, public_id):
    """The whole plan, for good."""
    plan = _plan(request, public_id)
    before = starter_plans.plan_state(plan)
    starter_plans.dismiss(plan, by=request.user)
    say_answered(request, _("Hidden for good. You can still find each thing on it in its own section."), plan, before)
    return redirect("now")


def say_answered(request, sentence, plan, before):
    """Say it with a button that undoes it, if anything changed."""
    undo.success_with_undo(request, sentence, kind=starter_plans.KIND, about=undo.change(before, starter_plans.plan_state(plan)))
