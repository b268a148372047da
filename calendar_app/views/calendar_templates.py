"""The usual dates of a region, added as assumptions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from calendar_app.forms.calendar_templates import UsualDatesForm
from calendar_app.permissions import can_add_dates
from calendar_app.services import calendar_templates
from coalitions.models import StarterPlan, StarterPlanAnswer
from coalitions.services import starter_plans
from coalitions.views.assemblies import no_assembly_yet
from resolutions.models import Assembly, RegionalGroup


@require_http_methods(["GET", "POST"])
def usual_dates(request):
    """Choose regions: their usual dates, and those of the cycle itself, are computed from the first day of the coming assembly."""
    if not can_add_dates(request.user):
        raise PermissionDenied
    assembly = Assembly.objects.current()
    if assembly is None:
        return no_assembly_yet(request, "calendar_app:date-new")
    groups = RegionalGroup.objects.visible_to(request.user).with_watch_of(request.user).order_by("-is_recognised", "code")
    sent = form_data(request)
    form = UsualDatesForm(sent, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            added = calendar_templates.add_usual_dates(assembly, groups=list(form.cleaned_data["groups"]), by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            for plan in StarterPlan.objects.visible_to(request.user).open():
                starter_plans.note_done(plan, StarterPlanAnswer.Line.REGIONS, by=request.user)
            if added:
                said = ngettext("%(n)s date added, as an assumption.", "%(n)s dates added, as assumptions.", added) % {"n": added}
                messages.success(request, said)
            else:
                messages.success(request, _("All these dates are in the calendar already. You watch the regions."))
            return redirect("now")
    missing = calendar_templates.missing_dates(calendar_templates.dates_of(assembly, list(groups)))
    chosen = None if sent is None else set(sent.getlist("groups"))
    regions = [
        (
            group,
            sum(row.group == group for row in missing),
            group.is_watched if chosen is None else group.code in chosen,
        )
        for group in groups
    ]
    context = {
        "section": "calendar",
        "assembly": assembly,
        "form": form,
        "regions": regions,
        "of_the_cycle": [(row, row.titles(assembly)) for row in missing if row.group is None],
    }
    return render(request, "calendar_app/dates/usual_dates.html", context)
