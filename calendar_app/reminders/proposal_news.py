"""What is told of proposals on resolutions people follow (RR-14): whom it concerns as things are now, and in which words."""

import binascii
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext

from amnt.core.languages import with_colon
from calendar_app.domain.phases import phase_on
from calendar_app.reminders.targets import Kind, Target
from coalitions.models import Circle, Position
from resolutions.models import Assembly, Part, Proposal, ProposalEvent, ProposedClause, Watch
from resolutions.read_models.proposed import QUIET, changes_of, in_few_words

# Who signs a regional text besides is on its page; it would fill mails for weeks.
TOLD = frozenset(ProposalEvent.Kind.values) - {ProposalEvent.Kind.SIGNED}
LIVE_PHASES = (5, 6)
NOBODY_STANDS_IN = 0


@dataclass(slots=True)
class News(Target):
    """A proposal, as much of it as telling of it needs.

    concerned -- by person: since when, and whether she wants to know of everything or of the operative part only
    is_operative -- whether anything told of it touches the operative part
    """

    concerned: Mapping[int, "Interest"] = field(default_factory=dict)
    is_operative: bool = True

    def concerns(self, user: int) -> bool:
        interest = self.concerned.get(user)
        return interest is not None and (interest.in_everything or self.is_operative)


@dataclass(frozen=True, slots=True)
class Interest:
    since: datetime
    in_everything: bool


# --- Whom it concerns ---------------------------------------------------------------------------------------------------------


def proposals_told(keys: Collection[int]) -> list[Proposal]:
    """With all that a line of a mail says of them, their clauses in the operative part as `operative_clauses`."""
    changed = ProposedClause.objects.filter(part=Part.OPERATIVE, proposal__contribution__access="public").exclude(change__in=QUIET)
    told_operative = ProposalEvent.objects.filter(proposal=OuterRef("pk"), is_operative=True, is_history=False)
    rows = Proposal.objects.filter(pk__in=keys).annotate(tells_operative=Exists(told_operative))
    rows = rows.select_related("contribution__assembly", "contribution__kept__circle", "resolution", "group", "base")
    return list(rows.prefetch_related(Prefetch("clauses", changed.select_related("base_clause").in_order(), to_attr="operative_clauses")))


def news_of(proposals: Sequence[Proposal]) -> dict[int, News]:
    """By key. Two queries, none where there is nothing."""
    if not proposals:
        return {}
    concerned = people_concerned({proposal.resolution_id for proposal in proposals})
    found = {}
    for proposal in proposals:
        news = News(Kind.PROPOSAL, proposal.pk, proposal.created_at, version=0)
        news.is_silent = proposal.superseded_at is not None or proposal.contribution.is_history
        news.concerned = concerned.get(proposal.resolution_id, {})
        news.is_operative = getattr(proposal, "tells_operative", True)
        if proposal.contribution.is_number_only:
            # Who knows of it is who stands in the circle it is shared with.
            kept = getattr(proposal.contribution, "kept", None)
            news.circle = kept.circle_id if kept else NOBODY_STANDS_IN
            news.circle_kind = kept.circle.kind if kept else None
            news.coalition = kept.circle.coalition_id if kept else None
        found[proposal.pk] = news
    return found


def people_concerned(resolutions: Collection[int]) -> dict[int, dict[int, Interest]]:
    """By resolution: who follows it, and who wrote the position of a coalition that stands on it."""
    found: dict[int, dict[int, Interest]] = defaultdict(dict)
    watches = Watch.objects.filter(resolution__in=resolutions).order_by()
    for resolution, user, scope, since in watches.values_list("resolution", "user", "scope", "created_at"):
        found[resolution][user] = Interest(since, scope == Watch.Scope.ALL)
    positions = Position.objects.filter(resolution__in=resolutions, circle__kind=Circle.Kind.EVERYONE, by__isnull=False).newest()
    for resolution, user, since in positions.order_by().values_list("resolution", "by", "at"):
        earlier = found[resolution].get(user)
        found[resolution][user] = Interest(min(since, earlier.since) if earlier else since, in_everything=True)
    return dict(found)


def is_live(assembly: Assembly, instant: datetime) -> bool:
    """Whether this assembly sits on that day."""
    if assembly.starts_on is None:
        return False
    return phase_on(instant.date(), assembly.starts_on, assembly.ends_on or assembly.starts_on).number in LIVE_PHASES


# --- In which words -----------------------------------------------------------------------------------------------------------


def named(proposal: Proposal) -> str:
    """ "Res. 50: MOD EUR/38A7/1"; a working text without an identifier by its document"""
    return with_colon(proposal.resolution.short_name, f"{proposal.action} {proposal.name}")


def source_of(proposal: Proposal) -> str:
    """The group's acronym, else the States, else the codes of the identifier; of a working text, the assembly."""
    if proposal.is_consolidated:
        return gettext("working text of the assembly")
    if proposal.group:
        return str(proposal.group)
    return ", ".join(country.name for country in proposal.countries) or "/".join(proposal.sources)  # type: ignore[attr-defined]


def operative_words(proposal: Proposal, *, most: int) -> Iterable[str]:
    """What changes in the operative part, clause by clause, in no more than so many bytes of a mail."""
    clauses = getattr(proposal, "operative_clauses", ())
    for name, words in in_few_words(changes_of(proposal, clauses), longest=most, weigh=bytes_of):
        yield with_colon(name, words)


def bytes_of(text: str) -> int:
    """On the wire, as mails are written."""
    return len(binascii.b2a_qp(text.encode()))
