"""S07: meetings and deadlines, as a list and as a drawing."""

from datetime import timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_countries import countries

from amnt.core import times
from amnt.core.forms import whole_number
from amnt.core.languages import current_language
from calendar_app.domain import timeline
from calendar_app.domain.phases import days_to, phase_on
from calendar_app.forms.filters import CalendarFilter
from calendar_app.models import Deadline, Meeting
from calendar_app.models.concerns import concerns_of
from calendar_app.models.entries import CalendarEntry, counts, drawn_dates, entries
from calendar_app.permissions import can_add_dates, can_propose_dates
from calendar_app.read_models.drawing import drawing_of
from calendar_app.read_models.now import moved_dates
from coalitions.permissions import membership_context_of
from resolutions.models import Assembly, RegionalGroup

PAGE = 25
# What the drawing still shows of what is over.
LOOK_BACK = timedelta(days=60)


@require_safe
def calendar(request):
    memberships = membership_context_of(request.user)
    concerns = concerns_of(request.user, memberships.every_circle)
    assemblies = list(Assembly.objects.of_wtsa().order_by("starts_on"))
    groups = list(RegionalGroup.objects.visible_to(request.user))
    form = CalendarFilter(request.GET, assemblies=assemblies, groups=groups)
    chosen = form.chosen
    is_past, mine_only = chosen["when"] == "past", chosen["dates"] == "mine"
    instant = now()
    soon, later = instant + timedelta(days=7), instant + timedelta(days=30)

    meetings, deadlines = _narrowed(request.user, chosen, memberships)
    shown_meetings = meetings.past() if is_past else meetings.ahead()
    shown_deadlines = deadlines.past() if is_past else deadlines.ahead()
    found = counts(shown_meetings, shown_deadlines, concerns=concerns, mine_only=mine_only, until=[soon, later])
    if mine_only:
        meetings, shown_meetings = concerns.meetings_in(meetings), concerns.meetings_in(shown_meetings)
        deadlines, shown_deadlines = concerns.deadlines_in(deadlines), concerns.deadlines_in(shown_deadlines)
    total = found["mine"] if mine_only else found["all"]
    pages = max(ceil(total / PAGE), 1)
    number = min(max(whole_number(request.GET.get("page", ""), digits=6) or 1, 1), pages)

    page = entries(
        shown_meetings,
        shown_deadlines,
        user=request.user,
        language=current_language(),
        most=PAGE,
        skipping=(number - 1) * PAGE,
        latest_first=is_past,
        concerns=concerns,
        moved=moved_dates(request.user, memberships, concerns),
    )

    group = next((group for group in groups if group.code == chosen.get("region")), None)
    current = _current(assemblies, chosen.get("cycle"))
    chart = None
    # A phone that saves data asks for the picture, if it wants it.
    has_chart = current is not None and current.starts_on is not None and not is_past
    if has_chart and (request.headers.get("Save-Data") != "on" or "chart" in request.GET):
        drawn = drawn_dates(
            meetings.filter(at__gte=instant - LOOK_BACK),
            deadlines.filter(at__gte=instant - LOOK_BACK),
            most=timeline.MOST,
            language=current_language(),
        )
        chart = drawing_of(current, drawn, instant)

    links = _links(request, form, chosen)
    return render(
        request,
        "calendar_app/calendar/calendar.html",
        {
            "section": "calendar",
            "filter": form,
            "chosen": chosen,
            "links": links,
            "shown_words": ", ".join(str(word) for row in links.values() for word, _address, is_shown in row if is_shown),
            "blocks": [(_("Past"), total, page)] if is_past else _blocks(page, found["before"], total, soon, later),
            "total": total,
            "found": found,
            "number": number,
            "pages": pages,
            "today": None,
            "this_day": instant.astimezone(ZoneInfo(request.user.time_zone)).date(),
            "has_chart": has_chart,
            "chart": chart,
            "most": timeline.MOST,
            "chart_link": _link(chosen, chart=1),
            "asked_for_chart": "chart" in request.GET,
            "all_link": _link(chosen, dates="all"),
            "kept_filters": [(name, value) for name, value in form.cleaned_data.items() if value and name in {"dates", "times", "when"}],
            "is_narrowed": chosen.keys() & {"kind", "region", "cycle", "country", "certainty"},
            "country": countries.name(chosen["country"].upper()) if "country" in chosen else "",
            **where_we_are(current, instant, request.user),
            "group": group,
            "is_watching_group": group is not None and group.pk in concerns.groups,
            "may_add": can_propose_dates(request.user, memberships),
            "is_lead": can_add_dates(request.user, memberships),
            "here": request.get_full_path(),
        },
    )


def where_we_are(current, instant, user):
    """For the running line of a page: the assembly, how far it is, and the phase. The day is the reader's own."""
    today = instant.astimezone(ZoneInfo(user.time_zone)).date()
    if current is None or current.starts_on is None:
        return {"current": current, "days_to": None, "days_since": None, "phase": None, "first_day": ""}
    ahead = days_to(today, current.starts_on)
    return {
        "current": current,
        "days_to": ahead,
        "days_since": -ahead,
        "phase": phase_on(today, current.starts_on, current.ends_on or current.starts_on),
        "first_day": times.days(current.starts_on, current.starts_on, current_language()),
    }


def _narrowed(user, chosen, memberships):
    meetings, deadlines = (dates.objects.visible_to(user, memberships.every_circle) for dates in (Meeting, Deadline))
    if cycle := chosen.get("cycle"):
        meetings, deadlines = meetings.filter(assembly__code=cycle), deadlines.filter(assembly__code=cycle)
    if region := chosen.get("region"):
        meetings, deadlines = meetings.filter(group__code=region), deadlines.filter(meeting__group__code=region)
    if chosen.get("certainty") == "assumed":
        meetings, deadlines = meetings.assumptions_soon(), deadlines.assumptions_soon()
    if country := chosen.get("country"):
        meetings, deadlines = meetings.filter(country=country.upper()), deadlines.filter(meeting__country=country.upper())
    if kind := chosen.get("kind"):
        meetings = meetings.filter(kind=kind)
        deadlines = deadlines.filter(kind=kind)
    return meetings, deadlines


def _current(assemblies, code):
    """The cycle that was chosen, or the one people work for now."""
    if code:
        return next(assembly for assembly in assemblies if assembly.code == code)
    today = now().date()
    return next((assembly for assembly in assemblies if assembly.ends_on and assembly.ends_on >= today), None)


def _blocks(page: list[CalendarEntry], before: list[int], total: int, soon, later):
    """This page's entries under the headings of the list, each with its count over all pages."""
    names = (_("Next 7 days"), _("Next 30 days"), _("Later"))
    sizes = (before[0], before[1] - before[0], total - before[1])
    parts: tuple[list[CalendarEntry], list[CalendarEntry], list[CalendarEntry]] = ([], [], [])
    for entry in page:
        parts[0 if entry.at < soon else 1 if entry.at < later else 2].append(entry)
    return [block for block in zip(names, sizes, parts, strict=True) if block[2]]


def _link(chosen, **other) -> str:
    usual = {"times": "mine", "when": "ahead", "page": 1}
    asked = {name: value for name, value in {**chosen, **other}.items() if value and usual.get(name) != value}
    return f"?{urlencode(asked)}"


def _links(request, form, chosen):
    """One-tap filters: name, address, whether it is the one shown."""
    return {
        name: [(word, _link(chosen, **{name: value}), chosen[name] == value) for value, word in form.fields[name].choices]
        for name in ("dates", "times", "when")
    }
