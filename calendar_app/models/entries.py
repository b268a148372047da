"""What calendars show: meetings and doors as one list of entries, in the order of their instants, from one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import BooleanField, CharField, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import now
from django_countries import countries

from amnt.core import times
from calendar_app.models.concerns import Concerns
from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, DeadlineQuerySet, Meeting, MeetingQuerySet
from calendar_app.models.names import name_for
from coalitions.models import Circle
from resolutions.models import DateStatus, Fact

if TYPE_CHECKING:
    from amnt.accounts.models import User


# A change of date is shown beside it for this long.
MOVED_LATELY = timedelta(days=30)
_NOTHING = Value("", CharField())


@dataclass(frozen=True)
class Entry:
    """One date as lists and drawings show it. Its fields are the columns of `entries`, in this order."""

    is_door: bool
    public_id: UUID
    kind: str
    title_fr: str | None
    title_en: str | None
    title_es: str | None
    at: datetime
    has_hour: bool
    zone: str
    date_status: str
    source: str
    confidence: str
    verified_at: datetime | None
    checked_by: str
    is_example: bool
    starts_on: date | None
    ends_on: date | None
    city: str
    country: str
    # Of the meeting, or of the meeting it is a door of.
    meeting_id: UUID | None
    group: str
    circle_kind: str
    attendance: str
    is_watched: bool
    moved_from: dict[str, Any] | None

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:deadline" if self.is_door else "calendar_app:meeting", args=[self.public_id])

    @property
    def watch_url(self) -> str:
        return reverse("calendar_app:deadline-watch" if self.is_door else "calendar_app:meeting-watch", args=[self.public_id])

    @property
    def is_one_hour(self) -> bool:
        """A meeting of one day whose hour is known: the hour says the day as well."""
        return self.starts_on is not None and self.starts_on == self.ends_on and self.has_hour

    @property
    def kind_word(self) -> str:
        kinds = Deadline.Kind if self.is_door else Meeting.Kind
        return str(kinds(self.kind).label)

    @property
    def stub_zone(self) -> str:
        """Where its official day is counted: a date without an hour is noon in Geneva."""
        return self.zone if self.has_hour else times.ITU_ZONE

    @property
    def country_name(self) -> str:
        return countries.name(self.country) if self.country else ""

    @property
    def is_rumour(self) -> bool:
        return self.date_status == DateStatus.RUMOUR

    @property
    def is_to_check(self) -> bool:
        return self.confidence == Fact.Confidence.MEDIUM and self.verified_at is None

    source_links = Fact.source_links

    @property
    def state(self) -> dict[str, Any]:
        """As changes of date record it."""
        days = {"starts_on": self.starts_on.isoformat(), "ends_on": (self.ends_on or self.starts_on).isoformat()} if self.starts_on else {}
        return {"at": self.at.isoformat(), "has_hour": self.has_hour, "zone": self.zone, **days}

    @property
    def is_private(self) -> bool:
        return bool(self.circle_kind)

    @property
    def marking(self) -> str:
        return {"": "public", Circle.Kind.EVERYONE: "coalition", Circle.Kind.RESTRICTED: "circle"}.get(self.circle_kind, "delegation")

    @property
    def wants_registration(self) -> bool:
        """Whether its reader still has to do something before this door closes."""
        return (
            self.is_door
            and self.kind == Deadline.Kind.REGISTRATION
            and self.attendance
            not in {
                Attendance.Status.REGISTERED,
                Attendance.Status.REMOTE,
                Attendance.Status.NOT,
            }
        )


def entries(
    meetings: MeetingQuerySet,
    deadlines: DeadlineQuerySet,
    *,
    user: "User",
    language: str,
    most: int,
    skipping: int = 0,
    latest_first: bool = False,
) -> list[Entry]:
    """So many of both as one list by instant, after those skipped.

    All that a list says of a date is asked of the rows that can be on this page alone, however many there are besides.
    """
    acronym = f"group__acronym_{language}"
    changes = DateChange.objects.applied().filter(applied_at__gte=now() - MOVED_LATELY).order_by("-applied_at", "-pk")
    columns = (
        *("is_door", "public_id", "kind", "title_fr", "title_en", "title_es", "at", "has_hour", "zone", "date_status", "source"),
        *("confidence", "verified_at", "checked_by", "is_example", "starts_on", "ends_on", "city", "country", "meeting_uuid"),
        *("group_name", "circle_kind", "attendance", "is_watched", "moved_from"),
    )
    at = "-at" if latest_first else "at"
    of_meetings = (
        Meeting.objects.filter(pk__in=_first(meetings, skipping + most, at))
        .annotate(
            is_door=Value(False, BooleanField()),
            checked_by=name_for(user, "verified_by"),
            meeting_uuid=F("public_id"),
            group_name=_or_empty(acronym),
            circle_kind=_or_empty("circle__kind"),
            attendance=_attendance_of(user, "pk"),
            is_watched=Exists(DateWatch.objects.filter(user=user, meeting=OuterRef("pk"))),
            moved_from=Subquery(changes.filter(meeting=OuterRef("pk")).values("old")[:1]),
        )
        .values_list(*columns)
    )
    of_deadlines = (
        Deadline.objects.filter(pk__in=_first(deadlines, skipping + most, at))
        .annotate(
            is_door=Value(True, BooleanField()),
            checked_by=name_for(user, "verified_by"),
            starts_on=Value(None, DateField()),
            ends_on=Value(None, DateField()),
            city=_NOTHING,
            country=_NOTHING,
            meeting_uuid=F("meeting__public_id"),
            group_name=_or_empty(f"meeting__{acronym}"),
            circle_kind=_or_empty("meeting__circle__kind"),
            attendance=_attendance_of(user, "meeting"),
            is_watched=Exists(DateWatch.objects.filter(user=user, deadline=OuterRef("pk"))),
            moved_from=Subquery(changes.filter(deadline=OuterRef("pk")).values("old")[:1]),
        )
        .values_list(*columns)
    )
    rows = of_meetings.union(of_deadlines, all=True).order_by(at, "is_door", "public_id")
    return [Entry(*row) for row in rows[skipping : skipping + most]]


def next_entries(
    meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, attendances: dict[int, str], most: int, language: str = ""
) -> list[Entry]:
    """The first of both, with only what a short list shows: no source, no check, no history, and a group if a language is given.

    attendances -- by key of the meeting
    """
    shared = ("public_id", "kind", "title_fr", "title_en", "title_es", "at", "has_hour", "zone", "date_status", "is_example")
    columns = ("is_door", *shared, "starts_on", "ends_on", "city", "meeting_key", "meeting_uuid", "circle_kind", "acronym")
    acronym = f"group__acronym_{language}"
    of_meetings = (
        Meeting.objects.filter(pk__in=_first(meetings, most))
        .annotate(
            is_door=Value(False, BooleanField()),
            meeting_key=F("pk"),
            meeting_uuid=F("public_id"),
            circle_kind=F("circle__kind"),
            acronym=_or_empty(acronym) if language else _NOTHING,
        )
        .values_list(*columns)
    )
    no_day = Value(None, DateField())
    of_deadlines = (
        Deadline.objects.filter(pk__in=_first(deadlines, most))
        .annotate(
            is_door=Value(True, BooleanField()),
            starts_on=no_day,
            ends_on=no_day,
            city=_NOTHING,
            meeting_key=F("meeting_id"),
            meeting_uuid=F("meeting__public_id"),
            circle_kind=F("meeting__circle__kind"),
            acronym=_or_empty(f"meeting__{acronym}") if language else _NOTHING,
        )
        .values_list(*columns)
    )
    unsaid: dict[str, Any] = {
        "source": "",
        "confidence": "",
        "verified_at": None,
        "checked_by": "",
        "country": "",
        "moved_from": None,
    }
    found = []
    for row in of_meetings.union(of_deadlines, all=True).order_by("at", "is_door", "public_id")[:most]:
        said = dict(zip(columns, row, strict=True))
        said |= {"attendance": attendances.get(said.pop("meeting_key"), ""), "meeting_id": said.pop("meeting_uuid")}
        said["group"] = said.pop("acronym")
        found.append(Entry(**{**said, "circle_kind": said["circle_kind"] or ""}, is_watched=False, **unsaid))
    return found


def counts(
    meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, concerns: Concerns, mine_only: bool, until: Iterable[datetime]
) -> dict[str, Any]:
    """How many concern this person, how many there are, and how many of those shown begin before each of these instants."""
    bounds = list(until)

    def counted(rows: MeetingQuerySet | DeadlineQuerySet, is_mine: Q) -> QuerySet[Any]:
        shown = is_mine if mine_only else Q()
        before = {f"before_{i}": Count("pk", filter=shown & Q(at__lt=instant)) for i, instant in enumerate(bounds)}
        asked = {"all": Count("pk"), "mine": Count("pk", filter=is_mine), **before}
        return rows.order_by().annotate(one=Value(1)).values("one").annotate(**asked).values_list(*asked)

    found = counted(meetings, concerns.about_meetings()).union(counted(deadlines, concerns.about_deadlines()), all=True)
    total, mine, *before = (sum(column) for column in zip(*found, strict=True))
    return {"mine": mine, "all": total, "before": before}


def _first(rows: MeetingQuerySet | DeadlineQuerySet, most: int, at: str = "at") -> QuerySet[Any]:
    """The keys of the first of these by instant. No more of either kind than of both together can be on a page."""
    return rows.order_by(at, "public_id").values("pk")[:most]


def _or_empty(path: str) -> Coalesce:
    return Coalesce(F(path), Value(""), output_field=CharField())


def _attendance_of(user: "User", meeting: str) -> Coalesce:
    row = Attendance.objects.filter(user=user, meeting=OuterRef(meeting)).values("status")[:1]
    return Coalesce(Subquery(row), Value(""), output_field=CharField())
