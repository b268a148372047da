""" "I have seen it" from the mail itself: a signed link bound to its reader and to this one mail, which works once.

What it does is up to the app that wrote the mail. It names nothing, and tells nobody whether a mail exists: a link that is unknown, used or
too old is answered like any other.
"""

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.timezone import now

from amnt.mail.models import Email

SALT = "amnt.mail.seen"
WORKS_FOR = timedelta(days=30)


def seen_url(email: Email) -> str:
    """The whole address; `email` has its `to`."""
    person = email.to.public_id.hex if email.to else ""
    return f"{settings.SITE_URL}{_path()}{_signer().sign(f'{person}.{email.public_id.hex}')}/"


@lru_cache(maxsize=1)
def _path() -> str:
    return reverse("calendar_app:mail-seen", args=["-"]).removesuffix("-/")


def _signer() -> Signer:
    return Signer(salt=SALT, sep="~")


def unseen_mail(token: str) -> Email | None:
    """The mail that this link may still mark as seen, with its reader; else None."""
    try:
        person, email = map(UUID, _signer().unsign(token).split(".", 1))
    except (BadSignature, ValueError):
        return None
    hers = Email.objects.filter(public_id=email, to__public_id=person, to__is_active=True, seen_at=None)
    return hers.filter(created_at__gt=now() - WORKS_FOR).select_related("to").first()


def mark_seen(email: Email) -> bool:
    """Whether it was this call that marked it: of two at once only one does."""
    return bool(Email.objects.filter(pk=email.pk, seen_at=None).update(seen_at=now()))
