"""What people hand back to the coalition, or over to others, when leaving, and what ends with their last coalition."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.audit.services import record_many
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, CircleMembership, FollowUp, FollowUpEvent, Membership
from coalitions.models.circles import CircleQuerySet
from coalitions.services.circle_acts import LEVELS, record_in
from resolutions.models import Contribution


@dataclass(frozen=True)
class HandBackChecklist:
    """The checklist before people leave.

    follow_ups -- open ones that they own
    backups -- open ones of which they are the backup
    circles -- circles they are in, except everyone's
    """

    follow_ups: int
    backups: int
    circles: int


def hand_back_checklist(*leaving: Membership, seen_by: User) -> HandBackChecklist:
    """Counts only what this reader may see: leads do not see circles they are not in."""
    users, coalition = [row.user_id for row in leaving], leaving[0].coalition_id
    work = FollowUp.objects.visible_to(seen_by).open().filter(circle__coalition=coalition)
    counted = work.aggregate(owned=Count("pk", filter=Q(owner__in=users)), backed=Count("pk", filter=Q(backup__in=users)))
    circles = Circle.objects.visible_to(seen_by).exclude(kind=Circle.Kind.EVERYONE)
    circles = circles.filter(coalition=coalition, circle_memberships__membership__in=leaving).distinct()
    return HandBackChecklist(follow_ups=counted["owned"], backups=counted["backed"], circles=circles.count())


# --- Who gets it ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandOver:
    """Who gets what the people who leave have in hand, all by key. What is named nowhere has no owner then; a circle goes to who has
    been in it longest.

    chosen_by -- the user who chose; only what this person may still read is handed over
    rest_to -- the membership that gets the follow-ups not named in `follow_ups`, as far as it may hold them
    backups_to -- the membership that becomes the backup in their place, as far as it may be
    follow_ups -- the membership that gets each, or None to hand it back
    circles -- the membership that owns each
    """

    chosen_by: int
    rest_to: int | None = None
    backups_to: int | None = None
    follow_ups: Mapping[int, int | None] = field(default_factory=dict)
    circles: Mapping[int, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """For a request to a second lead. `hand_over_from` reads it."""
        return {
            "chosen_by": self.chosen_by,
            "rest_to": self.rest_to,
            "backups_to": self.backups_to,
            "follow_ups": sorted(self.follow_ups.items()),
            "circles": sorted(self.circles.items()),
        }


def hand_over_from(data: Mapping[str, Any] | None) -> HandOver | None:
    if data is None:
        return None
    return HandOver(**{**data, "follow_ups": dict(data["follow_ups"]), "circles": dict(data["circles"])})


class Holders:
    """The members that a choice names, with the circles each is in and the chooser can read."""

    def __init__(self, chosen: HandOver | None, *, without: Collection[int]):
        self.users: dict[int, int] = {}
        self.circles: dict[int, set[int]] = defaultdict(set)
        if chosen is None:
            return
        named = {chosen.rest_to, chosen.backups_to, *chosen.follow_ups.values(), *chosen.circles.values()} - {None}
        seen = CircleMembership.objects.current().filter(membership__user=chosen.chosen_by).values("circle")
        rows = CircleMembership.objects.current().filter(membership__in=named, circle__in=seen).exclude(membership__user__in=without)
        for membership, user, circle in rows.exclude(membership__role="observer").values_list("membership", "membership__user", "circle"):
            self.users[membership] = user
            self.circles[membership].add(circle)

    def who_may(self, membership: int | None, circle: int) -> int | None:
        """The key of the user, if this member may hold something of this circle."""
        return self.users[membership] if membership is not None and circle in self.circles.get(membership, ()) else None

    def who_must(self, membership: int | None, circle: int) -> int | None:
        """The same for somebody chosen by name."""
        user = self.who_may(membership, circle)
        if membership is not None and user is None:
            raise RuleBroken(_("Someone you chose has left or can no longer read what you give them. Choose again."), field="hand_over")
        return user


@transaction.atomic
def hand_back_all(*leaving: Membership, by: User | None, hand_over: HandOver | None = None) -> int:
    """Hand back all open follow-ups of these people in the coalition, or over. Returns how many have no owner now."""
    circles = Circle.objects.filter(coalition=leaving[0].coalition_id)
    return hand_back(*(row.user for row in leaving), circles=circles, by=by, hand_over=hand_over)


@transaction.atomic
def hand_back(*users: User, circles: CircleQuerySet, by: User | None, about: Q | None = None, hand_over: HandOver | None = None) -> int:
    """Hand back the open follow-ups of these people in these circles, or those of them about something, or over, with an event."""
    instant, Kind = now(), FollowUpEvent.Kind
    work = FollowUp.objects.select_for_update(of=("self",)).open().filter(about or Q(), circle__in=circles)
    owned = list(work.filter(owner__in=users).order_by("pk").values_list("pk", "circle_id", "backup_id"))
    backed = list(work.filter(backup__in=users).order_by("pk").values_list("pk", "circle_id", "owner_id"))
    to, backups = who_gets(owned, backed, hand_over, without=[user.pk for user in users])
    # Backups first: who becomes the owner is no backup.
    no_backup = [pk for pk, _circle, _owner in backed] + [pk for pk, _circle, backup in owned if pk in to and to[pk] == backup]
    FollowUp.objects.filter(pk__in=no_backup).update(backup=by_key(backups), changed_at=instant)
    handed_back = [pk for pk, _circle, _backup in owned if pk not in to]
    # A new version, so that reminders of the former owner are not sent.
    again = {"state": FollowUp.State.TO_ACCEPT, "state_at": instant, "snoozed_until": None, "version": F("version") + 1}
    FollowUp.objects.filter(pk__in=handed_back).update(owner=None, changed_at=instant, **again)
    if to:
        assigned = {"owner": by_key(to), "assigned_by": by, "assigned_at": instant}
        FollowUp.objects.filter(pk__in=to).update(changed_at=instant, **again | assigned)
        # What one gives to oneself needs no answer.
        FollowUp.objects.filter(pk__in=to, owner=by).update(state=FollowUp.State.IN_HAND)
    FollowUpEvent.objects.bulk_create(
        [FollowUpEvent(follow_up_id=pk, kind=Kind.HANDED_BACK, by=by) for pk in handed_back]
        + [FollowUpEvent(follow_up_id=pk, kind=Kind.ASSIGNED, by=by, to_id=user) for pk, user in to.items()]
        + [FollowUpEvent(follow_up_id=pk, kind=Kind.CHANGED, by=by, fields=["backup"]) for pk, _circle, _owner in backed]
    )
    record_assigned(to, by=by)
    return len(handed_back)


def who_gets(
    owned: Iterable[tuple[int, int, int | None]],
    backed: Iterable[tuple[int, int, int | None]],
    chosen: HandOver | None,
    *,
    without: Collection[int],
) -> tuple[dict[int, int], dict[int, int]]:
    """The new owner and the new backup by follow-up.

    owned, backed -- follow-ups with their circle, and their backup or their owner
    """
    if chosen is None:
        return {}, {}
    holders = Holders(chosen, without=without)
    to, backups = {}, {}
    for pk, circle, _backup in owned:
        named = pk in chosen.follow_ups
        user = holders.who_must(chosen.follow_ups[pk], circle) if named else holders.who_may(chosen.rest_to, circle)
        if user:
            to[pk] = user
    for pk, circle, owner in backed:
        user = holders.who_may(chosen.backups_to, circle)
        if user and user != to.get(pk, owner):
            backups[pk] = user
    return to, backups


def by_key(users: Mapping[int, int]) -> Case | None:
    """A column of users, from the user of each row."""
    rows: dict[int, list[int]] = defaultdict(list)
    for pk, user in users.items():
        rows[user].append(pk)
    column = FollowUp._meta.get_field("owner")
    return Case(*(When(pk__in=pks, then=Value(user)) for user, pks in rows.items()), output_field=column) if rows else None


def record_assigned(follow_ups: Iterable[int], *, by: User | None) -> None:
    """One entry each, by the rules of its circle."""
    in_circles = defaultdict(list)
    for row in FollowUp.objects.filter(pk__in=list(follow_ups)).select_related("circle__coalition").order_by("pk"):
        in_circles[row.circle].append(row)
    for circle, rows in in_circles.items():
        level = LEVELS[Circle.Kind(circle.kind)]
        about = {"coalition": circle.coalition, "circle": circle}
        record_many("coalitions.follow_up_assigned", by=by, about=rows, level=level, fields=["owner"], **about)


# --- Circles ----------------------------------------------------------------------------------------------------------------


def pass_on_circles(*leaving: Membership, by: User | None = None, hand_over: HandOver | None = None) -> None:
    """Those they own: to whom was chosen, else to who has been in it longest."""
    users = [row.user_id for row in leaving]
    owned = Circle.objects.filter(coalition=leaving[0].coalition_id, owner__in=users)
    if hand_over and hand_over.circles:
        holders = Holders(hand_over, without=users)
        for circle in owned.filter(pk__in=hand_over.circles).select_related("coalition").order_by("pk"):
            circle.owner_id = holders.who_must(hand_over.circles[circle.pk], circle.pk)
            circle.save(update_fields=["owner"])
            record_in(circle, "coalitions.circle_handed_on", by=by, fields=["owner"])
    pass_on(owned, without=leaving)


def pass_on(circles: CircleQuerySet, *, without: Collection[Membership]) -> None:
    """Make the person who has been in it longest the owner of each circle; without anyone, no owner."""
    others = CircleMembership.objects.current().filter(circle=OuterRef("pk")).exclude(membership__in=without)
    circles.update(owner=Subquery(others.order_by("created_at", "pk").values("membership__user")[:1]))


# --- Numbers of restricted documents ----------------------------------------------------------------------------------------


def leave_numbers_to_circles(*leaving: Membership) -> None:
    """Numbers of restricted documents that these people brought into a circle of the coalition are the circle's: who entered one reads it,
    wherever she is.
    """
    users, coalition = [row.user_id for row in leaving], leaving[0].coalition_id
    numbers = Contribution.objects.filter(access=Contribution.Access.NUMBER_ONLY, kept__circle__coalition=coalition)
    numbers.filter(entered_by__in=users).update(entered_by=None)


# --- What ends with the last coalition --------------------------------------------------------------------------------------

_on_last_leave: list[Callable[[User], None]] = []


def register_on_last_leave(act: Callable[[User], None]) -> None:
    """Register what ends for a person who is in no coalition any more."""
    _on_last_leave.append(act)


def end_what_is_left(user: User, *, from_session: str | None = None) -> None:
    """For a person who is in no coalition any more: sessions, API keys and what is registered. Who leaves by herself stays logged in where
    she did it (`from_session`), to download her data or delete her account.
    """
    if Membership.objects.current().filter(user=user).exists():
        return
    devices.end_access(user, but_session=from_session)
    for act in _on_last_leave:
        act(user)
