"""Where nobody of ours has a contact: regions, the way of our asks, and gaps that become follow-ups."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Coalition
from coalitions.outreach.forms.gaps import GapFilter, GapsForm
from coalitions.outreach.read_models.coverage import KINDS, CoverageOf
from coalitions.outreach.services.gaps import MOST_AT_ONCE, fill_gaps
from coalitions.permissions import can_create_follow_up, circles_worked_in, membership_context_of
from resolutions.models import Assembly, RegionalGroup

PAGE = 25


@require_safe
def coverage(request):
    memberships = membership_context_of(request.user)
    assembly = Assembly.objects.current()
    groups = list(RegionalGroup.objects.visible_to(request.user))
    search = GapFilter(request.GET, groups=groups)
    known = CoverageOf(request.user, memberships, assembly, search.codes)
    gaps = [gap for gap in known.gaps_nobody_has() if search.kind in ("", gap.kind)] if memberships.works else []
    page = Paginator(gaps, PAGE).get_page(request.GET.get("page"))
    regions = [group for group in groups if group.is_recognised]
    tiles, tiles_height = known.tiles(regions)
    funnels, funnels_height = known.funnels(regions)
    context = {
        "section": "coalition",
        "tab": "coverage",
        "assembly": assembly,
        "memberships": memberships,
        "search": search,
        "page": page,
        "gaps": [(kind, [gap for gap in page.object_list if gap.kind == kind]) for kind in KINDS],
        "counts": {kind: sum(gap.kind == kind for gap in gaps) for kind in KINDS},
        "exportable": list(Coalition.objects.visible_to(request.user).filter(pk__in=memberships.led).order_by("name", "pk"))
        if memberships.led
        else [],
        "tiles": tiles,
        "tiles_height": tiles_height,
        "funnels": funnels,
        "funnels_height": funnels_height,
    }
    return render(request, "coalitions/outreach/coverage.html", context)


@require_http_methods(["GET", "POST"])
def coverage_follow_ups(request):
    """The chosen gaps as follow-ups, shown before they are made: one confirmation for all."""
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    data = form_data(request)
    chosen = set((data if data is not None else request.GET).getlist("gap")[:MOST_AT_ONCE])
    known = CoverageOf(request.user, memberships, Assembly.objects.current())
    gaps = [gap for gap in known.gaps() if gap.key in chosen] if chosen else []
    if not gaps:
        messages.info(request, _("Choose at least one line."))
        return redirect("coalitions:coverage")
    circles = list(circles_worked_in(request.user, memberships))
    form = GapsForm(data, user=request.user, memberships=memberships, gaps=gaps, circles=circles)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not can_create_follow_up(request.user, said["circle"]):
            raise PermissionDenied
        try:
            about = {name: said[name] for name in ("circle", "due_at", "owner", "submission")}
            made = fill_gaps(gaps, titles=form.titles, by=request.user, **about)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            number = len(made)
            messages.success(request, ngettext("%(n)s follow-up created.", "%(n)s follow-ups created.", number) % {"n": number})
            return redirect("coalitions:follow-ups")
    return render(request, "coalitions/outreach/coverage_follow_ups.html", {"section": "coalition", "form": form})
