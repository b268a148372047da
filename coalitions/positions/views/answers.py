"""The answer of an organisation to the coalition's position, by whoever answers for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import Mandate, Organisation, Position, PositionAnswer
from coalitions.positions.forms.answers import PositionAnswerForm
from coalitions.positions.services.answers import answer_position
from coalitions.positions.views.positions import position_of


@require_http_methods(["GET", "POST"])
def position_answer(request, public_id):
    position = position_of(request.user, public_id, with_review=True)
    mandates = Mandate.objects.of(request.user).filter(membership__coalition=position.circle.coalition_id)
    organisations = [each.organisation for each in mandates.select_related("organisation")]
    if not organisations or not position.circle.is_everyone:
        raise PermissionDenied
    form = PositionAnswerForm(form_data(request), organisations=organisations)
    if request.method == "POST" and form.is_valid():
        try:
            answer_position(position, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            messages.success(request, _("The answer is recorded."))
            return redirect(position)
    context = {
        "section": "resolutions",
        "resolution": position.resolution,
        "position": position,
        "form": form,
        "given": given_before(position, organisations),
    }
    return render(request, "coalitions/positions/answer.html", context)


def given_before(position: Position, organisations: list[Organisation]) -> list[PositionAnswer]:
    """The last answer of each of these to this position, in whichever version."""
    rows = PositionAnswer.objects.filter(
        position__circle=position.circle_id, position__resolution=position.resolution_id, organisation__in=organisations
    )
    latest: dict[int, PositionAnswer] = {row.organisation_id: row for row in rows.select_related("organisation", "position").order_by("pk")}
    return sorted(latest.values(), key=lambda row: row.organisation.name.casefold())
