"""Undoing that someone was removed from a circle: back in it, with the follow-ups that were handed back and nobody touched since."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, CircleMembership, FollowUp, Membership
from coalitions.permissions import can_name_people
from coalitions.services.circle_acts import record_in
from coalitions.services.circles import add_to_circle
from coalitions.services.follow_up_undo import act_to_undo, state_before, undo_act

KIND = "coalitions.circle_removal"


def state_in_circle(circle: Circle, membership: Membership) -> dict[str, Any]:
    """What a removal is going to change: the place of this person, the owner of the circle, and the open follow-ups."""
    held = FollowUp.objects.open().filter(Q(owner=membership.user_id) | Q(backup=membership.user_id), circle=circle).order_by("pk")
    since = CircleMembership.objects.filter(circle=circle, membership=membership).values_list("created_at", flat=True).first()
    return {
        "circle": circle.pk,
        "membership": membership.pk,
        "owner": circle.owner_id,
        "since": since.isoformat() if since else None,
        "follow_ups": [state_before(follow_up) for follow_up in held],
    }


def removal_to_undo(before: dict[str, Any], *, by: User) -> dict[str, Any]:
    handed_back = [act_to_undo(state, by=by) for state in before["follow_ups"]]
    return before | {"follow_ups": [act for act in handed_back if act], "owner_after": Circle.objects.get(pk=before["circle"]).owner_id}


@transaction.atomic
def undo_removal(about: dict[str, Any], *, by: User) -> int:
    """Returns how many follow-ups others have changed since, which stay as they are now."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").filter(pk=about["membership"]).first()
    circle = Circle.objects.visible_to(by).select_related("coalition").filter(pk=about["circle"]).first()
    if membership is None or circle is None or not can_name_people(by, circle):
        raise RuleBroken(_("You can no longer name the people of this circle: nothing was changed."))
    if CircleMembership.objects.filter(circle=circle, membership=membership).exists():
        raise RuleBroken(_("This person is in the circle again already: nothing was changed."))
    row = add_to_circle(circle, membership=membership, by=by)
    if about["since"]:
        row.created_at = datetime.fromisoformat(about["since"])
        row.save(update_fields=["created_at"])
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)
    if about["owner"] == membership.user_id and circle.owner_id == about["owner_after"]:
        circle.owner = membership.user
        circle.save(update_fields=["owner"])
        record_in(circle, "coalitions.circle_handed_on", by=by, about=membership, fields=["owner"])
    changed = 0
    for act in about["follow_ups"]:
        try:
            with transaction.atomic():
                undo_act(act, by=by)
        except RuleBroken:
            changed += 1
    return changed


def undo_and_say(about: dict[str, Any], *, by: User) -> str:
    changed = undo_removal(about, by=by)
    if not changed:
        return _("Undone: it is as it was before.")
    return ngettext(
        "Undone, but for %(n)s follow-up that others have changed since.",
        "Undone, but for %(n)s follow-ups that others have changed since.",
        changed,
    ) % {"n": changed}


def register_all() -> None:
    undo.register(KIND, undo_and_say)
