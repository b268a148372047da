"""What the site answers when something goes wrong."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from amnt.accounts import known_places
from amnt.accounts.middleware import NEVER_KEPT, keep_text

QUARTER_OF_AN_HOUR = "900"
HALF_A_MINUTE = "30"
SEAL = "csrfmiddlewaretoken"


def form_too_old(request, reason=""):
    """CSRF failure, mostly after a new log-in in another tab. The form is kept."""
    # Only with a session: a form forged elsewhere has none, and must not be stored.
    kept = request.user.is_authenticated and request.method == "POST" and keep_text(request, of=known_places.owner_token(request.user.pk))
    return render(request, "403_csrf.html", {"kept": kept, "form": None}, status=HTTPStatus.FORBIDDEN)


def too_many_tries(request):
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = QUARTER_OF_AN_HOUR
    return response


def unreadable(request, exception=None):
    return alone("400.html", HTTPStatus.BAD_REQUEST)


def broken(request):
    """A server error, or a database that is locked or away for a while: then the form can be sent again."""
    if isinstance(sys.exception(), OperationalError) and can_be_sent_again(request):
        typed = [(name, value) for name, values in request.POST.lists() if name != SEAL for value in values]
        context = {"action": request.get_full_path(), "typed": typed, "csrf_token": get_token(request)}
        response = alone("503.html", HTTPStatus.SERVICE_UNAVAILABLE, **context)
        response.headers["Retry-After"] = HALF_A_MINUTE
        return response
    return alone("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def can_be_sent_again(request) -> bool:
    """Whether the error page may repeat the form: no file, no password."""
    return request.method == "POST" and bool(request.POST) and not request.FILES and not request.POST.keys() & (NEVER_KEPT - {SEAL})


def alone(template: str, status: HTTPStatus, **context: object) -> HttpResponse:
    """Render a page without user, database and base template: those may be what failed."""
    page = render_to_string(template, {"site_name": settings.SITE_NAME, "contact": settings.HOST_CONTACT, **context})
    return HttpResponse(page, status=status)
