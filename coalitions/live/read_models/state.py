"""Whether what the page of a day shows has changed: one query, so that a page may ask each minute."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet, Subquery, Value
from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee, SessionNote
from coalitions.models.assembly_sessions import USUAL_LENGTH

# The strip of days beside a day shows all of them; a few more do no harm.
AROUND = timedelta(days=12)


def state_of(user: User, day: date, view: str) -> str:
    """Differs whenever the page would: a session entered, changed or over, who goes, what is noted, who said where they are."""
    instant = now()
    middle = datetime.combine(day, datetime.min.time(), ZoneInfo("UTC"))
    rows = AssemblySession.objects.visible_to(user).filter(starts_at__gte=middle - AROUND, starts_at__lt=middle + AROUND)
    notes = SessionNote.objects.visible_to(user).order_by()
    present = DeclaredPresence.objects.visible_to(user).filter(day=day).order_by()
    going = SessionAttendee.objects.going().filter(session__in=rows).order_by()
    found = rows.annotate(
        last_note=Subquery(notes.order_by("-at").values("at")[:1]),
        number_noted=number_of(notes),
        number_going=number_of(going),
        number_said=number_of(present),
        last_said=Subquery(present.order_by("-at").values("at")[:1]),
    ).aggregate(
        changed=Max("changed_at"),
        number=Count("pk"),
        begun=Count("pk", filter=Q(starts_at__lte=instant)),
        over=Count("pk", filter=Q(ends_at__lte=instant) | Q(ends_at=None, starts_at__lte=instant - USUAL_LENGTH)),
        noted=Max("last_note"),
        notes=Max("number_noted"),
        going=Max("number_going"),
        said=Max("last_said"),
        said_by=Max("number_said"),
    )
    told = (user.pk, user.language, user.time_zone, day, view, *found.values())
    return sha256(repr(told).encode()).hexdigest()[:24]


def number_of(rows: QuerySet) -> Subquery:
    """A row that is gone leaves no time behind by which to see that it was there."""
    return Subquery(rows.annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number"))
