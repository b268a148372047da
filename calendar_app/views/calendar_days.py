"""S07: a month as a table, and sheets of a day or a week to print."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from amnt.core.languages import current_language
from amnt.core.locales import locale_of
from calendar_app.domain.month_grid import WEEK, month_of, next_month, previous_month, week_of, weeks_of
from calendar_app.read_models.calendar_days import days_of, held_on, next_date_after, span_of
from calendar_app.views.calendar import where_we_are
from coalitions.live.read_models.day import DayPage
from coalitions.live.read_models.season import season_of
from coalitions.permissions import membership_context_of
from resolutions.models import Assembly

YEARS = range(1990, 2100)


@require_safe
def month(request, month=""):
    today = today_of(request.user)
    first, last = month_of(day_named(f"{month}-01") if month else today)
    memberships = membership_context_of(request.user)
    mine_only = request.GET.get("dates") != "all"
    found = days_of(request.user, every_day(first, last), memberships=memberships, mine_only=mine_only)
    by_day = {day.on: day for day in found.days}
    weeks = [[(on, by_day.get(on)) for on in week] for week in weeks_of(first, last, first_weekday())]
    follows = None
    if found.is_empty:
        follows = next_date_after(request.user, last, memberships=memberships, mine_only=mine_only)
    context = {
        "section": "calendar",
        "first": first,
        "weeks": weeks,
        "is_cut": found.is_cut,
        "is_empty": found.is_empty,
        "follows": follows,
        "follows_link": month_link(span_of(follows)[0], mine_only) if follows else "",
        "previous": (previous_month(first), month_link(previous_month(first), mine_only)),
        "next": (next_month(first), month_link(next_month(first), mine_only)),
        "mine_only": mine_only,
        "this_day": today,
        "today": None,
        **where_we_are(Assembly.objects.current(today), now(), request.user),
    }
    return render(request, "calendar_app/days/month.html", context)


@require_safe
def day_sheet(request, on):
    return sheet(request, [day_named(on)], "day-sheet")


@require_safe
def week_sheet(request, on):
    return sheet(request, week_of(day_named(on), first_weekday()), "week-sheet")


def sheet(request, days, name):
    memberships = membership_context_of(request.user)
    found = days_of(request.user, days, memberships=memberships, mine_only=request.GET.get("dates") != "all")
    assembly = Assembly.objects.current(days[0])
    is_day = len(days) == 1
    step = days[-1] - days[0] if not is_day else None
    before, after = (
        (days[0] - WEEK, days[0] + WEEK) if step else (date.fromordinal(days[0].toordinal() - 1), date.fromordinal(days[0].toordinal() + 1))
    )
    season = season_of(assembly) if is_day else None
    sits = season is not None and season.holds(days[0])
    live = DayPage(request.user, season, days[0], memberships) if season and sits and memberships.works else None
    context = {
        "section": "calendar",
        "days": found.days,
        "live": live,
        "sessions": (live.mine if request.GET.get("dates") != "all" else live.held) if live else [],
        "is_cut": found.is_cut,
        "is_empty": found.is_empty,
        "is_day": is_day,
        "first": days[0],
        "last": days[-1],
        "held": held_on(request.user, found.days[0]) if is_day and found.days[0].meeting_ids else [],
        "number": day_of_assembly(assembly, days[0]) if is_day else None,
        "assembly": assembly,
        "previous": (before, reverse(f"calendar_app:{name}", args=[before])),
        "next": (after, reverse(f"calendar_app:{name}", args=[after])),
        "mine_only": request.GET.get("dates") != "all",
        "here": request.path,
    }
    if is_day and request.GET.get("as") == "text":
        text = render_to_string("calendar_app/days/day.txt", context, request)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return render(request, "calendar_app/days/sheet.html", context)


def today_of(user):
    return now().astimezone(ZoneInfo(user.time_zone)).date()


def day_named(text):
    """A day as addresses write it: 2028-09-18."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of no clock
    except ValueError:
        raise Http404 from None
    if day.year not in YEARS or text != day.isoformat():
        raise Http404
    return day


def every_day(first, last):
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


def first_weekday():
    """As the reader's language counts; 0 is Monday."""
    return Locale.parse(locale_of(current_language())).first_week_day


def month_link(day, mine_only):
    address = reverse("calendar_app:month-of", args=[f"{day:%Y-%m}"])
    return address if mine_only else f"{address}?dates=all"


def day_of_assembly(assembly, on):
    """Which of its days this is, and of how many; None outside."""
    if assembly is None or assembly.starts_on is None or not assembly.starts_on <= on <= (assembly.ends_on or assembly.starts_on):
        return None
    return {"day": (on - assembly.starts_on).days + 1, "days": ((assembly.ends_on or assembly.starts_on) - assembly.starts_on).days + 1}
