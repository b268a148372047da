"""The person and language of a request; and a form that was sent after the session ended is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from amnt.accounts import devices, known_places
from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.accounts.sessions import EXPOSED
from amnt.core.htmx import is_by_itself

Answer = Callable[[HttpRequest], HttpResponse]

# A new visit begins after this long without a page.
VISIT_GAP = timedelta(minutes=30)


class PersonMiddleware:
    """Sets the language of the profile, notes the visit, and forbids caching of personal pages. When a request ends a log-in, the browser
    is told to clear what it stores of this site.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        was_logged_in = user.is_authenticated
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
            if not (is_by_itself(request) and devices.is_known(request)):
                note_visit(user)
                devices.keep_alive(request, user)
        response = self.get_response(request)
        # Asked again: the request may have logged somebody in or out, or used an API key.
        user = request.user
        if user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
            if request.session.session_key:
                known_places.renew_token(request, response, user)
        elif was_logged_in:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class LockMiddleware:
    """While the instance is locked, every request without a log-in gets a page that says so; locking has ended all log-ins. Exempt are the
    API, whose keys are all revoked, health checks, and pages that read nothing from the database.
    """

    LET_THROUGH = ("/about/", "/api/", "/healthz", "/mail/inbox/", "/metrics", settings.STATIC_URL)

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:
        if request.user.is_authenticated or request.path.startswith(self.LET_THROUGH) or not locking.is_locked():
            return None
        context = {"site_name": settings.SITE_NAME, "contact": settings.HOST_CONTACT}
        answer = HttpResponse(render_to_string("503_locked.html", context), status=503)
        answer.headers["Retry-After"], answer.headers["Cache-Control"] = "3600", "no-store"
        return answer


class ExposedFactorMiddleware:
    """After a log-in with an exposed second factor, only the page that replaces it is served. Known by the session, without a query."""

    LET_THROUGH = ("/about/", settings.STATIC_URL)

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:
        if not request.user.is_authenticated or EXPOSED not in request.session or request.path.startswith(self.LET_THROUGH):
            return None
        replace = resolve_url("accounts:factor-replace")
        if request.path in (replace, resolve_url("account_logout")):
            return None
        return HttpResponseClientRedirect(replace) if request.headers.get("HX-Request") else redirect(replace)


def note_visit(user: User) -> None:
    """Move `seen_before_at` on when a new visit begins. One conditional update, at most once in a while."""
    instant = now()
    if user.seen_at is not None and instant - user.seen_at < VISIT_GAP / 6:
        return
    fields: dict[str, datetime | None] = {"seen_at": instant}
    if user.seen_at is None or instant - user.seen_at >= VISIT_GAP:
        fields["seen_before_at"] = user.seen_at
    User.objects.filter(pk=user.pk).update(**fields)
    for name, value in fields.items():
        setattr(user, name, value)


# --- What was typed ------------------------------------------------------------------------------------------------

KEPT = "kept_text"
KEPT_MOST = 64 * 1024
KEPT_FOR = timedelta(days=1)
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "password1", "oldpassword", "code", "credential"}


class LoginRequiredKeepingTextMiddleware(LoginRequiredMiddleware):
    """A form sent after the session ended is kept; after the log-in the same form is shown filled in. Only the person who was last logged
    in with this browser gets it back, and until the form is sent, so loading the page twice loses nothing.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.user.is_authenticated and (kept := request.session.get(KEPT)):
            give_back(request, kept, to=request.user)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        back_to = request.get_full_path()
        if request.method == "POST":
            if getattr(view_func, "is_act", False):
                back_to = came_from(request)
                messages.warning(request, _("You had been logged out, so this was not done. Log in, then press the button again."))
            elif not keep_text(request, of=known_places.last_person(request)):
                messages.error(request, _("You had been logged out, and what you sent could not be kept here. Go back and copy it first."))
        elif request.htmx:
            # A fragment is not a page to return to.
            back_to = came_from(request)
        login = redirect_to_login(back_to, resolve_url(self.get_login_url(view_func)), self.get_redirect_field_name(view_func))
        return HttpResponseClientRedirect(login.url) if request.htmx else login


def keep_text(request: HttpRequest, *, of: str) -> bool:
    """Keep what was sent to this address for this person (`known_places.owner_token`). Say whether it could be kept."""
    typed_in = request.POST.copy()
    for name in NEVER_KEPT:
        typed_in.pop(name, None)
    text = typed_in.urlencode()
    if not of or len(text) > KEPT_MOST:
        return False
    request.session[KEPT] = {"path": request.path, "text": text, "of": of, "at": now().timestamp()}
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT_FOR)
    return True


def give_back(request: HttpRequest, kept: dict, *, to: User) -> None:
    too_old = now().timestamp() - kept["at"] > KEPT_FOR.total_seconds()
    if too_old or not constant_time_compare(kept["of"], known_places.owner_token(to.pk)):
        del request.session[KEPT]
    elif kept["path"] == request.path:
        if request.method == "POST":
            del request.session[KEPT]
        else:
            request.kept = QueryDict(kept["text"])  # type: ignore[attr-defined]


def came_from(request: HttpRequest) -> str:
    """The page of this site that held the button, else the first page."""
    page = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    if page.netloc != request.get_host() or not page.path.startswith("/") or page.path.startswith("//"):
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


def form_data(request: HttpRequest) -> QueryDict | None:
    """The data of a form: what is being sent, else what was kept across a log-in, else None."""
    if request.method == "POST":
        return request.POST
    return getattr(request, "kept", None)
