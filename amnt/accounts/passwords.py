"""How easy a new password is to guess, by zxcvbn, beside Django's own checks of length, list and likeness."""

from threading import Lock

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from amnt.accounts.models import User

# Of 0 to 4: 3 takes more than 10⁸ guesses.
LEAST_SCORE = 3
# zxcvbn's time grows fast with the length: a third of a second here at worst, ten seconds at its own limit of 72.
LOOKED_AT = 32
SHORTEST_INPUT = 3

# zxcvbn's warnings, which are English.
WARNINGS: dict[str, str | Promise] = {
    "Straight rows of keys are easy to guess.": _("Rows of keys on a keyboard are easy to guess."),
    "Short keyboard patterns are easy to guess.": _("Rows of keys on a keyboard are easy to guess."),
    'Repeats like "aaa" are easy to guess.': _("Repeated characters are easy to guess."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _("Repeated characters are easy to guess."),
    'Sequences like "abc" or "6543" are easy to guess.': _("Sequences of letters or digits are easy to guess."),
    "Recent years are easy to guess.": _("Dates and years are easy to guess."),
    "Dates are often easy to guess.": _("Dates and years are easy to guess."),
    "This is a top-10 common password.": _("Many people use this password."),
    "This is a top-100 common password.": _("Many people use this password."),
    "This is a very common password.": _("Many people use this password."),
    "This is similar to a commonly used password.": _("This is much like a password that many people use."),
    "A word by itself is easy to guess.": _("One word alone is easy to guess."),
    "Names and surnames by themselves are easy to guess.": _("Names are easy to guess."),
    "Common names and surnames are easy to guess.": _("Names are easy to guess."),
}
OTHERWISE = _("This password is easy to guess.")
ADVICE = _("Add a word or two that have nothing to do with each other.")

# zxcvbn keeps the words about the person in a table of its module.
_one_at_a_time = Lock()


class StrengthValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        with _one_at_a_time:
            found = zxcvbn(password[:LOOKED_AT], user_inputs=words_about(user))
        if found["score"] < LEAST_SCORE:
            reason = str(WARNINGS.get(found["feedback"]["warning"], OTHERWISE))
            raise ValidationError([ValidationError(reason, code="password_guessable"), ValidationError(ADVICE, code="password_guessable")])

    def get_help_text(self) -> str:
        return ""


def words_about(user: User | None) -> list[str]:
    """Words that someone who knows the person or the site tries first."""
    said = [settings.SITE_NAME, settings.SITE_HOST]
    if user is not None:
        said += [user.name, user.email, *user.name.split(), *user.email.replace("@", ".").split(".")]
    return [word for word in said if len(word) >= SHORTEST_INPUT]
