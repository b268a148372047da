"""The tab of a resolution with what it does to human rights, entering it, and its export."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import CircleView, Coalition, RightsImpact
from coalitions.permissions import can_set_reading, circles_worked_in, membership_context_of
from coalitions.priorities.read_models.priorities import clause_names, priorities_on
from coalitions.services import circle_views
from coalitions.texts.forms.rights_impacts import RightsImpactForm, RightsImpactsExportForm
from coalitions.texts.read_models.rights_impacts import all_names, impacts_for_file, impacts_on, may_change_impact
from coalitions.texts.services.rights_impacts import correct_impact, enter_impact, remove_impact
from coalitions.views.coalitions import not_as_lead
from coalitions.views.exports import sheet_file, take_out
from resolutions.models import Resolution


@require_safe
def resolution_rights(request, slug):
    """What our circles say about rights on this resolution, or with `clause` on one clause, and our priorities about it."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    clause = clause_asked(request)
    shown = impacts_on(user, resolution, memberships, clause=clause)
    opened = [(one.impact.circle.public_id, one.impact.circle) for one in shown]
    circle_views.record_views(CircleView.Thing.CIRCLE, opened, by=user)
    context = {
        "section": "resolutions",
        "tab": "rights",
        "resolution": resolution,
        "memberships": memberships,
        "impacts": shown,
        "clause": clause,
        "clause_name": clause_names(user, {clause}).get(clause, "") if clause else "",
        "priorities": priorities_on(user, resolution),
        "exports": list(Coalition.objects.filter(pk__in=memberships.led).order_by("name", "pk")) if memberships.led else [],
    }
    return render(request, "coalitions/texts/resolution_rights.html", context)


@require_http_methods(["GET", "POST"])
def rights_impact_new(request, slug):
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    if not memberships.works:
        raise PermissionDenied
    circles = list(circles_worked_in(user, memberships))
    initial = {"clause": clause_asked(request)}
    form = RightsImpactForm(form_data(request), resolution=resolution, user=user, circles=circles, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "seen_version"}
        if not can_set_reading(user, given["circle"]):
            raise PermissionDenied
        try:
            made = enter_impact(resolution, by=user, **given)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    context = {"section": "resolutions", "resolution": resolution, "form": form, "impact": None}
    return render(request, "coalitions/texts/rights_impact_write.html", context)


@require_http_methods(["GET", "POST"])
def rights_impact_change(request, public_id):
    impact = impact_to_change(request, public_id)
    initial = {name: getattr(impact, name) for name in ("right", "mechanism", "clause", "said_by", "source")}
    initial["seen_version"] = impact.version
    form = RightsImpactForm(form_data(request), resolution=impact.resolution, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correct_impact(impact, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again(impact.version)
        else:
            messages.success(request, _("Saved."))
            return redirect(impact)
    context = {"section": "resolutions", "resolution": impact.resolution, "form": form, "impact": impact}
    return render(request, "coalitions/texts/rights_impact_write.html", context)


@post_only
def rights_impact_remove(request, public_id):
    impact = impact_to_change(request, public_id)
    remove_impact(impact, by=request.user)
    messages.success(request, _("Removed."))
    return redirect(impact)


def impact_to_change(request, public_id):
    memberships = membership_context_of(request.user)
    rows = RightsImpact.objects.visible_to(request.user, memberships.circles).select_related("circle__coalition", "resolution")
    impact = get_object_or_404(rows, public_id=public_id)
    if not may_change_impact(request.user, impact, memberships):
        raise PermissionDenied
    return impact


def clause_asked(request) -> UUID | None:
    try:
        return UUID(request.GET.get("clause", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def rights_impacts_export(request, public_id):
    """All of one coalition as a file, for a lead: who it is, is asked again."""
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    memberships = membership_context_of(request.user)
    return not_as_lead(request, coalition, memberships) or take_out_impacts(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_impacts(request, coalition):
    def make_file(chosen, sheet, notice):
        return as_file(request.user, [coalition.everyone, *chosen], sheet, notice=notice)

    return take_out(
        request,
        coalition,
        kind="rights_impacts",
        form_class=RightsImpactsExportForm,
        make_file=make_file,
        section="resolutions",
        back=reverse("coalitions:matrix"),
        back_name=_("Matrix"),
    )


def as_file(user, circles, sheet: str, *, notice: str) -> HttpResponse:
    rows = impacts_for_file(user, circles)
    names = all_names(user, membership_context_of(user))
    clauses = clause_names(user, {row.clause for row in rows if row.clause})
    header = [_("Resolution"), _("Right"), _("By what means"), _("Clause"), _("Who says so"), _("Link"), _("Who may read it")]
    table = [
        [
            row.resolution.short_name,
            row.right_name,
            row.mechanism,
            clauses.get(row.clause, str(row.clause)) if row.clause else "",
            row.said_by or names.of(row.by),
            row.source,
            str(row.circle),
        ]
        for row in rows
    ]
    name = f"rights-{now().date():%Y-%m-%d}"
    return sheet_file(sheet, name, title=_("Human rights"), header=header, table=table, notice=notice)
