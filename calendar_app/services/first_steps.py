"""The first steps of a new person; each step is stored at once."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import Deadline, Meeting
from calendar_app.models.concerns import concerns_of
from coalitions.models import FollowUp
from resolutions.models import RegionalGroup, RegionWatch, Resolution, Watch


def suggested_resolutions(user: User) -> QuerySet[Resolution]:
    """The resolutions of the guide, and those most relevant for human rights, without suppressed ones."""
    worth_it = Q(is_named_in_guide=True) | Q(rights_relevance=Resolution.Relevance.HIGH)
    known = Resolution.objects.visible_to(user).filter(worth_it).exclude(status=Resolution.Status.SUPPRESSED)
    return known.with_watch_of(user).in_order().prefetch_related("topics")


@transaction.atomic
def set_suggested_watches(user: User, *, resolutions: Iterable[Resolution], groups: Iterable[RegionalGroup]) -> None:
    """Watch exactly these of the suggestions. Other watches stay as they are."""
    chosen = {resolution.pk for resolution in resolutions}
    left_out = suggested_resolutions(user).exclude(pk__in=chosen).order_by()
    Watch.objects.filter(user=user, resolution__in=left_out.values("pk")).delete()
    Watch.objects.bulk_create([Watch(user=user, resolution_id=pk) for pk in sorted(chosen)], ignore_conflicts=True)
    regions = {group.pk for group in groups}
    RegionWatch.objects.filter(user=user).exclude(group__in=regions).delete()
    RegionWatch.objects.bulk_create([RegionWatch(user=user, group_id=pk) for pk in sorted(regions)], ignore_conflicts=True)
    user.note_changed()


def first_item(user: User, *, circles: frozenset[int]) -> FollowUp | Deadline | Meeting | None:
    """The first item to show: an own follow-up, else the next date that concerns this person.

    circles -- the keys of the person's circles
    """
    hers = FollowUp.objects.visible_to(user).open().filter(owner=user).for_list().first()
    if hers:
        return hers
    concerns = concerns_of(user, circles)
    deadlines = concerns.deadlines_in(Deadline.objects.visible_to(user, circles=circles).ahead()).order_by("at")
    meetings = concerns.meetings_in(Meeting.objects.visible_to(user, circles=circles).ahead()).order_by("at")
    dates: list[Deadline | Meeting] = [date for date in (deadlines.first(), meetings.first()) if date]
    return min(dates, key=lambda date: date.at, default=None)


def finish(user: User) -> None:
    """Mark the first steps as finished."""
    user.first_steps_done_at = user.first_steps_done_at or now()
    user.save(update_fields=["first_steps_done_at"])
