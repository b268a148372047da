"""The priorities of a coalition: read by its leads and members, and by observers as published; written by leads."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.forms.resolution_lists import numbers_of
from coalitions.importers.advocacy import shipped_suggestions
from coalitions.models import LinkedClause, Priority
from coalitions.permissions import membership_context_of
from coalitions.priorities.forms.priorities import PriorityChoiceForm, PriorityForm
from coalitions.priorities.read_models.priorities import clause_names, priority_cards, suggestions_left
from coalitions.priorities.services import priorities as services
from coalitions.views.coalitions import coalition_context, visible_coalition
from resolutions.models import Clause, Resolution


@require_safe
def priorities(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    cards = priority_cards(request.user, coalition)
    writes = coalition.pk in memberships.led
    context = coalition_context(request, coalition, memberships, tab="priorities") | {
        "cards": cards,
        "suggestions": suggestions_left(cards) if writes else [],
        "writes": writes,
        "may_add": writes and len(cards) < Priority.MOST,
        "only_observes": coalition.pk not in memberships.works_in,
    }
    return render(request, "coalitions/priorities/priorities.html", context)


@post_only
def priority_adopt(request, public_id):
    """Adopt one of the guide's suggestions with one tap."""
    coalition = visible_coalition(request, public_id)
    check_leads(request, coalition)
    suggestion = shipped_suggestions().get(request.POST.get("suggestion", ""))
    if suggestion is None:
        raise Http404
    try:
        services.adopt_suggestion(coalition, suggestion, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Adopted. Members read it now; change its words whenever you like."))
    return redirect("coalitions:priorities", coalition.public_id)


@require_http_methods(["GET", "POST"])
def priority_new(request, public_id):
    coalition = visible_coalition(request, public_id)
    check_leads(request, coalition)
    form = PriorityForm(form_data(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_priority(coalition, by=request.user, submission=form.cleaned_data["submission"], **form.said())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    context = {"section": "coalition", "coalition": coalition, "form": form, "priority": None}
    return render(request, "coalitions/priorities/priority_write.html", context)


@require_http_methods(["GET", "POST"])
def priority_change(request, public_id):
    priority = visible_priority(request, public_id)
    check_leads(request, priority.coalition)
    card = next(card for card in priority_cards(request.user, priority.coalition) if card.priority.pk == priority.pk)
    initial = {
        "title": priority.title,
        "why": priority.why,
        "resolutions": numbers_of(card.resolutions),
        "rights": priority.about.get("rights", []),
        "clauses": [str(clause.identity) for clause in card.clauses],
        "seen_version": priority.version,
    }
    form = PriorityForm(form_data(request), user=request.user, linked=card.clauses, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_priority(priority, by=request.user, seen_version=form.cleaned_data["seen_version"], **form.said())
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again(priority.version)
        else:
            messages.success(request, _("Saved."))
            return redirect(priority)
    context = {"section": "coalition", "coalition": priority.coalition, "form": form, "priority": priority}
    return render(request, "coalitions/priorities/priority_write.html", context)


@post_only
def priority_move(request, public_id):
    priority = visible_priority(request, public_id)
    check_leads(request, priority.coalition)
    try:
        services.move_priority(priority, up="up" in request.POST, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    return redirect(priority)


@post_only
def priority_publish(request, public_id):
    """Let observers read it, or no longer."""
    priority = visible_priority(request, public_id)
    check_leads(request, priority.coalition)
    is_published = "hide" not in request.POST
    try:
        services.publish_priority(priority, is_published=is_published, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Observers read it now.") if is_published else _("Observers no longer read it."))
    return redirect(priority)


@post_only
def priority_remove(request, public_id):
    priority = visible_priority(request, public_id)
    check_leads(request, priority.coalition)
    try:
        services.remove_priority(priority, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed."))
    return redirect("coalitions:priorities", priority.coalition.public_id)


@require_http_methods(["GET", "POST"])
def priority_link(request, slug, identity):
    """Link a clause to one of the priorities of a coalition that this person leads."""
    resolution = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    memberships = membership_context_of(request.user)
    if not Clause.objects.filter(identity=identity, version__revision__resolution=resolution).exists():
        raise Http404
    if not memberships.led:
        raise PermissionDenied
    offered = list(Priority.objects.visible_to(request.user).filter(coalition__in=memberships.led).select_related("coalition").in_order())
    form = PriorityChoiceForm(form_data(request), priorities=offered, names_coalition=len(memberships.led) > 1)
    if request.method == "POST" and form.is_valid():
        priority = form.cleaned_data["priority"]
        try:
            services.link_clause(priority, LinkedClause(identity, resolution.pk), by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Linked."))
            return redirect(priority)
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "identity": identity,
        "clause_name": clause_names(request.user, {identity}).get(identity, ""),
        "form": form,
        "offered": offered,
        "led_one": next(iter({row.coalition for row in offered}), None),
    }
    return render(request, "coalitions/priorities/priority_link.html", context)


def visible_priority(request, public_id):
    return get_object_or_404(Priority.objects.visible_to(request.user).select_related("coalition"), public_id=public_id)


def check_leads(request, coalition):
    if coalition.pk not in membership_context_of(request.user).led:
        raise PermissionDenied
