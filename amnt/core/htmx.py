"""What a view needs to answer both a whole page and a fragment of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


def render_page(request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200) -> HttpResponse:
    """The page, or only the named partial of it when htmx asks for a fragment."""
    htmx = getattr(request, "htmx", None)
    if partial and htmx and not htmx.boosted and not htmx.history_restore_request:
        template = f"{template}#{partial}"
    return render(request, template, context, status=status)


def address_of(request: HttpRequest) -> str:
    """The page with its filters, without those left blank: what one copies for others, and returns to."""
    chosen = urlencode([(name, value) for name, values in request.GET.lists() for value in values if value])
    return f"{request.path}?{chosen}" if chosen else request.path


def post_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that only acts (POST) and has no page of its own: after a lost session, one returns to the page it was on."""
    wrapped = wraps(view)(require_POST(view))
    wrapped.is_act = True  # type: ignore[attr-defined]
    return wrapped


def next_page(request: HttpRequest, otherwise: str) -> str:
    """Where to go after an act: the page of ours named by `next`, filters and all, else another."""
    page = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    # `redirect` takes a word without a slash for the name of a view.
    return page if allowed and page.startswith("/") else otherwise
