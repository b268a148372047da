"""Whose text a browser keeps until it can be sent: a mark of its writer, which tells nobody else who that is."""

from django.conf import settings

from amnt.accounts.models import User
from amnt.encryption.keys import digest

LENGTH = 16


def unsent_mark(user: User) -> str:
    """Empty where the host wants nothing kept in browsers: then pages load nothing for it."""
    return digest(f"unsent:{user.pk}")[:LENGTH] if settings.KEEPS_UNSENT else ""
