"""A lead takes the positions of a coalition out as a file: who it is, is asked again."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions import export_registry
from coalitions.models import Circle, Coalition
from coalitions.permissions import membership_context_of
from coalitions.positions.forms.exporting import PositionsExportForm
from coalitions.positions.read_models.files import positions_as_markdown
from coalitions.services.exports import record_export
from coalitions.views.coalitions import not_as_lead


@require_http_methods(["GET", "POST"])
def positions_export(request, public_id):
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or take_out_positions(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_positions(request, coalition):
    circles = list(Circle.objects.of(request.user).filter(coalition=coalition, kind=Circle.Kind.RESTRICTED).select_related("coalition"))
    form = PositionsExportForm(form_data(request), has_circles=bool(circles))
    if request.method == "POST" and form.is_valid():
        chosen = circles if form.cleaned_data.get("with_circles") else []
        try:
            notice = record_export("positions", coalition=coalition, circles=chosen, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            text = positions_as_markdown(request.user, everyone=coalition.everyone, circles=chosen, notice=notice)
            name = f"positions-{'circles' if chosen else 'coalition'}-{now():%Y-%m-%d}.md"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)
    context = {
        "section": "resolutions",
        "form": form,
        "coalition": coalition,
        "what": export_registry.name_of("positions"),
        "back": reverse("coalitions:matrix"),
    }
    return render(request, "coalitions/texts/export.html", context)
