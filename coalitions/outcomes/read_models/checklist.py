"""The checklist after an assembly, as far as it was begun."""

from collections.abc import Collection
from uuid import UUID, uuid5

from amnt.accounts.models import User
from coalitions.models import Circle, FollowUp
from coalitions.outcomes.domain.after_assembly import ITEMS
from resolutions.models import Assembly


def submission_of(everyone: Circle, assembly: Assembly, key: str) -> UUID:
    """The submission id of one of its follow-ups: the same whoever begins it."""
    return uuid5(everyone.public_id, f"after {assembly.code} {key}")


def checklist(assembly: Assembly, everyone: Circle, user: User, circles: Collection[int]) -> list[FollowUp]:
    """Its follow-ups, the first due first, with their owners. One query."""
    ids = [submission_of(everyone, assembly, item.key) for item in ITEMS]
    return list(FollowUp.objects.visible_to(user, circles).filter(submission__in=ids).for_list().with_people_here())
