from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from resolutions.models import Resolution
from resolutions.permissions import can_enter_texts
from resolutions.read_models.clause_citations import citations_of
from resolutions.read_models.clause_page import clause_page


@require_safe
def clause(request, slug, identity):
    """One clause: its words, its history through assemblies, and what is proposed on it."""
    resolution = get_object_or_404(Resolution.objects.for_page(request.user), slug=slug)
    page = clause_page(resolution, identity, request.user)
    if page is None:
        raise Http404
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "page": page,
        "identity": identity,
        "citation": citation(resolution, page),
        "address": settings.SITE_URL + reverse("resolutions:clause", args=[slug, identity]),
        "may_cite": can_enter_texts(request.user),
        "cited_in": citations_of(request.user, identity),
    }
    return render(request, "resolutions/texts/clause.html", context)


def citation(resolution, page):
    """ "Res. 50 (Rev. New Delhi, 2024), instructs 3"; of one that is only proposed "Res. 50, instructs 3 bis"."""
    if page.shown is None:
        return _("%(resolution)s, %(clause)s") % {"resolution": resolution.short_name, "clause": page.words.name}
    words = {"resolution": resolution.short_name, "revision": page.shown.version.revision.label, "clause": page.shown.name}
    return _("%(resolution)s (%(revision)s), %(clause)s") % words
