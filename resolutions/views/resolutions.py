from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amnt.core.htmx import address_of, render_page
from resolutions.forms import ResolutionSearch
from resolutions.importers.lessons import GuideNote, shipped_guide_notes
from resolutions.models import RegionalGroup, Resolution, StudyGroupLink, Topic

PAGE_SIZE = 25


@require_safe
def resolution_list(request):
    search = ResolutionSearch(request.GET)
    found = search.found(request.user).for_list().with_watch_of(request.user).fetch_mode(models.FETCH_RAISE)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    here = address_of(request)
    context = {"section": "resolutions", "search": search, "page": page, "here": here}
    context["counts"] = Resolution.objects.visible_to(request.user).counts_for(request.user)
    response = render_page(request, "resolutions/list.html", context, partial="results")
    if request.htmx:
        response.headers["HX-Push-Url"] = here
    return response


@require_safe
def resolution_detail(request, slug):
    resolution = get_object_or_404(Resolution.objects.for_page(request.user).select_related("verified_by"), slug=slug)
    outcomes = resolution.outcomes.latest_first()
    topics = list(resolution.topics.all())
    context = {
        "section": "resolutions",
        "tab": "resolution",
        "resolution": resolution,
        "outcomes": outcomes,
        "topics": topics,
        "notes": guide_notes(resolution, topics),
        "study_group_links": StudyGroupLink.objects.visible_to(request.user).filter(resolution=resolution).in_order(),
    }
    return render(request, "resolutions/detail.html", context)


def guide_notes(resolution: Resolution, topics: list[Topic]) -> list[GuideNote]:
    """What the guide teaches about it."""
    tags = [topic.tag for topic in topics]
    is_of_assembly = resolution.series == Resolution.Series.WTSA
    return [note for note in shipped_guide_notes() if note.is_about(resolution.slug, tags, is_of_assembly=is_of_assembly)]


def name_for_reader(reader, person) -> str:
    """Shared coalitions are not known in this app, so only the person and staff see the name."""
    if person == reader:
        return _("you")
    return person.short_name if reader.is_staff else ""


@require_safe
def region_list(request):
    groups = RegionalGroup.objects.visible_to(request.user).with_watch_of(request.user).order_by("-is_recognised", "code")
    return render(request, "resolutions/regions.html", {"section": "resolutions", "groups": groups})
