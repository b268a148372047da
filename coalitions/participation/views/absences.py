"""When a person is away: her own page. Leads and people she works with read until when, never why."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import Absence
from coalitions.participation.forms.absences import AbsenceForm
from coalitions.services import absences as services


@require_http_methods(["GET", "POST"])
def absences(request):
    form = AbsenceForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.declare(request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, said_of(services.without_backup(request.user)))
            return redirect("coalitions:absences")
    rows = Absence.objects.visible_to(request.user).filter(user=request.user).ahead()
    return render(request, "coalitions/participation/absences.html", {"form": form, "rows": rows})


def said_of(without_backup: int) -> str:
    if not without_backup:
        return _("Noted. Your backups are reminded of what you have while you are away.")
    return ngettext(
        "Noted. %(n)s of your follow-ups has no backup: nobody is reminded of it while you are away.",
        "Noted. %(n)s of your follow-ups have no backup: nobody is reminded of them while you are away.",
        without_backup,
    ) % {"n": without_backup}


@post_only
def absence_over(request, public_id):
    """Back earlier, or not going. Of others she may read until when they are away, no more."""
    absence = get_object_or_404(Absence.objects.visible_to(request.user).filter(user=request.user), public_id=public_id)
    services.take_back(absence)
    messages.success(request, _("Noted: you are not away then."))
    return redirect("coalitions:absences")
