"""What a circle is about, as pages show and search it."""

from dataclasses import dataclass, field

from amnt.accounts.models import User
from coalitions.models import Circle
from resolutions.models import RegionalGroup, Resolution, Topic


@dataclass
class CircleSubjects:
    """The resolutions that were named, and the topics and regional groups."""

    resolutions: list[Resolution] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    regions: list[RegionalGroup] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.resolutions or self.topics or self.regions)

    def resolution_keys(self) -> set[int]:
        """The keys of those named, and of those of the topics."""
        keys = {row.pk for row in self.resolutions}
        if self.topics:
            keys |= set(Resolution.objects.filter(topics__in=self.topics).values_list("pk", flat=True))
        return keys


def subjects_of(circle: Circle, user: User) -> CircleSubjects:
    """Three queries at most; none of a circle that says nothing."""
    said = circle.subjects or {}
    found = CircleSubjects()
    if keys := said.get("resolutions"):
        found.resolutions = list(Resolution.objects.visible_to(user).filter(pk__in=keys).in_order())
    if tags := said.get("topics"):
        found.topics = sorted(Topic.objects.filter(tag__in=tags), key=str)
    if codes := said.get("regions"):
        found.regions = list(RegionalGroup.objects.visible_to(user).filter(code__in=codes))
    return found
