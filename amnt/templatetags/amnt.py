"""The template tags of this site, loaded as builtins."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext
from modeltranslation.utils import resolution_order

from amnt.core import languages, times
from amnt.core.forms import chosen_words
from amnt.core.languages import LANGUAGE_CODES, current_language, in_language
from amnt.core.links import is_clean_link
from amnt.core.markings import MARKINGS
from amnt.core.notices import undo_token
from amnt.core.sorting import PARAMETER, Sorting

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, turns: bool = False) -> SafeString:
    """One of our drawings. `turns` for chevrons, which are mirrored from right to left."""
    classes = "icon icon-turns" if turns else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name)


@register.simple_tag
def status(name: str, word: str) -> SafeString:
    """Word, shape and colour together, never one alone."""
    return format_html('<span class="status" data-status="{}">{}{}</span>', name, icon(f"s-{name}"), word)


@register.simple_tag
@lru_cache(maxsize=32)
def mark(name: str) -> SafeString:
    """The shape in the margin of an entry."""
    return format_html('<span class="entry-mark" data-status="{}">{}</span>', name, icon(f"s-{name}"))


@register.simple_tag
@lru_cache(maxsize=16)
def language_badge(code: str) -> SafeString:
    """The language of a text, by its own name."""
    return format_html('<span class="language" lang="{}">{}</span>', code, languages.own_name(code))


@register.inclusion_tag("includes/_pager.html", takes_context=True)
def pager(context: Context, number: int, count: int, key: str = "page", label: str = "", anchor: str = "") -> dict[str, Any]:
    """Links to the page before and after this one of a list; the other parameters of the address stay.

    key -- the parameter that holds the number, where a page has several lists
    label -- what the links turn the pages of, for whoever does not see them; anchor -- where they lead to on the page
    """

    def address(page: int) -> str:
        query = context["request"].GET.copy()
        query[key] = page
        return f"?{query.urlencode()}{anchor and f'#{anchor}'}"

    return {
        "number": number,
        "count": count,
        "label": label or gettext("Pages"),
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if number < count else "",
    }


# Of so few, all are seen at once.
FEW = 5


@register.inclusion_tag("includes/_sort_menu.html", takes_context=True)
def sort_menu(context: Context, sorting: Sorting, count: int) -> dict[str, Any]:
    """Links to the orders of a list of so many; the other parameters of the address stay, and the first page is shown.

    Nothing where the list is short, unless an unusual order was asked for.
    """
    links = []
    for word, order in sorting.orders.items() if count > FEW or not sorting.is_usual else ():
        query = context["request"].GET.copy()
        query.pop("page", None)
        query.pop(PARAMETER, None)
        if word != sorting.usual:
            query[PARAMETER] = word
        links.append((f"?{query.urlencode()}", order.label, word == sorting.chosen))
    return {"links": links, "label": sorting.label}


@register.inclusion_tag("includes/_sort_field.html")
def sort_field(sorting: Sorting) -> dict[str, Any]:
    """A field of the form of a list's filters."""
    return {"parameter": PARAMETER, "sorting": sorting}


MARKING_ICONS = {"public": "public", "coalition": "lock", "circle": "circle", "delegation": "shield"}


@register.simple_tag
def marking(level: str) -> SafeString:
    """Who may read: public, coalition, circle or delegation."""
    return format_html('<span class="marking" data-level="{}">{}{}</span>', level, icon(MARKING_ICONS[level]), MARKINGS[level])


@register.simple_tag
def cote(number: str) -> SafeString:
    """A document number, kept together and read from left to right in any script."""
    return format_html('<bdi class="cote">{}</bdi>', number)


@register.filter
def breakable(file_name: str) -> SafeString:
    """A file's name that may be broken after punctuation and before its extension."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[_-])|(?=\.)", file_name)))


@register.simple_tag
def with_colon(name: object, said: object) -> str:
    """ "Res. 50: Oppose"; in French a space stands before the colon."""
    return languages.with_colon(name, said)


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], instant: datetime, zone: str, has_hour: bool = True) -> SafeString:
    """Official time, then the reader's own: "lun. 18 sept. 2028, 23:59 (Genève) — mar. 19, 00:59 chez vous".

    Without a log-in, the official time alone.
    """
    reader, language = known_zone(context) or zone, current_language()
    said = times.when(instant, zone=zone, reader=reader, language=language, has_hour=has_hour, this_year=this_year(context))
    if said.yours is None:
        return format_html('<time datetime="{}">{}</time>', instant.isoformat(), said.official)
    yours = gettext("%(time)s your time") % {"time": said.yours}
    return format_html('<time datetime="{}">{}</time> — {}', instant.isoformat(), said.official, yours)


@register.simple_tag(takes_context=True)
def my_time(context: dict[str, Any], instant: datetime | None = None) -> SafeString:
    """The instant, or this one, on the reader's clock alone: for what has no official zone, like a follow-up."""
    instant = instant or now()
    local = instant.astimezone(times.ZoneInfo(reader_zone(context)))
    said = f"{times.day(local, current_language(), this_year(context))}, {times.hour(local)}"
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(timespec="seconds"), said)


@register.simple_tag(takes_context=True)
def my_hour(context: dict[str, Any], instant: datetime) -> SafeString:
    """Its hour on the reader's clock, where its day stands beside it (`stub`): "14:05"."""
    local = instant.astimezone(times.ZoneInfo(reader_zone(context)))
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(timespec="seconds"), times.hour(local))


@register.simple_tag(takes_context=True)
def my_day(context: dict[str, Any], instant: datetime) -> SafeString:
    """Its day on the reader's calendar: "lun. 18 sept. 2028"."""
    local = instant.astimezone(times.ZoneInfo(reader_zone(context)))
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), times.day(local, current_language(), this_year(context)))


@register.simple_tag(takes_context=True)
def countdown(context: dict[str, Any], instant: datetime) -> str:
    """How far off it is by the reader's calendar: "tomorrow", "in 3 days", "4 days ago"."""
    return times.countdown(times.days_between(now(), instant, reader_zone(context)), current_language())


@register.simple_tag(takes_context=True)
def day_ahead(context: dict[str, Any], instant: datetime) -> SafeString:
    """Its day and how far off that is, for within a sentence: "lun. 18 sept. (dans 3 jours)"."""
    return format_html("{} ({})", my_day(context, instant), countdown(context, instant))


@register.simple_tag(takes_context=True)
def time_ahead(context: dict[str, Any], instant: datetime) -> SafeString:
    """The instant and how far off it is: "lun. 18 sept., 23:59 (dans 3 jours)"."""
    return format_html("{} ({})", my_time(context, instant), countdown(context, instant))


@register.simple_tag(takes_context=True)
def a_day(context: dict[str, Any], on: date) -> SafeString:
    """A day that belongs to no clock: "lun. 18 sept. 2028"."""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), times.day(on, current_language(), this_year(context)))


@register.simple_tag(takes_context=True)
def stub(context: dict[str, Any], instant: datetime, zone: str, date_status: str = "confirmed") -> SafeString:
    """The official date in the margin: weekday, day, month, and the year if it is not this one."""
    return _stub(instant, zone, date_status, current_language(), this_year(context))


@lru_cache(maxsize=4096)
def _stub(instant: datetime, zone: str, date_status: str, language: str, year: int) -> SafeString:
    local = instant.astimezone(times.ZoneInfo(zone))
    hatched = SafeString(" data-provisional")
    attribute = {"provisional": hatched, "assumption": hatched, "rumour": SafeString(" data-rumour")}.get(date_status, SafeString(""))
    weekday, month = times.weekday(local, language), times.month(local, language)
    return format_html(
        '<time class="stub" datetime="{}"{}><span>{}</span> <b>{}</b> <span>{}</span>{}</time>',
        local.isoformat(),
        attribute,
        weekday,
        local.day,
        month,
        SafeString("") if local.year == year else format_html(" <span>{}</span>", local.year),
    )


def known_zone(context: dict[str, Any]) -> str:
    """The reader's time zone; empty without a log-in."""
    request = context.get("request")
    user = getattr(request, "user", None) or context.get("user")
    return getattr(user, "time_zone", "")


def this_year(context: dict[str, Any]) -> int:
    """The year of the reader's calendar, which pages leave out."""
    return times.year(now(), reader_zone(context))


def reader_zone(context: dict[str, Any]) -> str:
    return known_zone(context) or times.ITU_ZONE


@register.simple_tag
def translated(thing: Any, field: str = "") -> SafeString:
    """A translated field of a row, or a text by language; when it had to come from another language, it is marked with that language."""
    texts = {code: getattr(thing, f"{field}_{code}", None) for code in LANGUAGE_CODES} if field else thing
    wanted = current_language()
    for code in resolution_order(wanted):
        if text := texts.get(code):
            if code == wanted:
                return format_html("{}", text)
            return format_html('<span lang="{}">{}</span> <small class="fallback">({})</small>', code, text, in_language(code))
    return SafeString("")


@register.simple_tag
def listed(thing: Any, field: str = "") -> SafeString:
    """A translated field of several lines, or such a text by language, as a list; from another language it is marked with that one."""
    texts = {code: getattr(thing, f"{field}_{code}", None) for code in LANGUAGE_CODES} if field else thing
    for code in resolution_order(current_language()):
        if lines := (texts.get(code) or "").splitlines():
            items = format_html_join("", "<li>{}</li>", ((line,) for line in lines)) if len(lines) > 1 else None
            shown = format_html("<ul>{}</ul>", items) if items else format_html("<p>{}</p>", lines[0])
            if code == current_language():
                return shown
            return format_html('<div lang="{}">{}</div> <small class="fallback">({})</small>', code, shown, in_language(code))
    return SafeString("")


register.simple_tag(chosen_words, name="chosen")


@register.filter
def country_name(country: Any) -> str:
    return str(country.name) if country else ""


register.filter(is_clean_link)
register.filter(languages.direction)
register.filter("name_of_language", languages.language_name)
register.filter(undo_token)


@register.filter
def site_of(address: str) -> str:
    """ "https://www.apt.int/2024-APG27-1" -> "apt.int": enough to know whose page it is."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
