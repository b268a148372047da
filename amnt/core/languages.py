"""The languages of the site, those of texts, that of the reader, and parts of sentences that differ by language.

No database, no request.
"""

import re
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import TextChoices
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation.trans_real import translation

from amnt.core.locales import locale_of

LANGUAGE_CODES = tuple(code for code, _name in settings.LANGUAGES)
# "invita", "Irán", "hicieron", "IAP/12A1/1" spelled out; not "hielo" or "iones".
SOUNDS_LIKE_I = re.compile(r"[Hh]?[IiÍí](?![aeoáéó])|I[A-Z]")


class TextLanguage(TextChoices):
    """The six languages of the ITU, each by its own name."""

    FRENCH = "fr", "français"
    ENGLISH = "en", "English"
    SPANISH = "es", "español"
    ARABIC = "ar", "العربية"
    RUSSIAN = "ru", "русский"
    CHINESE = "zh", "中文"


# Of languages that a person did not choose, in this order.
USUAL_ORDER = ("en", "fr", "es", "ar", "ru", "zh")


def reads(language: str, *, own: str, chosen: Collection[str]) -> bool:
    """Whether a person reads texts in this language: her own always, all where she chose none, and a text of unknown language ("")."""
    return not language or not chosen or language == own or language in chosen


def reading_order(own: str, chosen: Collection[str]) -> tuple[str, ...]:
    """All six, in the order in which a person is shown texts: that of the interface, others that she reads, the rest."""
    return tuple(dict.fromkeys((own, *(code for code in USUAL_ORDER if reads(code, own=own, chosen=chosen)), *USUAL_ORDER)))


def current_language() -> str:
    """The code of the active language, such as "fr"."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def language_name(code: str) -> str:
    """ "French", in the language of the reader and as it stands inside a sentence."""
    return locale_of(current_language()).languages.get(code, code)


def own_name(code: str) -> str:
    """ "русский": of a language of texts, for whoever reads it."""
    return TextLanguage(code).label if code in TextLanguage.values else code


def direction(code: str) -> str:
    """In which its letters run, as HTML says it; of an unknown language the letters tell."""
    return "rtl" if code == TextLanguage.ARABIC else "ltr" if code else "auto"


def language_names(codes: Collection[str]) -> str:
    """ "Arabic and Russian", as they stand after "in", in the order of the six."""
    return listed([language_name(code) for code in TextLanguage.values if code in codes])


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
