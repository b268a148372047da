from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amnt.core.htmx import address_of, render_page
from resolutions.forms import ResolutionSearch
from resolutions.models import RegionalGroup, Resolution
from resolutions.models.moves import moves_of

PAGE_SIZE = 25


@require_safe
def resolution_list(request):
    search = ResolutionSearch(request.GET)
    moves = moves_of(request.user)
    found = search.found(request.user, moves).for_list().with_watch_of(request.user).fetch_mode(models.FETCH_RAISE)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    here = address_of(request)
    context = {"section": "resolutions", "search": search, "page": page, "moves": moves, "here": here}
    context["counts"] = Resolution.objects.visible_to(request.user).counts_for(request.user)
    response = render_page(request, "resolutions/list.html", context, partial="results")
    if request.htmx:
        response.headers["HX-Push-Url"] = here
    return response


def name_for_reader(reader, person) -> str:
    """Shared coalitions are not known in this app, so only the person and staff see the name."""
    if person == reader:
        return _("you")
    return person.short_name if reader.is_staff else ""


@require_safe
def region_list(request):
    groups = RegionalGroup.objects.visible_to(request.user).with_watch_of(request.user).order_by("-is_recognised", "code")
    return render(request, "resolutions/regions.html", {"section": "resolutions", "groups": groups})
