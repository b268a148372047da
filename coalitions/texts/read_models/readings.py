"""How circles read proposals: the proposals of one cell of the matrix with their readings, now or as of a past day."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import FETCH_RAISE
from django_countries import countries

from amnt.accounts.models import User
from coalitions.models import Membership, Reading
from coalitions.permissions import MembershipContext
from coalitions.read_models.names import display_name
from coalitions.texts.read_models.found_hints import HintedClause
from resolutions.models import Assembly, Proposal, Resolution


@dataclass
class ProposalInCell:
    """One proposal of a cell with its readings and hints."""

    proposal: Proposal
    readings: list[Reading] = field(default_factory=list)
    form: forms.Form | None = None
    # States that ask in both ways: under their region and alone.
    twice: list[str] = field(default_factory=list)
    # Its clauses with hints, in order.
    hinted: list[HintedClause] = field(default_factory=list)

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
    rows: list[Any] = list(asked.for_list().fetch_mode(FETCH_RAISE))
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
