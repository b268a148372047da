"""The checklist after an assembly, and the new cycle that starts from the old one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.core.errors import RuleBroken
from amnt.core.htmx import post_only
from coalitions.models import Circle
from coalitions.outcomes.read_models.new_cycle import assembly_after, new_cycle
from coalitions.outcomes.read_models.record import outcome_rows
from coalitions.outcomes.services.checklist import begin_checklist
from coalitions.outcomes.services.new_cycle import start_cycle
from coalitions.outcomes.views.opening import open_assembly
from coalitions.outcomes.views.reports import address
from coalitions.views.assemblies import no_assembly_yet
from coalitions.views.coalitions import not_as_lead


@post_only
def outcomes_checklist(request, edition):
    """Begin the checklist, or complete it."""
    opened = open_assembly(request, edition)
    if not opened.ours:
        raise PermissionDenied
    coalition = opened.coalition
    if answer := not_as_lead(request, coalition, opened.memberships):
        return answer
    try:
        made = begin_checklist(opened.assembly, coalition=coalition, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "%(n)d follow-up was created. It is yours until you assign it.",
            "%(n)d follow-ups were created. They are yours until you assign them.",
            made,
        )
        messages.success(request, said % {"n": made})
    return redirect(address("outcomes", opened))


@require_http_methods(["GET", "POST"])
def outcomes_next(request, edition):
    """The preview of a new cycle, and the act that starts it."""
    opened = open_assembly(request, edition)
    if not opened.ours:
        raise PermissionDenied
    coalition = opened.coalition
    if answer := not_as_lead(request, coalition, opened.memberships):
        return answer
    new = assembly_after(opened.assembly)
    if new is None:
        return no_assembly_yet(request, "coalitions:outcomes", opened.assembly.code)
    if request.method == "POST":
        try:
            made = start_cycle(opened.assembly, new, coalition=coalition, by=request.user)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            said = _("Carried over: %(asks)d open asks, %(cards)d cards to check, %(countries)d delegations to ask again.")
            messages.success(request, said % {"asks": made.asks, "cards": made.cards, "countries": made.countries})
        return redirect(address("outcomes-next", opened))
    everyone = Circle.objects.get(pk=opened.ours.everyone)
    rows = outcome_rows(opened.assembly, request.user, opened.ours)
    context = {
        "section": "resolutions",
        "opened": opened,
        "assembly": opened.assembly,
        "cycle": new_cycle(rows, opened.assembly, new, everyone, request.user, opened.ours.circles),
    }
    return render(request, "coalitions/outcomes/next.html", context)
