"""What a person hands back to the coalition when leaving."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Circle, CircleMembership, FollowUp, FollowUpEvent, Membership
from coalitions.models.circles import CircleQuerySet


@dataclass(frozen=True)
class HandBackChecklist:
    """The checklist before someone leaves.

    follow_ups -- open ones of this owner, which nobody will have
    backups -- open ones with this backup
    circles -- circles of this person, except everyone's
    """

    follow_ups: int
    backups: int
    circles: int


def hand_back_checklist(membership: Membership, *, seen_by: User) -> HandBackChecklist:
    """Counts only what this reader may see: leads do not see circles they are not in."""
    user = membership.user
    work = FollowUp.objects.visible_to(seen_by).open().filter(circle__coalition=membership.coalition_id)
    counted = work.aggregate(owned=Count("pk", filter=Q(owner=user)), backed=Count("pk", filter=Q(backup=user)))
    circles = Circle.objects.visible_to(seen_by).exclude(kind=Circle.Kind.EVERYONE)
    circles = circles.filter(coalition=membership.coalition_id, circle_memberships__membership=membership)
    return HandBackChecklist(follow_ups=counted["owned"], backups=counted["backed"], circles=circles.count())


@transaction.atomic
def hand_back_all(membership: Membership, *, by: User | None) -> int:
    """Hand back all open follow-ups of this person in the coalition. Returns how many have no owner now."""
    return hand_back(membership.user, circles=Circle.objects.filter(coalition=membership.coalition_id), by=by)


@transaction.atomic
def hand_back(user: User, *, circles: CircleQuerySet, by: User | None) -> int:
    """Hand back this person's open follow-ups in these circles, with an event."""
    instant = now()
    work = FollowUp.objects.select_for_update(of=("self",)).open().filter(circle__in=circles)
    owned = list(work.filter(owner=user).order_by("pk").values_list("pk", flat=True))
    backed = list(work.filter(backup=user).order_by("pk").values_list("pk", flat=True))
    # A new version, so that reminders of the former owner are not sent.
    FollowUp.objects.filter(pk__in=owned).update(
        owner=None,
        state=FollowUp.State.TO_ACCEPT,
        state_at=instant,
        snoozed_until=None,
        version=F("version") + 1,
        changed_at=instant,
    )
    FollowUp.objects.filter(pk__in=backed).update(backup=None, changed_at=instant)
    FollowUpEvent.objects.bulk_create(
        [FollowUpEvent(follow_up_id=pk, kind=FollowUpEvent.Kind.HANDED_BACK, by=by) for pk in owned]
        + [FollowUpEvent(follow_up_id=pk, kind=FollowUpEvent.Kind.CHANGED, by=by, fields=["backup"]) for pk in backed]
    )
    return len(owned)


def pass_on_circles(membership: Membership) -> None:
    """Those she owns."""
    pass_on(Circle.objects.filter(coalition=membership.coalition_id, owner=membership.user_id), without=membership)


def pass_on(circles: CircleQuerySet, *, without: Membership) -> None:
    """Make the person who has been in it longest the owner of each circle; without anyone, no owner."""
    others = CircleMembership.objects.current().filter(circle=OuterRef("pk")).exclude(membership=without)
    circles.update(owner=Subquery(others.order_by("created_at", "pk").values("membership__user")[:1]))
