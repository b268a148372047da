"""The positions on a resolution, what touches them, and that one still holds."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.models import Circle, CircleView, Position
from coalitions.permissions import MembershipContext, can_take_position, circles_worked_in, membership_context_of
from coalitions.positions.forms.positions import SubmissionForm
from coalitions.positions.forms.publishing import PublishForm
from coalitions.positions.read_models.answers import Answers, answers_to
from coalitions.positions.read_models.cards import PositionSheet, position_cards, position_sheets
from coalitions.positions.services import positions as services
from coalitions.services import circle_views
from resolutions.models import Resolution


@dataclass
class ShownPosition:
    """A position and what this person may do with it."""

    sheet: PositionSheet
    may_write: bool
    may_publish: bool
    may_export: bool
    answers: Answers | None = None

    @property
    def may_say_it_holds(self) -> bool:
        return self.may_write and self.sheet.card.is_to_review


@require_safe
def resolution_position(request, slug):
    """The positions on a resolution, and their versions."""
    user, memberships = request.user, membership_context_of(request.user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), slug=slug)
    circles = circles_to_write_in(user, memberships)
    writable = {circle.pk for circle in circles}
    sheets = sheets_opened(user, resolution, memberships)
    answers = answers_to(user, [sheet.card.position for sheet in sheets], memberships)
    context = {
        "section": "resolutions",
        "tab": "position",
        "resolution": resolution,
        "memberships": memberships,
        "shown": [
            ShownPosition(
                sheet,
                may_write=sheet.card.position.circle_id in writable,
                may_publish=not sheet.card.is_adopted and sheet.card.position.circle.coalition_id in memberships.led,
                may_export=sheet.card.is_adopted and sheet.card.position.circle.coalition_id in memberships.led,
                answers=answers.get(sheet.card.position.pk),
            )
            for sheet in sheets
        ],
        "may_write": bool(circles),
        "names_coalition": len(memberships.roles) > 1,
        "may_adopt": any(circle.is_everyone for circle in circles),
        "has_adopted": any(sheet.card.is_adopted for sheet in sheets),
        "hold": SubmissionForm(),
    }
    return render(request, "coalitions/positions/positions.html", context)


def sheets_opened(user, resolution: Resolution, memberships: MembershipContext) -> list[PositionSheet]:
    """The positions this person reads; of circles, that she opened them is recorded."""
    cards = position_cards(user, resolution, memberships)
    found = position_sheets(user, resolution, memberships, cards)
    opened = [(card.position.public_id, card.position.circle) for card in cards]
    opened += [(sheet.card.position.public_id, lines.circle) for sheet in found for lines in sheet.red_lines]
    circle_views.record_views(CircleView.Thing.POSITION, opened, by=user)
    return found


def circles_to_write_in(user, memberships: MembershipContext) -> list[Circle]:
    """Everyone's circle where this person may act as lead, and this person's other circles."""
    if not memberships.works:
        return []
    return [circle for circle in circles_worked_in(user, memberships) if not circle.is_everyone or circle.coalition_id in memberships.led]


@post_only
def position_holds(request, public_id):
    """Someone who may write it says that it still holds."""
    position = position_of(request.user, public_id)
    if not can_take_position(request.user, position.circle):
        raise PermissionDenied
    form = SubmissionForm(form_data(request))
    if form.is_valid():
        try:
            services.say_it_holds(position, by=request.user, submission=form.cleaned_data["submission"])
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Recorded: it still holds. Those who read it are told."))
    return redirect(position)


@require_http_methods(["GET", "POST"])
def position_publish(request, public_id):
    """A lead makes a draft of a circle the coalition's next version."""
    user = request.user
    draft = position_of(user, public_id)
    if draft.circle.is_everyone or not can_take_position(user, draft.circle.coalition.everyone):
        raise PermissionDenied
    memberships = membership_context_of(user)
    resolution = get_object_or_404(Resolution.objects.for_page(user, memberships.circles), pk=draft.resolution_id)
    sheets = sheets_opened(user, resolution, memberships)
    sheet = next((each for each in sheets if each.card.position == draft), None)
    if sheet is None:
        messages.error(request, _("A newer draft has been written in the meantime. Look at that one."))
        return redirect(draft)
    adopted = next((each for each in sheets if each.card.position.circle == draft.circle.coalition.everyone), None)
    version = adopted.card.position.version if adopted else 0
    form = PublishForm(form_data(request), initial={"seen": version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = services.publish(draft, by=user, submission=said["submission"], seen_version=said["seen"])
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again(version)
        else:
            messages.success(request, _("The position has been adopted."))
            return redirect(made)
    context = {"section": "resolutions", "resolution": resolution, "sheet": sheet, "form": form, "adopted": adopted, "next": version + 1}
    return render(request, "coalitions/positions/publish.html", context)


def position_of(user, public_id, *, with_review: bool = False) -> Position:
    rows = Position.objects.visible_to(user)
    if with_review:
        rows = rows.with_review(user)
    rows = rows.select_related("resolution", "circle__coalition", "by", "written_for", "written_for_text")
    return get_object_or_404(rows, public_id=public_id)
