"""Asking a second lead to lock the instance."""

from allauth.account.decorators import reauthentication_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amnt.core.errors import RuleBroken
from coalitions.permissions import membership_context_of
from coalitions.services import approvals
from coalitions.views.coalitions import SECTION, not_as_lead, visible_coalition


@require_http_methods(["GET", "POST"])
def lock_instance(request, public_id):
    """Explains it, and requires reauthentication before requesting a second lead."""
    coalition = visible_coalition(request, public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or ask_to_lock(request, coalition)


@reauthentication_required(app="coalitions.lock_instance")
def ask_to_lock(request, coalition):
    trouble = ""
    if request.method == "POST":
        try:
            asked = approvals.ask("coalitions.lock_instance", coalition=coalition, about={}, by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            return redirect(asked)
    context = {"coalition": coalition, "trouble": trouble, "section": SECTION}
    return render(request, "coalitions/lock_instance.html", context, status=409 if trouble else 200)
