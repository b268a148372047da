"""Circles: opening one, adding people, leaving and closing it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, CircleMembership, Coalition, Membership
from coalitions.services import leaving
from coalitions.services.circle_acts import record_in, why_only_observes


@transaction.atomic
def open_circle(
    coalition: Coalition,
    *,
    name: str,
    by: User,
    kind: str = Circle.Kind.RESTRICTED,
    purpose: str = "",
    people: Iterable[Membership] = (),
    submission: UUID | None = None,
) -> Circle:
    """Open a circle with its creator and the people named. Leads are in it only if named. The same form sent twice makes one."""
    by.lock()
    mine = Circle.objects.visible_to(by)
    if made := sent_before(mine, submission):
        return made
    own = Membership.objects.current().filter(coalition=coalition, user=by).first()
    if own is None:
        raise RuleBroken(_("You have left this coalition."))
    wanted = Circle(coalition=coalition, kind=kind, name=name, purpose=purpose, owner=by, submission=submission)
    circle, is_new = create_once(wanted, among=mine)
    if not is_new:
        return circle
    record_in(circle, "coalitions.circle_opened", by=by)
    for membership in {row.pk: row for row in (own, *people)}.values():
        add_to_circle(circle, membership=membership, by=by)
    return circle


@transaction.atomic
def add_to_circle(circle: Circle, *, membership: Membership, by: User) -> CircleMembership:
    """Add a member. Safe to repeat. Observers are refused."""
    refuse_everyone(circle)
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    if membership.coalition_id != circle.coalition_id or membership.left_at:
        raise RuleBroken(_("This person is not in the coalition."))
    if reason := why_only_observes(membership):
        raise RuleBroken(reason)
    row, is_new = CircleMembership.objects.get_or_create(circle=circle, membership=membership)
    if is_new:
        circle.note_people_changed()
        record_in(circle, "coalitions.circle_person_named", by=by, about=membership)
    return row


@transaction.atomic
def remove_from_circle(circle: Circle, *, membership: Membership, by: User) -> int:
    """Remove someone, whose follow-ups there are handed back. Returns how many have no owner now."""
    # Locked before the circle and the follow-ups, as other services do.
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)
    refuse_everyone(circle)
    members = CircleMembership.objects.current().filter(circle=circle)
    if not members.exclude(membership=membership).exists():
        raise RuleBroken(
            _("Nobody else is in this circle: without you, nobody could read what it holds. Add someone first, or close the circle.")
        )
    members.filter(membership=membership).delete()
    handed_back = leaving.hand_back(membership.user, circles=Circle.objects.filter(pk=circle.pk), by=by)
    if circle.owner_id == membership.user_id:
        leaving.pass_on(Circle.objects.filter(pk=circle.pk), without=[membership])
    circle.note_people_changed()
    record_in(circle, "coalitions.circle_person_removed", by=by, about=membership)
    return handed_back


@transaction.atomic
def hand_on_circle(circle: Circle, *, to: Membership, by: User) -> None:
    """Make someone else in it its owner, who names its people."""
    circle = Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=circle.pk)
    refuse_everyone(circle)
    if not CircleMembership.objects.current().filter(circle=circle, membership=to).exists():
        raise RuleBroken(_("This person is not in the circle: add them first."))
    circle.owner = to.user
    circle.save(update_fields=["owner"])
    circle.note_people_changed()
    record_in(circle, "coalitions.circle_handed_on", by=by, about=to, fields=["owner"])


@transaction.atomic
def change_circle(circle: Circle, *, by: User, **changes: str) -> Circle:
    """Its name and why it exists."""
    fields = [name for name, value in changes.items() if getattr(circle, name) != value]
    if fields:
        for name in fields:
            setattr(circle, name, changes[name])
        circle.save(update_fields=fields)
        record_in(circle, "coalitions.circle_changed", by=by, fields=fields)
    return circle


@transaction.atomic
def close_circle(circle: Circle, *, by: User) -> None:
    """Close an empty circle; one with content is refused."""
    refuse_everyone(circle)
    record_in(circle, "coalitions.circle_closed", by=by)
    try:
        circle.delete()
    except ProtectedError:
        raise RuleBroken(
            _(
                "This circle still holds follow-ups, meetings, readings or positions, open or done, or something that was "
                "removed from it in the last two weeks. It can be closed when it is empty."
            )
        ) from None


def refuse_everyone(circle: Circle) -> None:
    if circle.is_everyone:
        raise RuleBroken(_("The coalition itself decides who is in this circle."))
