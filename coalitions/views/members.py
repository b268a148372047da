"""One member of a coalition, for its leads: the role, removal, and what needs a second lead."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.forms.leaving import HandOverForm
from coalitions.forms.people import RecoveryForm, RoleForm
from coalitions.models import Membership, Organisation
from coalitions.models.people import is_here
from coalitions.permissions import membership_context_of
from coalitions.read_models.hand_over import hand_over_choices
from coalitions.read_models.seats import told_about
from coalitions.services import approvals, leaving, membership, two_lead_acts
from coalitions.views.coalitions import SECTION, not_as_lead, visible_coalition


@require_http_methods(["GET", "POST"])
def member(request, public_id):
    """For leads: the role, and removal."""
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
    mandate = getattr(person, "mandate", None)
    mandate = mandate if mandate and mandate.organisation_id == person.organisation_id else None
    context = {"person": person, "coalition": person.coalition, "form": form, "mandate": mandate, "section": SECTION}
    context["told"] = told_about(person.user, to=request.user)
    return render(request, "coalitions/members/member.html", context)


@require_http_methods(["GET", "POST"])
def member_remove(request, public_id):
    person = visible_person(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, person.coalition, memberships):
        return answer
    if person.user_id == request.user.pk:
        return redirect("coalitions:leave", person.coalition.public_id)
    may_try_again = False
    trouble = membership.reason_against_leaving(person)
    form = HandOverForm(form_data(request), choices=hand_over_choices(person, seen_by=request.user), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = two_lead_acts.remove_or_ask(person, by=request.user, hand_over=form.hand_over())
        except RuleBroken as error:
            trouble, may_try_again = str(error), error.field == "hand_over"
        else:
            if asked:
                return redirect(asked)
            messages.success(request, _("%(name)s is no longer in the coalition.") % {"name": person.user})
            return redirect(person.coalition)
    back = leaving.hand_back_checklist(person, seen_by=request.user)
    context = {
        "person": person,
        "coalition": person.coalition,
        "coming_back": back,
        "takes_two": two_lead_acts.needs_second_lead(back),
        "form": form,
        "trouble": trouble,
        "may_try_again": may_try_again,
        "section": SECTION,
    }
    return render(request, "coalitions/members/member_remove.html", context, status=409 if trouble and request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def organisation_leave(request, public_id, organisation_id):
    """An organisation leaves with all its people, after a page that says who and what needs someone."""
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, membership_context_of(request.user)):
        return answer
    organisation = get_object_or_404(Organisation, public_id=organisation_id)
    gone = list(membership.people_of(organisation, coalition).select_related("user", "coalition"))
    if not gone:
        raise Http404
    may_try_again = False
    trouble = membership.reason_against_leaving(*gone)
    form = HandOverForm(form_data(request), choices=hand_over_choices(*gone, seen_by=request.user), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = two_lead_acts.remove_organisation_or_ask(organisation, coalition=coalition, by=request.user, hand_over=form.hand_over())
        except RuleBroken as error:
            trouble, may_try_again = str(error), error.field == "hand_over"
        else:
            if asked:
                return redirect(asked)
            messages.success(request, _("%(name)s is no longer in the coalition.") % {"name": organisation})
            return redirect(coalition)
    back = leaving.hand_back_checklist(*gone, seen_by=request.user)
    context = {
        "coalition": coalition,
        "organisation": organisation,
        "gone": gone,
        "coming_back": back,
        "takes_two": two_lead_acts.organisation_needs_second_lead(gone, back),
        "names_owner": True,
        "form": form,
        "trouble": trouble,
        "may_try_again": may_try_again,
        "section": SECTION,
    }
    status = 409 if trouble and request.method == "POST" else 200
    return render(request, "coalitions/members/organisation_leave.html", context, status=status)


@post_only
def member_let_in(request, public_id):
    """Request a second lead to end a newcomer's observation; without one, end it."""
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
    """Request a second lead to end all sessions of this person."""
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
    """Request a second lead to recover this person's account."""
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


def visible_person(request, public_id):
    people = Membership.objects.visible_to(request.user).select_related("user", "coalition", "organisation", "sponsor", "mandate")
    return get_object_or_404(people.annotate(sponsor_is_here=is_here("sponsor", of="coalition")), public_id=public_id)
