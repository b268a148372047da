from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.core.htmx import next_page, post_only
from resolutions.models import RegionalGroup, Resolution, Watch
from resolutions.services import watching


@post_only
def watch(request, slug):
    """Watch everything, the operative part only, or nothing more: `scope` is all, operative or none."""
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    scope = request.POST.get("scope", "")
    before = watching.watch_state(request.user, resolution)
    if scope == "none":
        watching.stop_watching(request.user, resolution)
    elif scope in Watch.Scope.values:
        watching.watch(request.user, resolution, scope)
    else:
        raise Http404
    if request.htmx:
        resolution.is_watched = scope != "none"
        return render(request, "resolutions/watching/_watch_button.html", {"resolution": resolution, "here": request.POST.get("next", "")})
    sentence = _("You no longer watch %(name)s.") if scope == "none" else _("You watch %(name)s.")
    say_watched(request, sentence % {"name": resolution.short_name}, watching.OF_RESOLUTION, before, resolution)
    return redirect(next_page(request, resolution.get_absolute_url()))


def say_watched(request, sentence, kind, before, thing):
    """Say it with a button that undoes it, if anything changed."""
    after = watching.watch_state(request.user, thing)
    about = {"before": before, "after": after} if before["scope"] != after["scope"] else None
    undo.say(request, sentence, kind=kind, about=about)


@post_only
def region_watch(request, code):
    """Follow a regional group or, unless `follow` is yes, no more."""
    group = get_object_or_404(RegionalGroup.objects.visible_to(request.user), code=code)
    before = watching.watch_state(request.user, group)
    group.is_watched = request.POST.get("follow") == "yes"
    if group.is_watched:
        watching.watch_region(request.user, group)
    else:
        watching.stop_watching_region(request.user, group)
    if request.htmx:
        return render(request, "resolutions/watching/_region_button.html", {"group": group, "here": request.POST.get("next", "")})
    sentence = _("You watch %(name)s.") if group.is_watched else _("You no longer watch %(name)s.")
    say_watched(request, sentence % {"name": group}, watching.OF_REGION, before, group)
    return redirect(next_page(request, "resolutions:regions"))
