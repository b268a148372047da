"""The media of a coalition, for its leads and members."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.media.forms.media import EmbargoForm, OutletForm
from coalitions.media.read_models.media_page import embargo_notes_of, outlets_of
from coalitions.media.services import media as services
from coalitions.models import Circle, CircleView, EmbargoNote, Outlet
from coalitions.permissions import membership_context_of
from coalitions.priorities.read_models.people_names import names_for
from coalitions.services import circle_views
from coalitions.views.coalitions import coalition_context, visible_coalition


@require_safe
def media(request, public_id):
    coalition, memberships = coalition_worked_in(request, public_id)
    notes = embargo_notes_of(request.user, coalition, memberships)
    opened = [(note.circle.public_id, note.circle) for note in notes]
    circle_views.record_views(CircleView.Thing.CIRCLE, opened, by=request.user)
    names = names_for(request.user, coalition, memberships)
    context = coalition_context(request, coalition, memberships, tab="media") | {
        "outlets": outlets_of(request.user, coalition, memberships, names),
        "notes": [(note, names.of(note.by), note.by_id == request.user.pk) for note in notes],
    }
    return render(request, "coalitions/media/media.html", context)


@require_http_methods(["GET", "POST"])
def outlet_new(request, public_id):
    coalition, _memberships = coalition_worked_in(request, public_id)
    form = OutletForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "seen_version"}
        try:
            made = services.add_outlet(coalition, by=request.user, **given)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    context = {"section": "coalition", "coalition": coalition, "form": form, "outlet": None}
    return render(request, "coalitions/media/outlet_write.html", context)


@require_http_methods(["GET", "POST"])
def outlet_change(request, public_id):
    outlet = outlet_to_change(request, public_id)
    initial = {name: getattr(outlet, name) for name in ("name", "website", "covers")}
    initial |= {"country": str(outlet.country), "seen_version": outlet.version}
    form = OutletForm(form_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "submission"}
        try:
            services.change_outlet(outlet, by=request.user, **given)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again(outlet.version)
        else:
            messages.success(request, _("Saved."))
            return redirect(outlet)
    context = {"section": "coalition", "coalition": outlet.coalition, "form": form, "outlet": outlet}
    return render(request, "coalitions/media/outlet_write.html", context)


@post_only
def outlet_remove(request, public_id):
    outlet = outlet_to_change(request, public_id)
    services.remove_outlet(outlet, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("coalitions:media", outlet.coalition.public_id)


@post_only
def outlet_follow(request, public_id):
    """Follow an outlet, or with `stop` no longer."""
    outlet = get_object_or_404(Outlet.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)
    try:
        services.follow_outlet(outlet, follows="stop" not in request.POST, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect(outlet)


@require_http_methods(["GET", "POST"])
def embargo_new(request, public_id):
    coalition, memberships = coalition_worked_in(request, public_id)
    circles = list(Circle.objects.of(request.user).filter(coalition=coalition, pk__in=memberships.circles).select_related("coalition"))
    outlets = sorted(Outlet.objects.visible_to(request.user).filter(coalition=coalition), key=lambda row: row.name.casefold())
    form = EmbargoForm(form_data(request), user=request.user, circles=circles, outlets=outlets)
    if request.method == "POST" and form.is_valid():
        try:
            services.write_embargo(by=request.user, **form.said())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Noted. No e-mail says anything of it."))
            return redirect("coalitions:media", coalition.public_id)
    context = {"section": "coalition", "coalition": coalition, "form": form}
    return render(request, "coalitions/media/embargo_new.html", context)


@post_only
def embargo_remove(request, public_id):
    """By its author."""
    memberships = membership_context_of(request.user)
    notes = EmbargoNote.objects.visible_to(request.user, memberships.circles).select_related("circle__coalition")
    note = get_object_or_404(notes, public_id=public_id)
    if note.by_id != request.user.pk:
        raise PermissionDenied
    coalition = note.circle.coalition
    services.remove_embargo(note, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("coalitions:media", coalition.public_id)


def coalition_worked_in(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if coalition.pk not in memberships.works_in:
        raise PermissionDenied
    return coalition, memberships


def outlet_to_change(request, public_id):
    """By who entered it, or a lead."""
    outlet = get_object_or_404(Outlet.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)
    if outlet.by_id != request.user.pk and outlet.coalition_id not in membership_context_of(request.user).led:
        raise PermissionDenied
    return outlet
