"""Calendar files of regional bodies: read, shown, and taken over line by line. What has moved is moved by `services.dates` alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from amnt.core.languages import with_colon
from amnt.core.links import is_clean_link
from calendar_app.importers.calendar_files import ReadEvent, read_calendar
from calendar_app.models import CalendarImport, CalendarSource, DateOrigin, Deadline, Meeting
from calendar_app.read_models.imported_events import Found, ImportLine, gone_from, lines_of
from calendar_app.services.date_facts import add_deadline, add_meeting
from calendar_app.services.date_states import NewDate, check_source
from resolutions.models import Assembly, RegionalGroup

# The most files that wait for one person.
MOST_WAITING = 10


@dataclass(frozen=True)
class Chosen:
    """What a person decided about one line. kind -- of the date to add; empty: it is the date it was matched to"""

    kind: str = ""
    group: RegionalGroup | None = None


@dataclass(frozen=True)
class TakenOver:
    """How many dates were added, and how many events noted as dates that exist."""

    added: int = 0
    noted: int = 0


@transaction.atomic
def bring_in(
    data: bytes, *, by: User, address: str, assembly: Assembly, group: RegionalGroup | None, language: str, submission: UUID | None
) -> CalendarImport:
    """Read a calendar file for its preview. Nothing becomes a date yet."""
    by.lock()
    if made := sent_before(CalendarImport.objects.visible_to(by), submission):
        return made
    check_source(address, is_private=False)
    if CalendarImport.objects.visible_to(by).count() >= MOST_WAITING:
        raise RuleBroken(_("%(most)d calendars wait for you already: take over or discard one of them.") % {"most": MOST_WAITING})
    events = [event.as_json() for event in read_calendar(data)]
    return CalendarImport.objects.create(
        brought_by=by, address=address, assembly=assembly, group=group, language=language, events=events, submission=submission
    )


def lines_of_import(brought: CalendarImport | CalendarSource) -> list[ImportLine]:
    """Of a file alone, which may be a part, nothing is gone; a calendar that is followed has events as soon as it was read."""
    lines = lines_of(brought.read_events, assembly=brought.assembly, group=brought.group)
    return lines + gone_from(brought.address, lines) if lines and isinstance(brought, CalendarSource) else lines


@transaction.atomic
def take_over(brought: CalendarImport | CalendarSource, *, chosen: Mapping[int, Chosen], by: User) -> TakenOver:
    """Add the dates of these lines, or note that they are dates that exist. All of them or none; what was taken over before stays once.

    chosen -- by the place of the line in the file
    """
    rows = type(brought)._default_manager
    locked = rows.select_for_update(of=("self",)).select_related("assembly", "group").filter(pk=brought.pk).first()
    if locked is None:
        raise RuleBroken(_("This calendar is no longer kept. Bring it in again."))
    added = noted = 0
    for line in lines_of_import(locked):
        choice = chosen.get(line.place)
        if choice is None or not line.may_be_taken:
            continue
        if line.target is not None and not choice.kind:
            _note_origin(line.event, line.target, address=locked.address)
            noted += 1
        elif choice.kind:
            _note_origin(line.event, _add(line, choice, locked, by), address=locked.address)
            added += 1
    if added or noted:
        record("calendar_app.dates_taken_over", by=by, about=locked, level=AuditLevel.PUBLIC)
    return TakenOver(added, noted)


@transaction.atomic
def discard(brought: CalendarImport) -> None:
    brought.delete()


def _add(line: ImportLine, choice: Chosen, brought: CalendarImport | CalendarSource, by: User) -> Meeting | Deadline:
    event = line.event
    source = event.url if is_clean_link(event.url) else brought.address
    titles = {brought.language: event.title}
    until = None if choice.kind in Deadline.Kind.values else event.last_day
    new = NewDate(event.first_day, line.status, until, event.time, event.zone or times.ITU_ZONE)
    try:
        if choice.kind in Deadline.Kind.values:
            return add_deadline(by=by, assembly=brought.assembly, kind=choice.kind, titles=titles, new=new, source=source)
        return add_meeting(
            by=by,
            assembly=brought.assembly,
            kind=choice.kind,
            titles=titles,
            new=new,
            source=source,
            group=choice.group,
            city=event.place,
        )
    except RuleBroken as error:
        raise RuleBroken(with_colon(event.title, str(error))) from None


def _note_origin(event: ReadEvent, target: Meeting | Deadline, *, address: str) -> None:
    DateOrigin.objects.get_or_create(uid=event.uid, defaults={type(target).__name__.lower(): target, "address": address})


def new_date_of_line(line: ImportLine) -> NewDate:
    """The date the file gives, as the form of a move begins with it. One that is cancelled or gone keeps its day and becomes uncertain."""
    event = line.event
    status = "rumour" if line.found in (Found.CANCELLED, Found.GONE) else line.status
    return NewDate(event.first_day, status, event.last_day, event.time, event.zone or times.ITU_ZONE)
