"""The positions on a resolution, and writing the next version."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule, one_line
from coalitions.models import Circle, CircleView
from coalitions.permissions import MembershipContext, can_take_position, membership_context_of
from coalitions.services import circle_views
from coalitions.texts.forms.readings import PositionForm, circles_worked_in
from coalitions.texts.read_models.positions import PositionCard, position_cards
from coalitions.texts.services.positions import take_position
from resolutions.models import Resolution


@require_safe
def resolution_position(request, slug):
    """The positions on a resolution and their earlier versions."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    circles = circles_to_write_in(user, memberships)
    context = {
        "section": "resolutions",
        "tab": "position",
        "resolution": resolution,
        "memberships": memberships,
        "cards": cards_opened(user, resolution, memberships),
        "may_write": bool(circles),
        "names_coalition": len(memberships.roles) > 1,
        "may_adopt": may_adopt(circles),
    }
    return render(request, "coalitions/texts/resolution_position.html", context)


@require_http_methods(["GET", "POST"])
def position_write(request, slug):
    """The next version of a position, or the first."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    circles = circles_to_write_in(user, memberships)
    if not circles:
        if request.method == "GET" and memberships.works:
            # That page says what it takes.
            return redirect("coalitions:resolution-position", resolution.slug)
        raise PermissionDenied
    initial = with_cited(begin_with(cards_opened(user, resolution, memberships), circles), request)
    form = PositionForm(form_data(request), user=user, resolution=resolution, circles=circles, initial=initial)
    if request.method == "POST" and form.is_valid():
        if not can_take_position(user, form.cleaned_data["circle"]):
            raise PermissionDenied
        asked = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            made = take_position(resolution, by=user, **asked)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again()
        else:
            messages.success(request, _("The position has been adopted.") if made.circle.is_everyone else _("The draft is saved."))
            return redirect(made)
    context = {"section": "resolutions", "resolution": resolution, "form": form, "may_adopt": may_adopt(circles)}
    return render(request, "coalitions/texts/position_write.html", context)


def cards_opened(user: User, resolution: Resolution, memberships: MembershipContext) -> list[PositionCard]:
    """The positions this person reads; of circles, that she opened them is recorded."""
    found = position_cards(user, resolution, memberships)
    circle_views.record_views(CircleView.Thing.POSITION, [(card.position.public_id, card.position.circle) for card in found], by=user)
    return found


def may_adopt(circles: list[Circle]) -> bool:
    return any(circle.is_everyone for circle in circles)


def begin_with(found: list[PositionCard], circles: list[Circle]) -> dict:
    """The initial values: the latest version that this person may replace."""
    last = next((card.position for card in found if card.position.circle in circles), None)
    return {"stance": last.stance, "words": last.words, "circle": str(last.circle.public_id)} if last else {}


def with_cited(initial: dict, request) -> dict:
    """Append the clause that the link to this page cites: "resolves 3 (EUR/38A7/1)"."""
    clause = one_line(request.GET.get("cite", ""))[:200]
    return initial | {"words": "\n".join(filter(None, (initial.get("words"), f"{clause}: ")))} if clause else initial


def circles_to_write_in(user: User, memberships: MembershipContext) -> list[Circle]:
    """Everyone's circle where this person may act as lead, and this person's other circles."""
    if not memberships.works:
        return []
    return [circle for circle in circles_worked_in(user, memberships) if not circle.is_everyone or circle.coalition_id in memberships.led]
