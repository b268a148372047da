"""What can be told of a meeting: read, written and removed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from calendar_app.forms.debriefs import DebriefForm
from calendar_app.models import Debrief, Meeting
from calendar_app.permissions import can_be_told
from calendar_app.services.debriefs import remove_debrief, write_debrief
from coalitions.models import Circle, CircleView
from coalitions.permissions import membership_context_of
from coalitions.services import circle_views

MOST_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def debriefs(request, public_id):
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    if not can_be_told(meeting):
        raise Http404
    memberships = membership_context_of(request.user)
    circles = list(
        Circle.objects.of(request.user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles).select_related("coalition")
    )
    form = DebriefForm(form_data(request), circles=circles)
    if request.method == "POST":
        if not circles:
            raise PermissionDenied
        if form.is_valid():
            try:
                write_debrief(meeting, by=request.user, **form.cleaned_data)
            except RuleBroken as error:
                add_broken_rule(form, error)
            else:
                messages.success(request, _("Saved. You are no longer asked what can be told of this meeting."))
                return redirect("calendar_app:debriefs", meeting.public_id)
    found = Debrief.objects.visible_to(request.user, memberships.circles).filter(meeting=meeting)
    told = list(found.with_author().latest_first()[:MOST_SHOWN])
    circle_views.record_views(CircleView.Thing.DEBRIEF, [(row.public_id, row.circle) for row in told], by=request.user)
    context = {"section": "calendar", "meeting": meeting, "told": told, "form": form, "may_tell": bool(circles)}
    return render(request, "calendar_app/dates/debriefs.html", context)


@post_only
def debrief_remove(request, public_id):
    debrief = get_object_or_404(
        Debrief.objects.visible_to(request.user).select_related("circle__coalition", "meeting"), public_id=public_id
    )
    try:
        remove_debrief(debrief, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed."))
    return redirect("calendar_app:debriefs", debrief.meeting.public_id)
