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

from amnt import times
from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, DeadlineQuerySet, Meeting, MeetingQuerySet
from calendar_app.models.names import name_for
from coalitions.models import Circle
from resolutions.models import DateStatus, Fact

if TYPE_CHECKING:
    from amnt.accounts.models import User


# A change of date is shown beside it for this long.
MOVED_LATELY = timedelta(days=30)


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
    def is_provisional(self) -> bool:
        return self.date_status == DateStatus.PROVISIONAL

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


def entries(meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, user: "User", language: str) -> QuerySet[Any]:
    """Both as one list of rows by instant. Slice it, then make them entries with `as_entries`."""
    acronym = f"group__acronym_{language}"
    changes = DateChange.objects.applied().filter(applied_at__gte=now() - MOVED_LATELY).order_by("-applied_at", "-pk")
    columns = (
        *("is_door", "public_id", "kind", "title_fr", "title_en", "title_es", "at", "has_hour", "zone", "date_status", "source"),
        *("confidence", "verified_at", "checked_by", "is_example", "starts_on", "ends_on", "city", "country", "meeting_uuid"),
        *("group_name", "circle_kind", "attendance", "is_watched", "moved_from"),
    )
    nothing = Value("", CharField())
    of_meetings = meetings.annotate(
        is_door=Value(False, BooleanField()),
        checked_by=name_for(user, "verified_by"),
        meeting_uuid=F("public_id"),
        group_name=_or_empty(acronym),
        circle_kind=_or_empty("circle__kind"),
        attendance=_attendance_of(user, "pk"),
        is_watched=Exists(DateWatch.objects.filter(user=user, meeting=OuterRef("pk"))),
        moved_from=Subquery(changes.filter(meeting=OuterRef("pk")).values("old")[:1]),
    ).values_list(*columns)
    of_deadlines = deadlines.annotate(
        is_door=Value(True, BooleanField()),
        checked_by=name_for(user, "verified_by"),
        starts_on=Value(None, DateField()),
        ends_on=Value(None, DateField()),
        city=nothing,
        country=nothing,
        meeting_uuid=F("meeting__public_id"),
        group_name=_or_empty(f"meeting__{acronym}"),
        circle_kind=_or_empty("meeting__circle__kind"),
        attendance=_attendance_of(user, "meeting"),
        is_watched=Exists(DateWatch.objects.filter(user=user, deadline=OuterRef("pk"))),
        moved_from=Subquery(changes.filter(deadline=OuterRef("pk")).values("old")[:1]),
    ).values_list(*columns)
    return of_meetings.union(of_deadlines, all=True).order_by("at", "is_door", "public_id")


def next_entries(meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, attendances: dict[int, str], most: int) -> list[Entry]:
    """The first of both, with only what a short list shows: no source, no check, no history. `attendances` by key of the meeting."""
    shared = ("public_id", "kind", "title_fr", "title_en", "title_es", "at", "has_hour", "zone", "date_status", "is_example")
    columns = ("is_door", *shared, "starts_on", "ends_on", "city", "meeting_key", "meeting_uuid", "circle_kind")
    of_meetings = meetings.annotate(
        is_door=Value(False, BooleanField()), meeting_key=F("pk"), meeting_uuid=F("public_id"), circle_kind=F("circle__kind")
    ).values_list(*columns)
    no_day = Value(None, DateField())
    of_deadlines = deadlines.annotate(
        is_door=Value(True, BooleanField()),
        starts_on=no_day,
        ends_on=no_day,
        city=Value("", CharField()),
        meeting_key=F("meeting_id"),
        meeting_uuid=F("meeting__public_id"),
        circle_kind=F("meeting__circle__kind"),
    ).values_list(*columns)
    unsaid: dict[str, Any] = {
        "source": "",
        "confidence": "",
        "verified_at": None,
        "checked_by": "",
        "country": "",
        "group": "",
        "moved_from": None,
    }
    found = []
    for row in of_meetings.union(of_deadlines, all=True).order_by("at", "is_door", "public_id")[:most]:
        said = dict(zip(columns, row, strict=True))
        said |= {"attendance": attendances.get(said.pop("meeting_key"), ""), "meeting_id": said.pop("meeting_uuid")}
        found.append(Entry(**{**said, "circle_kind": said["circle_kind"] or ""}, is_watched=False, **unsaid))
    return found


def as_entries(rows: Iterable[tuple[Any, ...]]) -> list[Entry]:
    return [Entry(*row) for row in rows]


def counts(
    meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, user: "User", mine_only: bool, until: Iterable[datetime]
) -> dict[str, Any]:
    """How many concern this person, how many there are, and how many of those shown begin before each of these instants."""
    bounds = list(until)
    found: dict[str, Any] = {"mine": 0, "all": 0, "before": [0] * len(bounds)}
    for rows, concerning in (
        (meetings, Meeting.objects.concerning(user)),
        (deadlines, Deadline.objects.concerning(user)),
    ):
        is_mine = Q(pk__in=concerning.values("pk"))
        shown = is_mine if mine_only else Q()
        asked = {f"before_{i}": Count("pk", filter=shown & Q(at__lt=instant)) for i, instant in enumerate(bounds)}
        row = rows.aggregate(all=Count("pk"), mine=Count("pk", filter=is_mine), **asked)
        found["mine"] += row["mine"]
        found["all"] += row["all"]
        found["before"] = [total + row[f"before_{i}"] for i, total in enumerate(found["before"])]
    return found


def _or_empty(path: str) -> Coalesce:
    return Coalesce(F(path), Value(""), output_field=CharField())


def _attendance_of(user: "User", meeting: str) -> Coalesce:
    row = Attendance.objects.filter(user=user, meeting=OuterRef(meeting)).values("status")[:1]
    return Coalesce(Subquery(row), Value(""), output_field=CharField())
