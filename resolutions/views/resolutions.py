from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from amnt.core.htmx import address_of, render_page
from amnt.core.sorting import Order, Sorting
from resolutions.forms import ResolutionSearch
from resolutions.models import RegionalGroup, Resolution
from resolutions.models.moves import moves_of
from resolutions.models.resolutions import ResolutionQuerySet

PAGE_SIZE = 25
ORDERS = {
    "number": Order(gettext_lazy("number"), ResolutionQuerySet.keys_by_number),
    "title": Order(gettext_lazy("title"), ResolutionQuerySet.keys_by_title),
    "weight": Order(gettext_lazy("weight for human rights"), ResolutionQuerySet.keys_by_weight),
}


@require_safe
def resolution_list(request):
    search, sorting = ResolutionSearch(request.GET), Sorting(ORDERS, request.GET)
    moves = moves_of(request.user)
    page = Paginator(sorting.by(search.found(request.user, moves)), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = Resolution.objects.visible_to(request.user).for_list().with_watch_of(request.user).fetch_mode(models.FETCH_RAISE)
    found = rows.in_bulk(page.object_list)
    page.object_list = [found[key] for key in page.object_list]
    here = address_of(request)
    context = {"section": "resolutions", "search": search, "sorting": sorting, "page": page, "moves": moves, "here": here}
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
