"""What a person is not available on: her own page. To others it is one sentence where they would assign something to her."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import Delegation, Unavailability
from coalitions.models.availability import marks_of
from coalitions.participation.forms.availability import AvailabilityForm
from coalitions.services import availability as services
from resolutions.models import Resolution


@require_http_methods(["GET", "POST"])
def availability(request):
    initial = {name: request.GET.get(name) for name in ("resolution", "delegation")}
    form = AvailabilityForm(form_data(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            back = services.set_unavailable(request.user, **form.subject(), hides=form.cleaned_data["hides"])
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, said_of(back))
            return redirect("coalitions:availability")
    rows = Unavailability.objects.visible_to(request.user).select_related("resolution", "delegation__assembly").order_by("pk")
    marks = marks_of(request.user)
    context = {"form": form, "rows": [(row, row.mark in marks) for row in rows]}
    return render(request, "coalitions/participation/availability.html", context)


def said_of(back: int) -> str:
    if not back:
        return _("Noted: you are not available on this.")
    return ngettext(
        "Noted: you are not available on this. %(n)s follow-up was handed back.",
        "Noted: you are not available on this. %(n)s follow-ups were handed back.",
        back,
    ) % {"n": back}


@post_only
def available_again(request):
    """By what it is about, which everyone may see: no address says that somebody is not available."""
    about = {}
    if slug := request.POST.get("resolution"):
        about["resolution"] = get_object_or_404(Resolution.objects.visible_to(request.user), slug=slug)
    else:
        try:
            found = Delegation.objects.visible_to(request.user).filter(public_id=request.POST.get("delegation", ""))
        except ValidationError:
            found = Delegation.objects.none()
        about["delegation"] = get_object_or_404(found)
    services.set_available(request.user, **about)
    messages.success(request, _("Noted: you are available on this."))
    return redirect("coalitions:availability")
