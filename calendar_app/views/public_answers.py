"""How the page without a log-in answers: in the language of its address, the same for everyone, kept for a minute, unchanged if it is."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from django.views.decorators.http import require_safe

from amnt.core import times
from amnt.core.languages import LANGUAGE_CODES, own_name
from calendar_app.read_models.public_page import today_in_geneva
from coalitions.read_models.public_page import PublicEntries, public_entries

# How long it is kept, here and by whoever asks. A coalition that takes back what it shows is gone from here at once.
KEPT_SECONDS = 60
PAGE_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True)
class PublicAnswer:
    """What is sent, as it is kept."""

    content: bytes
    content_type: str = PAGE_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicAddress:
    """Which page is asked for: the name of its route, its language, and the other keys of its address."""

    name: str
    language: str
    keys: Mapping[str, Any]
    entries: PublicEntries

    def link(self, name: str = "", language: str = "", **keys: Any) -> str:
        """The path of this page, in this or another language, or of another page in its language."""
        return reverse(f"public:{name or self.name}", kwargs={"language": language or self.language, **(keys if name else self.keys)})

    def page(self, template: str, context: Mapping[str, Any]) -> PublicAnswer:
        """Rendered without a request: nothing of whoever asks can get into what is kept for all."""
        common = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "is_demo": settings.DEMO,
            "language": self.language,
            "in_languages": [(code, own_name(code), self.link(language=code)) for code in LANGUAGE_CODES],
            "is_indexed": self.entries.is_indexed,
            "here": self.link(),
            "is_start": self.name == "page",
            "today": times.day(today_in_geneva(), self.language),
        }
        return PublicAnswer(render_to_string(template, common | dict(context)).encode())


Builder = Callable[..., PublicAnswer]


def public_view(build: Builder) -> Callable[..., HttpResponse]:
    """A view without a log-in that answers with what `build(address, **keys)` makes."""

    @wraps(build)
    def view(request: HttpRequest, language: str = "", **keys: Any) -> HttpResponse:
        if language and language not in LANGUAGE_CODES:
            raise Http404
        match = request.resolver_match
        name = match.url_name.removesuffix("-in-my-language") if match and match.url_name else ""
        address = PublicAddress(name, language or language_asked_for(request), keys, public_entries())
        answer = kept_answer(build, address)
        response = HttpResponse(answer.content, content_type=answer.content_type, headers=answer.headers)
        response.headers["Content-Language"] = address.language
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        if not address.entries.is_indexed:
            response.headers["X-Robots-Tag"] = "noindex"
        if not language:
            patch_vary_headers(response, ["Accept-Language"])
        etag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response)  # type: ignore[return-value]

    return login_not_required(require_safe(view))


def kept_answer(build: Builder, address: PublicAddress) -> PublicAnswer:
    """From the cache, if no coalition has changed what it shows since."""
    said = [address.name, address.language, address.keys, address.entries.changed]
    key = "public:" + hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
    if (kept := cache.get(key)) is not None:
        return PublicAnswer(*kept)
    with translation.override(address.language):
        answer = build(address, **address.keys)
    cache.set(key, (answer.content, answer.content_type, dict(answer.headers)), KEPT_SECONDS)
    return answer


def language_asked_for(request: HttpRequest) -> str:
    """Of the browser, by its Accept-Language: no cookie is read or set."""
    for accepted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if accepted != "*" and (code := supported(accepted)):
            return code
    return settings.LANGUAGE_CODE


def supported(accepted: str) -> str:
    try:
        return get_supported_language_variant(accepted)[:2]
    except LookupError:
        return ""
