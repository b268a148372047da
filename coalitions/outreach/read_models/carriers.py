"""Who can raise a resolution in a region: delegations in one query, allied Sector Members in another, as far as the reader may know."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import Answer, Contact, Delegation, OwnRoute
from resolutions.models import Assembly, RegionalGroup, Resolution

MOST_SHOWN = 25
# The key of that way in `resolutions/data/ways_in.yaml`.
SECTOR_MEMBER = "sector-member"


@dataclass(frozen=True)
class Carrier:
    """A delegation that can raise it, and why: it said yes, it is open, or a way in worked before."""

    delegation: Delegation
    said_yes: bool
    was_asked: bool

    @property
    def is_open(self) -> bool:
        return self.delegation.is_open == Delegation.Openness.YES

    @property
    def has_route(self) -> bool:
        return bool(self.delegation.route_before)


def carriers(
    user: User, resolution: Resolution, assembly: Assembly | None, group: RegionalGroup, circles: Collection[int] | None = None
) -> list[Carrier]:
    """Those who said yes first, then those that are open."""
    asked = Contact.objects.visible_to(user, circles).filter(delegation=OuterRef("pk"), resolution=resolution)
    codes = [str(country) for country in group.countries]
    rows = Delegation.objects.visible_to(user).filter(assembly=assembly, country__in=codes)
    rows = rows.annotate(
        said_yes=Exists(asked.filter(answer__in=(Answer.YES, Answer.PARTLY))),
        was_asked=Exists(asked),
    ).filter(Q(said_yes=True) | Q(is_open=Delegation.Openness.YES) | ~Q(route_before=""))
    rank = Case(
        When(said_yes=True, then=Value(0)),
        When(is_open=Delegation.Openness.YES, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return [Carrier(row, row.said_yes, row.was_asked) for row in rows.order_by(rank, "country")[:MOST_SHOWN]]


def sector_members(user: User, group: RegionalGroup, circles: Collection[int] | None = None) -> QuerySet[OwnRoute]:
    """Allied organisations of the region that are Sector Members now: they can carry a contribution."""
    granted = OwnRoute.objects.visible_to(user, circles).filter(way=SECTOR_MEMBER, state=OwnRoute.State.GRANTED)
    now_valid = granted.filter(Q(until=None) | Q(until__gte=now().date()))
    here = now_valid.filter(organisation__country__in=[str(country) for country in group.countries])
    return here.select_related("organisation").order_by("organisation__name", "pk")[:MOST_SHOWN]
