"""Muting a kind of mail from the mail itself, by a signed link that identifies its recipient and serves nothing else.

A kind that can be stopped ("digest", "RR-01") has neutral words for the page one lands on, registered by the app that sends it.
"""

import uuid
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from amnt.accounts.models import User

SALT = "amnt.mail.stop"
_words: dict[str, object] = {}


class Stop(NamedTuple):
    user_id: uuid.UUID
    kind: str


def register_stoppable(kind: str, words: object) -> None:
    """Give a kind its neutral words: `register_stoppable("digest", gettext_lazy("the digest"))`."""
    _words[kind] = words


def words_for(kind: str) -> str:
    return str(_words.get(kind) or _("e-mails of this kind"))


def stop_url(user: User, kind: str) -> str:
    """The whole address that stops this kind of mail for this person. It opens nothing and never expires."""
    return f"{settings.SITE_URL}{stop_path()}{signer().sign(f'{user.public_id.hex}.{kind}')}/"


@lru_cache(maxsize=1)
def stop_path() -> str:
    return reverse("mail:stop", args=["-"]).removesuffix("-/")


def signer() -> Signer:
    return Signer(salt=SALT, sep="~")


def read_stop(token: str) -> Stop | None:
    """Whose mail of which kind this token stops, or None if it is not one of ours."""
    try:
        person, kind = signer().unsign(token).split(".", 1)
        return Stop(uuid.UUID(person), kind)
    except (BadSignature, ValueError):
        return None
