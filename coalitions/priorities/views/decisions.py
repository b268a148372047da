"""The log of decisions of a coalition: its leads and members read and write it, as far as their circles reach."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Circle, CircleView, Decision
from coalitions.permissions import membership_context_of
from coalitions.priorities.forms.priorities import DecisionForm, uuid_or_none
from coalitions.priorities.read_models.decision_log import DecisionLog
from coalitions.priorities.read_models.people_names import names_for
from coalitions.priorities.services.decisions import log_decision
from coalitions.services import circle_views
from coalitions.views.coalitions import A_PAGE, coalition_context, visible_coalition
from resolutions.models import Resolution


@require_safe
def decisions(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    check_works_in(coalition, memberships)
    log = DecisionLog(request.user, coalition, memberships, names_for(request.user, coalition, memberships))
    page: Page = Paginator(cast(Any, log), A_PAGE).get_page(request.GET.get("page"))
    entered = [line.decision for line in page.object_list if line.decision]
    opened = [(row.circle.public_id, row.circle) for row in entered]
    circle_views.record_views(CircleView.Thing.CIRCLE, opened, by=request.user)
    context = coalition_context(request, coalition, memberships, tab="decisions") | {"page": page}
    return render(request, "coalitions/priorities/decisions.html", context)


@require_http_methods(["GET", "POST"])
def decision_new(request, public_id):
    """Log a decision, or with `corrects` what an earlier entry should have said."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    check_works_in(coalition, memberships)
    corrected = entry_to_correct(request, coalition, memberships)
    circles = list(Circle.objects.of(request.user).filter(coalition=coalition, pk__in=memberships.circles).select_related("coalition"))
    initial = {"decided_on": localdate(), "resolution": resolution_asked(request)}
    if corrected:
        initial = {"text": corrected.text, "decided_on": corrected.decided_on, "decided_by": corrected.decided_by}
        initial["resolution"] = corrected.resolution
    form = DecisionForm(form_data(request), user=request.user, circles=circles, corrects=corrected, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | ({"circle": corrected.circle} if corrected else {})
        try:
            log_decision(by=request.user, corrects=corrected, **given)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Logged."))
            return redirect("coalitions:decisions", coalition.public_id)
    context = {"section": "coalition", "coalition": coalition, "form": form, "corrected": corrected}
    return render(request, "coalitions/priorities/decision_new.html", context)


def check_works_in(coalition, memberships):
    """Decisions are for leads and members; observers read what is published to them."""
    if coalition.pk not in memberships.works_in:
        raise PermissionDenied


def entry_to_correct(request, coalition, memberships):
    said = request.GET.get("corrects", "")
    if not said:
        return None
    known = Decision.objects.of_coalition(coalition.pk, request.user, memberships.circles).select_related("circle__coalition", "resolution")
    found = known.filter(public_id=uuid_or_none(said)).first()
    if found is None:
        raise Http404
    return found


def resolution_asked(request):
    return Resolution.objects.visible_to(request.user).filter(slug=request.GET.get("resolution", "")).first()
