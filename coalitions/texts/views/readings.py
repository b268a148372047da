"""One cell of the matrix with its proposals, and saying how a circle reads one of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page
from coalitions.models import Circle, CircleView
from coalitions.permissions import can_set_reading, circles_worked_in, membership_context_of
from coalitions.read_models.found_hints import hinted_clauses
from coalitions.services import circle_views
from coalitions.texts.domain.matrix import STATES
from coalitions.texts.forms.matrix import PastDay
from coalitions.texts.forms.readings import ReadingForm
from coalitions.texts.read_models.readings import ProposalInCell, asks_twice, proposals_as_of, readings_by_proposal, tick_first
from coalitions.texts.services.readings import read_proposal
from coalitions.texts.views.matrix import said_day
from resolutions.models import Proposal, RegionalGroup, Resolution
from resolutions.models.moves import moves_of
from resolutions.read_models.proposed import changes_by_proposal


@require_safe
def matrix_cell(request, slug, column):
    """One cell of the matrix: its proposals with our readings, now or as of a past day."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    groups = list(RegionalGroup.objects.visible_to(user).filter(is_recognised=True))
    group = next((each for each in groups if each.code == column), None)
    if group is None and column != STATES:
        raise Http404
    past = PastDay(request.GET, user=user)
    day, until = past.day, past.until
    recognised = {each.pk for each in groups}
    everything = proposals_as_of(user, memberships, resolution, day, until)
    ours = [row for row in everything if (row.group_id == group.pk if group else row.group_id not in recognised)]
    entries = [ProposalInCell(row, twice=asks_twice(row, everything, recognised)) for row in ours]
    circles = list(circles_worked_in(user, memberships)) if memberships.works and not day else []
    said = readings_by_proposal(user, ours, memberships, as_of=until)
    changes = changes_by_proposal(ours, user)
    hinted = hinted_clauses(user, memberships, changes) if ours else {}
    for entry in entries:
        entry.is_read = user.reads(entry.proposal.contribution.language)
        entry.show(changes.get(entry.proposal, []), hinted.get(entry.proposal.pk, []))
        entry.readings = said.get(entry.proposal.pk, [])
        if circles:
            entry.form = ReadingForm(circles=circles, auto_id=f"id_{entry.proposal.public_id}_%s")
    tick_first(entries)
    note_readings(entries, by=user)
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "group": group,
        "entries": entries,
        "may_compare": any(entry.is_comparable for entry in entries),
        "memberships": memberships,
        "moved": frozenset() if day else moves_of(user).proposals,
        "past": past,
        "day": said_day(day),
        "matrix_query": f"?as_of={day:%Y-%m-%d}" if day else "",
        "names_coalition": len(memberships.roles) > 1,
        "here": request.get_full_path(),
    }
    return render(request, "coalitions/texts/matrix_cell.html", context)


def note_readings(entries: list[ProposalInCell], *, by) -> None:
    """Record views of readings of restricted circles."""
    shown = [(entry.proposal.public_id, each.circle) for entry in entries for each in entry.current]
    circle_views.record_views(CircleView.Thing.READING, shown, by=by)


@require_http_methods(["GET", "POST"])
def reading(request, public_id):
    """Say how we read one proposal. Sent from the cell, from the page of the proposal, or from here."""
    user, memberships = request.user, membership_context_of(request.user)
    proposals = Proposal.objects.visible_to(user).for_list()
    proposal = get_object_or_404(proposals, public_id=public_id)
    if not memberships.works:
        raise PermissionDenied
    circles: list[Circle] = list(circles_worked_in(user, memberships))
    form = ReadingForm(form_data(request), circles=circles)
    if request.method == "POST" and form.is_valid():
        if not can_set_reading(user, form.cleaned_data["circle"]):
            raise PermissionDenied
        try:
            read_proposal(proposal, by=user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The reading is recorded."))
            return redirect(next_page(request, address_of_cell(proposal)))
    entry = ProposalInCell(proposal, readings_by_proposal(user, [proposal], memberships).get(proposal.pk, []))
    note_readings([entry], by=user)
    context = {
        "section": "resolutions",
        "proposal": proposal,
        "entry": entry,
        "form": form,
        "back": next_page(request, address_of_cell(proposal)),
        "names_coalition": len(memberships.roles) > 1,
    }
    return render(request, "coalitions/texts/reading.html", context)


def address_of_cell(proposal: Proposal) -> str:
    column = proposal.group.code if proposal.group and proposal.group.is_recognised else STATES
    return reverse("coalitions:matrix-cell", args=[proposal.resolution.slug, column])
