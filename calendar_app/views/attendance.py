"""Watching a date, and stating one's attendance and who may see it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts import undo
from amnt.core.errors import RuleBroken
from amnt.core.htmx import next_page, post_only
from calendar_app.forms.dates import AttendanceForm
from calendar_app.models import DateWatch, Deadline, DeadlineAnswer, Meeting
from calendar_app.services import attendance as attendances
from calendar_app.services import date_watching, preparation
from coalitions.models import Circle
from resolutions.services import watching

# --- Following ------------------------------------------------------------------------------------------------------


@post_only
def meeting_watch(request, public_id):
    return _toggle_watch(request, get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id))


@post_only
def deadline_watch(request, public_id):
    return _toggle_watch(request, get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id))


def _toggle_watch(request, target):
    watched = date_watching.as_watched(target)
    before = watching.watch_state(request.user, DateWatch, **watched)
    if target.is_watched:
        date_watching.stop_watching_date(target, by=request.user)
        sentence = _("You no longer watch this date.")
    else:
        date_watching.watch_date(target, by=request.user)
        sentence = _("You watch this date.")
    about = undo.change(before, watching.watch_state(request.user, DateWatch, **watched))
    undo.success_with_undo(request, sentence, kind=watching.KIND, about=about)
    return redirect(next_page(request, target.get_absolute_url()))


# --- Going ----------------------------------------------------------------------------------------------------------


@post_only
def meeting_attendance(request, public_id):
    """State one's attendance and who may see it, or delete it."""
    meeting = get_object_or_404(Meeting.objects.for_page(request.user), public_id=public_id)
    before = attendances.attendance_state(meeting, by=request.user)
    if request.POST.get("take_back"):
        attendances.take_attendance_back(meeting, by=request.user)
        say_noted(request, _("Your answer is withdrawn."), meeting, before)
        return redirect(meeting)
    form = AttendanceForm(request.POST, circles=circles_to_tell(request.user, meeting))
    if not form.is_valid():
        messages.error(request, _("Choose whether you are going, and who may know."))
        return redirect(meeting)
    try:
        attendances.say_attendance(meeting, by=request.user, **form.cleaned_data)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        say_noted(request, _("Noted."), meeting, before)
    return redirect(meeting)


@post_only
def meeting_registered(request, public_id):
    """ "It's done", in one tap from a list."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), public_id=public_id)
    before = attendances.attendance_state(meeting, by=request.user)
    try:
        attendances.mark_registered(meeting, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        say_noted(request, _("Noted: you are registered."), meeting, before)
    return redirect(next_page(request, meeting.get_absolute_url()))


SAID = {
    DeadlineAnswer.Answer.DONE: gettext_lazy("Noted: done. You are no longer reminded of it."),
    DeadlineAnswer.Answer.NOT_NEEDED: gettext_lazy("Noted: not needed. You are no longer reminded of it."),
    DeadlineAnswer.Answer.OPEN: gettext_lazy("Noted: you will be reminded of it again."),
}


@post_only
def deadline_answer(request, public_id):
    """ "Done" or "not needed" of what is settled before an assembly, in one tap."""
    deadline = get_object_or_404(Deadline.objects.for_page(request.user), public_id=public_id)
    answer = request.POST.get("answer")
    if answer not in SAID:
        raise Http404
    before = preparation.answer_state(deadline, by=request.user)
    try:
        preparation.answer_deadline(deadline, by=request.user, answer=answer)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        after = preparation.answer_state(deadline, by=request.user)
        undo.success_with_undo(request, str(SAID[answer]), kind=preparation.KIND, about=undo.change(before, after))
    return redirect(next_page(request, deadline.get_absolute_url()))


def say_noted(request, sentence, meeting, before):
    """Say it with a button that undoes it, if anything changed."""
    after = attendances.attendance_state(meeting, by=request.user)
    undo.success_with_undo(request, sentence, kind=attendances.KIND, about=undo.change(before, after))


def circles_to_tell(user, meeting):
    """The circles one may share attendance with: one's own; for a private meeting, those of its coalition."""
    circles = Circle.objects.of(user)
    return circles.filter(coalition=meeting.circle.coalition_id) if meeting.circle else circles
