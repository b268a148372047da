"""A new cycle starts from the old one: what is still asked, the cards to check, the delegations to ask again.

Repeated, nothing is made twice.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, Coalition, Delegation
from coalitions.models.starter_plans import NATIONAL_WORK_BEGINS
from coalitions.outcomes.read_models.new_cycle import NewCycle, new_cycle
from coalitions.outcomes.read_models.record import outcome_rows
from coalitions.permissions import may_act_as_lead
from coalitions.read_models.chosen_coalition import Ours
from coalitions.services import delegations, follow_ups
from coalitions.services.starter_plans import SOONEST, due_on
from resolutions.models import Assembly

# Names of people, and addresses that change with them, are not carried from one assembly to the next.
NOT_COPIED = frozenset({"head", "office_email"})
COPIED = tuple(name for name in delegations.CardFacts.__annotations__ if name not in NOT_COPIED)


@dataclass(frozen=True)
class StartedCycle:
    """How many of each were made now."""

    asks: int
    cards: int
    countries: int


@transaction.atomic
def start_cycle(old: Assembly, new: Assembly, *, coalition: Coalition, by: User) -> StartedCycle:
    """Make what the preview showed, as follow-ups that nobody has yet and cards that are to be checked."""
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can begin this."))
    everyone = (
        Circle.objects.select_for_update(of=("self",)).select_related("coalition").get(coalition=coalition, kind=Circle.Kind.EVERYONE)
    )
    # What only a delegation reads is not carried over.
    hers = Circle.objects.of(by).filter(coalition=coalition).exclude(kind=Circle.Kind.DELEGATION).values_list("pk", flat=True)
    cycle = new_cycle(outcome_rows(old, by, Ours(coalition.pk, everyone.pk)), old, new, everyone, by, frozenset(hers))
    cards = copy_cards(cycle, by=by)
    due_at = due_on(due_day(new), by)
    for ask in cycle.new_asks:
        follow_ups.create(
            circle=everyone,
            title=_("Decide what we ask on %(resolution)s at %(assembly)s")
            % {"resolution": ask.row.resolution.short_name, "assembly": new},
            done_means=_("The position is written again for %(new)s, or left. At %(old)s we asked: %(stance)s.")
            % {"new": new, "old": old, "stance": ask.row.position.get_stance_display() if ask.row.position else ""},
            due_at=due_at,
            by=by,
            resolution=ask.row.resolution,
            counts_once_due=True,
            submission=ask.submission,
        )
    for country in cycle.new_countries:
        follow_ups.create(
            circle=everyone,
            title=_("Ask again whether the delegation is open to civil society: %(country)s") % {"country": country.name},
            done_means=_("The card of the delegation says so, with a public page as its source."),
            due_at=due_at,
            by=by,
            delegation=Delegation.objects.filter(assembly=new, country=country.card.country).first(),
            counts_once_due=True,
            submission=country.submission,
        )
    new_cards = {str(card.country): card for card in Delegation.objects.filter(assembly=new)} if cycle.new_asked else {}
    for asked in cycle.new_asked:
        follow_ups.create(
            circle=asked.circle,
            title=_("Ask the delegation again, for %(assembly)s: %(country)s") % {"assembly": new, "country": asked.name},
            done_means=_("What it answers is logged. At %(old)s it said: %(answers)s.") % {"old": old, "answers": asked.answers},
            due_at=due_at,
            by=by,
            delegation=new_cards.get(str(asked.card.country)),
            counts_once_due=True,
            submission=asked.submission,
        )
    made = StartedCycle(len(cycle.new_asks), cards, len(cycle.new_countries) + len(cycle.new_asked))
    if cycle.has_something:
        record("coalitions.cycle_started", by=by, about=new, coalition=coalition)
    return made


def copy_cards(cycle: NewCycle, *, by: User) -> int:
    """Public facts of the old cards, each to be checked against its page."""
    for each in cycle.new_cards:
        facts = {name: getattr(each.card, name) for name in COPIED}
        delegations.begin_card(cycle.new, country=str(each.card.country), by=by, is_checked=False, **facts)  # type: ignore[arg-type]
    return len(cycle.new_cards)


def due_day(new: Assembly) -> date:
    """When national work begins before the new assembly, or soon, if that has passed or is not known."""
    soonest = now().date() + SOONEST
    return max(soonest, new.starts_on - NATIONAL_WORK_BEGINS) if new.starts_on else soonest
