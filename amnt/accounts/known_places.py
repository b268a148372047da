"""The browsers and networks from which someone has logged in before.

A browser is known by a random token in a cookie, a new one at each log-in; a network by its /24 or /48. Both are stored as keyed digests,
and deleted thirty days after the last log-in from there, or at once when all devices are logged out or the password is reset by mail. The
token grants no access and names nobody.
"""

import secrets
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from amnt.accounts.models import KnownBrowser, KnownNetwork, User

COOKIE = f"{settings.COOKIE_PREFIX}known"
KNOWN_FOR = timedelta(days=30)
# In the session: this log-in has given its browser a new token.
MARKED = "marked"


def digest_of_token(mark: str) -> str:
    return salted_hmac("known browser", mark, algorithm="sha256").hexdigest()


def digest_of_network(user_pk: int, network: str) -> str:
    """Per person: digests do not show that two people log in from the same network."""
    return salted_hmac("known network", f"{user_pk} {network}", algorithm="sha256").hexdigest()


def browser_of(request: HttpRequest) -> str:
    """The digest of the token in its cookie."""
    return digest_of_token(request.COOKIES.get(COOKIE, ""))


def knows_browser(request: HttpRequest, user_pk: int) -> bool:
    return KnownBrowser.objects.filter(user_id=user_pk, digest=browser_of(request), seen_at__gt=now() - KNOWN_FOR).exists()


def knows_network(request: HttpRequest, user_pk: int) -> bool:
    digest = digest_of_network(user_pk, get_adapter(request).get_client_ip(request))
    return KnownNetwork.objects.filter(user_id=user_pk, digest=digest, seen_at__gt=now() - KNOWN_FOR).exists()


def renew_token(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Once per log-in: give this browser a new token; the one before is invalid."""
    if request.session.get(MARKED):
        return
    mark = secrets.token_urlsafe(24)
    with transaction.atomic():
        KnownBrowser.objects.filter(digest=browser_of(request)).delete()
        KnownBrowser.objects.create(user=user, digest=digest_of_token(mark))
    request.session[MARKED] = True
    response.set_cookie(COOKIE, mark, max_age=KNOWN_FOR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def remember_network(request: HttpRequest, user: User) -> None:
    digest = digest_of_network(user.pk, get_adapter(request).get_client_ip(request))
    KnownNetwork.objects.update_or_create(user=user, digest=digest, defaults={"seen_at": now()})


def forget_all(user: User) -> None:
    KnownBrowser.objects.filter(user=user).delete()
    KnownNetwork.objects.filter(user=user).delete()


# --- Whose text is kept in a browser ------------------------------------------------------------------------------


def last_person(request: HttpRequest) -> str:
    """The last person who logged in with this browser, as `owner_token` writes it; empty if unknown."""
    found = KnownBrowser.objects.filter(digest=browser_of(request)).values_list("user_id", flat=True).first()
    return owner_token(found) if found else ""


def owner_token(user_pk: int) -> str:
    return salted_hmac("kept text", str(user_pk), algorithm="sha256").hexdigest()[:32]
