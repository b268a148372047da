from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from resolutions.models import Resolution


@require_safe
def resolution_detail(request, slug):
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    return render(request, "resolutions/detail.html", {"section": "resolutions", "tab": "resolution", "resolution": resolution})
