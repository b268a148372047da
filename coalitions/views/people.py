"""S09: who is in the coalition, its circles, its settings, and how one goes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.audit.models import AuditEntry
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from amnt.core.languages import current_language
from coalitions.forms.people import AddToCircleForm, CircleChangeForm, CircleForm, CoalitionForm, LastReaderForm, RecoveryForm, RoleForm
from coalitions.models import (
    Approval,
    Circle,
    CircleMembership,
    CircleView,
    Coalition,
    FollowUp,
    Invitation,
    LastReaderQuestion,
    Membership,
    Position,
)
from coalitions.permissions import can_name_people, can_open_circle, membership_context_of
from coalitions.services import approvals, circle_views, circles, last_readers, leaving, membership, two_lead_acts

A_PAGE = 25
SECTION = "coalition"
HOST_LOOKED = "instance.break_glass"
NOTICE_FOR = timedelta(days=30)


# --- The coalition ------------------------------------------------------------------------------------------------


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
    """Its people, as far as the reader may know them."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    people = Membership.objects.visible_to(request.user).filter(coalition=coalition).for_list()
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(row, time_there(row, now()) if row.is_lead else "") for row in page.object_list]
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
    context = frame(request, coalition, memberships, tab="members") | {"page": page, "counts": counts, "announced": announced}
    if context["leads"]:
        context["waiting"] = Approval.objects.to_answer_by(request.user).filter(coalition=coalition).count()
        context["coming"] = coming(coalition)
        context["invitations"] = list(invitations.select_related("organisation").order_by("expires_at", "pk"))
        context["lead_is_invited"] = any(invitation.role == Membership.Role.LEAD for invitation in context["invitations"])
    return render(request, "coalitions/detail.html", context)


@require_http_methods(["GET", "POST"])
def coalition_settings(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, coalition, memberships):
        return answer
    form = CoalitionForm(form_data(request), instance=Coalition(name=coalition.name, mail_ceiling=coalition.mail_ceiling))
    if request.method == "POST" and form.is_valid():
        membership.change_settings(coalition, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("coalitions:settings", coalition.public_id)
    return render(request, "coalitions/settings.html", frame(request, coalition, memberships, tab="settings") | {"form": form})


@require_http_methods(["GET", "POST"])
def coalition_leave(request, public_id):
    """What will be handed back is said before one goes."""
    coalition = visible_coalition(request, public_id)
    mine = get_object_or_404(Membership.objects.current().select_related("user", "coalition"), coalition=coalition, user=request.user)
    trouble = membership.reason_to_stay(mine)
    if request.method == "POST":
        try:
            membership.leave(mine)
        except RuleBroken as error:
            trouble = str(error)
        else:
            messages.success(request, _("You have left the coalition. What you had in hand has been handed back."))
            return redirect("coalitions:home")
    context = {
        "coalition": coalition,
        "coming_back": leaving.what_comes_back(mine, seen_by=request.user),
        "alone_in": last_readers.read_by_her_alone(request.user, coalition=coalition),
        "trouble": trouble,
        "section": SECTION,
    }
    return render(request, "coalitions/members/leave.html", context, status=409 if request.method == "POST" else 200)


# --- One person -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def member(request, public_id):
    """For leads: her role, and the way out."""
    person = visible_person(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, person.coalition, memberships):
        return answer
    form = RoleForm(form_data(request), initial={"role": person.next_role or person.role})
    if request.method == "POST" and form.is_valid():
        try:
            asked = two_lead_acts.change_role_or_ask(person, role=form.cleaned_data["role"], by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            if asked:
                return redirect(asked)
            messages.success(request, _("Saved."))
            # Who made herself a member leads no more, and this page is for leads.
            return redirect(person.coalition if person.user_id == request.user.pk else person)
    context = {"person": person, "coalition": person.coalition, "form": form, "section": SECTION}
    return render(request, "coalitions/members/member.html", context)


@require_http_methods(["GET", "POST"])
def member_remove(request, public_id):
    person = visible_person(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, person.coalition, memberships):
        return answer
    if person.user_id == request.user.pk:
        return redirect("coalitions:leave", person.coalition.public_id)
    trouble = membership.reason_to_stay(person)
    if request.method == "POST":
        try:
            asked = two_lead_acts.remove_or_ask(person, by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            if asked:
                return redirect(asked)
            messages.success(request, _("%(name)s is no longer in the coalition.") % {"name": person.user})
            return redirect(person.coalition)
    back = leaving.what_comes_back(person, seen_by=request.user)
    context = {
        "person": person,
        "coalition": person.coalition,
        "coming_back": back,
        "takes_two": two_lead_acts.is_much(back),
        "trouble": trouble,
        "section": SECTION,
    }
    return render(request, "coalitions/members/member_remove.html", context, status=409 if request.method == "POST" else 200)


@post_only
def member_let_in(request, public_id):
    """Asks a second lead to end a newcomer's time as an observer; where there is none, ends it."""
    person = visible_person(request, public_id)
    if answer := not_as_lead(request, person.coalition, membership_context_of(request.user)):
        return answer
    try:
        if approvals.has_second_lead(person.coalition, than=request.user):
            about = {"membership": person.pk}
            return redirect(approvals.ask("coalitions.end_observation", coalition=person.coalition, about=about, by=request.user))
        membership.end_observation(person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(person)


@require_http_methods(["GET", "POST"])
def member_close_sessions(request, public_id):
    """Asks a second lead to log this person out everywhere."""
    person = visible_person(request, public_id)
    if answer := not_as_lead(request, person.coalition, membership_context_of(request.user)):
        return answer
    trouble = ""
    if request.method == "POST":
        try:
            asked = approvals.ask("coalitions.close_sessions", coalition=person.coalition, about={"membership": person.pk}, by=request.user)
        except RuleBroken as error:
            trouble = str(error)
        else:
            return redirect(asked)
    context = {"person": person, "coalition": person.coalition, "trouble": trouble, "section": SECTION}
    return render(request, "coalitions/members/member_close_sessions.html", context, status=409 if trouble else 200)


@require_http_methods(["GET", "POST"])
def member_recover(request, public_id):
    """Asks a second lead to let this person back into her account."""
    person = visible_person(request, public_id)
    if answer := not_as_lead(request, person.coalition, membership_context_of(request.user)):
        return answer
    form = RecoveryForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = two_lead_acts.ask_for_recovery(person, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return redirect(asked)
    context = {"person": person, "coalition": person.coalition, "form": form, "section": SECTION}
    return render(request, "coalitions/members/member_recover.html", context)


# --- Circles --------------------------------------------------------------------------------------------------------


@require_safe
def circle_list(request, public_id):
    """The circles one stands in; of others one learns nothing, not even how many there are."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    last_moved = FollowUp.objects.filter(circle=OuterRef("pk")).values("circle").annotate(at=Max("changed_at")).values("at")
    mine = (
        Circle.objects.visible_to(request.user)
        .filter(coalition=coalition)
        .exclude(kind=Circle.Kind.EVERYONE)
        .with_people()
        .annotate(moved_at=Subquery(last_moved))
    )
    page = Paginator(mine.by_name(), A_PAGE).get_page(request.GET.get("page"))
    context = frame(request, coalition, memberships, tab="circles") | {
        "page": page,
        "may_open": can_open_circle(request.user, coalition, memberships),
    }
    return render(request, "coalitions/circles/circles.html", context)


@require_http_methods(["GET", "POST"])
def circle_new(request, public_id):
    coalition = visible_coalition(request, public_id)
    if not can_open_circle(request.user, coalition):
        raise PermissionDenied
    people = Membership.objects.visible_to(request.user).working().filter(coalition=coalition).exclude(user=request.user).for_list()
    form = CircleForm(form_data(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            circle = circles.open_circle(coalition, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The circle is open."))
            return redirect(circle)
    return render(request, "coalitions/circles/circle_new.html", {"coalition": coalition, "form": form, "section": SECTION})


@require_http_methods(["GET", "POST"])
def circle_detail(request, public_id):
    """Who is in it and why it exists; its owner adds people here."""
    circle = visible_circle(request, public_id)
    circle_views.note(CircleView.Thing.CIRCLE, circle.public_id, circle=circle, by=request.user)
    names_people = can_name_people(request.user, circle)
    if request.method == "POST" and not names_people:
        raise PermissionDenied
    others = nameable(request, circle)
    form = AddToCircleForm(form_data(request), people=others) if names_people else None
    if form and request.method == "POST" and form.is_valid():
        try:
            circles.add_to_circle(circle, membership=form.cleaned_data["person"], by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect(circle)
    standing_in = CircleMembership.objects.current().filter(circle=circle)
    standing_in = standing_in.select_related("membership__user", "membership__organisation").order_by("created_at", "pk")
    page = Paginator(standing_in, A_PAGE).get_page(request.GET.get("page"))
    work = FollowUp.objects.visible_to(request.user).open().filter(circle=circle)
    context = {
        "circle": circle,
        "coalition": circle.coalition,
        "page": page,
        "names_people": names_people,
        "others_are_left": names_people and others.exists(),
        "is_alone": page.paginator.count == 1,
        "work": work.aggregate(open=Count("pk"), mine=Count("pk", filter=Q(owner=request.user))),
        "form": form,
        "section": SECTION,
    }
    return render(request, "coalitions/circles/circle.html", context)


@require_safe
def circle_openings(request, public_id):
    """For those in a restricted circle: who opened what of it in the last ninety days."""
    circle = visible_circle(request, public_id)
    if circle.kind != Circle.Kind.RESTRICTED:
        raise Http404
    page = Paginator(circle_views.openings(circle, seen_by=request.user), A_PAGE).get_page(request.GET.get("page"))
    here = set(Membership.objects.current().filter(coalition=circle.coalition_id).values_list("user", flat=True))
    drafts = Position.objects.visible_to(request.user).filter(public_id__in=[row.thing_id for row in page.object_list])
    resolutions = dict(drafts.values_list("public_id", "resolution__slug"))
    page.object_list = [(row, row.user_id in here, address_of(row, resolutions)) for row in page.object_list]
    context = {"circle": circle, "coalition": circle.coalition, "page": page, "section": SECTION}
    return render(request, "coalitions/circles/circle_openings.html", context)


def address_of(view, resolutions):
    """Of what was opened. resolutions -- the slug of each draft's, by its public id; a draft may have been deleted since"""
    match view.thing:
        case CircleView.Thing.FOLLOW_UP:
            return reverse("coalitions:follow-up", args=[view.thing_id])
        case CircleView.Thing.CALL:
            return reverse("calendar_app:meeting", args=[view.thing_id])
        case CircleView.Thing.READING:
            return reverse("coalitions:reading", args=[view.thing_id])
        case CircleView.Thing.POSITION if view.thing_id in resolutions:
            return reverse("coalitions:resolution-position", args=[resolutions[view.thing_id]])
    return ""


@require_http_methods(["GET", "POST"])
def circle_change(request, public_id):
    """Its name and its reason, or closing it when it is empty."""
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    form = CircleChangeForm(form_data(request), instance=Circle(name=circle.name, purpose=circle.purpose, kind=circle.kind))
    if request.method == "POST" and form.is_valid():
        circles.change_circle(circle, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(circle)
    context = {"circle": circle, "coalition": circle.coalition, "form": form, "section": SECTION}
    return render(request, "coalitions/circles/circle_change.html", context)


@post_only
def circle_close(request, public_id):
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    try:
        circles.close_circle(circle, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect("coalitions:circle-change", circle.public_id)
    messages.success(request, _("The circle is closed."))
    return redirect("coalitions:circles", circle.coalition.public_id)


@post_only
def circle_go_out(request, public_id):
    """Leave a circle oneself."""
    circle = visible_circle(request, public_id)
    mine = get_object_or_404(Membership.objects.current().select_related("user"), coalition=circle.coalition_id, user=request.user)
    try:
        handed_back = circles.remove_from_circle(circle, membership=mine, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
        return redirect(circle)
    messages.success(request, gone_out(handed_back))
    return redirect("coalitions:circles", circle.coalition.public_id)


@post_only
def circle_remove(request, public_id, member_id):
    circle, person = of_circle(request, public_id, member_id)
    try:
        handed_back = circles.remove_from_circle(circle, membership=person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gone_out(handed_back))
    return redirect(circle if person.user_id != request.user.pk else circle.coalition)


@post_only
def circle_hand_on(request, public_id, member_id):
    circle, person = of_circle(request, public_id, member_id)
    try:
        circles.hand_on_circle(circle, to=person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s names the people of this circle from now on.") % {"name": person.user})
    return redirect(circle)


@require_safe
def circles_to_settle(request):
    """The circles about which this person is asked, having read them last."""
    questions = LastReaderQuestion.objects.visible_to(request.user).select_related("circle").order_by("due_at", "pk")
    return render(request, "coalitions/circles/circles_to_settle.html", {"questions": questions, "section": SECTION})


@require_http_methods(["GET", "POST"])
def circle_settle(request, public_id):
    """Nobody else reads it, or nobody at all any more: hand it on or delete what it holds."""
    circle = get_object_or_404(last_readers.to_settle_by(request.user).select_related("coalition"), public_id=public_id)
    form = LastReaderForm(form_data(request), people=last_readers.could_take(circle, by=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["what"] == "delete":
                last_readers.delete_circle(circle, by=request.user)
                messages.success(request, _("Deleted, with all it held."))
            else:
                last_readers.hand_on(circle, to=form.cleaned_data["to"], by=request.user)
                messages.success(request, _("Handed on. Tell the person yourself: no e-mail speaks of it."))
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return redirect("coalitions:circles-to-settle")
    context = {
        "circle": circle,
        "question": LastReaderQuestion.objects.visible_to(request.user).filter(circle=circle).first(),
        "things": last_readers.things_in(circle),
        "form": form,
        "section": SECTION,
    }
    return render(request, "coalitions/circles/circle_settle.html", context)


# --- What these pages share -----------------------------------------------------------------------------------------


def visible_coalition(request, public_id):
    return get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)


def visible_person(request, public_id):
    people = Membership.objects.visible_to(request.user).select_related("user", "coalition", "organisation", "sponsor")
    return get_object_or_404(people, public_id=public_id)


def visible_circle(request, public_id):
    """One that people are named into; the circle of everyone is the coalition's own page."""
    mine = Circle.objects.visible_to(request.user).exclude(kind=Circle.Kind.EVERYONE).select_related("coalition", "owner")
    return get_object_or_404(mine, public_id=public_id)


def of_circle(request, public_id, member_id):
    """A circle and someone in it, for whoever may name its people."""
    circle = visible_circle(request, public_id)
    if not can_name_people(request.user, circle):
        raise PermissionDenied
    people = Membership.objects.current().filter(circle_memberships__circle=circle).select_related("user")
    return circle, get_object_or_404(people, public_id=member_id)


def coming(coalition):
    """Those who have accepted an invitation and wait for a second lead."""
    waiting = Invitation.objects.waiting_for_leads().filter(coalition=coalition)
    return list(waiting.select_related("accepted_by", "invited_by", "approval").order_by("accepted_at", "pk"))


def nameable(request, circle):
    """The people she sees who could stand in it and do not yet."""
    inside = CircleMembership.objects.current().filter(circle=circle).values("membership")
    return Membership.objects.visible_to(request.user).working().filter(coalition=circle.coalition_id).exclude(pk__in=inside).for_list()


def not_as_lead(request, coalition, memberships):
    """None for a lead. A lead in name only is told what is missing; anyone else may not do this."""
    if coalition.pk in memberships.led:
        return None
    if memberships.roles.get(coalition.pk) == Membership.Role.LEAD:
        context = {"coalition": coalition, "section": SECTION}
        return render(request, "coalitions/second_factor_first.html", context, status=403)
    raise PermissionDenied


def frame(request, coalition, memberships, *, tab):
    """What the head and the tabs of a coalition's pages need."""
    is_lead = memberships.roles.get(coalition.pk) == Membership.Role.LEAD
    return {
        "coalition": coalition,
        "tab": tab,
        "is_lead": is_lead,
        "leads": coalition.pk in memberships.led,
        "lacks_second_factor": is_lead and coalition.pk not in memberships.led,
        "looked_at": looked_at(coalition) if coalition.pk in memberships.led else None,
        "section": SECTION,
    }


def looked_at(coalition):
    """When the host last looked at something of this coalition, if it was in the last weeks."""
    entries = AuditEntry.objects.of_coalition(coalition.public_id).filter(act__startswith=HOST_LOOKED, at__gte=now() - NOTICE_FOR)
    return entries.order_by("-at").values_list("at", flat=True).first()


def time_there(row: Membership, instant: datetime) -> str:
    """ "Nairobi, it is 08:12": when a lead can be called."""
    zone = row.user.time_zone
    return _("%(place)s, it is %(hour)s") % {
        "place": times.place(zone, current_language()),
        "hour": times.hour(instant.astimezone(ZoneInfo(zone))),
    }


def gone_out(handed_back: int) -> str:
    if not handed_back:
        return _("Done.")
    return ngettext(
        "Done. %(n)s follow-up of this circle has nobody now.", "Done. %(n)s follow-ups of this circle have nobody now.", handed_back
    ) % {"n": handed_back}
