"""Notes of sessions as the page of a resolution shows them: the latest, and in which state each clause was last noted to be."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import now

from amnt.accounts.models import User
from coalitions.models import SessionNote
from resolutions.models import Resolution

# The latest notes of one resolution that are read: their clauses are counted in memory, for their names are encrypted.
MOST_READ = 300
# What the number of brackets is compared with: how it was before what was noted within this time.
LATELY = timedelta(hours=24)
ClauseState = SessionNote.ClauseState


@dataclass(frozen=True)
class ClauseStanding:
    """The state of one clause, as the latest note that says one gives it."""

    note: SessionNote

    @property
    def name(self) -> str:
        return self.note.clause_name

    @property
    def identity(self) -> UUID | None:
        return self.note.clause

    @property
    def state(self) -> str:
        return self.note.clause_state

    @property
    def status(self) -> str:
        """As {% status %} draws it: as the page of the text does."""
        return {ClauseState.AGREED: "done", ClauseState.BRACKETED: "mixed", ClauseState.OPEN: "risk"}[ClauseState(self.state)]

    @property
    def state_name(self) -> str:
        return str(ClauseState(self.state).label)


@dataclass(frozen=True)
class NotesOnResolution:
    """What one person may know of the notes on a resolution.

    latest -- the latest note
    standings -- by clause, the latest first
    in_brackets, in_brackets_before -- how many clauses are noted to be in brackets, now and a day ago
    """

    latest: SessionNote | None = None
    standings: list[ClauseStanding] = field(default_factory=list)
    in_brackets: int = 0
    in_brackets_before: int = 0
    count: int = 0

    @property
    def has_fallen(self) -> bool:
        return self.in_brackets < self.in_brackets_before

    @property
    def has_risen(self) -> bool:
        return self.in_brackets > self.in_brackets_before


def notes_on_resolution(user: User, resolution: Resolution, circles: Collection[int] | None = None) -> NotesOnResolution:
    """One query."""
    rows = SessionNote.objects.visible_to(user, circles).filter(resolution=resolution).with_author().latest_first()
    notes = list(rows.select_related("session__assembly")[:MOST_READ])
    standings = standings_of(notes)
    return NotesOnResolution(
        latest=notes[0] if notes else None,
        standings=standings,
        in_brackets=bracketed(standings),
        in_brackets_before=bracketed(standings_of(notes, until=now() - LATELY)),
        count=len(notes),
    )


def brackets_known_to(user: User, resolution: Resolution) -> int:
    """How many of its clauses are in brackets, as far as this person may read."""
    rows = SessionNote.objects.visible_to(user).filter(resolution=resolution).exclude(clause_state="").order_by("-at", "-pk")
    return bracketed(standings_of(rows[:MOST_READ]))


def bracketed(standings: Iterable[ClauseStanding]) -> int:
    return sum(standing.state == ClauseState.BRACKETED for standing in standings)


def standings_of(notes: Iterable[SessionNote], until: datetime | None = None) -> list[ClauseStanding]:
    """notes -- the latest first; until -- as it was at that instant"""
    found: dict[str, ClauseStanding] = {}
    for note in notes:
        if note.clause_state and (until is None or note.at <= until):
            found.setdefault(clause_key(note), ClauseStanding(note))
    return list(found.values())


def clause_key(note: SessionNote) -> str:
    """One clause has one: its identity in the text, or the name that was given to it."""
    return str(note.clause) if note.clause else note.clause_name.casefold()
