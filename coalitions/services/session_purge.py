"""Who was where is forgotten: 48 hours after a session who went there, and 48 hours after a day who said where they are.

How many were in the room and how many listened stays with the session, for the coverage of the assembly.
"""

from datetime import date, datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from amnt.core import times
from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee
from coalitions.models.assembly_sessions import USUAL_LENGTH
from resolutions.models import Assembly

KEPT_FOR = SessionAttendee.KEPT_FOR
AT_A_TIME = 200
Manner = SessionAttendee.Manner


def purge_now() -> int:
    """Each minute. One query where nothing is due, and one more while anybody says where they are."""
    return purge(now())


def purge(at: datetime) -> int:
    """Count, then delete. Say how many rows."""
    deleted = 0
    for sessions in batched(sessions_due(at).values_list("pk", flat=True), AT_A_TIME):
        deleted += forget_attendees(list(sessions))
    if days := days_due(at):
        gone, _by_model = DeclaredPresence.objects.filter(day__in=days).delete()
        deleted += gone
    return deleted


def due(at: datetime) -> int:
    attendees = SessionAttendee.objects.filter(session__in=sessions_due(at).values("pk")).count()
    return attendees + DeclaredPresence.objects.filter(day__in=days_due(at)).count()


def sessions_due(at: datetime) -> QuerySet[AssemblySession]:
    """Those over for so long of which it is still known who went."""
    known = SessionAttendee.objects.order_by().values("session")
    over_at = Coalesce("ends_at", "starts_at")
    rows = AssemblySession.objects.filter(pk__in=known, starts_at__lte=at - KEPT_FOR).annotate(last=over_at)
    said, usual = Q(ends_at__isnull=False, last__lte=at - KEPT_FOR), Q(ends_at=None, last__lte=at - KEPT_FOR - USUAL_LENGTH)
    return rows.filter(said | usual).order_by("pk")


@transaction.atomic
def forget_attendees(sessions: list[int]) -> int:
    rows = AssemblySession.objects.select_for_update(of=("self",)).filter(pk__in=sessions)
    going = SessionAttendee.objects.going().filter(session__in=sessions).order_by().values("session", "manner")
    counts = {(row["session"], row["manner"]): row["number"] for row in going.annotate(number=Count("pk"))}
    for session in rows:
        session.in_room = counts.get((session.pk, Manner.ROOM), 0)
        session.listening = counts.get((session.pk, Manner.LISTENING), 0)
    # Without `changed_at`: nobody is told anew of what is over.
    AssemblySession.objects.bulk_update(rows, ["in_room", "listening"])
    gone, _by_model = SessionAttendee.objects.filter(session__in=sessions).delete()
    return gone


def days_due(at: datetime) -> list[date]:
    """The days over for so long, on the clock of the assembly that sat then."""
    days = DeclaredPresence.objects.filter(day__lt=at.date() - KEPT_FOR + timedelta(days=1)).order_by().values_list("day", flat=True)
    found = list(days.distinct())
    if not found:
        return []
    assemblies = list(Assembly.objects.of_wtsa().filter(starts_on__isnull=False))
    return [day for day in found if end_of(day, assemblies) + KEPT_FOR <= at]


def end_of(day: date, assemblies: list[Assembly]) -> datetime:
    near = timedelta(days=2)
    zones = [each.zone for each in assemblies if each.starts_on and each.starts_on - near <= day <= (each.ends_on or each.starts_on) + near]
    return times.instant_of(day + timedelta(days=1), datetime.min.time(), zones[0] if zones else times.ITU_ZONE)
