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
    """A form whose seal no longer fits, mostly because one has logged in anew in another tab. What was typed is kept."""
    # Only for someone whose session came along: a form forged elsewhere brings none, and must not leave anything here.
    kept = request.user.is_authenticated and request.method == "POST" and keep_text(request, of=known_places.sign_of(request.user.pk))
    return render(request, "403_csrf.html", {"kept": kept, "form": None}, status=HTTPStatus.FORBIDDEN)


def too_many_tries(request):
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = QUARTER_OF_AN_HOUR
    return response


def unreadable(request, exception=None):
    return alone("400.html", HTTPStatus.BAD_REQUEST)


def broken(request):
    """Our fault; but a database that is locked or away for a while is none, and what was typed need not be typed again."""
    if isinstance(sys.exception(), OperationalError) and can_be_sent_again(request):
        typed = [(name, value) for name, values in request.POST.lists() if name != SEAL for value in values]
        context = {"action": request.get_full_path(), "typed": typed, "csrf_token": get_token(request)}
        response = alone("503.html", HTTPStatus.SERVICE_UNAVAILABLE, **context)
        response.headers["Retry-After"] = HALF_A_MINUTE
        return response
    return alone("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def can_be_sent_again(request) -> bool:
    """A form whose page may hold all of it: no file, no password."""
    return request.method == "POST" and bool(request.POST) and not request.FILES and not request.POST.keys() & (NEVER_KEPT - {SEAL})


def alone(template: str, status: HTTPStatus, **context: object) -> HttpResponse:
    """A page without person, database and frame: whatever broke may have broken those too."""
    page = render_to_string(template, {"site_name": settings.SITE_NAME, "contact": settings.HOST_CONTACT, **context})
    return HttpResponse(page, status=status)
