"""Pieces of sentences that every language sets in its own way. No database, no request."""

from django.utils.translation import gettext


def with_colon(name: object, said: object) -> str:
    """ "Res. 50: MOD EUR/38A7/1"; in French a space stands before the colon."""
    return gettext("%(name)s: %(said)s") % {"name": name, "said": said}
