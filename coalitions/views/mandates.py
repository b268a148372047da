"""Who answers for which organisation: the list, the mandate of one member, and where an organisation may be named."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.htmx import post_only
from coalitions.forms.mandates import NamingForm
from coalitions.models import Mandate, NamingDefault, named_inside, named_outside
from coalitions.permissions import membership_context_of
from coalitions.read_models.mandates import organisations_and_mandates
from coalitions.services import mandates
from coalitions.views.coalitions import A_PAGE, coalition_context, not_as_lead, visible_coalition
from coalitions.views.members import visible_person


@require_safe
def mandate_list(request, public_id):
    """For leads every organisation with who answers for it; for others their own."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    context = coalition_context(request, coalition, memberships, tab="mandates")
    rows = organisations_and_mandates(coalition, seen_by=request.user, leads=context["leads"])
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "coalitions/mandates/mandates.html", context | {"page": page, "organisations": page.object_list})


@post_only
def mandate_give(request, public_id):
    return _set_mandate(request, public_id, mandates.give_mandate)


@post_only
def mandate_take(request, public_id):
    return _set_mandate(request, public_id, mandates.take_mandate)


def _set_mandate(request, public_id, act):
    person = visible_person(request, public_id)
    if answer := not_as_lead(request, person.coalition, membership_context_of(request.user)):
        return answer
    try:
        act(person, by=request.user)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(person)


@require_http_methods(["GET", "POST"])
def organisation_naming(request, public_id):
    """Where the organisation of a mandate may be named while it has not answered. Only for those who answer for it."""
    mandate = get_object_or_404(
        Mandate.objects.of(request.user).select_related("organisation", "membership__coalition"), public_id=public_id
    )
    coalition, organisation = mandate.membership.coalition, mandate.organisation
    default = NamingDefault.objects.visible_to(request.user).filter(coalition=coalition, organisation=organisation).first()
    naming = default.naming if default else ""
    form = NamingForm(form_data(request), initial={"inside": named_inside(naming), "outside": named_outside(naming)})
    if request.method == "POST" and form.is_valid():
        mandates.set_naming_default(coalition, organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("coalitions:mandates", coalition.public_id)
    context = coalition_context(request, coalition, membership_context_of(request.user), tab="mandates")
    return render(request, "coalitions/mandates/naming.html", context | {"form": form, "organisation": organisation})
