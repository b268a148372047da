from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import FETCH_RAISE
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page
from coalitions.models import Circle, CircleView, Membership, Reading
from coalitions.permissions import MembershipContext, can_set_reading, membership_context_of
from coalitions.services import circle_views
from coalitions.texts.domain.matrix import STATES
from coalitions.texts.forms.matrix import PastDay
from coalitions.texts.forms.readings import ReadingForm, circles_worked_in
from coalitions.texts.services.readings import read_proposal
from coalitions.texts.views.matrix import said_day
from coalitions.views.follow_ups import name_of
from resolutions.models import Assembly, Proposal, RegionalGroup, Resolution


@dataclass
class ProposalInCell:
    """One proposal of a cell, and what is made of it."""

    proposal: Proposal
    readings: list[Reading] = field(default_factory=list)
    form: ReadingForm | None = None
    # States that ask in both ways: under their region and alone.
    twice: list[str] = field(default_factory=list)

    @property
    def current(self) -> list[Reading]:
        """The last word of each circle, that of everyone first."""
        newest: dict[int, Reading] = {}
        for reading in self.readings:
            newest.setdefault(reading.circle_id, reading)
        return sorted(newest.values(), key=lambda reading: not reading.circle.is_everyone)

    @property
    def earlier(self) -> list[Reading]:
        current = {reading.pk for reading in self.current}
        return [reading for reading in self.readings if reading.pk not in current]

    @property
    def countries(self):
        return list(self.proposal.countries)


@require_safe
def matrix_cell(request, slug, column):
    """One cell of the matrix, opened: its proposals with their papers and our readings, now or as they stood on a past day."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.visible_to(user), slug=slug)
    groups = list(RegionalGroup.objects.visible_to(user).filter(is_recognised=True))
    group = next((each for each in groups if each.code == column), None)
    if group is None and column != STATES:
        raise Http404
    past = PastDay(request.GET, user=user)
    day, until = past.day, past.until
    recognised = {each.pk for each in groups}
    everything = as_they_stood(user, memberships, resolution, past)
    ours = [row for row in everything if (row.group_id == group.pk if group else row.group_id not in recognised)]
    entries = [ProposalInCell(row, twice=asks_twice(row, everything, recognised)) for row in ours]
    circles = list(circles_worked_in(user, memberships)) if memberships.works and not day else []
    said = readings_of(user, ours, memberships, as_of=until)
    for entry in entries:
        entry.readings = said.get(entry.proposal.pk, [])
        if circles:
            entry.form = ReadingForm(circles=circles, auto_id=f"id_{entry.proposal.public_id}_%s")
    note_readings(entries, by=user)
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "group": group,
        "entries": entries,
        "memberships": memberships,
        "since": None if day else user.seen_before_at,
        "past": past,
        "day": said_day(day),
        "matrix_query": f"?as_of={day:%Y-%m-%d}" if day else "",
        "names_coalition": len(memberships.roles) > 1,
        "here": request.get_full_path(),
    }
    return render(request, "coalitions/texts/matrix_cell.html", context)


def as_they_stood(user, memberships: MembershipContext, resolution: Resolution, past: PastDay) -> list[Proposal]:
    """What stands in the cells of its row, with the status and the fate of that day. Not to be saved."""
    asked = Proposal.objects.visible_to(user, memberships.circles).filter(resolution=resolution)
    asked = asked.for_matrix(Assembly.objects.current(past.day), past.until)
    if past.until:
        asked = asked.with_signing_after(past.until)
    rows: list[Any] = list(asked.for_list().fetch_mode(FETCH_RAISE))
    for row in rows:
        row.status, row.fate = row.status_then, row.fate_then
    return rows


def asks_twice(proposal: Proposal, everything: list[Proposal], recognised: set[int]) -> list[str]:
    """The names of States that sign it and also ask in the other way: alone beside their region's, or the reverse."""
    is_regional = proposal.group_id in recognised
    others = (row for row in everything if (row.group_id in recognised) != is_regional and not row.is_withdrawn)
    elsewhere = {str(country) for row in others for country in row.countries}
    return sorted(countries.name(code) for code in map(str, proposal.countries) if code in elsewhere)


def readings_of(user, proposals, memberships, *, as_of: datetime | None = None) -> dict[int, list[Reading]]:
    """What she may read of how these are read, or were until then, the latest first, each with the name its author has here."""
    rows = Reading.objects.visible_to(user, memberships.circles).filter(proposal__in=[row.pk for row in proposals])
    if as_of:
        rows = rows.filter(at__lte=as_of)
    rows = rows.select_related("by", "circle__coalition").order_by("-pk")
    here = Membership.objects.current().filter(coalition__in=memberships.roles).people_by_coalition()
    found: dict[int, list[Reading]] = {}
    for row in rows:
        row.by_name = name_of(row.by, here[row.circle.coalition_id])
        found.setdefault(row.proposal_id, []).append(row)
    return found


def note_readings(entries: list[ProposalInCell], *, by) -> None:
    """That she opened them, where only a restricted circle reads them."""
    shown = [(entry.proposal.public_id, each.circle) for entry in entries for each in entry.current]
    circle_views.note_each(CircleView.Thing.READING, shown, by=by)


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
    entry = ProposalInCell(proposal, readings_of(user, [proposal], memberships).get(proposal.pk, []))
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
