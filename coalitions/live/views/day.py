"""A day of an assembly: its sessions and who covers them, on the clock of the venue."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page, post_only
from coalitions.live.forms.presence import PresenceForm
from coalitions.live.forms.sessions import InformalSessionForm, SessionForm
from coalitions.live.read_models.choices import circles_for, resolutions_offered
from coalitions.live.read_models.day import VIEWS, DayPage
from coalitions.live.read_models.season import A_DAY, current_season, season_on
from coalitions.live.read_models.session_notes import missing_notes
from coalitions.live.read_models.state import state_of
from coalitions.live.read_models.unsent import unsent_mark
from coalitions.live.services import attendance, presence, sessions
from coalitions.live.views.menu import note_in_menu
from coalitions.live.views.sessions import SECTION
from coalitions.models import AssemblySession, Coalition, SessionAttendee
from coalitions.permissions import can_report_session, membership_context_of

AS_OF = "X-As-Of"


@require_safe
def today(request):
    """To today at the venue; before and after the assembly to its first and its last day."""
    memberships = working_memberships(request)
    season = current_season()
    if season is None:
        raise Http404
    note_in_menu(request, season, memberships)
    return redirect("coalitions:live-day", season.shown_day.isoformat())


@require_safe
def day(request, on):
    memberships, season, when = day_of(request, on)
    note_in_menu(request, season, memberships)
    context = state_context(request, memberships, season, when)
    page = context["page"]
    circles = circles_for(request.user, memberships)
    everyones = [circle for circle in circles if circle.is_everyone]
    offered = resolutions_offered(page)
    context |= {
        "form": None,
        "quick": InformalSessionForm(season=season, day=when, circles=everyones, resolutions=offered) if may_enter(page) else None,
        "unsent": unsent_mark(request.user),
        "missing": missing_notes(request.user, season.assembly, memberships) if when == season.today else [],
        "presence": PresenceForm(initial=page.my_presence) if when >= season.today else None,
    }
    return render(request, "coalitions/live/day.html", context)


@require_safe
def day_state(request, on):
    """What of the page changes, for a page that asks each minute by itself; 304 while nothing has."""
    when = day_named(on)
    view = chosen_view(request)
    etag = f'"{state_of(request.user, when, view)}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponse(status=304)
    else:
        memberships, season, when = day_of(request, on)
        response = render(request, "coalitions/live/day.html#state", state_context(request, memberships, season, when))
    response.headers["ETag"] = etag
    zone = request.GET.get("zone", "")
    response.headers[AS_OF] = times.hour(now().astimezone(ZoneInfo(zone if times.is_zone(zone) else times.ITU_ZONE)))
    return response


def lacks_field_for_title(request):
    """The short form on the page of a day, where "something else" was chosen: no mistake, so the whole form asks for a title."""
    return request.method == "POST" and not request.POST.get("resolution") and "title" not in request.POST


@require_http_methods(["GET", "POST"])
def informal_new(request, on):
    """An informal session, in as many seconds as a corridor leaves."""
    memberships, season, when = day_of(request, on)
    page = DayPage(request.user, season, when, memberships)
    circles = circles_for(request.user, memberships)
    data, initial = form_data(request), None
    if is_title_to_come := lacks_field_for_title(request):
        data, initial = None, request.POST.dict() | {"goes": "goes" in request.POST}
    offered = resolutions_offered(page)
    form = InformalSessionForm(data, initial=initial, season=season, day=when, circles=circles, resolutions=offered)
    form.fields["title"].widget.attrs["autofocus"] = is_title_to_come
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not can_report_session(request.user, said["circle"]):
            raise PermissionDenied
        try:
            made = sessions.enter_session(
                said["circle"],
                assembly=season.assembly,
                standing=AssemblySession.Standing.INFORMAL,
                group=AssemblySession.Group.OTHER,
                starts_at=said["starts_at"],
                title=said["title"],
                room=said["room"],
                resolutions=[said["resolution"]] if said["resolution"] else [],
                by=request.user,
                submission=said["submission"],
            )
            if said["goes"] and not made.is_over:
                attendance.attend(made, manner=SessionAttendee.Manner.ROOM, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added. It is sure once somebody else confirms it."))
            return redirect(f"{day_address(when)}#s-{made.public_id}")
    context = frame(season, when) | {"form": form, "page": page}
    return render(request, "coalitions/live/informal.html", context)


@require_http_methods(["GET", "POST"])
def session_new(request, on):
    memberships, season, when = day_of(request, on)
    circles = circles_for(request.user, memberships)
    initial = {"day": when, "standing": AssemblySession.Standing.OFFICIAL, "group": AssemblySession.Group.OTHER}
    form = SessionForm(form_data(request), season=season, user=request.user, circles=circles, initial=initial)
    if request.method == "POST" and form.is_valid():
        circle = form.cleaned_data["circle"]
        if not can_report_session(request.user, circle):
            raise PermissionDenied
        try:
            made = sessions.enter_session(
                circle, assembly=season.assembly, by=request.user, submission=form.cleaned_data["submission"], **form.facts
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect(f"{day_address(made.day)}#s-{made.public_id}")
    return render(request, "coalitions/live/session_form.html", frame(season, when) | {"form": form, "session": None})


@post_only
def presence_say(request, on):
    """For each half of the day where one is, to the coalitions one works in; nothing is said by not saying it."""
    memberships, season, when = day_of(request, on)
    form = PresenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for each half of the day where you are, or that you do not say."))
        return redirect(next_page(request, day_address(when)))
    coalitions = list(Coalition.objects.visible_to(request.user).filter(pk__in=memberships.works_in))
    try:
        presence.declare(coalitions, season=season, day=when, places=form.said, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. It is deleted two days after."))
    return redirect(next_page(request, day_address(when)))


# --- What these pages have in common ------------------------------------------------------------------------------------------


def working_memberships(request):
    """Who only observes, or is in no coalition, has no live pages."""
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise Http404
    return memberships


def day_of(request, on):
    memberships = working_memberships(request)
    when = day_named(on)
    season = season_on(when)
    if season is None:
        raise Http404
    return memberships, season, when


def day_named(text):
    """A day as addresses write it: 2028-10-24."""
    try:
        when = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of no clock
    except ValueError:
        raise Http404 from None
    if text != when.isoformat() or not 1990 <= when.year < 2100:
        raise Http404
    return when


def chosen_view(request):
    view = request.GET.get("view", "all")
    return view if view in VIEWS else "all"


def day_address(when):
    return reverse("coalitions:live-day", args=[when.isoformat()])


def frame(season, when):
    """What stands above every page of a day."""
    instant = now()
    return {
        "section": SECTION,
        "season": season,
        "zone": season.assembly.zone,
        "day": when,
        "number": season.number_of(when),
        "of_days": len(season.days),
        "venue_hour": times.hour(instant.astimezone(season.zone)),
        "instant": instant,
    }


def state_context(request, memberships, season, when):
    view = chosen_view(request)
    page = DayPage(request.user, season, when, memberships, view)
    address = day_address(when)
    return frame(season, when) | {
        "page": page,
        "view": view,
        "here": address if view == "all" else f"{address}?view={view}",
        "etag": state_of(request.user, when, view),
        "before": when - A_DAY if season.holds(when - A_DAY) else None,
        "after": when + A_DAY if season.holds(when + A_DAY) else None,
        "may_enter": may_enter(page),
    }


def may_enter(page):
    return bool(page.memberships.works_in)
