"""Undoing that someone was removed from a circle, or left it: back in it, with the follow-ups that were handed back and nobody touched
since. Who left may come back only into the circle as she left it (docs/decisions/what_is_undone.md).
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, CircleMembership, FollowUp, Membership
from coalitions.permissions import can_name_people
from coalitions.services.circle_acts import record_in
from coalitions.services.circles import add_to_circle, remove_from_circle
from coalitions.services.follow_up_undo import act_to_undo, state_before, undo_act
from coalitions.services.last_readers import models_in_circles

OF_REMOVAL, OF_LEAVING = "coalitions.circle_removal", "coalitions.circle_leaving"


@transaction.atomic
def remove_with_undo(circle: Circle, *, membership: Membership, by: User) -> tuple[int, str, dict[str, Any]]:
    """Remove someone, or leave oneself. Returns how many follow-ups have no owner now, and the kind and content of what can be undone."""
    before = state_in_circle(circle, membership)
    handed_back = remove_from_circle(circle, membership=membership, by=by)
    events = [act_to_undo(state, by=by) for state in before["follow_ups"]]
    about = before | {"follow_ups": [act for act in events if act], "owner_after": Circle.objects.get(pk=circle.pk).owner_id}
    if membership.user_id != by.pk:
        return handed_back, OF_REMOVAL, about
    return handed_back, OF_LEAVING, about | {"circle_after": fingerprint(circle, membership)}


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


def fingerprint(circle: Circle, membership: Membership) -> str:
    """What changes with its people, her role, and everything that is written in the circle."""
    parts: list[Any] = list(Circle.objects.values_list("people_version", "owner").get(pk=circle.pk))
    parts += Membership.objects.values_list("changed_at", "left_at").get(pk=membership.pk)
    for model, column in models_in_circles():
        names = {field.name for field in model._meta.get_fields()}
        changed = next((name for name in ("changed_at", "at") if name in names), "pk")
        rows = model._base_manager.filter(**{column: circle})
        parts += rows.aggregate(rows=Count("pk"), last=Max("pk"), changed=Max(changed)).values()
    return sha256(repr(parts).encode()).hexdigest()


@transaction.atomic
def undo_removal(about: dict[str, Any], *, by: User) -> str:
    membership = lock_membership(about)
    circle = Circle.objects.visible_to(by).select_related("coalition").filter(pk=about["circle"]).first()
    if membership is None or circle is None or not can_name_people(by, circle):
        raise RuleBroken(_("You can no longer decide who is in this circle: nothing was changed."))
    if CircleMembership.objects.filter(circle=circle, membership=membership).exists():
        raise RuleBroken(_("This person is already back in the circle: nothing was changed."))
    return put_back(circle, membership, about, by=by)


@transaction.atomic
def undo_leaving(about: dict[str, Any], *, by: User) -> str:
    """Nobody names her: so she comes back only if nothing at all was done in the circle since she was in it."""
    membership = lock_membership(about)
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").filter(pk=about["circle"]).first()
    if membership is None or membership.user_id != by.pk or circle is None or fingerprint(circle, membership) != about["circle_after"]:
        raise RuleBroken(_("Something has changed in this circle since then. The person who decides who is in it can add you again."))
    return put_back(circle, membership, about, by=by)


def lock_membership(about: dict[str, Any]) -> Membership | None:
    return Membership.objects.select_for_update(of=("self",)).select_related("user").filter(pk=about["membership"]).first()


def put_back(circle: Circle, membership: Membership, about: dict[str, Any], *, by: User) -> str:
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
    if not changed:
        return _("Undone: it is as it was before.")
    return ngettext(
        "Undone, except for %(n)s follow-up that others have changed since.",
        "Undone, except for %(n)s follow-ups that others have changed since.",
        changed,
    ) % {"n": changed}


def register_all() -> None:
    undo.register(OF_REMOVAL, undo_removal)
    undo.register(OF_LEAVING, undo_leaving)
