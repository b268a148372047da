"""Saying that one goes to a session, answering when asked, and asking somebody."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.live.forms.asking import AskForm
from coalitions.live.read_models.asking import people_to_ask
from coalitions.live.read_models.session_rows import row_of
from coalitions.live.services import attendance
from coalitions.live.views.sessions import back_to_row, session_context, visible_session
from coalitions.models import SessionAttendee
from coalitions.permissions import can_ask_to_attend, can_attend_session

SAID = {
    SessionAttendee.Manner.ROOM: gettext_lazy("You go there."),
    SessionAttendee.Manner.LISTENING: gettext_lazy("You listen, from elsewhere."),
}
NOBODY, CANNOT = "nobody", "cannot"


@post_only
def session_attend(request, public_id):
    """In the room, listening, not at all; and the answer to who asks, where no reason is given."""
    session = visible_session(request, public_id)
    if not can_attend_session(request.user, session):
        raise PermissionDenied
    wanted = request.POST.get("manner", "")
    before = attendance.attendance_state(session, by=request.user)
    try:
        if wanted == NOBODY:
            attendance.withdraw(session, by=request.user)
            sentence = _("You do not go there.")
        elif wanted == CANNOT:
            attendance.decline(session, by=request.user)
            sentence = _("You cannot go there. Nobody is told why.")
        else:
            attendance.attend(session, manner=SessionAttendee.Manner(wanted), by=request.user)
            sentence = str(SAID[SessionAttendee.Manner(wanted)])
    except ValueError:
        messages.error(request, _("Say whether you go, listen, or do not go."))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        after = attendance.attendance_state(session, by=request.user)
        undo.success_with_undo(request, sentence, kind=attendance.KIND, about=undo.change(before, after))
    return back_to_row(request, session)


@require_http_methods(["GET", "POST"])
def session_ask(request, public_id):
    """Who is in the building and free, then who listens from elsewhere; one tap asks."""
    session = visible_session(request, public_id)
    if not can_ask_to_attend(request.user, session):
        raise PermissionDenied
    people = people_to_ask(session, request.user)
    form = AskForm(form_data(request), people=people)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["person"]
        manner = SessionAttendee.Manner.ROOM if chosen.is_on_site else SessionAttendee.Manner.LISTENING
        try:
            attendance.ask(session, person=chosen.user, manner=manner, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("%(name)s is asked, and answers on the page of the day.") % {"name": chosen.user.short_name})
            return redirect(session)
    context = session_context(session) | {"form": form, "people": people, "row": row_of(session, request.user)}
    return render(request, "coalitions/live/ask.html", context)
