"""What every page after an assembly begins with: which assembly, and as a member of which coalition one reads it."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from coalitions.models import Circle, Coalition
from coalitions.permissions import MembershipContext, membership_context_of
from coalitions.read_models.chosen_coalition import Ours, choice_of_coalitions, ours_of
from resolutions.models import Assembly


@dataclass
class Opened:
    """coalitions -- those to choose from, if there are several; asked -- what of the address chooses one, for links"""

    assembly: Assembly
    memberships: MembershipContext
    ours: Ours | None = None
    coalitions: list[Coalition] = field(default_factory=list)

    @property
    def chosen(self) -> Coalition | None:
        return next((each for each in self.coalitions if self.ours and each.pk == self.ours.coalition), None)

    @property
    def asked(self) -> str:
        return f"?coalition={self.chosen.public_id}" if self.chosen else ""

    @property
    def coalition(self) -> Coalition:
        """The coalition, for who acts for it. 403 for who has none."""
        if self.ours is None:
            raise PermissionDenied
        return self.chosen or Coalition.objects.get(pk=self.ours.coalition)

    @property
    def works(self) -> bool:
        """Whether this person may judge and take things in the coalition chosen."""
        return self.ours is not None and self.ours.coalition in self.memberships.works_in

    @property
    def is_lead(self) -> bool:
        return self.ours is not None and self.ours.coalition in self.memberships.led

    @property
    def circles(self) -> list[Circle]:
        """Those of the chosen coalition, except those of delegations, whose content is shown on their own pages only."""
        if self.ours is None:
            return []
        return list(Circle.objects.filter(pk__in=self.ours.circles).select_related("coalition"))

    @property
    def has_begun(self) -> bool:
        return self.assembly.starts_on is not None and self.assembly.starts_on <= self.today

    @property
    def days_after(self) -> int | None:
        """Since its last day; None while it is not over."""
        ends_on = self.assembly.ends_on
        return (self.today - ends_on).days if ends_on and ends_on < self.today else None

    @property
    def today(self) -> date:
        return now().date()


def open_assembly(request, edition: str) -> Opened:
    memberships = membership_context_of(request.user)
    assembly = get_object_or_404(Assembly.objects.of_wtsa(), code=edition)
    coalitions = choice_of_coalitions(memberships.circle_keys)
    asked = request.GET.get("coalition", "")
    return Opened(assembly, memberships, ours_of(memberships.circle_keys, coalitions, asked), coalitions)
