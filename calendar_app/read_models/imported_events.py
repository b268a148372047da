"""What a calendar file of others says, beside the dates that exist."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import now
from rapidfuzz import fuzz, utils

from amnt.core import times
from calendar_app.importers.calendar_files import ReadEvent
from calendar_app.models import DateChange, DateOrigin, Deadline, Meeting
from resolutions.models import Assembly, DateStatus, RegionalGroup

# A date is taken for the same under another name on the same day; on another day only under nearly the same name.
ALIKE_ON_ITS_DAY, ALIKE_ON_ANOTHER = 60, 88
MOVED_WITHIN = timedelta(days=60)
YEARS = range(2020, 2046)


class Found(StrEnum):
    """What an event is to the dates that exist."""

    NEW = "new"
    SAME = "same"
    MOVED = "moved"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    # Of a calendar that is followed: it held the event before.
    GONE = "gone"
    OVER = "over"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class ImportLine:
    """One event of the file.

    place -- in the file, from 0; of what is gone, after all that are there
    event -- of what is gone, the date as it stands here
    target -- the date it was matched to
    is_known -- matched by its UID, not by its day and name
    """

    place: int
    event: ReadEvent
    found: Found
    target: Meeting | Deadline | None = None
    is_known: bool = False

    @property
    def may_be_taken(self) -> bool:
        """Whether it can be confirmed here: added, or noted as the date it is."""
        return self.found == Found.NEW or (self.found == Found.SAME and not self.is_known)

    @property
    def digest(self) -> str:
        """Of what it says: of what is gone, only that."""
        return Found.GONE.value if self.found == Found.GONE else self.event.digest

    @property
    def status(self) -> str:
        """As a date: what a calendar gives without a word about how sure it is has been published, and may move."""
        return DateStatus.CONFIRMED if self.event.status == "CONFIRMED" else DateStatus.PROVISIONAL


def lines_of(events: Sequence[ReadEvent], *, assembly: Assembly, group: RegionalGroup | None) -> list[ImportLine]:
    """Every event of a file beside the public dates, in the order of the file."""
    origins = DateOrigin.objects.filter(uid__in=[event.uid for event in events])
    known = {origin.uid: origin.target for origin in origins.select_related("meeting__assembly", "deadline__meeting", "deadline__assembly")}
    unknown = [event for event in events if event.uid not in known and not event.trouble and event.status != "CANCELLED"]
    alike = _alike(unknown, assembly=assembly, group=group, but_for=known.values())
    matched = {**alike, **known}
    pending = _waiting(matched.values())
    today = now().date()
    lines = []
    for place, event in enumerate(events):
        target = matched.get(event.uid)
        found = _found(event, target, is_waiting=target is not None and _key(target) in pending, today=today)
        lines.append(ImportLine(place, event, found, target, event.uid in known))
    return lines


def gone_from(address: str, lines: Sequence[ImportLine]) -> list[ImportLine]:
    """The dates ahead that were taken over from this calendar, and that none of its lines is any more, under whatever UID."""
    there = {line.event.uid for line in lines} | {_key(line.target) for line in lines if line.target is not None}
    origins = DateOrigin.objects.filter(address=address).select_related("meeting__assembly", "deadline__meeting", "deadline__assembly")
    gone: dict[tuple[type, int], ReadEvent] = {}
    targets: dict[tuple[type, int], Meeting | Deadline] = {}
    for origin in origins.order_by("noted_at", "pk"):
        target = origin.target
        is_uncertain = target.date_status in (DateStatus.ASSUMPTION, DateStatus.RUMOUR)
        if origin.uid not in there and _key(target) not in there and not is_uncertain and not _is_over(target):
            gone[_key(target)], targets[_key(target)] = _as_event(origin.uid, target), target
    pending = _waiting(targets.values())
    return [
        ImportLine(place, event, Found.WAITING if key in pending else Found.GONE, targets[key], is_known=True)
        for place, (key, event) in enumerate(gone.items(), len(lines))
    ]


def _is_over(target: Meeting | Deadline) -> bool:
    return target.ends_on < now().date() if isinstance(target, Meeting) else target.is_past


def _as_event(uid: str, target: Meeting | Deadline) -> ReadEvent:
    first, last = (target.starts_on, target.ends_on) if isinstance(target, Meeting) else (_day_of(target), _day_of(target))
    hour, zone = (f"{target.at.astimezone(ZoneInfo(target.zone)):%H:%M}", target.zone) if target.has_hour else ("", "")
    return ReadEvent(uid, on=first.isoformat(), until=last.isoformat(), hour=hour, zone=zone)


def _found(event: ReadEvent, target: Meeting | Deadline | None, *, is_waiting: bool, today: Any) -> Found:
    if event.trouble or not event.on or event.first_day.year not in YEARS or event.last_day.year not in YEARS:
        return Found.LEFT_OUT
    if event.last_day < today:
        return Found.OVER
    if target is None:
        return Found.LEFT_OUT if event.status == "CANCELLED" else Found.NEW
    if is_waiting:
        return Found.WAITING
    if event.status == "CANCELLED":
        return Found.SAME if target.date_status == DateStatus.RUMOUR else Found.CANCELLED
    return Found.SAME if is_same_date(event, target) else Found.MOVED


def is_same_date(event: ReadEvent, target: Meeting | Deadline) -> bool:
    """Whether the date says what the event says. An event without an hour says nothing of it; an assumption or a rumour says less."""
    if target.date_status in (DateStatus.ASSUMPTION, DateStatus.RUMOUR):
        return False
    if isinstance(target, Meeting):
        if (target.starts_on, target.ends_on) != (event.first_day, event.last_day):
            return False
    elif _day_of(target) != event.first_day:
        return False
    if event.time is None:
        return True
    return target.has_hour and target.at == times.instant_of(event.first_day, event.time, event.zone)


def _day_of(deadline: Deadline) -> Any:
    return deadline.at.astimezone(ZoneInfo(deadline.zone if deadline.has_hour else times.ITU_ZONE)).date()


def _key(target: Meeting | Deadline) -> tuple[type, int]:
    return type(target), target.pk


def _waiting(targets: Iterable[Meeting | Deadline]) -> set[tuple[type, int]]:
    """Which of them have a change that waits for a second person; an assembly's own meeting waits with it."""
    meetings = [target for target in targets if isinstance(target, Meeting)]
    deadlines = [target.pk for target in targets if isinstance(target, Deadline)]
    if not meetings and not deadlines:
        return set()
    sitting = {meeting.assembly_id: meeting.pk for meeting in meetings if meeting.kind == Meeting.Kind.ASSEMBLY}
    rows = DateChange.objects.pending().filter(
        Q(meeting__in=[meeting.pk for meeting in meetings]) | Q(deadline__in=deadlines) | Q(assembly__in=sitting)
    )
    found: set[tuple[type, int]] = set()
    for meeting, deadline, assembly in rows.values_list("meeting", "deadline", "assembly"):
        found.add((Deadline, deadline) if deadline else (Meeting, meeting or sitting[assembly]))
    return found


def _alike(
    events: list[ReadEvent], *, assembly: Assembly, group: RegionalGroup | None, but_for: Iterable[Meeting | Deadline]
) -> dict[str, Meeting | Deadline]:
    """The date each of these events seems to be, by day and name: the likest first, each date once."""
    days = [event.first_day for event in events]
    if not days:
        return {}
    taken = {_key(target) for target in but_for}
    scored = []
    candidates = _candidates(assembly, group, min(days), max(days))
    named = [(target, day, titles) for target, day, titles in candidates if _key(target) not in taken]
    for place, event in enumerate(events):
        title = utils.default_process(event.title)
        for target, day, titles in named:
            apart = abs(day - event.first_day)
            if apart > MOVED_WITHIN:
                continue
            least = ALIKE_ON_ITS_DAY if not apart else ALIKE_ON_ANOTHER
            score = max((fuzz.token_set_ratio(title, each, score_cutoff=least) for each in titles), default=0)
            if score:
                scored.append((-score, apart.days, place, target))
    found: dict[str, Meeting | Deadline] = {}
    for _score, _apart, place, target in sorted(scored, key=lambda one: (*one[:3], one[3].pk)):
        if events[place].uid not in found and _key(target) not in taken:
            found[events[place].uid] = target
            taken.add(_key(target))
    return found


def _candidates(assembly: Assembly, group: RegionalGroup | None, first: Any, last: Any) -> list[tuple[Any, Any, list[str]]]:
    """Public dates of the cycle around these days: of the group, if there is one, or of none; with their days and titles."""
    around = (first - MOVED_WITHIN, last + MOVED_WITHIN)
    meetings = Meeting.objects.filter(assembly=assembly, circle=None, starts_on__range=around).exclude(kind=Meeting.Kind.CALL)
    doors = Deadline.objects.filter(Q(meeting=None) | Q(meeting__circle=None), assembly=assembly)
    doors = doors.filter(at__date__range=around).select_related("meeting", "assembly")
    if group is not None:
        meetings = meetings.filter(Q(group=group) | Q(group=None))
        doors = doors.filter(Q(meeting=None) | Q(meeting__group=group) | Q(meeting__group=None))
    found: list[tuple[Any, Any, list[str]]] = []
    rows: list[Meeting | Deadline] = [*meetings.select_related("assembly"), *doors]
    for row in rows:
        titles = {getattr(row, f"title_{language}") or "" for language, _name in settings.LANGUAGES}
        day = row.starts_on if isinstance(row, Meeting) else _day_of(row)
        found.append((row, day, [utils.default_process(title) for title in titles if title]))
    return found
