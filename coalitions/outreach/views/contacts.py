"""Contacts with delegations: of a resolution, of a delegation, one alone, and every act on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import CircleView, Contact, Delegation
from coalitions.outreach.forms.contacts import AnswerForm, ContactForm, JudgeForm
from coalitions.outreach.forms.filters import ContactFilter
from coalitions.outreach.read_models.carriers import carriers, sector_members
from coalitions.outreach.read_models.suggestions import proposals_naming, suggestions
from coalitions.outreach.services import contacts as services
from coalitions.permissions import can_log_contact, can_remove_contact, circles_worked_in, membership_context_of
from coalitions.services import circle_views
from resolutions.models import Assembly, RegionalGroup, Resolution

PAGE = 25


@require_safe
def resolution_contacts(request, slug):
    """What was asked about a resolution; and, for a region, who can raise it."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    groups = list(RegionalGroup.objects.visible_to(user))
    search = ContactFilter(request.GET, groups=groups)
    known = Contact.objects.visible_to(user, memberships.circles).filter(resolution=resolution)
    page = Paginator(search.of(known).with_people().latest_first(), PAGE).get_page(request.GET.get("page"))
    assembly = Assembly.objects.current()
    context = {
        "section": "resolutions",
        "tab": "contacts",
        "resolution": resolution,
        "memberships": memberships,
        "search": search,
        "page": page,
        "contacts": page.object_list,
        "carriers": carriers(user, resolution, assembly, search.group, memberships.circles) if search.group else None,
        "sector_members": list(sector_members(user, search.group, memberships.circles)) if search.group else [],
    }
    return render(request, "coalitions/outreach/resolution_contacts.html", context)


@require_safe
def delegation_contacts(request, public_id):
    """Everything that was asked of a delegation."""
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    memberships = membership_context_of(request.user)
    search = ContactFilter(request.GET, groups=[])
    known = Contact.objects.visible_to(request.user, memberships.circles).filter(delegation=card)
    page = Paginator(search.of(known).with_people().latest_first(), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "coalition",
        "card": card,
        "memberships": memberships,
        "search": search,
        "page": page,
        "contacts": page.object_list,
    }
    return render(request, "coalitions/outreach/delegation_contacts.html", context)


@require_http_methods(["GET", "POST"])
def contact_new(request):
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    circles = list(circles_worked_in(request.user, memberships))
    form = ContactForm(
        form_data(request),
        user=request.user,
        memberships=memberships,
        circles=circles,
        initial={name: request.GET.get(name, "") for name in ("delegation", "resolution", "clause")} | first_circle(circles),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not can_log_contact(request.user, said["circle"]):
            raise PermissionDenied
        try:
            made = services.log_contact(by=request.user, **said)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("Logged. Only the circle you chose can read it."))
            return redirect(made)
    return render(request, "coalitions/outreach/contact_new.html", {"section": "coalition", "form": form, "last": form.last})


def first_circle(circles):
    """What was asked of a State is for few: a restricted circle, where there is one."""
    restricted = sorted((circle for circle in circles if not circle.is_everyone), key=lambda circle: circle.name.casefold())
    return {"circle": str(restricted[0].public_id)} if restricted else {}


def visible_contact(request, memberships):
    rows = Contact.objects.visible_to(request.user, memberships.circles).with_people().select_related("by")
    return lambda public_id: get_object_or_404(rows, public_id=public_id)


@require_safe
def contact(request, public_id):
    memberships = membership_context_of(request.user)
    contact = visible_contact(request, memberships)(public_id)
    circle_views.record_view(CircleView.Thing.CONTACT, contact.public_id, circle=contact.circle, by=request.user)
    may_work = can_log_contact(request.user, contact.circle)
    proposals = list(proposals_naming(contact, request.user, memberships.circles)) if may_work else []
    context = {
        "section": "coalition",
        "contact": contact,
        "memberships": memberships,
        "events": contact.events.with_people_here(),
        "may_work": may_work,
        "may_remove": can_remove_contact(request.user, contact),
        "proposals": proposals,
        "suggestions": suggestions(contact, proposals, request.user) if not contact.is_in_text else [],
    }
    return render(request, "coalitions/outreach/contact.html", context)


def contact_to_work_on(request, public_id):
    """The contact, of a circle in which this person may write."""
    contact = visible_contact(request, membership_context_of(request.user))(public_id)
    if not can_log_contact(request.user, contact.circle):
        raise PermissionDenied
    return contact


@require_http_methods(["GET", "POST"])
def contact_answer(request, public_id):
    contact = contact_to_work_on(request, public_id)
    form = AnswerForm(form_data(request), contact=contact)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.note_answer(
                contact, answer=said["answer"], words=said["words"], day=said["day"], by=request.user, seen_version=said["version"]
            )
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("Noted."))
            return redirect(contact)
    return render(request, "coalitions/outreach/contact_answer.html", {"section": "coalition", "contact": contact, "form": form})


@require_http_methods(["GET", "POST"])
def contact_in_text(request, public_id):
    """A person confirms or rejects that it is in the text; what is compared only suggests."""
    contact = contact_to_work_on(request, public_id)
    proposals = proposals_naming(contact, request.user, membership_context_of(request.user).circles)
    form = JudgeForm(form_data(request), contact=contact, proposals=proposals)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.judge(contact, in_text=said["in_text"], proposal=said["proposal"], by=request.user, seen_version=said["version"])
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("Noted."))
            return redirect(contact)
    return render(request, "coalitions/outreach/contact_in_text.html", {"section": "coalition", "contact": contact, "form": form})


@post_only
def contact_remove(request, public_id):
    contact = visible_contact(request, membership_context_of(request.user))(public_id)
    if not can_remove_contact(request.user, contact):
        raise PermissionDenied
    card = contact.delegation
    services.remove_contact(contact, by=request.user)
    messages.success(request, _("Removed for good."))
    return redirect(card)
