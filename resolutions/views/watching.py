from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.core.htmx import next_page, post_only
from resolutions.models import RegionalGroup, RegionWatch, Resolution, Watch
from resolutions.services import watching


@post_only
def watch(request, slug):
    """Watch everything, the operative part only, or nothing more: `scope` is all, operative or none."""
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    scope = request.POST.get("scope", "")
    before = watching.watch_state(request.user, Watch, resolution=resolution)
    if scope == "none":
        watching.stop_watching(request.user, resolution)
    elif scope in Watch.Scope.values:
        watching.watch(request.user, resolution, scope)
    else:
        raise Http404
    resolution.is_watched = scope != "none"
    about = undo.change(before, watching.watch_state(request.user, Watch, resolution=resolution))
    sentence = _("You watch %(name)s.") if resolution.is_watched else _("You no longer watch %(name)s.")
    said = sentence % {"name": resolution.short_name}
    if request.htmx:
        return watch_button(request, about, view="resolutions:watch", key=slug, thing=resolution, said=said)
    undo.success_with_undo(request, said, kind=watching.KIND, about=about)
    return redirect(next_page(request, resolution.get_absolute_url()))


@post_only
def region_watch(request, code):
    """Watch a regional group or, unless `scope` is all, no more."""
    group = get_object_or_404(RegionalGroup.objects.visible_to(request.user), code=code)
    before = watching.watch_state(request.user, RegionWatch, group=group)
    group.is_watched = request.POST.get("scope") == "all"
    if group.is_watched:
        watching.watch_region(request.user, group)
    else:
        watching.stop_watching_region(request.user, group)
    about = undo.change(before, watching.watch_state(request.user, RegionWatch, group=group))
    sentence = _("You watch %(name)s.") if group.is_watched else _("You no longer watch %(name)s.")
    said = sentence % {"name": group}
    if request.htmx:
        return watch_button(request, about, view="resolutions:region-watch", key=code, thing=group, said=said)
    undo.success_with_undo(request, said, kind=watching.KIND, about=about)
    return redirect(next_page(request, "resolutions:regions"))


def watch_button(request, about, **said_of):
    """The button as it stands now, with one that undoes the tap beside it."""
    context = {"here": request.POST.get("next", ""), "undo_token": undo.token_of(watching.KIND, about, by=request.user)}
    return render(request, "resolutions/watching/_watch_button.html", said_of | context)
