"""The handover card of a country: a page to print for whoever takes it over."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.read_models.handover import handover_of
from coalitions.models import CircleView, Delegation, Membership
from coalitions.permissions import membership_context_of
from coalitions.services import circle_views


@require_safe
def handover(request, public_id):
    cards = Delegation.objects.visible_to(request.user).select_related("assembly", "verified_by")
    card = get_object_or_404(cards, public_id=public_id)
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    found = handover_of(card, request.user, memberships)
    opened = [(note.public_id, note.circle) for note in found.handover_notes] + [(note.public_id, note.circle) for note in found.notes]
    circle_views.record_views(CircleView.Thing.NOTE, opened, by=request.user)
    known = set(Membership.objects.visible_to(request.user, memberships).values_list("user_id", flat=True))
    context = {
        "section": "coalition",
        "card": card,
        "checked_by": card.verified_by.short_name if card.verified_by and card.verified_by.pk in known else "",
        "handover": found,
        "known": known,
    }
    return render(request, "calendar_app/delegations/handover.html", context)
