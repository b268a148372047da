"""Facts that leads look up again, and confirm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.sorting import Order, Sorting
from calendar_app.forms.fact_checks import ConfirmFactForm
from calendar_app.permissions import can_check_facts
from calendar_app.read_models.worth_a_look import KINDS, FactToCheck, facts_to_check
from calendar_app.services.fact_checks import confirm_fact

PAGE = 25
# Each is stable: of what is the same, the longest not read comes first.
ORDERS = {
    "oldest": Order(gettext_lazy("longest not read"), lambda one: 0),
    "used": Order(gettext_lazy("most watched"), lambda one: -one.uses),
    "kind": Order(gettext_lazy("kind of fact"), lambda one: list(KINDS).index(one.kind.code)),
}


def blank_form(one: FactToCheck, place: int) -> ConfirmFactForm:
    """To confirm this one, the so-manieth of the page."""
    about = {"kind": one.kind.code, "name": one.name, "seen": one.seen}
    return ConfirmFactForm(auto_id=f"fact-{place}-%s", initial=about, needs_source=not one.fact.source_links)


@require_http_methods(["GET", "POST"])
def worth_a_look(request):
    """The list; and the confirmation of one of its facts."""
    if not can_check_facts(request.user):
        raise PermissionDenied
    form = ConfirmFactForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        fact = KINDS[form.cleaned_data["kind"]].find(form.cleaned_data["name"])
        if fact is None:
            raise Http404
        try:
            confirm_fact(fact, by=request.user, seen=form.cleaned_data["seen"], source=form.cleaned_data["source"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Noted: you checked it against its source today."))
            return redirect(f"{reverse('calendar_app:worth-a-look')}?{request.GET.urlencode()}".rstrip("?"))
    sorting = Sorting(ORDERS, request.GET)
    page = Paginator(sorted(facts_to_check(request.user), key=sorting.by), PAGE).get_page(request.GET.get("page"))
    refused = (form.data.get("kind"), form.data.get("name")) if form.errors else None
    rows = [(one, form if (one.kind.code, one.name) == refused else blank_form(one, place)) for place, one in enumerate(page)]
    context = {"section": "coalition", "page": page, "sorting": sorting, "rows": rows, "form": form}
    return render(request, "calendar_app/worth_a_look.html", context)
