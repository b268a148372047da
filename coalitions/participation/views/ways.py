"""How to get in: the ways to take part, put in order by three questions."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from amnt.core.languages import current_language
from coalitions.forms.delegations import codes_of
from coalitions.models import Coalition, Delegation
from coalitions.participation.domain.ordering import Answer, placed
from coalitions.participation.forms.ways import WaysForm
from coalitions.participation.read_models.own_routes import routes_of
from coalitions.permissions import membership_context_of
from resolutions.domain.source_notes import parts_of
from resolutions.importers.glossary_and_notes import shipped_ways_in
from resolutions.importers.source_notes import shipped_vocabulary
from resolutions.models import Assembly, RegionalGroup


@require_safe
def ways(request):
    form = WaysForm(request.GET)
    assembly, country = Assembly.objects.current(), form.country_chosen
    card, groups = None, []
    if country:
        card = Delegation.objects.visible_to(request.user).filter(assembly=assembly, country=country).first()
        groups = [group for group in RegionalGroup.objects.visible_to(request.user) if country in codes_of(group)]
    rows = placed(shipped_ways_in(), agrees=form.answer("agrees"), pays=form.answer("pays"), is_open=openness(card))
    memberships, shows_ending = membership_context_of(request.user), request.GET.get("ours") == "ending"
    language, vocabulary = current_language(), shipped_vocabulary()
    with_source = [(row, parts_of(row.way.source, language, vocabulary)) for row in rows]
    context = {
        "section": "coalition",
        "assembly": assembly,
        "memberships": memberships,
        "routes": routes_of(request.user, memberships, ends_soon=shows_ending),
        "shows_ending": shows_ending,
        "led": Coalition.objects.led_by(request.user).order_by("name"),
        "form": form,
        "fitting": [pair for pair in with_source if pair[0].fits],
        "others": [pair for pair in with_source if not pair[0].fits],
        "card": card,
        "country": country,
        "groups": groups,
    }
    return render(request, "coalitions/participation/ways.html", context)


def openness(card: Delegation | None) -> Answer:
    if card is None or card.is_open == Delegation.Openness.UNKNOWN:
        return Answer.UNSAID
    return Answer(card.is_open)
