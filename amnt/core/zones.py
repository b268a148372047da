"""Time zones as people look for them: by country and city in their language, with the offset of today. Pure.

Names of countries and cities, which zone lies in which country, and other names of one zone come from CLDR (through Babel).
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from django.utils.translation import gettext

from amnt.core.locales import locale_of
from amnt.core.times import ITU_ZONE, is_zone, place, zone_names

MINUTE = 60  # seconds


def preferred_name(zone: str) -> str:
    """The name under which a zone is offered: "Asia/Kolkata" for "Asia/Calcutta"; unchanged if it has no other that people may choose."""
    other = str(get_global("zone_aliases").get(zone, zone))
    return other if is_zone(other) else zone


def country_of(zone: str) -> str:
    """The ISO code of the country a zone lies in; empty if CLDR does not say."""
    code = get_global("zone_territories").get(preferred_name(zone), "")
    return code if code.isalpha() and code != "ZZ" else ""


@lru_cache(maxsize=1)
def offered_zones() -> list[str]:
    """Every zone once, under its preferred name."""
    return list(dict.fromkeys(map(preferred_name, zone_names())))


@lru_cache(maxsize=256)
def zones_of_country(code: str) -> tuple[str, ...]:
    return tuple(zone for zone in offered_zones() if country_of(zone) == code) if code else ()


def offset(zone: str, at: datetime) -> str:
    """ "UTC+5:30", "UTC−4" or "UTC" """
    said = at.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(said.total_seconds()) // MINUTE if said else 0
    hours, rest = divmod(abs(minutes), MINUTE)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


@lru_cache(maxsize=4096)
def name_of_zone(zone: str, language: str) -> str:
    """ "Kenya, Nairobi"; Geneva for the zone of the ITU; the city alone where the country has its name or is not known."""
    # CLDR lacks some cities and gives the name of the zone: "Argentina/Buenos Aires".
    city = place(zone, language).rpartition("/")[2]
    country = locale_of(language).territories.get(country_of(zone), "")
    return ", ".join(dict.fromkeys(part for part in (country, city) if part))


def label(zone: str, language: str, at: datetime) -> str:
    """ "Kenya, Nairobi (UTC+3)" """
    name, now = name_of_zone(zone, language), offset(zone, at)
    return name if name == now else f"{name} ({now})"


@lru_cache(maxsize=8)
def _all(language: str, at: datetime) -> list[tuple[str, str]]:
    """Every zone with its label, by the name of its country and city, ignoring accents."""
    labels = [(zone, label(zone, language, at)) for zone in offered_zones()]
    return sorted(labels, key=lambda zone: unicodedata.normalize("NFKD", zone[1]).encode("ascii", "ignore").lower())


def zone_choices(language: str, first: Iterable[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of a list: those likely here with Geneva and UTC, then all by country.

    first -- likely ones, under any of their names
    """
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    labels = dict(_all(language, today))
    likely = [zone for zone in map(preferred_name, dict.fromkeys([*first, ITU_ZONE, "UTC"])) if zone in labels]
    return [
        (gettext("Most likely"), [(zone, labels[zone]) for zone in dict.fromkeys(likely)]),
        (gettext("All, by country"), list(labels.items())),
    ]
