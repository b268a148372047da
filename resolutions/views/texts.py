from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from resolutions.models import Resolution
from resolutions.permissions import can_enter_texts
from resolutions.read_models.text_page import text_page
from resolutions.views.resolutions import name_for_reader


@require_safe
def resolution_text(request, slug):
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    page = text_page(resolution, request.user, wanted=requested_text(request))
    if page is None:
        raise Http404
    text = page.text
    may_bring = can_enter_texts(request.user)
    context = {
        "section": "resolutions",
        "tab": "text",
        "resolution": resolution,
        "page": page,
        "text": text,
        "may_bring": may_bring,
        "may_enter": may_bring and not resolution.is_draft,
        "suppression": resolution.outcomes.suppressions().latest_first().first() if resolution.is_suppressed else None,
        "may_check": bool(text and may_bring and not text.checked_at and not text.superseded_at and text.entered_by_id != request.user.pk),
        "entered_by": name_for_reader(request.user, text.entered_by) if text and text.entered_by else "",
        "checked_by": name_for_reader(request.user, text.checked_by) if text and text.checked_by else "",
        "shows_origins": "lineage" in request.GET,
    }
    return render(request, "resolutions/texts/text.html", context)


def requested_text(request) -> UUID | None:
    """The public id in the address; 404 if it is malformed."""
    named = request.GET.get("version")
    if not named:
        return None
    try:
        return UUID(named)
    except ValueError:
        raise Http404 from None
