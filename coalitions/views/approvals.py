"""Approvals: the list, a preview, approving, declining and withdrawing."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amnt.core.errors import RuleBroken
from amnt.core.htmx import post_only
from coalitions.models import Approval, Membership
from coalitions.permissions import membership_context_of
from coalitions.services import approvals

A_PAGE = 25
SECTION = "coalition"
SHOWN_FOR = timedelta(days=30)


@require_safe
def approval_list(request):
    """Approvals that wait for the reader, the reader's own, and those answered in the last thirty days."""
    memberships = membership_context_of(request.user)
    if not memberships.led:
        if memberships.lacks_second_factor:
            leads = Membership.objects.current().leads().filter(user=request.user).select_related("coalition")
            context = {"coalition": leads.order_by("pk")[0].coalition, "section": SECTION}
            return render(request, "coalitions/second_factor_first.html", context, status=403)
        raise PermissionDenied
    rows = Approval.objects.visible_to(request.user).for_list()
    waiting = rows.waiting()
    past = rows.filter(asked_at__gt=now() - SHOWN_FOR).exclude(pk__in=waiting.values("pk")).order_by("-asked_at", "-pk")
    page = Paginator(past, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_sentences(page.object_list)
    context = {
        "to_answer": with_sentences(waiting.exclude(asked_by=request.user)),
        "asked": with_sentences(waiting.filter(asked_by=request.user)),
        "page": page,
        "several": len(memberships.led) > 1,
        "section": SECTION,
    }
    return render(request, "coalitions/approvals/approvals.html", context)


@require_safe
def approval_detail(request, public_id):
    approval = visible_approval(request, public_id)
    return render(request, "coalitions/approvals/approval.html", context_of(request, approval))


@post_only
def approval_approve(request, public_id):
    kind = approvals.kind_of(visible_approval(request, public_id))
    carry_out = reauthentication_required(app="coalitions.approve")(answer_approval) if kind.is_proven_again else answer_approval
    return carry_out(request, public_id, approvals.approve, _("Done: two leads agreed."))


@post_only
def approval_decline(request, public_id):
    return answer_approval(request, public_id, approvals.decline, _("Declined. Nothing has happened."))


@post_only
def approval_withdraw(request, public_id):
    return answer_approval(request, public_id, approvals.withdraw, _("Withdrawn. Nothing has happened."))


def answer_approval(request, public_id, service, done):
    """Redirects to the list; a refusal stays on the page with its sentence."""
    approval = visible_approval(request, public_id)
    try:
        service(approval, by=request.user)
    except RuleBroken as error:
        approval.refresh_from_db()
        return render(request, "coalitions/approvals/approval.html", context_of(request, approval) | {"trouble": str(error)}, status=409)
    if service is approvals.approve and approvals.kind_of(approval).ends_log_ins:
        logout(request)
        return redirect("now")
    messages.success(request, done)
    return redirect("coalitions:approvals")


def visible_approval(request, public_id):
    rows = Approval.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, public_id=public_id)


def context_of(request, approval):
    return {
        "approval": approval,
        "coalition": approval.coalition,
        "sentence": approvals.sentence_of(approval),
        "look": approvals.summary_of(approval) if approval.is_waiting else None,
        "is_proven_again": approvals.kind_of(approval).is_proven_again,
        "is_mine": approval.asked_by_id == request.user.pk,
        "section": SECTION,
    }


def with_sentences(rows):
    """Each with its sentence."""
    return [(row, approvals.sentence_of(row)) for row in rows]
