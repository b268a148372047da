"""What calendars show: meetings and deadlines as one list of entries, in the order of their instants, from one query."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import BooleanField, CharField, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.timezone import now
from django_countries import countries
from modeltranslation.utils import get_translation_fields

from amnt.core import times
from amnt.core.addresses import page_address
from amnt.core.languages import LANGUAGE_CODES
from calendar_app.models.concerns import Concerns
from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, DeadlineQuerySet, Meeting, MeetingQuerySet
from coalitions.models import Circle
from resolutions.models import DateStatus, Fact

if TYPE_CHECKING:
    from amnt.accounts.models import User


# A change of date is shown beside it for this long.
MOVED_LATELY = timedelta(days=30)
TITLES = get_translation_fields("title")
_NOTHING = Value("", CharField())
_NO_DAY = Value(None, DateField())


@dataclass(frozen=True)
class CalendarEntry:
    """One date as lists and drawings show it."""

    is_deadline: bool
    public_id: UUID
    kind: str
    # By language.
    titles: Mapping[str, str | None]
    at: datetime
    has_hour: bool
    zone: str
    date_status: str
    confidence: str
    verified_at: datetime | None
    is_example: bool
    starts_on: date | None
    ends_on: date | None
    city: str
    country: str
    # Of the meeting, or of the meeting it is a deadline of.
    meeting_id: UUID | None
    group: str
    circle_kind: str
    attendance: str
    is_watched: bool
    moved_from: dict[str, Any] | None
    # Whether it changed since its reader's last visit.
    has_moved: bool = False

    def get_absolute_url(self) -> str:
        return page_address("calendar_app:deadline" if self.is_deadline else "calendar_app:meeting", self.public_id)

    @property
    def watch_url(self) -> str:
        return page_address("calendar_app:deadline-watch" if self.is_deadline else "calendar_app:meeting-watch", self.public_id)

    @property
    def is_one_hour(self) -> bool:
        """A meeting of one day whose hour is known: the hour says the day as well."""
        return self.starts_on is not None and self.starts_on == self.ends_on and self.has_hour

    @property
    def kind_word(self) -> str:
        kinds = Deadline.Kind if self.is_deadline else Meeting.Kind
        return str(kinds(self.kind).label)

    @property
    def stub_zone(self) -> str:
        """Where its official day is counted: a date without an hour is noon in Geneva."""
        return self.zone if self.has_hour else times.ITU_ZONE

    @property
    def country_name(self) -> str:
        return countries.name(self.country) if self.country else ""

    @property
    def is_past(self) -> bool:
        """Past its instant: of a deadline, too late."""
        return self.at < now()

    @property
    def is_over(self) -> bool:
        """Nothing of it lies ahead; a meeting is over after its last day."""
        return self.is_past if self.is_deadline or self.ends_on is None else self.ends_on < now().date()

    @property
    def is_rumour(self) -> bool:
        return self.date_status == DateStatus.RUMOUR

    @property
    def is_assumption(self) -> bool:
        return self.date_status == DateStatus.ASSUMPTION

    @property
    def is_to_check(self) -> bool:
        return self.confidence == Fact.Confidence.MEDIUM and self.verified_at is None

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
    def is_for_paper(self) -> bool:
        """Paper gets lost: what is in a restricted circle or of a delegation is not on it."""
        return self.circle_kind in ("", Circle.Kind.EVERYONE)

    @property
    def wants_registration(self) -> bool:
        """Whether its reader still has to do something before this deadline."""
        return (
            self.is_deadline
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
    concerns: Concerns | None = None,
    moved: Collection[tuple[str, int]] = (),
) -> list[CalendarEntry]:
    """So many of both as one list by instant, after those skipped.

    All that a list says of a date is asked of the rows that can be on this page alone, however many there are besides.

    concerns -- the reader's, where the page looked them up already; moved -- kind and key of those that changed since her last visit
    """
    at = "-at" if latest_first else "at"
    changes = DateChange.objects.applied().filter(applied_at__gte=now() - MOVED_LATELY).order_by("-applied_at", "-pk")

    def asked(key: str, meeting: str) -> dict[str, Any]:
        """Beside its columns. key -- how changes and watches name such a date; meeting -- the column of its meeting"""
        moved = {"moved_from": Subquery(changes.filter(**{key: OuterRef("pk")}).values("old")[:1])}
        if concerns is not None:
            return moved
        watches = DateWatch.objects.filter(**{"user": user, key: OuterRef("pk")})
        attendances = Attendance.objects.filter(user=user, meeting=OuterRef(meeting))
        return moved | {"is_watched": Exists(watches), "attendance": Subquery(attendances.values("status")[:1])}

    of_meetings, of_deadlines = asked("meeting", "pk"), asked("deadline", "meeting")
    rows = _both(
        _meetings(language, _CHECKED).annotate(**of_meetings).filter(pk__in=_first(meetings, skipping + most, at)),
        _deadlines(language, _CHECKED).annotate(**of_deadlines).filter(pk__in=_first(deadlines, skipping + most, at)),
        at,
    )
    found = []
    for row in rows[skipping : skipping + most]:
        said = _said(row, (*_CHECKED, *of_meetings))
        key, meeting = said.pop("pk"), said.pop("meeting_key")
        said["has_moved"] = ("deadline" if said["is_deadline"] else "meeting", key) in moved
        if concerns is not None:
            said["is_watched"] = key in (concerns.deadlines if said["is_deadline"] else concerns.meetings)
            said["attendance"] = concerns.attendances.get(meeting)
        found.append(CalendarEntry(**said | {"attendance": said["attendance"] or "", "is_watched": bool(said["is_watched"])}))
    return found


def next_entries(
    meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, attendances: dict[int, str], most: int, language: str
) -> list[CalendarEntry]:
    """The first of both, with only what a short list shows: no check, no history.

    attendances -- by key of the meeting
    """
    unsaid: dict[str, Any] = {"confidence": "", "verified_at": None, "is_watched": False, "moved_from": None}
    rows = _both(
        _meetings(language).filter(pk__in=_first(meetings, most)),
        _deadlines(language).filter(pk__in=_first(deadlines, most)),
    )
    found = []
    for row in rows[:most]:
        said = _said(row)
        attendance = attendances.get(said.pop("meeting_key"), "")
        found.append(CalendarEntry(**said, attendance=attendance, **unsaid))
    return found


@dataclass(frozen=True)
class DrawnDate:
    """One date as the drawing of a cycle needs it. Its columns are those of `drawn_dates`, in this order."""

    at: datetime
    is_deadline: bool
    public_id: UUID
    kind: str
    date_status: str
    title: str | None
    group: str | None

    kind_word = CalendarEntry.kind_word


def drawn_dates(meetings: MeetingQuerySet, deadlines: DeadlineQuerySet, *, most: int, language: str) -> list[DrawnDate]:
    """The first of both."""
    said, title, group = ("at", "is_deadline", "public_id", "kind", "date_status"), f"title_{language}", f"group__acronym_{language}"
    rows = _both(
        _meetings(language).filter(pk__in=_first(meetings, most)).values_list(*said, title, group),
        _deadlines(language).filter(pk__in=_first(deadlines, most)).values_list(*said, title, f"meeting__{group}"),
    )
    return [DrawnDate(*row) for row in rows[:most]]


# Titles are asked for in each language, so nothing is to be rewritten for the reader's own.
_SHOWN = (
    *("is_deadline", "public_id", "kind", *TITLES, "at", "has_hour", "zone", "date_status", "is_example"),
    *("starts_on", "ends_on", "city", "country", "meeting_key", "meeting_id"),
)


# Beside these, where a list says what still is to be checked.
_CHECKED = ("pk", "confidence", "verified_at")


@cache
def _meetings(language: str, more: tuple[str, ...] = ()) -> QuerySet[Any]:
    """All meetings as rows of a list, to be narrowed. Kept: Django takes longer to look up so many columns than to ask for them."""
    rows = Meeting.objects.rewrite(False)  # type: ignore[attr-defined]
    named = {"is_deadline": Value(False, BooleanField()), "meeting_key": F("pk"), "meeting_id": F("public_id")}
    return rows.annotate(**named).values_list(*_SHOWN, f"group__acronym_{language}", "circle__kind", *more)


@cache
def _deadlines(language: str, more: tuple[str, ...] = ()) -> QuerySet[Any]:
    """The same of deadlines."""
    rows = Deadline.objects.rewrite(False)  # type: ignore[attr-defined]
    of_no_meeting = {"starts_on": _NO_DAY, "ends_on": _NO_DAY, "city": _NOTHING, "country": _NOTHING}
    named = {"is_deadline": Value(True, BooleanField()), "meeting_key": F("meeting"), "meeting_uuid": F("meeting__public_id")}
    shown = (*_SHOWN[:-1], "meeting_uuid", f"meeting__group__acronym_{language}", "meeting__circle__kind", *more)
    return rows.annotate(**of_no_meeting, **named).values_list(*shown)


def _both(meetings: QuerySet[Any], deadlines: QuerySet[Any], at: str = "at") -> QuerySet[Any]:
    return meetings.union(deadlines, all=True).order_by(at, "is_deadline", "public_id")


def _said(row: tuple[Any, ...], columns: Iterable[str] = ()) -> dict[str, Any]:
    """A row by the names of an entry's fields."""
    said = dict(zip((*_SHOWN, "group", "circle_kind", *columns), row, strict=True))
    said["titles"] = {code: said.pop(f"title_{code}") for code in LANGUAGE_CODES}
    return said | {"group": said["group"] or "", "circle_kind": said["circle_kind"] or "", "is_deadline": bool(said["is_deadline"])}


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
