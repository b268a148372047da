"""Who sits on the delegation of a State: the most sensitive fact of the system (R-12).

A row names nobody. Its owner, the country and who may know of it are in one encrypted column, of a length and without a date that would
tell more, and `place` is a keyed digest of the owner and the assembly: the same person at two assemblies has two that look unrelated.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db import models

from amnt.accounts.models import User
from amnt.encryption.fields import SealedField
from amnt.encryption.keys import digest
from coalitions.models.circles import Circle
from coalitions.models.people import Membership
from resolutions.models import Assembly

# After the end of the assembly. What was written in confidence is kept as long.
SECRETS_KEPT_FOR = timedelta(days=30)


def place_of(user: User, assembly_id: int) -> str:
    return digest(f"seat:{user.pk}:{assembly_id}")


class SeatQuerySet(models.QuerySet["Seat"]):
    def at(self, user: User, assembly: Assembly) -> "SeatQuerySet":
        """The seat of this person at this assembly, if any."""
        return self.filter(place=place_of(user, assembly.pk))

    def of(self, user: User) -> "SeatQuerySet":
        """Her own, at any assembly."""
        return self.filter(place__in=[place_of(user, pk) for pk in Assembly.objects.values_list("pk", flat=True)])

    def told_to(self, user: User) -> "Iterator[Seat]":
        """Those of others whose owners named this person, alone or in a circle, while both are in one coalition.

        Every seat is opened, whoever asks: nothing in the database says which ones are hers to know.
        """
        circles = dict(Circle.objects.of(user).values_list("pk", "coalition_id"))
        known = set(people_in_coalitions_of(user))
        for seat in self.order_by("pk"):
            if seat.owner_id != user.pk and seat.owner_id in known and (user.pk in seat.people or seat.circle in circles):
                yield seat

    def visible_to(self, user: User) -> "SeatQuerySet":
        """Her own, and those she was told of. Nobody else's, whatever her role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(models.Q(pk__in=[seat.pk for seat in self.told_to(user)]) | models.Q(pk__in=self.of(user)))


def people_in_coalitions_of(user: User) -> "models.QuerySet[Membership, int]":
    """The keys of those who are in a coalition with this person now."""
    hers = Membership.objects.current().filter(user=user).values("coalition")
    return Membership.objects.current().filter(coalition__in=hers).values_list("user_id", flat=True)


class Seat(models.Model):
    """That its owner is on the delegation of a country at one assembly, and who may know it: nobody unless she names them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="+")
    place = models.CharField(max_length=64, unique=True, editable=False)
    sealed = SealedField()

    objects = SeatQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return ""

    @property
    def owner_id(self) -> int:
        return self.sealed["owner"]

    @property
    def country(self) -> str:
        return self.sealed["country"]

    @property
    def people(self) -> list[int]:
        """The keys of the people whom its owner named."""
        return self.sealed["people"]

    @property
    def circle(self) -> int | None:
        """The key of the circle that may know, if she named one."""
        return self.sealed["circle"]
