"""Member States as people write them: by symbol of the ITU, by ISO code, or by name in French, English or Spanish."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils import translation
from django_countries import countries

from resolutions.folding import SearchWords, fold

_BETWEEN = re.compile(r"[,;\n]+")
_CLOSED = re.compile(r"\s*\([^)]*\)")
_SHORT = 4  # letters that may begin the names of too many


@cache
def _names() -> dict[str, str]:
    """Folded name, in every language of the house, to ISO code; also without what stands in brackets, where that means one State."""
    whole: dict[str, str] = {}
    short: dict[str, set[str]] = defaultdict(set)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, name in countries:
                whole.setdefault(fold(str(name)), code)
                short[fold(_CLOSED.sub("", str(name)))].add(code)
    return {name: next(iter(codes)) for name, codes in short.items() if len(codes) == 1} | whole


@cache
def names_of(code: str) -> str:
    """The names of this country in every language of the house, as one text to search in."""
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append(countries.name(code))
    return " ".join(said)


def countries_found(words: SearchWords) -> list[str]:
    """ISO codes of the countries whose name in some language has all these words."""
    return [code for code in countries.countries if words.found_in(names_of(code))] if words.words else []


def _by_beginning(said: str) -> str:
    """ "États-Unis" for "États-Unis d'Amérique", where only one State's name begins so."""
    found = {code for name, code in _names().items() if name.startswith(f"{said} ")} if len(said) > _SHORT else set()
    return found.pop() if len(found) == 1 else ""


def state(said: str, symbols: Mapping[str, str]) -> str:
    """The ISO code of the State of this name; empty if there is none.

    symbols -- of the ITU, to ISO codes.
    """
    said = said.strip().rstrip(".")
    capital = said.upper()
    if capital in symbols:
        return symbols[capital]
    if len(said) == 2 and capital in countries.countries:
        return capital
    if len(said) == 3 and said.isalpha() and (code := countries.alpha2(capital)):
        return code
    return _names().get(fold(said)) or _by_beginning(fold(said))


def states(said: str, symbols: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """ISO codes of all States of a list, each once and in its order, and what was not understood.

    Names that hold a comma themselves ("Korea, Republic of") are tried whole.
    """
    found: list[str] = []
    unknown: list[str] = []
    parts = [part.strip() for part in _BETWEEN.split(said) if part.strip()]
    place = 0
    while place < len(parts):
        for end in (place + 2, place + 1):
            whole = ", ".join(parts[place:end])
            if end <= len(parts) and (code := state(whole, symbols)):
                found.append(code)
                place = end
                break
        else:
            unknown.append(parts[place])
            place += 1
    return list(dict.fromkeys(found)), unknown
