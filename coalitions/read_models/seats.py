"""Seats as their owner and those she named see them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import now
from django_countries import countries

from amnt.accounts.models import User
from coalitions.models import Circle, Membership, Seat
from coalitions.models.seats import SECRETS_KEPT_FOR
from resolutions.models import Assembly


@dataclass(frozen=True)
class KnownSeat:
    owner: User
    country: str
    assembly: Assembly


def told_to(user: User) -> list[KnownSeat]:
    """The seats she was told of, by the name of the owner. Costs the same whether there are any for her or not."""
    seats = list(Seat.objects.select_related("assembly").told_to(user))
    people = User.objects.in_bulk([seat.owner_id for seat in seats])
    known = [KnownSeat(people[seat.owner_id], countries.name(seat.country), seat.assembly) for seat in seats]
    return sorted(known, key=lambda seat: (seat.owner.name, seat.assembly.pk))


def delegates_known_to(user: User) -> set[int]:
    """The keys of those who told this person of a seat: they may not be able to approach other delegations. Costs the same for anyone."""
    return {seat.owner_id for seat in Seat.objects.told_to(user)}


def told_about(person: User, *, to: User) -> list[KnownSeat]:
    return [seat for seat in told_to(to) if seat.owner.pk == person.pk]


def whom_she_may_tell(user: User) -> tuple[list[User], list[Circle]]:
    known = Membership.objects.visible_to(user).working().exclude(user=user).values("user")
    circles = Circle.objects.of(user).exclude(kind=Circle.Kind.EVERYONE).select_related("coalition")
    return list(User.objects.filter(pk__in=known).order_by("name", "pk")), list(circles)


def is_deleted_soon(assembly: Assembly) -> bool:
    """Within the seven days in which its owner is told on her own pages."""
    day = deleted_on(assembly)
    return day is not None and day - timedelta(days=8) < now().date()


def deleted_on(assembly: Assembly) -> date | None:
    """The day in whose first hours what is kept for this assembly is deleted."""
    return assembly.ends_on + SECRETS_KEPT_FOR + timedelta(days=1) if assembly.ends_on else None
