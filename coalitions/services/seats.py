"""Seats on delegations: declared and withdrawn by their owner alone. Nothing is told, recorded or logged: not even that something was."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, Membership, Seat
from coalitions.models.seats import place_of
from resolutions.models import Assembly


def check_may_be_told(owner: User, people: Collection[User], circle: Circle | None) -> None:
    """She names people and circles that she knows: a name that is not hers to know is answered as one that does not exist."""
    known = set(Membership.objects.visible_to(owner).working().values_list("user_id", flat=True)) - {owner.pk}
    if not {person.pk for person in people} <= known:
        raise RuleBroken(_("Choose people you know here."), field="people")
    if circle is not None and (circle.is_everyone or not circle.includes(owner)):
        raise RuleBroken(_("Choose one of your circles."), field="circle")


@transaction.atomic
def declare(owner: User, assembly: Assembly, *, country: str, people: Collection[User] = (), circle: Circle | None = None) -> Seat:
    """Her seat at this assembly, or what changed about it. Sent twice it stays one."""
    check_may_be_told(owner, people, circle)
    sealed = {
        "owner": owner.pk,
        "country": country,
        "people": sorted(person.pk for person in people),
        "circle": circle.pk if circle else None,
    }
    found = Seat.objects.select_for_update().at(owner, assembly).first()
    if found is None:
        try:
            with transaction.atomic():
                return Seat.objects.create(assembly=assembly, place=place_of(owner, assembly.pk), sealed=sealed)
        except IntegrityError:
            # The second of two requests, sent while the first was running.
            found = Seat.objects.select_for_update().at(owner, assembly).get()
    found.sealed = sealed
    found.save(update_fields=["sealed"])
    return found


def withdraw(owner: User, assembly: Assembly) -> None:
    """For good, whether there was one or not."""
    Seat.objects.at(owner, assembly).delete()


def forget(user: User) -> None:
    """All of hers."""
    Seat.objects.of(user).delete()


def forget_if_in_no_coalition(user: User) -> None:
    """After leaving: there is nobody left whom it could concern."""
    if not Membership.objects.current().filter(user=user).exists():
        forget(user)
