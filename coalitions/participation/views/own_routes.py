"""The ways in of the organisations of a coalition: noted, followed and taken out as a table."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Circle, Coalition, OwnRoute, OwnRouteEvent
from coalitions.participation.forms.own_routes import OwnRouteForm
from coalitions.participation.read_models.own_routes import as_table, header, rows_for
from coalitions.participation.services import own_routes as services
from coalitions.permissions import can_create_follow_up, membership_context_of
from coalitions.services.exports import record_export
from coalitions.views.coalitions import not_as_lead
from resolutions.exporters.sheets import as_csv

EVENTS = 25


def circles_for(user, memberships):
    circles = Circle.objects.of(user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles)
    return list(circles.select_related("coalition"))


@require_http_methods(["GET", "POST"])
def own_route_new(request):
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    circles = circles_for(request.user, memberships)
    form = OwnRouteForm(form_data(request), user=request.user, memberships=memberships, circles=circles, way=request.GET.get("way", ""))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            route = services.note(circle=said["circle"], by=request.user, submission=said["submission"], **form.facts())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Noted."))
            return redirect(route)
    return render(request, "coalitions/participation/own_route_form.html", {"section": "coalition", "form": form, "route": None})


@require_safe
def own_route(request, public_id):
    route = visible_route(request, public_id)
    events = OwnRouteEvent.objects.visible_to(request.user).filter(route=route).select_related("by").with_people_here()[:EVENTS]
    context = {
        "section": "coalition",
        "row": rows_for([route])[0],
        "route": route,
        "may_change": can_create_follow_up(request.user, route.circle),
        "events": events,
    }
    return render(request, "coalitions/participation/own_route.html", context)


@require_http_methods(["GET", "POST"])
def own_route_change(request, public_id):
    route = visible_route(request, public_id)
    if not can_create_follow_up(request.user, route.circle):
        raise PermissionDenied
    memberships = membership_context_of(request.user)
    form = OwnRouteForm(form_data(request), user=request.user, memberships=memberships, circles=[route.circle], route=route)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(route, by=request.user, seen_version=form.cleaned_data["version"], **form.facts())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(route)
    return render(request, "coalitions/participation/own_route_form.html", {"section": "coalition", "form": form, "route": route})


@require_http_methods(["GET", "POST"])
def own_routes_export(request, public_id):
    """What everyone in the coalition reads of its ways in, for a lead: who it is, is asked again."""
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or take_out(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out(request, coalition):
    if request.method == "POST":
        notice = record_export("own_routes", coalition=coalition, by=request.user)
        routes = OwnRoute.objects.visible_to(request.user).filter(circle__coalition=coalition, circle__kind=Circle.Kind.EVERYONE).for_list()
        content = as_csv(header(), as_table(routes), notice=notice)
        headers = {"Content-Disposition": f'attachment; filename="ways-in-{now():%Y-%m-%d}.csv"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
    return render(
        request, "coalitions/participation/own_routes_export.html", {"section": "coalition", "coalition": coalition, "form": None}
    )


def visible_route(request, public_id):
    memberships = membership_context_of(request.user)
    return get_object_or_404(OwnRoute.objects.visible_to(request.user, memberships.circles).for_list(), public_id=public_id)
