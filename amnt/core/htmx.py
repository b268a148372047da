"""Helpers for views that answer a whole page or a fragment of it."""

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
    """The address of the page with its filters, without empty ones."""
    chosen = urlencode([(name, value) for name, values in request.GET.lists() for value in values if value])
    return f"{request.path}?{chosen}" if chosen else request.path


def post_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that accepts only POST and has no page: after a lost session, one returns to the page that sent it."""
    wrapped = wraps(view)(require_POST(view))
    wrapped.is_act = True  # type: ignore[attr-defined]
    return wrapped


def is_by_itself(request: HttpRequest) -> bool:
    """Whether the page asked by itself, and nobody did anything: an open page must not keep a log-in alive."""
    return "X-By-Itself" in request.headers


def next_page(request: HttpRequest, otherwise: str) -> str:
    """The address to redirect to after an act: the page of this site in `next`, else `otherwise`."""
    page = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    # `redirect` takes a string without a slash as the name of a view.
    return page if allowed and page.startswith("/") else otherwise
