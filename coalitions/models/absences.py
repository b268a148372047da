"""Who is away from when to when. Why is asked of nobody."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models.circles import Circle, CircleMembership
from coalitions.models.follow_ups import FollowUp
from coalitions.models.people import Membership

# The earliest zone is so far ahead of the latest: whose day it is, her clock says.
A_DAY = timedelta(days=1)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> "AbsenceQuerySet":
        """One's own; and, until they are over, those of people one works with: whom one leads, who is in a circle of one's own that people
        are named into, and owner and backup of one open follow-up for each other. Leads who work with nobody see no others.
        """
        if not user.is_authenticated:
            return self.none()
        hers = Membership.objects.current().filter(user=user)
        led = Membership.objects.current().filter(coalition__in=hers.acting_leads().values("coalition"), user=OuterRef("user"))
        named = CircleMembership.objects.current().filter(membership__user=user).exclude(circle__kind=Circle.Kind.EVERYONE)
        together = CircleMembership.objects.current().filter(circle__in=named.values("circle"), membership__user=OuterRef("user"))
        pairs = FollowUp.objects.visible_to(user).open()
        paired = pairs.filter(Q(owner=user, backup=OuterRef("user")) | Q(backup=user, owner=OuterRef("user")))
        others = Exists(led) | Exists(together) | Exists(paired)
        return self.filter(Q(user=user) | Q(ends_on__gte=now().date() - A_DAY) & others)

    def ahead(self, on: date | None = None) -> "AbsenceQuerySet":
        """Those that are not over on this day, or only just, on whatever clock."""
        return self.filter(ends_on__gte=(on or now().date()) - A_DAY)


class Absence(models.Model):
    """A person is away from the first day to the last, on her own clock: assignments and reminders are kept from her meanwhile."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        default_permissions = ()
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_it_starts"),
            models.UniqueConstraint(fields=["user", "starts_on"], name="absence_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"


@dataclass(frozen=True)
class Away:
    """From the first day to the last, on the clock of whoever is away."""

    first: date
    last: date
    zone: str

    def covers(self, instant: datetime) -> bool:
        return self.first <= instant.astimezone(ZoneInfo(self.zone)).date() <= self.last

    @property
    def back_at(self) -> datetime:
        """Midnight after her last day."""
        return datetime.combine(self.last + A_DAY, time(), ZoneInfo(self.zone))


def absences_known_to(user: User, people: Collection[int] | None = None) -> Mapping[int, list[Away]]:
    """By person, what this reader may know of who is away now or later. One query."""
    rows = Absence.objects.visible_to(user).ahead()
    return _by_person(rows if people is None else rows.filter(user__in=people))


def absences_ahead() -> Mapping[int, list[Away]]:
    """Of everybody, for what is sent by the clock. One query."""
    return _by_person(Absence.objects.ahead())


def _by_person(rows: AbsenceQuerySet) -> Mapping[int, list[Away]]:
    found: dict[int, list[Away]] = defaultdict(list)
    columns = ("user", "starts_on", "ends_on", "user__time_zone")
    for person, first, last, zone in rows.order_by("starts_on").values_list(*columns):
        found[person].append(Away(first, last, zone))
    return found


def away_at(person: User | None, instant: datetime, known: Mapping[int, list[Away]]) -> Away | None:
    """Of these absences the one that this instant falls into, on her clock."""
    if person is None:
        return None
    return next((away for away in known.get(person.pk, ()) if away.covers(instant)), None)
