"""Notes of a session as its page shows them, what the form of a note offers, which notes are missing, and the agenda of a huddle."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import AssemblySession, Circle, Membership, SessionAttendee, SessionNote
from coalitions.permissions import MembershipContext, can_write_session_note, circles_worked_in, membership_context_of
from coalitions.read_models.issue_groups import subjects_of
from coalitions.read_models.names import display_name
from resolutions.models import Assembly, Clause, ProposedClause, Resolution, RevisionText, Watch
from resolutions.models.contributions import Proposal
from resolutions.read_models.clauses_in_force import preferred

# Clauses that the form offers.
MOST_CLAUSES = 6
# For so long a session is asked for its note: then who was there is forgotten.
ASKED_FOR = SessionAttendee.KEPT_FOR
MOST_MISSING = 12

# --- On the page of a session ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownNote:
    """A note as one person sees it. author -- empty unless it is attributed"""

    note: SessionNote
    author: str
    is_mine: bool

    @property
    def may_be_corrected(self) -> bool:
        return self.is_mine and self.note.may_be_corrected

    @property
    def is_for_me_alone(self) -> bool:
        return self.note.circle_id is None


def notes_of(session: AssemblySession, user: User, memberships: MembershipContext | None = None) -> dict[str, Any]:
    """What templates/coalitions/live/_notes.html is given: the notes, the latest first, and whether this person may add one now."""
    memberships = memberships or membership_context_of(user)
    rows = SessionNote.objects.visible_to(user, memberships.circles).filter(session=session).with_author().latest_first()
    notes = [ShownNote(note, author_of(note), note.by_id == user.pk) for note in rows.select_related("next_session__assembly")]
    later = {shown.note.next_session_id for shown in notes} - {None}
    seen = AssemblySession.objects.visible_to(user, memberships.circles).filter(pk__in=later)
    readable = set(seen.values_list("pk", flat=True)) if later else set()
    for shown in notes:
        if shown.note.next_session_id not in readable:
            shown.note.next_session = None
    leads = session.circle.coalition_id in memberships.led
    return {
        "notes": notes,
        "may_note": can_write_session_note(user, session, memberships),
        "notes_export_of": session.circle.coalition if leads and notes else None,
    }


def opened(session: AssemblySession, notes: Iterable[ShownNote]) -> list[tuple[UUID, Circle | None]]:
    """What `record_views` keeps: that notes of the session were read in a circle. That one wrote them oneself must not show in it."""
    return [(session.public_id, circle) for circle in {shown.note.circle for shown in notes if not shown.is_mine}]


def author_of(note: SessionNote) -> str:
    """Of rows `with_author`."""
    if not note.is_attributed:
        return ""
    here = {note.by_id} if note.by_id and note.by_is_here else set()  # type: ignore[attr-defined]
    return display_name(note.by, here)


# --- The form -------------------------------------------------------------------------------------------------------------


@dataclass
class NoteChoices:
    """What can be chosen for a note of this session, the most likely first."""

    resolutions: list[Resolution]
    resolution: Resolution | None
    clauses: list[tuple[UUID, str]]
    later: list[AssemblySession]
    circles: list[Circle]
    circle: Circle | None

    @property
    def others(self) -> list[Resolution]:
        return [each for each in self.resolutions if each != self.resolution]


def note_choices(
    session: AssemblySession, user: User, memberships: MembershipContext, wanted: str = "", corrected: SessionNote | None = None
) -> NoteChoices:
    """wanted -- the slug of the resolution; else the first on the agenda
    corrected -- the note whose resolution and clause are among the choices, whatever is on the agenda by now
    """
    resolutions = list(Resolution.objects.visible_to(user).filter(assembly_sessions=session).in_order())
    if corrected is not None:
        resolutions = [corrected.resolution] if corrected.resolution else []
    resolution = next((each for each in resolutions if each.slug == wanted), resolutions[0] if resolutions else None)
    later = AssemblySession.objects.none()
    if resolution:
        seen = AssemblySession.objects.visible_to(user, memberships.circles).held()
        later = seen.filter(resolutions=resolution, assembly=session.assembly_id, starts_at__gt=session.starts_at).in_order()
    circles = circles_for_note(session, user, memberships)
    clauses = likely_clauses(resolution, user, memberships) if resolution else []
    if corrected is not None and corrected.clause and corrected.clause not in dict(clauses):
        clauses = [(corrected.clause, corrected.clause_name), *clauses]
    return NoteChoices(
        resolutions,
        resolution,
        clauses,
        list(later[:4]),
        circles,
        likely_circle(circles, resolution, user),
    )


def circles_for_note(session: AssemblySession, user: User, memberships: MembershipContext) -> list[Circle]:
    rows: Any = circles_worked_in(user, memberships).filter(coalition=session.circle.coalition_id).exclude(kind=Circle.Kind.DELEGATION)
    rows = rows.with_people()
    return rows.by_name() if session.circle.is_everyone else rows.filter(pk=session.circle_id).by_name()


def likely_circle(circles: Sequence[Circle], resolution: Resolution | None, user: User) -> Circle | None:
    """The smallest circle that says that it is about this resolution, else everyone; None: nobody else."""
    about = [
        circle
        for circle in circles
        if not circle.is_everyone and resolution and circle.subjects and resolution.pk in subjects_of(circle, user).resolution_keys()
    ]
    if about:
        people = dict(Circle.objects.filter(pk__in=[circle.pk for circle in about]).with_people().values_list("pk", "people_now"))
        return min(about, key=lambda circle: people.get(circle.pk, 0))
    return next((circle for circle in circles if circle.is_everyone), circles[0] if circles else None)


def likely_clauses(resolution: Resolution, user: User, memberships: MembershipContext) -> list[tuple[UUID, str]]:
    """Clauses of the text in force by identity and name: first those noted last, then those that most proposals change, else the first."""
    texts = RevisionText.objects.visible_to(user).current().filter(revision__resolution=resolution).select_related("revision__assembly")
    by_revision: dict[int, list[RevisionText]] = defaultdict(list)
    for text in texts.order_by("revision__assembly__starts_on", "pk"):
        by_revision[text.revision_id].append(text)
    if not by_revision:
        return []
    of_last = list(by_revision.values())[-1]
    text = preferred(of_last, user.reading_order) or of_last[0]
    noted = SessionNote.objects.visible_to(user, memberships.circles).filter(resolution=resolution, clause__isnull=False)
    wanted = list(dict.fromkeys(noted.order_by("-at").values_list("clause", flat=True)[:50]))
    standing = Proposal.objects.visible_to(user).current().filter(resolution=resolution)
    changed = ProposedClause.objects.filter(proposal__in=standing.order_by().values("pk")).exclude(change=ProposedClause.Change.UNCHANGED)
    wanted += (
        changed.values("identity").annotate(number=Count("pk")).order_by("-number", "identity").values_list("identity", flat=True)[:50]
    )
    rows = Clause.objects.filter(version=text).exclude(kind="heading").in_order()
    names = {clause.identity: clause.name for clause in rows}
    if known := [identity for identity in dict.fromkeys(wanted) if identity in names]:
        return [(identity, names[identity]) for identity in known[:MOST_CLAUSES]]
    first = [clause for clause in rows if clause.part != "preamble"] or list(rows)
    return [(clause.identity, clause.name) for clause in first[:MOST_CLAUSES]]


# --- Missing notes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MissingNote:
    """A session that is over, where somebody was in the room. names -- of others, as far as one is told"""

    session: AssemblySession
    is_mine: bool
    names: list[str]


def missing_notes(user: User, assembly: Assembly, memberships: MembershipContext | None = None) -> list[MissingNote]:
    """Of the last two days, the latest first: one's own, and for acting leads those of their coalitions. Two queries."""
    memberships = memberships or membership_context_of(user)
    instant = now()
    seen = AssemblySession.objects.visible_to(user, memberships.circles).held().filter(assembly=assembly)
    noted = SessionNote.objects.visible_to(user, memberships.circles).values("session")
    recent = seen.filter(starts_at__gt=instant - ASKED_FOR, starts_at__lt=instant).exclude(pk__in=noted)
    told = SessionAttendee.objects.visible_to(user, memberships.circles).going().filter(manner=SessionAttendee.Manner.ROOM)
    people: dict[int, list[User]] = defaultdict(list)
    for attendee in told.filter(session__in=recent.values("pk")).select_related("user").order_by("user__name", "pk"):
        people[attendee.session_id].append(attendee.user)
    sessions = AssemblySession.objects.filter(pk__in=people).in_order().prefetch_related("resolutions") if people else []
    found = []
    for session in sessions:
        is_mine = any(person.pk == user.pk for person in people[session.pk])
        if session.over_at < instant and (is_mine or session.circle.coalition_id in memberships.led):
            others = [person.short_name for person in people[session.pk] if person.pk != user.pk]
            found.append(MissingNote(session, is_mine, others))
    return found[::-1][:MOST_MISSING]


# --- The agenda of the huddle -----------------------------------------------------------------------------------------------


def latest_notes(user: User, resolutions: Collection[int], circles: Collection[int]) -> dict[int, SessionNote]:
    """By resolution, the latest note that this person may read. One query."""
    found: dict[int, SessionNote] = {}
    for note in SessionNote.objects.visible_to(user, circles).filter(resolution__in=resolutions).latest_first()[:500]:
        found.setdefault(note.resolution_id or 0, note)
    return found


@dataclass
class AgendaItem:
    """A watched resolution in three lines: where it stands, what is today, what nobody goes to."""

    resolution: Resolution
    note: SessionNote | None = None
    today: list[AssemblySession] = field(default_factory=list)
    uncovered: list[AssemblySession] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        return self.note is None and not self.today


def huddle_agenda(session: AssemblySession, user: User, *, day: date) -> list[AgendaItem]:
    """For a meeting of the coalition itself: what its people watch, in three lines each, from what everyone in it reads (C1) alone.

    So it can be read aloud and copied; what restricted circles hold is never in it. Five queries.
    """
    everyone = Circle.objects.filter(coalition=session.circle.coalition_id, kind=Circle.Kind.EVERYONE).values_list("pk", flat=True)
    if not Circle.objects.of(user).filter(pk__in=everyone).exists():
        return []
    circles = list(everyone)
    members = Membership.objects.current().filter(coalition=session.circle.coalition_id).values("user")
    watched = Resolution.objects.of_assembly().filter(pk__in=Watch.objects.filter(user__in=members).values("resolution")).in_order()
    items = {row.pk: AgendaItem(row) for row in watched}
    for pk, note in latest_notes(user, list(items), circles).items():
        items[pk].note = note
    of_day = AssemblySession.objects.visible_to(user, circles).filter(assembly=session.assembly_id).held()
    rows = of_day.of_day(day, session.assembly.zone).exclude(standing=AssemblySession.Standing.OWN).in_order()
    going = set(SessionAttendee.objects.going().filter(session__in=rows.order_by().values("pk")).values_list("session", flat=True))
    for row in rows.prefetch_related("resolutions"):
        for each in row.resolutions.all():
            if each.pk in items:
                items[each.pk].today.append(row)
                if row.pk not in going:
                    items[each.pk].uncovered.append(row)
    return [item for item in items.values() if not item.is_quiet]
