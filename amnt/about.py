"""The service about itself: what it is for, what it keeps, and what it says when something goes wrong."""

import sys
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from amnt.accounts import known_places
from amnt.accounts.middleware import NEVER_KEPT, keep_text
from amnt.retention import rules as retention

# RFC 9116 recommends less than a year; computed anew with each answer.
SECURITY_TXT_LASTS = timedelta(days=180)
QUARTER_OF_AN_HOUR = "900"
HALF_A_MINUTE = "30"
SEAL = "csrfmiddlewaretoken"


@login_not_required
@require_safe
def what_not_to_write(request):
    return render(request, "about/what_not_to_write.html")


@login_not_required
@require_safe
def help_page(request):
    return render(request, "about/help.html", host())


@login_not_required
@require_safe
def privacy(request):
    return render(request, "about/privacy.html", host() | {"rules": retention.rules()})


@login_not_required
@require_safe
def security_txt(request):
    """Where to report a weakness, as RFC 9116 says; nothing where the host has named no contact."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.SECURITY_LANGUAGES}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    if settings.SECURITY_POLICY:
        lines.append(f"Policy: {settings.SECURITY_POLICY}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def host() -> dict[str, str]:
    return {"hosted_by": settings.HOSTED_BY, "contact": settings.HOST_CONTACT}


# --- When something goes wrong --------------------------------------------------------------------------------------


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


app_name = "about"
urlpatterns = [
    path("what-not-to-write/", what_not_to_write, name="what-not-to-write"),
    path("help/", help_page, name="help"),
    path("privacy/", privacy, name="privacy"),
]
