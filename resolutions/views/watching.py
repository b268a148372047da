from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from amnt.core.htmx import next_page, post_only
from resolutions.models import RegionalGroup, Resolution, Watch
from resolutions.services import watching


@post_only
def watch(request, slug):
    """Watch everything, the operative part only, or nothing more: `scope` is all, operative or none."""
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    scope = request.POST.get("scope", "")
    if scope == "none":
        watching.stop_watching(request.user, resolution)
    elif scope in Watch.Scope.values:
        watching.watch(request.user, resolution, scope)
    else:
        raise Http404
    if request.htmx:
        resolution.is_watched = scope != "none"
        return render(request, "resolutions/watching/_watch_button.html", {"resolution": resolution, "here": request.POST.get("next", "")})
    return redirect(next_page(request, resolution.get_absolute_url()))


@post_only
def region_watch(request, code):
    """Follow a regional group or, unless `follow` is yes, no more."""
    group = get_object_or_404(RegionalGroup.objects.visible_to(request.user), code=code)
    group.is_watched = request.POST.get("follow") == "yes"
    if group.is_watched:
        watching.watch_region(request.user, group)
    else:
        watching.stop_watching_region(request.user, group)
    if request.htmx:
        return render(request, "resolutions/watching/_region_button.html", {"group": group, "here": request.POST.get("next", "")})
    return redirect(next_page(request, "resolutions:regions"))
