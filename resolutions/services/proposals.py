"""Changes of a proposal after its document was recorded: status, signatories, withdrawal, fate.

Each act writes one event and, unless it is history, sets `moved_at`; repeating an act changes nothing. Its text never changes: a later
issue of the document is a new proposal (`services.contributions`).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from resolutions.models import Contribution, ImportJob, Part, Proposal, ProposalEvent
from resolutions.read_models.proposed import QUIET

Kind, Status = ProposalEvent.Kind, Proposal.Status


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """The facts of a proposal beside its text. `is_late` belongs to its document and all proposals in it."""

    status: str
    fate: str = ""
    countries: tuple[str, ...] = ()
    is_late: bool = False


def facts_of_proposal(proposal: Proposal) -> ProposalFacts:
    countries = tuple(sorted(str(country) for country in proposal.countries))
    return ProposalFacts(proposal.status, proposal.fate, countries, proposal.contribution.is_late)


@transaction.atomic
def revise(
    proposal: Proposal, wanted: ProposalFacts, *, by: User | None, seen: ProposalFacts | None = None, at: datetime | None = None
) -> Proposal:
    """Apply what is `wanted`, completely or not at all.

    seen -- the facts the person saw: unchanged ones stay as they are now, and a fact that somebody else changed meanwhile is not
    overwritten
    at -- when it happened, if not now
    """
    proposal = lock_proposal(proposal)
    there = facts_of_proposal(proposal)
    wanted = replace(wanted, countries=tuple(sorted(set(wanted.countries))))
    if seen is not None:
        wanted = merged(seen=seen, wanted=wanted, there=there)
    if wanted != there:
        check_not_replaced(proposal)
    if wanted.is_late != there.is_late:
        mark_late(proposal.contribution, is_late=wanted.is_late, by=by, at=at)
    if wanted.countries != there.countries:
        sign(proposal, countries=wanted.countries, by=by, at=at)
    if wanted.status != there.status:
        change_status(proposal, status=wanted.status, by=by, at=at)
    if wanted.fate != there.fate:
        decide_fate(proposal, fate=wanted.fate, by=by, at=at)
    return lock_proposal(proposal)


def merged(*, seen: ProposalFacts, wanted: ProposalFacts, there: ProposalFacts) -> ProposalFacts:
    """A three-way merge. RuleBroken where somebody else changed the same fact meanwhile, differently."""
    if there == seen:
        return wanted
    chosen = {}
    for name in ("status", "fate", "countries", "is_late"):
        before, mine, current = getattr(seen, name), getattr(wanted, name), getattr(there, name)
        if mine != before and current not in (before, mine):
            raise RuleBroken(_("Someone has changed this in the meantime. Look at it again: this is the new version."))
        chosen[name] = mine if mine != before else current
    return ProposalFacts(**chosen)


@transaction.atomic
def change_status(proposal: Proposal, *, status: str, by: User | None, at: datetime | None = None) -> Proposal:
    """Set the status: preliminary, common, submitted or withdrawn. A withdrawn one may be reinstated."""
    status = Status(status)
    proposal = lock_current(proposal)
    if proposal.status != status:
        proposal.status = status
        record_event(proposal, Kind.WITHDRAWN if status == Status.WITHDRAWN else Kind.STATUS, by=by, at=at, changed="status")
    return proposal


def withdraw(proposal: Proposal, *, by: User | None, at: datetime | None = None) -> Proposal:
    return change_status(proposal, status=Status.WITHDRAWN, by=by, at=at)


@transaction.atomic
def sign(proposal: Proposal, *, countries: Collection[str], by: User | None, at: datetime | None = None) -> Proposal:
    """Say which States sign it, all of them."""
    proposal = lock_current(proposal)
    signing = sorted(set(countries))
    if facts_of_proposal(proposal).countries != tuple(signing):
        if not (signing or proposal.group_id or proposal.sources or proposal.is_consolidated):
            raise RuleBroken(_("Name at least one State: nobody else is known as an author of this proposal."))
        proposal.countries = ",".join(signing)
        record_event(proposal, Kind.SIGNED, by=by, at=at, changed="countries")
    return proposal


@transaction.atomic
def decide_fate(proposal: Proposal, *, fate: str, by: User | None, at: datetime | None = None) -> Proposal:
    """Set what the assembly decided on it; empty for not known."""
    proposal = lock_current(proposal)
    if fate and fate not in Proposal.Fate.values:
        raise ValueError(f"no fate of a proposal: {fate}")
    if proposal.fate != fate:
        proposal.fate = fate
        record_event(proposal, Kind.FATE, by=by, at=at, changed="fate")
    return proposal


@transaction.atomic
def mark_late(
    contribution: Contribution, *, is_late: bool, by: User | None, at: datetime | None = None, job: ImportJob | None = None
) -> Contribution:
    """Mark a document, and so all its proposals, as received after the deadline."""
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if contribution.is_late == is_late:
        return contribution
    contribution.is_late = is_late
    contribution.save(update_fields=["is_late"])
    for proposal in contribution.proposals.current().select_for_update().order_by("pk"):
        proposal.contribution = contribution
        record_event(proposal, Kind.LATE if is_late else Kind.STATUS, by=by, at=at, job=job)
    return contribution


def touches_operative(proposal: Proposal) -> bool:
    """Whether it changes the operative part; assumed if its words are not known."""
    if proposal.action in (Proposal.Action.SUP, Proposal.Action.NOC):
        return True
    parts = list(proposal.clauses.exclude(change__in=QUIET).values_list("part", flat=True))
    return not parts or any(part != Part.PREAMBLE for part in parts)


def lock_proposal(proposal: Proposal) -> Proposal:
    """Lock the document, then the proposal, as marking the document late does."""
    contribution = Contribution.objects.select_for_update().get(pk=proposal.contribution_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    proposal.contribution = contribution
    return proposal


def lock_current(proposal: Proposal) -> Proposal:
    proposal = lock_proposal(proposal)
    check_not_replaced(proposal)
    return proposal


def check_not_replaced(proposal: Proposal) -> None:
    if proposal.superseded_at is not None:
        raise RuleBroken(_("A later issue of the document replaced this proposal. Change that one."))


def record_event(
    proposal: Proposal, kind: str, *, by: User | None, at: datetime | None, changed: str = "", job: ImportJob | None = None
) -> None:
    """Record one event with the new facts; unless it is history, set `moved_at`."""
    instant = now()
    fields = [changed] if changed else []
    if not proposal.contribution.is_history:
        proposal.moved_at = instant
        fields.append("moved_at")
    if fields:
        proposal.save(update_fields=fields)
    proposal.events.create(
        kind=kind,
        status=proposal.status,
        fate=proposal.fate,
        at=at or instant,
        recorded_at=instant,
        by=by,
        is_history=proposal.contribution.is_history,
        is_operative=touches_operative(proposal),
        job=job,
    )
