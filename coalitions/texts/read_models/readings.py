"""How circles read proposals: the proposals of one cell of the matrix with their readings, now or as of a past day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import FETCH_RAISE
from django_countries import countries

from amnt.accounts.models import User
from coalitions.models import Membership, Reading
from coalitions.permissions import MembershipContext
from coalitions.read_models.found_hints import HintedClause, ShownHints
from coalitions.read_models.names import display_name
from resolutions.models import Assembly, Part, Proposal, Resolution
from resolutions.read_models.proposed import Changed, Start, unsure_start

PARTS = (Part.OPERATIVE, Part.ANNEX, Part.PREAMBLE)
MOST_CHANGES = 6  # of one proposal, without those that have hints
TICKED = 3


@dataclass
class ProposalInCell:
    """One proposal of a cell with what it changes and its readings.

    changes -- clauses that it changes, the operative part first, with what is worth a look in them: all that have hints, and the first
        of the others; more -- how many are left out
    is_read -- whether the reader reads its language
    """

    proposal: Proposal
    readings: list[Reading] = field(default_factory=list)
    form: forms.Form | None = None
    # States that ask in both ways: under their region and alone.
    twice: list[str] = field(default_factory=list)
    changes: list[tuple[Changed, ShownHints | None]] = field(default_factory=list)
    more: int = 0
    unsure_start: Start | None = None
    is_read: bool = True
    is_comparable: bool = False
    is_ticked: bool = False

    def show(self, changes: Sequence[Changed], hinted: Iterable[HintedClause]) -> None:
        """A proposal about the resolution as a whole (SUP, NOC) changes no clause of it."""
        is_whole = self.proposal.action in (Proposal.Action.SUP, Proposal.Action.NOC)
        self.is_comparable = bool(changes) or (is_whole and self.proposal.base_id is not None)
        if is_whole:
            return
        found = {each.changed.clause: each.found for each in hinted}
        shown = sorted((changed for changed in changes if not changed.is_quiet), key=lambda changed: PARTS.index(changed.clause.part))
        self.changes = [
            (changed, found.get(changed.clause)) for place, changed in enumerate(shown) if place < MOST_CHANGES or changed.clause in found
        ]
        self.more, self.unsure_start = len(shown) - len(self.changes), unsure_start(changes)

    @property
    def current(self) -> list[Reading]:
        """The latest reading of each circle, that of everyone first."""
        newest: dict[int, Reading] = {}
        for reading in self.readings:
            newest.setdefault(reading.circle_id, reading)
        return sorted(newest.values(), key=lambda reading: not reading.circle.is_everyone)

    @property
    def earlier(self) -> list[Reading]:
        current = {reading.pk for reading in self.current}
        return [reading for reading in self.readings if reading.pk not in current]

    @property
    def countries(self):
        return list(self.proposal.countries)


def tick_first(entries: Iterable[ProposalInCell]) -> None:
    """Choose the first ones that can be compared."""
    for entry in [entry for entry in entries if entry.is_comparable][:TICKED]:
        entry.is_ticked = True


def proposals_as_of(
    user: User, memberships: MembershipContext, resolution: Resolution, day: date | None, until: datetime | None
) -> list[Proposal]:
    """The proposals on a resolution with the status and the fate they had then. Not to be saved.

    day, until -- a past day of the reader's and its end; None for now
    """
    asked = Proposal.objects.visible_to(user, memberships.circles).filter(resolution=resolution)
    asked = asked.for_matrix(Assembly.objects.current(day), until)
    if until:
        asked = asked.with_signing_after(until)
    rows: list[Any] = list(asked.for_list().select_related("base").fetch_mode(FETCH_RAISE))
    for row in rows:
        row.status, row.fate = row.status_then, row.fate_then
    return rows


def asks_twice(proposal: Proposal, everything: list[Proposal], recognised: set[int]) -> list[str]:
    """The names of States that sign both a regional and an own proposal here."""
    is_regional = proposal.group_id in recognised
    others = (row for row in everything if (row.group_id in recognised) != is_regional and not row.is_withdrawn)
    elsewhere = {str(country) for row in others for country in row.countries}
    return sorted(countries.name(code) for code in map(str, proposal.countries) if code in elsewhere)


def readings_by_proposal(user, proposals, memberships, *, as_of: datetime | None = None) -> dict[int, list[Reading]]:
    """The readings of each proposal that this person may read, of all times or until `as_of`, the latest first. Adds `by_name`."""
    rows = Reading.objects.visible_to(user, memberships.circles).filter(proposal__in=[row.pk for row in proposals])
    if as_of:
        rows = rows.filter(at__lte=as_of)
    rows = rows.select_related("by", "circle__coalition").order_by("-pk")
    here = Membership.objects.current().filter(coalition__in=memberships.roles).people_by_coalition()
    found: dict[int, list[Reading]] = {}
    for row in rows:
        row.by_name = display_name(row.by, here[row.circle.coalition_id])
        found.setdefault(row.proposal_id, []).append(row)
    return found


def newest_readings(user, proposals, memberships) -> dict[int, Reading]:
    """The newest reading of each proposal, of all circles this person is in except those of delegations."""
    mine = Reading.objects.visible_to(user, memberships.circles).newest()
    found = mine.filter(proposal__in=proposals).with_author().select_related("circle").order_by("pk")
    return {reading.proposal_id: reading for reading in found}
