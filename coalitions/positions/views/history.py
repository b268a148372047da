"""The versions of one position, and two of them side by side."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from amnt.core.forms import whole_number
from coalitions.models import CircleView, Membership
from coalitions.permissions import membership_context_of
from coalitions.positions.read_models.cards import position_cards
from coalitions.positions.read_models.versions import differences, found_to_hold
from coalitions.read_models.names import display_name
from coalitions.services import circle_views
from resolutions.models import Resolution


@require_safe
def position_versions(request, slug):
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    asked = request.GET.get("circle", "")
    cards = position_cards(user, resolution, memberships)
    card = next((each for each in cards if str(each.position.circle.public_id) == asked), None if asked else next(iter(cards), None))
    if card is None:
        raise Http404
    circle_views.record_view(CircleView.Thing.POSITION, card.position.public_id, circle=card.position.circle, by=user)
    versions = [card, *card.earlier]
    by_number = {each.position.version: each for each in versions}
    new = by_number.get(number_in(request, "new"), card)
    before = [each for each in versions if each.position.version < new.position.version]
    old = by_number.get(number_in(request, "old")) or next(iter(before), None)
    here = Membership.objects.current().filter(coalition=card.position.circle.coalition_id).people_by_coalition()
    people = here[card.position.circle.coalition_id]
    context = {
        "section": "resolutions",
        "resolution": resolution,
        "card": card,
        "versions": versions,
        "old": old,
        "new": new,
        "differences": differences(user, resolution, memberships, old, new) if old and old is not new else [],
        "held": [(row, display_name(row.by, people)) for row in found_to_hold(versions)],
        "names_coalition": len(memberships.roles) > 1,
    }
    return render(request, "coalitions/positions/versions.html", context)


def number_in(request, name):
    return whole_number(request.GET.get(name, ""), digits=5)
