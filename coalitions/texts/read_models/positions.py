"""The positions of circles on a resolution, as pages show them."""

from dataclasses import dataclass, field

from amnt.accounts.models import User
from coalitions.models import Membership, Position
from coalitions.permissions import MembershipContext
from coalitions.read_models.names import display_name
from resolutions.models import Proposal, ProposalEvent, Resolution

MOVED_SHOWN = 5


@dataclass
class PositionCard:
    """The position of one circle on a resolution: the latest version, news since, and earlier versions."""

    position: Position
    by_name: str
    written_for: Proposal | None
    moved: list[ProposalEvent]
    moved_more: int
    earlier: list[tuple[Position, str]] = field(default_factory=list)

    @property
    def is_adopted(self) -> bool:
        return self.position.circle.is_everyone


def position_cards(user: User, resolution: Resolution, memberships: MembershipContext) -> list[PositionCard]:
    """The positions on this resolution that this person may read, those of whole coalitions first. Four queries."""
    rows = (
        Position.objects.visible_to(user, memberships.circles)
        .filter(resolution=resolution)
        .select_related("by", "circle__coalition", "resolution")
    )
    versions = list(rows.order_by("circle__coalition__name", "circle", "-version"))
    if not versions:
        return []
    asked = Proposal.objects.visible_to(user, memberships.circles).filter(pk__in={row.written_for_id for row in versions})
    readable = {proposal.pk: proposal for proposal in asked.select_related("contribution")}
    here = Membership.objects.current().filter(coalition__in=memberships.roles).people_by_coalition()
    since = min(row.at for row in versions)
    moves = ProposalEvent.objects.visible_to(user, memberships.circles).filter(
        proposal__resolution=resolution, is_history=False, recorded_at__gt=since
    )
    events = list(moves.select_related("proposal__contribution").order_by("-recorded_at", "-pk"))
    found: dict[int, PositionCard] = {}
    for row in versions:
        by_name = display_name(row.by, here[row.circle.coalition_id])
        if row.circle_id in found:
            found[row.circle_id].earlier.append((row, by_name))
            continue
        moved = [event for event in events if event.recorded_at > row.at]
        card = PositionCard(row, by_name, readable.get(row.written_for_id or 0), moved[:MOVED_SHOWN], max(0, len(moved) - MOVED_SHOWN))
        found[row.circle_id] = card
    return sorted(found.values(), key=lambda card: not card.is_adopted)
