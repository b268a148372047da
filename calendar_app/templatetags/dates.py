"""Template tags for dates: {% load dates %}."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from modeltranslation.utils import resolution_order

from amnt.core import times
from amnt.core.languages import current_language
from amnt.templatetags.amnt import reader_zone, this_year
from calendar_app.importers.calendar_files import ReadEvent
from calendar_app.models import Deadline, Meeting
from calendar_app.services.date_states import state_of
from resolutions.templatetags.glossary import term

register = template.Library()

# The term of the glossary that explains what kind a meeting is of, and who may enter.
EXPLAINED_BY: dict[str, str] = {
    Meeting.Kind.REGIONAL: "regional-preparatory-meeting",
    Meeting.Kind.INTER_REGIONAL: "inter-regional-meeting",
    Meeting.Kind.ADVISORY: "tsag",
    Meeting.Kind.STUDY_GROUP: "study-group",
    Meeting.Kind.COUNCIL: "council",
    Meeting.Kind.ASSEMBLY: "wtsa",
    Meeting.Access.OBSERVERS: "observer",
    Meeting.Access.DELEGATION: "delegation",
    Meeting.Access.MEMBERSHIP: "sector-member",
    Meeting.Access.MEMBER_STATES: "member-state",
}


@register.simple_tag
def explained(choice: str, label: str) -> SafeString:
    """The kind of a meeting, or who may enter, as a term that opens its explanation where the glossary has one."""
    key = EXPLAINED_BY.get(choice)
    return term(key, label) if key else format_html("{}", label)


@register.filter
def source_name(link: str) -> str:
    """The host of an address: "www.itu.int"."""
    return urlsplit(link).hostname or link


@register.simple_tag(takes_context=True)
def days(context: dict[str, Any], first: date, last: date) -> SafeString:
    """ "2–6 Oct 2028" """
    return format_html('<time datetime="{}">{}</time>', first.isoformat(), times.days(first, last, current_language(), this_year(context)))


@register.simple_tag(takes_context=True)
def both_hours(context: dict[str, Any], instant: datetime, zone: str, has_hour: bool, clock: str = "venue") -> SafeString:
    """The official hour and the reader's own, in the chosen order (mine, geneva or venue), beside the official day (`stub`)."""
    if not has_hour:
        return SafeString(gettext("time not given"))
    language, beside = current_language(), instant.astimezone(ZoneInfo(zone)).date()
    official = times.hours(instant, zone=zone, language=language, beside=beside)
    if clock == "geneva" and zone != times.ITU_ZONE:
        geneva = times.hours(instant, zone=times.ITU_ZONE, language=language, beside=beside)
        return format_html('<time datetime="{}">{}</time> — {}', instant.isoformat(), geneva, official)
    yours = times.when(instant, zone=zone, reader=reader_zone(context), language=language).yours
    if yours is None:
        return format_html('<time datetime="{}">{}</time>', instant.isoformat(), official)
    said = gettext("%(time)s your time") % {"time": yours}
    first, second = (said, official) if clock == "mine" else (official, said)
    return format_html('<time datetime="{}">{}</time> — {}', instant.isoformat(), first, second)


@register.simple_tag
def month_name(on: date) -> str:
    """ "Septembre 2028" """
    return capfirst(times.month_and_year(on, current_language()))


@register.simple_tag
def weekday_name(on: date) -> str:
    """ "lundi" """
    return times.whole_weekday(on, current_language())


@register.simple_tag
def day_name(on: date) -> str:
    """ "Mardi 24 octobre 2028" """
    return capfirst(times.whole_day(on, current_language()))


@register.simple_tag
def span_name(first: date, last: date) -> str:
    """ "2–6 Oct 2028", where no mark may stand"""
    return times.days(first, last, current_language())


@register.simple_tag
def month_day(on: date) -> SafeString:
    """A day of the table of a month: its number, and beside it the weekday, which a list of days shows."""
    return format_html(
        '<time datetime="{}"><span>{}</span> <b>{}</b></time>', on.isoformat(), times.weekday(on, current_language()), on.day
    )


@register.simple_tag(takes_context=True)
def session_hour(context: dict[str, Any], instant: datetime, zone: str) -> SafeString:
    """The official hour, and small below it the reader's own where that is another."""
    local, language = instant.astimezone(ZoneInfo(zone)), current_language()
    yours = times.when(instant, zone=zone, reader=reader_zone(context), language=language).yours
    small = format_html(" <small>{}</small>", gettext("%(time)s your time") % {"time": yours}) if yours else SafeString("")
    return format_html('<time datetime="{}">{}{}</time>', instant.isoformat(), times.hour(local), small)


@register.simple_tag
def plain_title(titles: Mapping[str, str | None]) -> str:
    """For text without marks."""
    return next((text for code in resolution_order(current_language()) if (text := titles.get(code))), "")


@register.simple_tag
def official_hour(instant: datetime, zone: str) -> SafeString:
    """The official hour alone, beside the official day (`stub`): "23:59 (Geneva)"."""
    beside = instant.astimezone(ZoneInfo(zone)).date()
    said = times.hours(instant, zone=zone, language=current_language(), beside=beside)
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), said)


@register.simple_tag(takes_context=True)
def until_day(context: dict[str, Any], last: date) -> SafeString:
    """ "until Thu 26 Oct", beside the first day."""
    day = times.day(last, current_language(), this_year(context))
    said = format_html('<time datetime="{}">{}</time>', last.isoformat(), day)
    return format_html(gettext("until {day}"), day=said)


@register.simple_tag
def official(instant: datetime, zone: str, has_hour: bool) -> str:
    """The official time alone, for copied text: "Mon, 18 Sept 2028, 23:59 (Geneva)"."""
    return times.when(instant, zone=zone, reader=zone, language=current_language(), has_hour=has_hour).official


def say_state(state: dict[str, Any], year: int) -> str:
    """A recorded state in official time: days of a meeting, or the instant of a deadline; without this year."""
    if state.get("starts_on"):
        said = times.days(
            date.fromisoformat(state["starts_on"]), date.fromisoformat(state["ends_on"] or state["starts_on"]), current_language(), year
        )
        if not state.get("has_hour"):
            return said
        local = datetime.fromisoformat(state["at"]).astimezone(ZoneInfo(state["zone"]))
        return f"{said}, {times.hour(local)} ({times.place(state['zone'], current_language())})"
    if "at" not in state:
        return gettext("not known")
    instant = datetime.fromisoformat(state["at"])
    zone, has_hour = state["zone"], state["has_hour"]
    return times.when(instant, zone=zone, reader=zone, language=current_language(), has_hour=has_hour, this_year=year).official


@register.simple_tag(takes_context=True)
def date_said(context: dict[str, Any], thing: Meeting | Deadline) -> str:
    """The date of a meeting or deadline in official time."""
    return say_state(state_of(thing), this_year(context))


@register.simple_tag(takes_context=True)
def event_said(context: dict[str, Any], event: ReadEvent) -> str:
    """The same of an event of a calendar file, as the file gives it."""
    language = current_language()
    said = times.days(event.first_day, event.last_day, language, this_year(context))
    return f"{said}, {event.hour} ({times.place(event.zone, language)})" if event.hour else said


@register.simple_tag(takes_context=True)
def moved(context: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> SafeString:
    """Old → new, and the new instant on the reader's clock; nothing where the date itself is the same."""
    before, after = (say_state(state, this_year(context)) for state in (old, new))
    if before == after:
        return SafeString("")
    yours = None
    if new.get("has_hour"):
        instant = datetime.fromisoformat(new["at"])
        yours = times.when(instant, zone=new["zone"], reader=reader_zone(context), language=current_language()).yours
    if yours is None:
        return format_html("<del>{}</del> → <ins>{}</ins>", before, after)
    return format_html("<del>{}</del> → <ins>{}</ins> — {}", before, after, gettext("%(time)s your time") % {"time": yours})


@register.simple_tag(takes_context=True)
def heard(context: dict[str, Any], state: dict[str, Any]) -> str:
    """The rumoured days."""
    return say_state(state["heard"], this_year(context))
