"""Snoozing a date, being done with it, and being reminded again."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from amnt.core.errors import RuleBroken
from amnt.core.htmx import next_page, post_only
from calendar_app.models import Deadline, Meeting
from calendar_app.services import date_silences
from coalitions.domain.snoozing import SnoozeUntil


@post_only
def meeting_remind(request, public_id):
    return _change(request, get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id))


@post_only
def deadline_remind(request, public_id):
    return _change(request, get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id))


def _change(request, date):
    act = request.POST.get("act", "")
    if act not in {"done", "again", *SnoozeUntil}:
        raise Http404
    try:
        if act == "done":
            date_silences.be_done_with(date, by=request.user)
            messages.success(request, _("Noted: you are not reminded of it any more. Others are."))
        elif act == "again":
            date_silences.remind_again(date, by=request.user)
            messages.success(request, _("You are reminded of it again."))
        else:
            date_silences.snooze_date(date, until=SnoozeUntil(act), by=request.user)
            messages.success(request, _("The reminder is snoozed."))
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect(next_page(request, date.get_absolute_url()))
