"""The proposals on a resolution: the list, the page of one, and later changes."""

from math import inf

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.sorting import Order, Sorting
from coalitions.models import CircleView, Membership, Reading
from coalitions.permissions import can_enter_texts, membership_context_of
from coalitions.positions.read_models.cards import position_cards
from coalitions.read_models.found_hints import hinted_clauses
from coalitions.services import circle_views
from coalitions.texts.forms.proposals import ProposalChangeForm
from coalitions.texts.read_models.proposal_rows import proposals_on, rows_of
from coalitions.texts.read_models.readings import newest_readings
from resolutions.domain.tables import blocks
from resolutions.models import Proposal, ProposalEvent, Resolution, Series
from resolutions.models.moves import moves_of
from resolutions.read_models.proposed import changes_by_proposal, other_bases, unsure_start
from resolutions.read_models.versions import proposal_key, text_key
from resolutions.services import proposals as services

TONES = {Reading.Tone.RISK: 0, Reading.Tone.MIXED: 1, Reading.Tone.GOOD: 2}
# Each is stable: of what is the same, regional ones come first, then by identifier.
ORDERS = {
    "identifier": Order(gettext_lazy("identifier"), lambda row: 0),
    "moved": Order(gettext_lazy("latest change"), lambda row: -row.proposal.moved_at.timestamp() if row.proposal.moved_at else inf),
    "reading": Order(gettext_lazy("our reading"), lambda row: TONES.get(row.tone, len(TONES))),
    "action": Order(gettext_lazy("what is asked"), lambda row: row.proposal.action),
}


@require_safe
def resolution_proposals(request, slug):
    user = request.user
    resolution = get_object_or_404(Resolution.objects.for_page(user), slug=slug)
    memberships = membership_context_of(user)
    assemblies, sorting = proposals_on(resolution, user, memberships), Sorting(ORDERS, request.GET)
    for each in assemblies:
        each.standing.sort(key=sorting.by)
    context = {
        "section": "resolutions",
        "tab": "proposals",
        "resolution": resolution,
        "memberships": memberships,
        "may_bring": memberships.works,
        "assemblies": assemblies,
        "sorting": sorting,
        "count": sum(len(each.standing) for each in assemblies[:1]),
        "cards": [card for card in position_cards(user, resolution, memberships) if card.is_adopted],
        "names_coalition": len(memberships.roles) > 1,
    }
    return render(request, "coalitions/texts/resolution_proposals.html", context)


# --- One of them --------------------------------------------------------------------------------------------------------


@require_safe
def proposal(request, public_id):
    user = request.user
    row = get_object_or_404(_for_page(user), public_id=public_id)
    memberships = membership_context_of(user)
    changes = changes_by_proposal([row], user)[row]
    clauses = [changed.clause for changed in changes]
    readings = newest_readings(user, [row], memberships)
    circle_views.record_views(CircleView.Thing.READING, [(row.public_id, each.circle) for each in readings.values()], by=user)
    known = set(Membership.objects.visible_to(user).values_list("user_id", flat=True))
    events = [(event, event.by.short_name if event.by_id in known and event.by else "") for event in row.events.all()]
    context = {
        "section": "resolutions",
        "proposal": row,
        "memberships": memberships,
        "row": rows_of([row], readings, moves_of(user).proposals)[0],
        "resolution": row.resolution,
        "may_change": memberships.works and row.superseded_at is None,
        "may_read": memberships.works,
        "events": events,
        "other_bases": other_bases(row, clauses),
        "may_give_text": memberships.works and may_give_text(row, changes),
        "unsure_start": unsure_start(changes),
        "doubtful": sum(clause.is_doubtful for clause in clauses),
        "parts": _in_parts(changes, hinted_clauses(user, memberships, {row: changes}).get(row.pk, [])),
        "earlier": _issue(user, memberships, pk=row.replaces_id),
        "later": _issue(user, memberships, replaces=row),
        "version": proposal_key(row),
        "base_version": text_key(row.base) if row.base else "",
        "entered_by": row.contribution.entered_by.short_name if row.contribution.entered_by_id in known else "",
    }
    return render(request, "coalitions/texts/proposal.html", context)


def may_give_text(row, changes):
    """Whether what it starts from may stand in for a text in force that is not here in its language."""
    has_its_base = row.base is not None and row.base.language == row.contribution.language
    is_here = has_its_base or any(changed.in_force for changed in changes)
    is_text = row.resolution.series == Series.WTSA and not row.resolution.is_draft and row.superseded_at is None
    return not is_here and is_text and bool(row.contribution.language) and any(changed.clause.before for changed in changes)


def _for_page(user):
    events = models.Prefetch("events", ProposalEvent.objects.select_related("by").order_by("-at", "-pk"))
    with_them = ("contribution__assembly", "contribution__entered_by", "group", "resolution", "base__revision__assembly")
    return Proposal.objects.visible_to(user).select_related(*with_them).prefetch_related(events)


def _issue(user, memberships, **which):
    """The earlier or later issue of the same proposal, if this person may read it."""
    if None in which.values():
        return None
    return Proposal.objects.visible_to(user, memberships.circles).filter(**which).select_related("contribution").order_by("-pk").first()


def _in_parts(changes, hinted):
    """Parts with their clauses, what is worth a look in them, and how many change, the operative part first."""
    parts, hints = [], {each.changed.clause: each.found for each in hinted}
    for part in ("operative", "annex", "preamble"):
        found = [change for change in changes if change.clause.part == part]
        if found:
            rows = [(change, hints.get(change.clause)) for change in found]
            shown = list(blocks(rows, lambda row: row[0].clause, lambda row: row[0].is_quiet))
            quiet = [each for block in shown if block.is_quiet for each in block.items]
            counts = {"changed": sum(not change.is_quiet for change in found), "unchanged": len(quiet)}
            parts.append({"part": part, "name": found[0].clause.get_part_display(), "changes": rows, "blocks": shown, **counts})
    return parts


# --- What becomes known later -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def proposal_change(request, public_id):
    found = Proposal.objects.visible_to(request.user).select_related("contribution__assembly", "group", "resolution")
    row = get_object_or_404(found, public_id=public_id)
    if not can_enter_texts(request.user):
        raise PermissionDenied
    form = ProposalChangeForm(form_data(request), proposal=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(row, form.wanted(), by=request.user, seen=form.seen())
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.has_seen()
        else:
            messages.success(request, _("Saved."))
            return redirect(row)
    context = {"section": "resolutions", "proposal": row, "resolution": row.resolution, "form": form}
    return render(request, "coalitions/texts/proposal_change.html", context)
