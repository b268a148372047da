"""The languages of the site, that of the reader, and parts of sentences that differ by language.

No database, no request.
"""

import re
from collections.abc import Sequence

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation.trans_real import translation

from amnt.core.locales import locale_of

LANGUAGE_CODES = tuple(code for code, _name in settings.LANGUAGES)
# "invita", "Irán", "hicieron", "IAP/12A1/1" spelled out; not "hielo" or "iones".
SOUNDS_LIKE_I = re.compile(r"[Hh]?[IiÍí](?![aeoáéó])|I[A-Z]")


def current_language() -> str:
    """The code of the active language, such as "fr"."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def language_name(code: str) -> str:
    """ "French", in the language of the reader and as it stands inside a sentence."""
    return locale_of(current_language()).languages.get(code, code)


def in_language(code: str) -> str:
    return gettext("in %(language)s") % {"language": language_name(code)}


def fall_back_to_english() -> None:
    """Show the English message id where a catalogue lacks a message. Django would use LANGUAGE_CODE, and has no setting for that."""
    for code in LANGUAGE_CODES:
        if code != settings.LANGUAGE_CODE:
            translation(code)._fallback = None  # type: ignore[attr-defined]


def listed(names: Sequence[str]) -> str:
    """ "EUR/38A7/1, RCC/40A3/2 and IAP/12A1/1"; before the sound of i, the Spanish "y" is "e"."""
    last = pgettext("before the sound of i", "and") if names and SOUNDS_LIKE_I.match(names[-1]) else gettext("and")
    return str(get_text_list(list(names), last))


def with_colon(name: object, said: object) -> str:
    """ "Res. 50: MOD EUR/38A7/1"; in French a space stands before the colon."""
    return gettext("%(name)s: %(said)s") % {"name": name, "said": said}
