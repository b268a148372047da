"""Babel locales of our languages. Pure."""

from functools import cache

from babel import Locale, localedata

# English as the ITU writes it: day before month.
TERRITORIES = {"en": "GB"}


@cache
def locale_of(language: str) -> Locale:
    """Of a code like "fr". A language that CLDR does not know is written as English."""
    known = language if localedata.exists(language) else "en"
    return Locale(known, TERRITORIES.get(known))
