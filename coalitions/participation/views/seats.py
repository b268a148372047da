"""A person's own pages about what is hers alone: her seat on a delegation, and what others told her of theirs."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import next_page
from coalitions.models import Seat
from coalitions.participation.forms.seats import SeatForm
from coalitions.read_models import seats as read_models
from coalitions.services import seats as services
from coalitions.views.assemblies import no_assembly_yet
from resolutions.models import Assembly

# What leaves no trace: whoever says it is as one who was never asked.
NOTHING_TO_KEEP = ("no", "unsaid")


@require_http_methods(["GET", "POST"])
def own_seat(request):
    """Whether she sits on a delegation at the current assembly, and who may know. Earlier ones can be withdrawn here too."""
    assembly = Assembly.objects.current()
    if assembly is None:
        return no_assembly_yet(request, "accounts:profile")
    if request.method == "POST" and request.POST.get("answer") in NOTHING_TO_KEEP:
        messages.success(request, _("Thank you. Nothing was stored."))
        return redirect(next_page(request, "coalitions:own-seat"))
    hers = list(Seat.objects.of(request.user).select_related("assembly").order_by("assembly__starts_on", "pk"))
    seat = next((each for each in hers if each.assembly_id == assembly.pk), None)
    people, circles = read_models.whom_she_may_tell(request.user)
    form = SeatForm(form_data(request), seat=seat, people=people, circles=circles)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare(request.user, assembly, country=form.cleaned_data["country"], **form.readers())
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("Stored, encrypted. Only you and those you named can see it."))
            return redirect(next_page(request, "coalitions:own-seat"))
    sent = form_data(request)
    context = {
        "assembly": assembly,
        "seat": seat,
        "others": [each for each in hers if each.assembly_id != assembly.pk],
        "is_deleted_soon": any(read_models.is_deleted_soon(each.assembly) for each in hers),
        "deleted_on": read_models.deleted_on(assembly),
        "form": form,
        "next": (sent if sent is not None else request.GET).get("next", ""),
    }
    return render(request, "coalitions/participation/own_seat.html", context)


@require_http_methods(["GET", "POST"])
def own_seat_withdraw(request, edition):
    """For good. The page is there for everyone, whether she has a seat or not."""
    assembly = Assembly.objects.of_wtsa().filter(code=edition).first()
    if assembly is None:
        raise Http404
    if request.method == "POST":
        services.withdraw(request.user, assembly)
        messages.success(request, _("Nothing is stored about a seat of yours at this assembly."))
        return redirect("coalitions:own-seat")
    return render(request, "coalitions/participation/own_seat_withdraw.html", {"assembly": assembly, "form": None})


@require_safe
def told_seats(request):
    """What others told her, and nobody else, of their seats."""
    return render(request, "coalitions/participation/told_seats.html", {"told": read_models.told_to(request.user)})
