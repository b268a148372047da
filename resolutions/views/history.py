from functools import partial

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from resolutions.models import Resolution
from resolutions.read_models.resolution_events import ResolutionEvents
from resolutions.views.resolutions import name_for_reader

PAGE_SIZE = 25


@require_safe
def resolution_history(request, slug):
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    events = ResolutionEvents(resolution, request.user, name=partial(name_for_reader, request.user))
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "resolutions/history/history.html", {"section": "resolutions", "tab": "history", "resolution": resolution, "page": page}
    )
