"""The days that somebody looks for: "17 October 2028", "octobre 2028", "2028-10-17". No database."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import cache

from babel.dates import get_month_names

from amnt.core.languages import LANGUAGE_CODES
from amnt.core.locales import locale_of
from resolutions.folding import folded_words

ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
DAY = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?")
YEAR = re.compile(r"\d{4}")
# "17 de octubre de 2028", "the 17th of October"
SMALL_WORDS = frozenset({"de", "del", "du", "le", "el", "the", "of"})


@cache
def _months() -> Mapping[str, int]:
    """Folded names of months, whole and abbreviated, in every language of the screens."""
    return {
        " ".join(folded_words(name)): number
        for language in LANGUAGE_CODES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale_of(language)).items()
    }


def days_in(typed: str, *, today: date) -> tuple[date, date] | None:
    """The first and the last of the days that these words name, or None where they name none.

    A day without a year is the next such day, today included. A month alone is a word, and a year alone too.
    """
    typed = typed.strip()
    if match := ISO.fullmatch(typed):
        return _span(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := DAY_FIRST.fullmatch(typed):
        return _span(int(match[3]), int(match[2]), int(match[1]))
    return _named(folded_words(typed), today)


def _named(words: list[str], today: date) -> tuple[date, date] | None:
    months, days, years = [], [], []
    for word in words:
        if word in _months():
            months.append(_months()[word])
        elif match := DAY.fullmatch(word):
            days.append(int(match[1]))
        elif YEAR.fullmatch(word):
            years.append(int(word))
        elif word not in SMALL_WORDS:
            return None
    if len(months) != 1 or len(days) > 1 or len(years) > 1 or not (days or years):
        return None
    if years:
        return _span(years[0], months[0], days[0] if days else None)
    this_year = _span(today.year, months[0], days[0])
    return this_year if this_year and this_year[0] >= today else _span(today.year + 1, months[0], days[0])


def _span(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return None
    return first, first if day else date(year, month, monthrange(year, month)[1])
