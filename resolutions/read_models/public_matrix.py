"""Resolutions by regions, with public proposals alone: what the page without a log-in shows. Nobody's reading of them stands here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resolutions.models import Assembly, Proposal, RegionalGroup, Resolution
from resolutions.read_models.askers import asker_name

# The column of States that ask by themselves.
STATES = ""


@dataclass(frozen=True)
class PublicAsk:
    """What is asked in one cell, and how often.

    action -- MOD, ADD, SUP or NOC
    """

    action: str
    is_preliminary: bool
    number: int

    @property
    def word(self) -> str:
        """ "modification", "2 proposals, modification", "modification, preliminary"."""
        said = [str(Proposal.Action(self.action).label)]
        if self.number > 1:
            said.insert(0, ngettext("%(n)d proposal", "%(n)d proposals", self.number) % {"n": self.number})
        return ", ".join([*said, _("preliminary")] if self.is_preliminary else said)


@dataclass(frozen=True)
class PublicMatrixRow:
    """One resolution. cells -- by column: its name, and what is asked there"""

    resolution: Resolution
    cells: Sequence[tuple[str, Sequence[PublicAsk]]]


@dataclass(frozen=True)
class PublicMatrix:
    """columns -- each with its name and its region"""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[PublicMatrixRow]


def asked_here(assembly: Assembly | None) -> Exists:
    """Whether something stands publicly to be asked of a resolution at this assembly."""
    return Exists(standing_at(assembly).filter(resolution=OuterRef("pk")))


def standing_at(assembly: Assembly | None):
    """The public proposals to this assembly as they stand now."""
    return Proposal.objects.public().standing().filter(contribution__assembly=assembly)


def asked_resolutions(assembly: Assembly | None, *, most: int) -> list[Resolution]:
    """The first by number of those on which something is asked publicly."""
    return list(Resolution.objects.of_assembly().filter(asked_here(assembly)).in_order()[:most])


def all_resolutions(assembly: Assembly | None, *, most: int) -> list[Resolution]:
    """Those that an assembly adopted and did not suppress, and drafts that somebody asks for publicly."""
    is_there = ~Q(number=None) & ~Q(status=Resolution.Status.SUPPRESSED)
    return list(Resolution.objects.of_assembly().filter(is_there | Q(asked_here(assembly))).in_order()[:most])


def public_matrix(assembly: Assembly | None, resolutions: Iterable[Resolution]) -> PublicMatrix:
    """In two queries, however many there are."""
    resolutions = list(resolutions)
    groups = list(RegionalGroup.objects.filter(is_recognised=True))
    codes = {group.pk for group in groups}
    found: dict[tuple[int, object], Counter[tuple[str, bool]]] = defaultdict(Counter)
    asked = standing_at(assembly).filter(resolution__in=[row.pk for row in resolutions])
    for resolution, group, action, status in asked.values_list("resolution", "group", "action", "status"):
        found[resolution, group if group in codes else STATES][action, status == Proposal.Status.PRELIMINARY] += 1
    columns: list[tuple[object, str, str]] = [(group.pk, str(group), group.region) for group in groups]
    columns.append((STATES, _("States"), ""))
    return PublicMatrix(
        columns=[(name, region) for _key, name, region in columns],
        rows=[
            PublicMatrixRow(row, [(name, asks_of(found.get((row.pk, key), Counter()))) for key, name, _region in columns])
            for row in resolutions
        ],
    )


def asks_of(counted: Counter[tuple[str, bool]]) -> list[PublicAsk]:
    return [PublicAsk(action, is_preliminary, number) for (action, is_preliminary), number in sorted(counted.items())]


@dataclass(frozen=True)
class PublicProposal:
    """One proposal as anybody may read of it: who asks what, in which document. Its words stay in the document."""

    proposal: Proposal

    @cached_property
    def who(self) -> str:
        """The region or the States; empty where it says neither."""
        found = asker_name(self.proposal)
        return "" if found == self.proposal.name else found


def public_proposals(resolution: Resolution, assembly: Assembly | None, *, most: int) -> list[PublicProposal]:
    rows = standing_at(assembly).filter(resolution=resolution).for_list()
    return [PublicProposal(proposal) for proposal in rows[:most]]
