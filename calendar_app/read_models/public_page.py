"""What the page without a log-in shows: public dates of the cycle, public proposals, ways to take part, words of the field.

It is the same for everyone: nothing here knows a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from amnt.core import times
from amnt.core.languages import current_language
from calendar_app.domain import timeline
from calendar_app.domain.phases import Phase, phase_on
from calendar_app.models import Deadline, Meeting
from calendar_app.models.entries import drawn_dates
from calendar_app.read_models.drawing import drawing_of
from resolutions.importers.glossary_and_notes import GlossaryTerm, shipped_glossary, shipped_ways_in
from resolutions.models import Assembly
from resolutions.read_models.field_guide import said

# On the page itself; the others are on a page of their own, and in the calendar file.
NEXT_DATES = 8
MOST_DATES = 300
# The words without which the page is not understood.
WORDS = ("mod", "add", "sup", "noc", "common-proposal", "operative-part", "square-brackets", "study-group", "tsag", "ties")


@dataclass(frozen=True)
class PublicDate:
    """One public date, as a line or an event shows it."""

    row: Meeting | Deadline

    @property
    def is_deadline(self) -> bool:
        return isinstance(self.row, Deadline)

    @property
    def stub_zone(self) -> str:
        """Where its official day is counted: a date without an hour is noon in Geneva."""
        return self.row.zone if self.row.has_hour else times.ITU_ZONE

    @property
    def is_over_days(self) -> bool:
        """A meeting of several days."""
        return isinstance(self.row, Meeting) and self.row.starts_on != self.row.ends_on

    @property
    def source_link(self) -> str:
        """The first address among its sources."""
        return next(iter(self.row.source_links), "")


def public_dates(assembly: Assembly | None, *, most: int, is_ahead: bool = True) -> list[PublicDate]:
    """The first by instant of what anybody may read of this cycle. In two queries, however many there are."""
    meetings, deadlines = Meeting.objects.public().filter(assembly=assembly), Deadline.objects.public().filter(assembly=assembly)
    if is_ahead:
        meetings, deadlines = meetings.ahead(), deadlines.ahead()
    rows: list[Meeting | Deadline] = [
        *meetings.select_related("group").order_by("at", "public_id")[:most],
        *deadlines.order_by("at", "public_id")[:most],
    ]
    rows.sort(key=lambda row: (row.at, isinstance(row, Deadline), row.public_id))
    return [PublicDate(row) for row in rows[:most]]


@dataclass(frozen=True)
class WayInBrief:
    """A way to take part in one line: who approves, and what it costs, as far as that is known."""

    key: str
    name: str
    approves: str
    cost: str


def ways_in_brief() -> list[WayInBrief]:
    return [
        WayInBrief(way.key, said(way.name), ", ".join(said(way.approves).splitlines()), ", ".join(said(way.cost).splitlines()))
        for way in shipped_ways_in()
    ]


def words_of_the_page() -> list[tuple[GlossaryTerm, str | None]]:
    """Each with the abbreviation that readers of this language say, if they say one."""
    glossary, language = shipped_glossary(), current_language()
    return [(glossary[key], glossary[key].abbr.get(language)) for key in WORDS]


@dataclass(frozen=True)
class PublicCycle:
    """The cycle people work for now: its drawing, its phase today, and its next dates.

    assembly -- None where none is known; today -- in Geneva; has_more -- whether more dates follow
    """

    assembly: Assembly | None
    today: date
    chart: timeline.Drawing | None
    phase: Phase | None
    first_day: str
    next_dates: Sequence[PublicDate]
    has_more: bool


def public_cycle() -> PublicCycle:
    """In four queries. It changes with the day, not with the minute, so that a page asked for again may be the same."""
    assembly, today = Assembly.objects.current(), today_in_geneva()
    noon = datetime.combine(today, time(12), ZoneInfo(times.ITU_ZONE))
    found, first = public_dates(assembly, most=NEXT_DATES + 1), assembly.starts_on if assembly else None
    chart = None
    if assembly and first:
        meetings, deadlines = (dates.objects.public().filter(assembly=assembly).ahead() for dates in (Meeting, Deadline))
        chart = drawing_of(assembly, drawn_dates(meetings, deadlines, most=timeline.MOST, language=current_language()), noon)
    return PublicCycle(
        assembly=assembly,
        today=today,
        chart=chart,
        phase=phase_on(today, first, assembly.ends_on or first) if assembly and first else None,
        first_day=times.days(first, first, current_language()) if first else "",
        next_dates=found[:NEXT_DATES],
        has_more=len(found) > NEXT_DATES,
    )


def today_in_geneva() -> date:
    return now().astimezone(ZoneInfo(times.ITU_ZONE)).date()
