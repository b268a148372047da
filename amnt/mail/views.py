from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.models import User
from amnt.mail import catcher
from amnt.mail.services import mute
from amnt.mail.stopping import read_stop, words_for

OUR_POLICY = cast("dict[str, list[str]]", settings.SECURE_CSP)


@login_not_required
@csrf_exempt  # mail programs send the one-click POST; the signed token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing (robots do); the button, or the mail program's one click, stops this kind of mail."""
    wish = read_stop(token)
    if wish is None:
        raise Http404
    if request.method == "POST":
        for person in User.objects.filter(public_id=wish.user_id):
            mute(person, kind=wish.kind)
    return render(request, "mail/pages/stop.html", {"what": words_for(wish.kind), "is_stopped": request.method == "POST", "form": None})


def only_for_trying_out(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that exists only where the mail server is our own catcher."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@only_for_trying_out
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(catcher.files(), 25).get_page(request.GET.get("page"))
    messages = list(catcher.caught(list(page.object_list)))
    return render(request, "mail/pages/inbox.html", {"page": page, "caught": messages, "form": None})


@login_not_required
@only_for_trying_out
@require_safe
@csp_override(OUR_POLICY | {"frame-src": [CSP.SELF]})
def message(request: HttpRequest, identity: str) -> HttpResponse:
    return render(request, "mail/pages/message.html", {"mail": found(identity), "form": None})


@login_not_required
@only_for_trying_out
@require_safe
@xframe_options_sameorigin
@csp_override({"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE], "frame-ancestors": [CSP.SELF], "sandbox": ["allow-popups"]})
def message_html(request: HttpRequest, identity: str) -> HttpResponse:
    """The HTML twin as a mail program shows it: nothing runs, nothing is fetched."""
    return HttpResponse(found(identity).html)


def found(identity: str) -> catcher.Caught:
    mail = catcher.one(identity)
    if mail is None:
        raise Http404
    return mail
