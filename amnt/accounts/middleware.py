"""Who is asking, in which language, and nothing typed is lost when the session has ended meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.timezone import now

from amnt.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]

# A new visit begins after this long without a page.
VISIT_GAP = timedelta(minutes=30)
KEPT = "kept_text"
KEPT_MOST = 64 * 1024


class PersonMiddleware:
    """The language of the profile wins over the browser's; and when she was here last is remembered."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
            note_visit(user)
        return self.get_response(request)


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


class LoginRequiredKeepingTextMiddleware(LoginRequiredMiddleware):
    """A form sent after the session ended is kept, the person logs in, and finds the same form filled in."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method == "GET" and request.user.is_authenticated and request.session.get(KEPT, {}).get("path") == request.path:
            request.kept = QueryDict(request.session.pop(KEPT)["text"])
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        text = request.POST.copy()
        text.pop("csrfmiddlewaretoken", None)
        if getattr(view_func, "is_act", False):
            request.path_info = request.path = came_from(request)
        elif len(encoded := text.urlencode()) <= KEPT_MOST:
            request.session[KEPT] = {"path": request.path, "text": encoded}
        return super().handle_no_permission(request, view_func)


def came_from(request: HttpRequest) -> str:
    """The page of ours that held the button, or the first one."""
    referer = urlsplit(request.headers.get("referer", ""))
    return referer.path if referer.netloc == request.get_host() and referer.path else "/"


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what is being sent, else what was kept across a log-in, else nothing."""
    if request.method == "POST":
        return request.POST
    return getattr(request, "kept", None)
