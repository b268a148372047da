"""What the live pages store in a browser: a service worker, and the page it shows without a connection. Both hold nothing of anybody."""

import hashlib
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from amnt.core.languages import LANGUAGE_CODES


@login_not_required
@require_safe
def offline(request, language):
    return HttpResponse(offline_page(language))


@login_not_required
@require_safe
def worker(request, language):
    """Its address decides that it sees the live pages alone."""
    files = [reverse("coalitions:live-offline", args=[language]), static("css/site.css")]
    version = hashlib.sha256(f"{files}{offline_page(language)}".encode()).hexdigest()[:8]
    script = render_to_string("coalitions/live/worker.js", {"files": json.dumps(files), "version": version})
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def offline_page(language: str) -> str:
    """Rendered without a request, so that nothing of whoever asks can get into it."""
    if not settings.KEEPS_UNSENT or language not in LANGUAGE_CODES:
        raise Http404
    with translation.override(language):
        return render_to_string("coalitions/live/offline.html", {"site_name": settings.SITE_NAME})
