"""The sessions of a day as lists show them: what is on their agenda, how many go, who goes as far as one is told, and what clashes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse

from amnt.accounts.models import User
from coalitions.live.domain.covering import Covering, covering_of
from coalitions.models import AssemblySession, SessionAttendee, SessionReport, SessionResolution
from coalitions.models.assembly_sessions import session_name
from resolutions.models import short_name

ROOM, LISTENING = SessionAttendee.Manner.ROOM, SessionAttendee.Manner.LISTENING


class OnAgenda(NamedTuple):
    """A resolution on the agenda of a session."""

    pk: int
    slug: str
    short_name: str
    number: int | None

    @property
    def url(self) -> str:
        return reverse("coalitions:resolution-proposals", args=[self.slug])


@dataclass
class SessionRow:
    """A session as a list shows it to one person.

    in_room, listening -- how many, oneself included; names -- by manner, of the others as far as one is told
    mine -- what one said of it oneself; clash -- another session one goes to meanwhile
    asked -- the names of those who are asked and have not answered, as far as one is told
    """

    session: AssemblySession
    agenda: list[OnAgenda] = field(default_factory=list)
    in_room: int = 0
    listening: int = 0
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    mine: SessionAttendee | None = None
    asked: list[str] = field(default_factory=list)
    clash: AssemblySession | None = None
    clash_name: str = ""
    is_reported_by_me: bool = False

    @property
    def name(self) -> str:
        """Its title, else what kind of session it is and on what."""
        return name_of(self.session, self.agenda)

    @property
    def covering(self) -> Covering:
        return covering_of(self.in_room, self.listening, needs_somebody=self.session.needs_somebody)

    @property
    def is_uncovered(self) -> bool:
        return self.covering == "gap" and not self.session.is_over

    @property
    def mark(self) -> str:
        """The status of its row: an uncovered one is filled red until it is over."""
        return "none" if self.covering == "gap" and self.session.is_over else self.covering

    @property
    def goes(self) -> bool:
        return self.mine is not None and self.mine.state == SessionAttendee.State.GOES

    @property
    def goes_in_room(self) -> bool:
        return self.goes and self.mine is not None and self.mine.manner == ROOM

    @property
    def listens(self) -> bool:
        return self.goes and not self.goes_in_room

    @property
    def is_asked(self) -> bool:
        """Whether one is asked to go and has not answered."""
        return self.mine is not None and self.mine.state == SessionAttendee.State.ASKED

    @property
    def clash_matters(self) -> bool:
        """Whether one has something to decide: one goes to both, or nobody goes to this one."""
        return self.clash is not None and (self.goes or self.is_asked or self.is_uncovered)

    @property
    def in_room_names(self) -> list[str]:
        return self.names[ROOM]

    @property
    def listening_names(self) -> list[str]:
        return self.names[LISTENING]

    @property
    def in_room_unnamed(self) -> int:
        return self.in_room - self.goes_in_room - len(self.in_room_names)

    @property
    def listening_unnamed(self) -> int:
        return self.listening - self.listens - len(self.listening_names)

    @property
    def can_confirm(self) -> bool:
        """Whether one more person may say that this informal session is held."""
        session = self.session
        return (
            session.standing == AssemblySession.Standing.INFORMAL
            and not self.is_reported_by_me
            and session.cancelled_at is None
            and not session.is_over
        )


def name_of(session: AssemblySession, agenda: Sequence[OnAgenda]) -> str:
    return session_name(session.title, group=session.group, standing=session.standing, agenda=[each.short_name for each in agenda])


def rows_of(sessions: Sequence[AssemblySession], user: User) -> list[SessionRow]:
    """In the order given. Four queries, however many there are. sessions -- of one day, as far as this person may read them"""
    rows = {session.pk: SessionRow(session) for session in sessions}
    if not rows:
        return []
    columns = ("session", "resolution", "resolution__slug", "resolution__number", "resolution__label", "resolution__series")
    for session, pk, slug, number, label, series in SessionResolution.objects.filter(session__in=rows).values_list(*columns):
        rows[session].agenda.append(OnAgenda(pk, slug, short_name(number, label, series), number))
    for row in rows.values():
        row.agenda.sort(key=lambda each: (each.number is None, each.number or 0, each.slug))
    count_attendees(rows)
    told = SessionAttendee.objects.visible_to(user).filter(session__in=rows).select_related("user").order_by("user__name", "pk")
    for attendee in told:
        note_attendee(rows[attendee.session_id], attendee, user)
    for session in SessionReport.objects.filter(session__in=rows, by=user).values_list("session", flat=True):
        rows[session].is_reported_by_me = True
    note_clashes(list(rows.values()))
    return list(rows.values())


def row_of(session: AssemblySession, user: User) -> SessionRow:
    """One session, beside the others of its day, which may clash with it."""
    beside = AssemblySession.objects.visible_to(user).filter(assembly=session.assembly_id).of_day(session.day, session.assembly.zone)
    others = beside.attended_by(user).held().exclude(pk=session.pk).in_order()
    return next(row for row in rows_of([session, *others], user) if row.session.pk == session.pk)


def count_attendees(rows: dict[int, SessionRow]) -> None:
    """How many go: told to whoever may read the session, once names are deleted too."""
    for row in rows.values():
        if row.session.in_room is not None and row.session.listening is not None:
            row.in_room, row.listening = row.session.in_room, row.session.listening
    going = SessionAttendee.objects.going().filter(session__in=rows).order_by()
    for session, manner, number in going.values_list("session", "manner").annotate(Count("pk")):
        if manner == ROOM:
            rows[session].in_room = number
        else:
            rows[session].listening = number


def note_attendee(row: SessionRow, attendee: SessionAttendee, user: User) -> None:
    if attendee.user_id == user.pk:
        row.mine = attendee
    elif attendee.state == SessionAttendee.State.GOES:
        row.names[attendee.manner].append(attendee.user.short_name)
    elif attendee.state == SessionAttendee.State.ASKED:
        row.asked.append(attendee.user.short_name)


def note_clashes(rows: Collection[SessionRow]) -> None:
    mine = [row for row in rows if row.goes and row.session.cancelled_at is None]
    for row in rows:
        others = (other for other in mine if other is not row and other.session.meets(row.session))
        if row.session.cancelled_at is None and (found := next(others, None)):
            row.clash, row.clash_name = found.session, found.name
