"""Storing a pasted table: the outcome of each cell, before and when it is stored."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from amnt.accounts.models import User
from amnt.core.limits import max_length
from resolutions.domain.budgets import check_base_clauses, check_pasted
from resolutions.drafts import ContributionDraft, ProposalDraft
from resolutions.folding import fold
from resolutions.importers.identifiers import document_of, read_identifier
from resolutions.importers.pasted_matrix import CellProblem, Pasted, PastedProposal
from resolutions.member_states import states
from resolutions.models import Assembly, Contribution, ImportJob, Proposal, RegionalGroup, Resolution
from resolutions.services.contributions import clauses_underneath
from resolutions.services.entering import enter
from resolutions.services.new_resolutions import known_draft, label_key
from resolutions.services.publishing import groups_by_code, senders_of, states_by_symbol

# Columns that only say that the identifiers name the State.
ALL_STATES = {"states", "state", "etats", "etat", "estados", "estado", "etats membres", "member states", "estados miembros"}


class CellOutcome(StrEnum):
    """The outcome of a cell. Only NEW ones are stored."""

    NEW = "new"
    THERE = "there"
    OTHERWISE = "otherwise"  # stored already, but with another action or status
    TWICE = "twice"  # in this same table
    NOT_UNDERSTOOD = "not_understood"
    UNKNOWN_RESOLUTION = "unknown_resolution"
    UNKNOWN_DRAFT = "unknown_draft"  # a new resolution that is not stored yet: it may be added
    UNKNOWN_WHO = "unknown_who"


@dataclass(frozen=True, slots=True)
class PlannedProposal:
    """A cell and its outcome. `there` -- the stored proposal in its place."""

    asked: PastedProposal
    outcome: CellOutcome
    resolution: Resolution | None = None
    group: RegionalGroup | None = None
    countries: tuple[str, ...] = ()
    there: Proposal | None = None

    @property
    def status(self) -> str:
        return self.asked.status or Proposal.Status.SUBMITTED


@dataclass(slots=True)
class Plan:
    """All cells of a table for one assembly, by row and column. `unknown` -- new resolutions in it that are not stored, added or not."""

    assembly: Assembly
    placed: list[PlannedProposal] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def of(self, *outcomes: CellOutcome) -> list[PlannedProposal]:
        return [each for each in self.placed if each.outcome in outcomes]

    @property
    def new(self) -> list[PlannedProposal]:
        return self.of(CellOutcome.NEW)


@dataclass(frozen=True, slots=True)
class _KnownRows:
    """The stored rows that cells are matched with.

    numbered -- resolutions by number; drafts -- drafts by label, or by title; begun -- the new ones to be stored, by `draft`

    """

    numbered: Mapping[str, Resolution]
    drafts: Sequence[Resolution]
    titled: Mapping[str, Resolution]
    begun: Mapping[str, Resolution]
    groups: Mapping[str, RegionalGroup]
    by_code: Mapping[str, RegionalGroup]
    symbols: Mapping[str, str]
    there: Sequence[Proposal]


def plan(pasted: Pasted, *, assembly: Assembly, by: User, begun: Mapping[str, Resolution] | None = None) -> Plan:
    """The outcome of each cell, in five queries, without storing.

    begun -- unsaved new resolutions to add too, by the keys of
    `Pasted.drafts`
    """
    known = _known(assembly, by, begun or {})
    planned = Plan(assembly)
    planned.unknown = {key for key, asked in pasted.drafts().items() if _here(asked, known) is None}
    taken: set[tuple[object, ...]] = set()
    for asked in pasted.asked:
        placed = _place(asked, known, planned.unknown)
        if placed.outcome == CellOutcome.NEW:
            same = _same(placed)
            if same in taken:
                placed = replace(placed, outcome=CellOutcome.TWICE)
            taken.add(same)
        planned.placed.append(placed)
    return planned


@transaction.atomic
def store(planned: Plan, *, by: User, is_history: bool) -> list[Proposal]:
    """Store everything new of it, or nothing. Refused if something was stored meanwhile, with its name."""
    check_pasted(len(planned.new))
    wanted = list(drafts(planned, is_history=is_history))
    check_base_clauses(_underneath(wanted, planned.assembly))
    entered = []
    job = ImportJob.objects.create(kind=ImportJob.Kind.PASTE, by=by)
    for draft in wanted:
        entered += enter(draft, by=by, job=job)
    return entered


def _underneath(wanted: Sequence[ContributionDraft], assembly: Assembly) -> int:
    """How many clauses in force all of it uses: only proposals of stored documents have a language to find texts by."""
    here = Contribution.objects.filter(assembly=assembly, number__in={draft.number for draft in wanted}).exclude(language="")
    languages = {(number, revision): language for number, revision, language in here.values_list("number", "revision", "language")}
    joining: dict[str, list[ProposalDraft]] = {}
    for draft in wanted:
        if language := languages.get((draft.number, draft.revision)):
            joining.setdefault(language, []).extend(draft.proposals)
    return sum(clauses_underneath(proposals, assembly, language) for language, proposals in joining.items())


def drafts(planned: Plan, *, is_history: bool) -> Iterable[ContributionDraft]:
    """Drafts by document. Cells without an identifier go into one named after who asks."""
    documents: dict[tuple[str, int], list[PlannedProposal]] = {}
    for placed in planned.new:
        documents.setdefault(_document(placed), []).append(placed)
    for (number, revision), of_it in documents.items():
        yield ContributionDraft(
            planned.assembly,
            number,
            tuple(map(_draft, of_it)),
            revision=revision,
            is_late=any(placed.asked.is_late for placed in of_it),
            is_history=is_history,
        )


def _known(assembly: Assembly, by: User, begun: Mapping[str, Resolution]) -> _KnownRows:
    groups: dict[str, RegionalGroup] = {}
    for group in RegionalGroup.objects.visible_to(by):
        names = [group.code, *group.proposal_codes]
        for language, _name in settings.LANGUAGES:
            names += [getattr(group, f"acronym_{language}") or "", getattr(group, f"name_{language}") or ""]
        for name in filter(None, names):
            groups.setdefault(fold(name), group)
    rows = list(Resolution.objects.visible_to(by).of_assembly().with_drafts_of(assembly).order_by("pk"))
    drafts = [row for row in rows if not row.number and (row.is_open_draft or row.status != Resolution.Status.DRAFT)]
    titles = [(row, getattr(row, f"title_{language}") or "") for row in drafts for language, _name in settings.LANGUAGES]
    # Only the columns that cells are compared with and links show: there may be thousands.
    there = Proposal.objects.visible_to(by).current().filter(contribution__assembly=assembly)
    columns = ("public_id", "resolution", "identifier", "action", "status", "group", "countries")
    return _KnownRows(
        {str(row.number): row for row in rows if row.number},
        drafts,
        {fold(title): row for row, title in titles if title},
        begun,
        groups,
        groups_by_code(),
        states_by_symbol(),
        list(there.only(*columns)),
    )


def _here(asked: PastedProposal, known: _KnownRows) -> Resolution | None:
    """The stored resolution it is about."""
    if not asked.is_new:
        return known.numbered.get(asked.resolution)
    if asked.resolution:
        return known_draft(asked.resolution, known.drafts)
    return known.titled.get(fold(asked.title)) if asked.title else None


def _begun(asked: PastedProposal, known: _KnownRows) -> Resolution | None:
    """The new resolution to be added, or the stored one of the label given to it."""
    wanted = known.begun.get(asked.draft) if asked.is_new else None
    return known_draft(wanted.label, known.drafts) or wanted if wanted else None


def _place(asked: PastedProposal, known: _KnownRows, unknown: Container[str]) -> PlannedProposal:
    if asked.trouble == CellProblem.NO_RESOLUTION:
        return PlannedProposal(asked, CellOutcome.UNKNOWN_RESOLUTION)
    if asked.trouble:
        return PlannedProposal(asked, CellOutcome.NOT_UNDERSTOOD)
    resolution = _here(asked, known) or _begun(asked, known)
    if resolution is None:
        return PlannedProposal(asked, CellOutcome.UNKNOWN_DRAFT if asked.draft in unknown else CellOutcome.UNKNOWN_RESOLUTION)
    group, countries = _who(asked, known)
    if group is None and not countries:
        return PlannedProposal(asked, CellOutcome.UNKNOWN_WHO, resolution)
    placed = PlannedProposal(asked, CellOutcome.NEW, resolution, group, countries)
    there = next((row for row in known.there if resolution.pk and row.resolution_id == resolution.pk and _is_same(row, placed)), None)
    if there is None:
        return placed
    is_alike = there.action == asked.action and asked.status in ("", there.status)
    return replace(placed, outcome=CellOutcome.THERE if is_alike else CellOutcome.OTHERWISE, there=there)


def _who(asked: PastedProposal, known: _KnownRows) -> tuple[RegionalGroup | None, tuple[str, ...]]:
    """By the name of the column or of the cell, else by the codes of the identifier."""
    named = fold(asked.who)
    if group := known.groups.get(named):
        return group, ()
    if named and named not in ALL_STATES:
        found, unknown = states(asked.who, known.symbols)
        if found and not unknown:
            return None, tuple(found)
    code = read_identifier(asked.identifier, asked.action) if asked.identifier else None
    if code is None or (named and named not in ALL_STATES):
        return None, ()
    senders = senders_of(code.sources, known.by_code, known.symbols)
    return senders.group, senders.countries


def _is_same(row: Proposal, placed: PlannedProposal) -> bool:
    if placed.asked.identifier:
        return row.identifier == placed.asked.identifier
    if row.action != placed.asked.action:
        return False
    if placed.group is not None:
        return row.group_id == placed.group.pk
    return row.group_id is None and set(placed.countries) <= {str(country) for country in row.countries}


def _same(placed: PlannedProposal) -> tuple[object, ...]:
    resolution = placed.resolution and (placed.resolution.pk or label_key(placed.resolution.label))
    if placed.asked.identifier:
        return resolution, placed.asked.identifier
    return resolution, placed.asked.action, placed.group.pk if placed.group else placed.countries


def _document(placed: PlannedProposal) -> tuple[str, int]:
    code = read_identifier(placed.asked.identifier, placed.asked.action) if placed.asked.identifier else None
    if code is not None:
        return document_of(code)
    who = placed.group.code if placed.group else "+".join(placed.countries)
    return f"{who} ?{' LATE' if placed.asked.is_late else ''}"[: max_length(Contribution, "number")], 0


def _draft(placed: PlannedProposal) -> ProposalDraft:
    assert placed.resolution is not None  # noqa: S101 - what is new was placed
    code = read_identifier(placed.asked.identifier, placed.asked.action) if placed.asked.identifier else None
    return ProposalDraft(
        placed.resolution,
        placed.asked.action,
        placed.asked.identifier,
        status=placed.status,
        sources=code.sources if code else (),
        group=placed.group,
        countries=placed.countries,
    )
