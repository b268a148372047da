"""One session of an assembly: what is on its agenda, who goes, what moved; entering, correcting, confirming and cancelling it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts import undo
from amnt.accounts.middleware import form_data
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page, post_only
from coalitions.live.forms.sessions import SessionForm
from coalitions.live.read_models.season import season_of
from coalitions.live.read_models.session_notes import huddle_agenda, notes_of, opened
from coalitions.live.read_models.session_rows import row_of
from coalitions.live.read_models.unsent import unsent_mark
from coalitions.live.services import sessions
from coalitions.models import AssemblySession, CircleView
from coalitions.permissions import can_ask_to_attend, can_attend_session, can_change_session, membership_context_of
from coalitions.services import circle_views

SECTION = "live"


@require_safe
def session_detail(request, public_id):
    session = visible_session(request, public_id)
    memberships = membership_context_of(request.user)
    row = row_of(session, request.user)
    works = can_attend_session(request.user, session, memberships)
    noted = notes_of(session, request.user, memberships)
    circle_views.record_views(CircleView.Thing.SESSION, opened(session, noted["notes"]), by=request.user)
    context = session_context(session) | {
        "row": row,
        "may_attend": works and session.cancelled_at is None and not session.is_over,
        "may_confirm": works and row.can_confirm,
        "may_change": can_change_session(request.user, session, memberships),
        "may_ask": session.cancelled_at is None and not session.is_over and can_ask_to_attend(request.user, session, memberships),
        "here": request.path,
        **noted,
        "unsent": unsent_mark(request.user),
        "huddle": huddle_agenda(session, request.user, day=session.day) if session.standing == AssemblySession.Standing.OWN else None,
    }
    return render(request, "coalitions/live/session.html", context)


@require_http_methods(["GET", "POST"])
def session_change(request, public_id):
    session = visible_session(request, public_id)
    if not can_change_session(request.user, session):
        raise PermissionDenied
    season = season_of(session.assembly)
    if season is None:
        raise Http404
    form = SessionForm(form_data(request), season=season, user=request.user, initial=begin_with(session))
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen_version"]
            sessions.change_session(session, by=request.user, seen_version=seen, **form.facts)
        except RuleBroken as error:
            add_broken_rule(form, error)
            session.refresh_from_db(fields=["version"])
            form.see_again(session.version)
        else:
            messages.success(request, _("Corrected."))
            return redirect(session)
    context = session_context(session) | {"form": form, "season": season}
    return render(request, "coalitions/live/session_form.html", context)


def begin_with(session) -> dict:
    zone = ZoneInfo(session.assembly.zone)
    begins, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone) if session.ends_at else None
    on_agenda = session.agenda.select_related("resolution").order_by("resolution__number", "pk")
    return {
        "standing": session.standing,
        "group": session.group,
        "title": session.title,
        "room": session.room,
        "day": begins.date(),
        "begins": begins.time(),
        "ends": ends.time() if ends else None,
        "resolutions": ", ".join(str(each.resolution.number or each.resolution.slug) for each in on_agenda),
        "seen_version": session.version,
    }


@post_only
def session_confirm(request, public_id):
    session = visible_session(request, public_id)
    if not can_attend_session(request.user, session):
        raise PermissionDenied
    return act(request, session, lambda: sessions.confirm_session(session, by=request.user), _("Thank you: you say that it is held."))


@post_only
def session_cancel(request, public_id):
    session = visible_session(request, public_id)
    if not can_change_session(request.user, session):
        raise PermissionDenied
    try:
        sessions.cancel_session(session, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        session.refresh_from_db(fields=["version"])
        about = {"session": session.pk, "version": session.version}
        undo.success_with_undo(request, _("Cancelled. Its row says so, to whoever meant to go."), kind=sessions.KIND, about=about)
    return back_to_row(request, session)


# --- What the pages of sessions have in common ------------------------------------------------------------------------------


def visible_session(request, public_id) -> AssemblySession:
    rows = AssemblySession.objects.visible_to(request.user).with_reports().select_related("circle__coalition", "assembly")
    return get_object_or_404(rows, public_id=public_id)


def session_context(session):
    season = season_of(session.assembly)
    return {
        "section": SECTION,
        "session": session,
        "zone": session.assembly.zone,
        "day": session.day,
        "number": season.number_of(session.day) if season else None,
        "of_days": len(season.days) if season else None,
        "venue_hour": times.hour(now().astimezone(ZoneInfo(session.assembly.zone))),
    }


def act(request, session, do, sentence):
    """Do it and say so, or say why not."""
    try:
        do()
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return back_to_row(request, session)


def back_to_row(request, session):
    """To the page that sent it; on the page of a day, to the row of this session."""
    page = next_page(request, session.get_absolute_url())
    is_day = page.startswith(reverse("coalitions:live")) and not page.startswith(session.get_absolute_url())
    return redirect(f"{page}#s-{session.public_id}" if is_day else page)
