"""A lead takes the positions of a coalition out as a file: who it is, is asked again."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalitions.models import Coalition
from coalitions.permissions import membership_context_of
from coalitions.positions.forms.exporting import PositionsExportForm
from coalitions.positions.read_models.files import positions_as_markdown
from coalitions.views.coalitions import not_as_lead
from coalitions.views.exports import level_of, take_out


@require_http_methods(["GET", "POST"])
def positions_export(request, public_id):
    coalition = get_object_or_404(Coalition.objects.visible_to(request.user), public_id=public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or take_out_positions(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_positions(request, coalition):
    def make_file(chosen, _sheet, notice):
        text = positions_as_markdown(request.user, everyone=coalition.everyone, circles=chosen, notice=notice)
        headers = {"Content-Disposition": f'attachment; filename="positions-{level_of(chosen)}-{now():%Y-%m-%d}.md"'}
        return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)

    return take_out(
        request,
        coalition,
        kind="positions",
        form_class=PositionsExportForm,
        make_file=make_file,
        section="resolutions",
        back=reverse("coalitions:matrix"),
        back_name=_("Matrix"),
    )
