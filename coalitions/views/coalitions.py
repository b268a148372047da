"""A coalition: its people, settings, and leaving it. And helpers for the pages of its people and circles."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.audit.models import AuditEntry
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.languages import current_language
from amnt.core.sorting import Order, Sorting
from coalitions.forms.leaving import HandOverForm
from coalitions.forms.people import CoalitionForm
from coalitions.models import Approval, CharterVersion, Coalition, Invitation, Membership
from coalitions.models.people import is_here
from coalitions.permissions import membership_context_of
from coalitions.read_models.hand_over import hand_over_choices
from coalitions.services import last_readers, leaving, membership

A_PAGE = 25
ORDERS = {
    "role": Order(gettext_lazy("role"), ()),
    "name": Order(gettext_lazy("name"), ("user__name", "pk")),
    "organisation": Order(gettext_lazy("organisation"), (F("organisation__name").asc(nulls_last=True), "user__name", "pk")),
}
# Who came when, leads alone know.
ORDERS_OF_LEADS = ORDERS | {"newest": Order(gettext_lazy("newest first"), ("-joined_at", "-pk"))}
SECTION = "coalition"
HOST_LOOKED = "instance.break_glass"
NOTICE_FOR = timedelta(days=30)


@require_safe
def home(request):
    mine = list(Coalition.objects.visible_to(request.user).order_by("name", "pk"))
    if len(mine) == 1:
        return redirect(mine[0])
    memberships = membership_context_of(request.user)
    with_roles = [(coalition, Membership.Role(memberships.roles[coalition.pk]).label) for coalition in mine]
    return render(request, "coalitions/home.html", {"coalitions": with_roles, "section": SECTION})


@require_safe
def coalition_detail(request, public_id):
    """The people of a coalition that the reader may see."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    people = Membership.objects.visible_to(request.user).filter(coalition=coalition).for_list()
    sorting = Sorting(ORDERS_OF_LEADS if coalition.pk in memberships.led else ORDERS, request.GET)
    if sorting.by:
        people = people.order_by(*sorting.by)
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(row, local_time(row, now()) if row.is_lead else "") for row in page.object_list]
    counts = (
        Membership.objects.current()
        .filter(coalition=coalition)
        .aggregate(
            people=Count("pk"),
            leads=Count("pk", filter=Q(role=Membership.Role.LEAD)),
            organisations=Count("organisation", distinct=True),
            unreached=Count("pk", filter=Q(user__mail_refused_at__isnull=False)),
        )
    )
    invitations = Invitation.objects.visible_to(request.user).open().filter(coalition=coalition)
    announced = Approval.objects.announced().filter(coalition=coalition).order_by("pk").first()
    context = coalition_context(request, coalition, memberships, tab="members") | {
        "page": page,
        "sorting": sorting,
        "counts": counts,
        "announced": announced,
        "charter": CharterVersion.objects.visible_to(request.user).filter(coalition=coalition).newest_first().first(),
    }
    if context["leads"]:
        context["waiting"] = Approval.objects.to_answer_by(request.user).filter(coalition=coalition).count()
        context["coming"] = waiting_newcomers(coalition)
        context["invitations"] = list(invitations.select_related("organisation").order_by("expires_at", "pk"))
        context["lead_is_invited"] = any(invitation.role == Membership.Role.LEAD for invitation in context["invitations"])
    return render(request, "coalitions/detail.html", context)


@require_http_methods(["GET", "POST"])
def coalition_settings(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, coalition, memberships):
        return answer
    shown = {name: getattr(coalition, name) for name in CoalitionForm.Meta.fields}
    form = CoalitionForm(form_data(request), instance=Coalition(**shown))
    if request.method == "POST" and form.is_valid():
        membership.change_settings(coalition, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("coalitions:settings", coalition.public_id)
    return render(request, "coalitions/settings.html", coalition_context(request, coalition, memberships, tab="settings") | {"form": form})


@require_http_methods(["GET", "POST"])
def coalition_leave(request, public_id):
    """Leave, after a page that says what will be handed back."""
    coalition = visible_coalition(request, public_id)
    mine = get_object_or_404(Membership.objects.current().select_related("user", "coalition"), coalition=coalition, user=request.user)
    may_try_again = False
    trouble = membership.reason_against_leaving(mine)
    form = HandOverForm(form_data(request), choices=hand_over_choices(mine, seen_by=request.user), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            membership.leave(mine, hand_over=form.hand_over(), from_session=request.session.session_key)
        except RuleBroken as error:
            trouble, may_try_again = str(error), error.field == "hand_over"
        else:
            messages.success(request, _("You have left the coalition. What you did not give to others has been handed back."))
            return redirect("coalitions:home")
    context = {
        "coalition": coalition,
        "coming_back": leaving.hand_back_checklist(mine, seen_by=request.user),
        "alone_in": last_readers.circles_read_alone(request.user, coalition=coalition),
        "form": form,
        "trouble": trouble,
        "may_try_again": may_try_again,
        "section": SECTION,
    }
    return render(request, "coalitions/members/leave.html", context, status=409 if trouble and request.method == "POST" else 200)


# --- What these pages share -----------------------------------------------------------------------------------------


def visible_coalition(request, public_id):
    return get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)


def not_as_lead(request, coalition, memberships):
    """None for a lead. A lead without a second factor gets a page that says so; anyone else 403."""
    if coalition.pk in memberships.led:
        return None
    if memberships.roles.get(coalition.pk) == Membership.Role.LEAD:
        context = {"coalition": coalition, "section": SECTION}
        return render(request, "coalitions/second_factor_first.html", context, status=403)
    raise PermissionDenied


def coalition_context(request, coalition, memberships, *, tab):
    """The context of the head and tabs of a coalition's pages."""
    is_lead = memberships.roles.get(coalition.pk) == Membership.Role.LEAD
    return {
        "coalition": coalition,
        "tab": tab,
        "is_lead": is_lead,
        "leads": coalition.pk in memberships.led,
        "works_here": coalition.pk in memberships.works_in,
        "lacks_second_factor": is_lead and coalition.pk not in memberships.led,
        "looked_at": last_break_glass(coalition) if coalition.pk in memberships.led else None,
        "section": SECTION,
    }


def last_break_glass(coalition):
    """When the host last used break glass in this coalition, within the last weeks."""
    entries = AuditEntry.objects.of_coalition(coalition.public_id).filter(act__startswith=HOST_LOOKED, at__gte=now() - NOTICE_FOR)
    return entries.order_by("-at").values_list("at", flat=True).first()


def waiting_newcomers(coalition):
    """Invitations accepted and waiting for a second lead."""
    waiting = Invitation.objects.waiting_for_leads().filter(coalition=coalition)
    waiting = waiting.annotate(invited_by_is_here=is_here("invited_by", of="coalition"))
    return list(waiting.select_related("accepted_by", "invited_by", "approval").order_by("accepted_at", "pk"))


def local_time(row: Membership, instant: datetime) -> str:
    """ "Nairobi, it is 08:12": when a lead can be called."""
    zone = row.user.time_zone
    return _("%(place)s, it is %(hour)s") % {
        "place": times.place(zone, current_language()),
        "hour": times.hour(instant.astimezone(ZoneInfo(zone))),
    }
