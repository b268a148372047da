"""The language of whoever reads, and pieces of sentences that every language sets in its own way. No database, no request."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, pgettext

# "invita", "Irán", "hicieron", "IAP/12A1/1" spelled out; not "hielo" or "iones".
SOUNDS_LIKE_I = re.compile(r"[Hh]?[IiÍí](?![aeoáéó])|I[A-Z]")


def current_language() -> str:
    """ "fr": the language in which sentences are translated now."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def language_name(code: str) -> str:
    return {"fr": gettext("in French"), "en": gettext("in English"), "es": gettext("in Spanish")}[code]


def listed(names: Sequence[str]) -> str:
    """ "EUR/38A7/1, RCC/40A3/2 and IAP/12A1/1"; before the sound of i, the Spanish "y" is "e"."""
    last = pgettext("before the sound of i", "and") if names and SOUNDS_LIKE_I.match(names[-1]) else gettext("and")
    return str(get_text_list(list(names), last))


def with_colon(name: object, said: object) -> str:
    """ "Res. 50: MOD EUR/38A7/1"; in French a space stands before the colon."""
    return gettext("%(name)s: %(said)s") % {"name": name, "said": said}
