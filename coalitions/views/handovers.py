"""Writing what whoever takes over a country must know."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.forms.handovers import HandoverForm
from coalitions.models import Circle, Delegation, HandoverNote
from coalitions.permissions import can_write_note, membership_context_of
from coalitions.services.handovers import write_handover


@require_http_methods(["GET", "POST"])
def handover_write(request, public_id):
    card = get_object_or_404(Delegation.objects.visible_to(request.user).select_related("assembly"), public_id=public_id)
    memberships = membership_context_of(request.user)
    if not memberships.works:
        raise PermissionDenied
    circles = list(
        Circle.objects.of(request.user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles).select_related("coalition")
    )
    form = HandoverForm(form_data(request), delegation=card, circles=circles, initial=begin_with(request, card, circles))
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        if not can_write_note(request.user, said["circle"]):
            raise PermissionDenied
        try:
            write_handover(card, by=request.user, **said)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("Saved."))
            return redirect("calendar_app:handover", card.public_id)
    context = {"section": "coalition", "card": card, "form": form}
    return render(request, "coalitions/delegations/handover_write.html", context)


def begin_with(request, card, circles):
    """The note of the circle that the link names, else the one last written."""
    notes = HandoverNote.objects.filter(delegation=card, circle__in=circles).select_related("circle").order_by("-at", "-pk")
    asked = [note for note in notes if str(note.circle.public_id) == request.GET.get("circle")]
    note = next(iter([*asked, *notes]), None)
    return {"text": note.text, "circle": str(note.circle.public_id)} if note else {}
