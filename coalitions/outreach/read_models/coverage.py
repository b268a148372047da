"""Where the coalition has no contact although a text it watches is decided there: regions, and gaps one can turn into follow-ups.

Contacts are those the reader may read, so two people may see different numbers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from amnt.accounts.models import User
from coalitions.models import Contact, Delegation, FollowUp, MembershipContext
from coalitions.outreach.domain.regions import Funnel, Tiles, Touch, funnels, tiles
from resolutions.models import Assembly, Contribution, Proposal, RegionalGroup, Resolution

KINDS = ("unasked", "silent", "old")
MOST_SILENT = 500


@dataclass(frozen=True)
class Gap:
    """Something nobody does yet. kind -- a watched resolution nobody asked this delegation about; an ask without an answer; an old card.

    proposal -- what its State proposes on this resolution, the newest
    """

    kind: str
    delegation: Delegation
    resolution: Resolution | None = None
    contact: Contact | None = None
    proposal: Proposal | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        if self.contact:
            return f"silent:{self.contact.public_id}"
        return f"{self.kind}:{self.delegation.public_id}" + (f":{self.resolution.slug}" if self.resolution else "")

    @property
    def title(self) -> str:
        """The follow-up that fills it, in the reader's language."""
        said = {"country": self.delegation.country.name, "resolution": self.resolution.short_name if self.resolution else ""}  # type: ignore[attr-defined]
        if self.kind == "unasked":
            return _("Ask the delegation of %(country)s about %(resolution)s") % said
        if self.kind == "silent":
            return _("Remind the delegation of %(country)s of our ask on %(resolution)s") % said
        return _("Check the card of %(country)s again") % said


class CoverageOf:
    """What one reader may know of an assembly's delegations, each part in one query, however much there is.

    codes -- only countries of a region, if one was chosen
    """

    def __init__(self, user: User, memberships: MembershipContext, assembly: Assembly | None, codes: Collection[str] | None = None):
        self.user, self.circles, self.assembly, self.codes = user, memberships.circles, assembly, codes

    @cached_property
    def cards(self) -> list[Delegation]:
        rows = Delegation.objects.visible_to(self.user).filter(assembly=self.assembly)
        if self.codes is not None:
            rows = rows.filter(country__in=self.codes)
        return list(rows.order_by("country"))

    @cached_property
    def contacts(self):
        rows = Contact.objects.visible_to(self.user, self.circles).filter(delegation__assembly=self.assembly)
        return rows if self.codes is None else rows.filter(delegation__country__in=self.codes)

    # --- Pictures -----------------------------------------------------------------------------------------------------

    def tiles(self, groups: Collection[RegionalGroup]) -> tuple[list[Tiles], int]:
        linked = set(self.contacts.recent().order_by().values_list("delegation", flat=True).distinct())

        def touch_of(card: Delegation) -> Touch:
            if card.pk in linked:
                return Touch.LINKED
            return Touch.OPEN if card.is_open == Delegation.Openness.YES else Touch.OTHER

        return tiles(map(drawn, groups), {str(card.country): touch_of(card) for card in self.cards})

    def funnels(self, groups: Collection[RegionalGroup]) -> tuple[list[Funnel], int]:
        return funnels(map(drawn, groups), self.contacts.funnel())

    # --- Gaps -----------------------------------------------------------------------------------------------------------

    def gaps(self) -> list[Gap]:
        """What nobody asked, where most is at stake first; then silences, the longest first; then old cards."""
        return [*self.unasked(), *self.silent(), *(Gap("old", card) for card in self.cards if card.is_old)]

    def gaps_nobody_has(self) -> list[Gap]:
        """Without those for which there is an open follow-up that the reader may read."""
        rows = FollowUp.objects.visible_to(self.user, self.circles).open().filter(delegation__assembly=self.assembly)
        in_hand = set(rows.order_by().values_list("delegation", "resolution").distinct())
        return [gap for gap in self.gaps() if (gap.delegation.pk, gap.resolution and gap.resolution.pk) not in in_hand]

    def unasked(self) -> list[Gap]:
        """Watched resolutions × delegations whose State proposes something on it, or that are open or were reached before."""
        watched = list(Resolution.objects.visible_to(self.user).with_watch_of(self.user).filter(is_watched=True).in_order())
        if not watched or not self.cards:
            return []
        asked = set(self.contacts.order_by().values_list("delegation", "resolution").distinct())
        proposed = self.proposals(watched)
        found = []
        for card in self.cards:
            may_help = card.is_open == Delegation.Openness.YES or bool(card.route_before)
            for resolution in watched:
                proposal = proposed.get((str(card.country), resolution.pk))
                if (may_help or proposal) and (card.pk, resolution.pk) not in asked:
                    found.append(Gap("unasked", card, resolution, proposal=proposal))
        return sorted(found, key=lambda gap: (gap.proposal is None, gap.delegation.is_open != Delegation.Openness.YES))

    def proposals(self, resolutions: Collection[Resolution]) -> dict[tuple[str, int], Proposal]:
        """The newest public proposal that a State signs, by its country and the resolution."""
        rows = Proposal.objects.visible_to(self.user, self.circles).standing().filter(resolution__in=resolutions)
        rows = rows.filter(contribution__access=Contribution.Access.PUBLIC, contribution__assembly=self.assembly).exclude(countries="")
        found: dict[tuple[str, int], Proposal] = {}
        for proposal in rows.select_related("contribution").defer("reasons", "title").order_by("pk"):
            for country in proposal.countries:
                found[str(country), proposal.resolution_id] = proposal
        return found

    def silent(self) -> list[Gap]:
        rows = self.contacts.silent().with_people().defer("ask", "wording", "office", "clause_name").order_by("asked_on", "pk")
        return [Gap("silent", row.delegation, row.resolution, row) for row in rows[:MOST_SILENT]]


def drawn(group: RegionalGroup) -> tuple[str, str, list[str]]:
    return (str(group), group.region, [str(country) for country in group.countries])
