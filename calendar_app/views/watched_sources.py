"""Calendars that are followed: the list, and what differs in one of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core import outgoing
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from calendar_app.forms.calendar_imports import CalendarSourceForm
from calendar_app.models import CalendarSource
from calendar_app.permissions import can_add_dates
from calendar_app.services import watched_sources
from calendar_app.views.calendar_imports import preview_page
from resolutions.models import Assembly


@require_http_methods(["GET", "POST"])
def sources(request):
    """What is followed; and the form to add one, where this service may ask others at all."""
    if not can_add_dates(request.user):
        raise PermissionDenied
    current = Assembly.objects.current()
    initial = {"assembly": current and current.code, "language": current_language()}
    form = CalendarSourceForm(form_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            watched_sources.add_source(by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Followed. It is read within the hour, then once a week."))
            return redirect("calendar_app:sources")
    rows = CalendarSource.objects.visible_to(request.user).select_related("group", "assembly").order_by("-differs", "address")
    context = {"section": "calendar", "form": form, "sources": rows, "is_on": outgoing.is_on()}
    return render(request, "calendar_app/sources/sources.html", context)


def visible_source(request, public_id):
    found = get_object_or_404(CalendarSource.objects.visible_to(request.user).select_related("assembly", "group"), public_id=public_id)
    if not can_add_dates(request.user):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
def source(request, public_id):
    """The same preview as of a file, with what may be said of the whole of it."""
    found = visible_source(request, public_id)
    return preview_page(request, found, "calendar_app/sources/source.html", {"seen": watched_sources.digest_of_events(found)})


@post_only
def source_looked_at(request, public_id):
    found = visible_source(request, public_id)
    try:
        watched_sources.settle(found, by=request.user, seen=request.POST.get("seen", ""))
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("Noted: it asks again when it says something else."))
    return redirect("calendar_app:sources")


@post_only
def source_remove(request, public_id):
    found = visible_source(request, public_id)
    watched_sources.remove_source(found, by=request.user)
    messages.success(request, _("No longer followed. The dates you took over from it stay."))
    return redirect("calendar_app:sources")
