"""What a new cycle would start from: open asks, cards of delegations to check, and delegations to ask again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django_countries import countries

from amnt.accounts.models import User
from amnt.core.languages import with_colon
from coalitions.models import Answer, Circle, Contact, Delegation, FollowUp, Verdict
from coalitions.outcomes.read_models.record import OutcomeRow
from resolutions.folding import fold
from resolutions.models import Assembly

OPEN = {Verdict.Result.PARTLY, Verdict.Result.NOT}
# Of those who are asked again, who said yes first.
ANSWERS = (Answer.YES, Answer.PARTLY, Answer.WILL_SEE, Answer.NONE, Answer.NO)
MOST_ANSWERS = 6


@dataclass(frozen=True)
class CarriedAsk:
    """A resolution on which something is still asked; submission -- of the follow-up it becomes"""

    row: OutcomeRow
    submission: UUID
    is_there: bool


@dataclass(frozen=True)
class CarriedCountry:
    """A delegation: its card is copied, to be checked, unless there is one; and it is asked again if it was open to civil society.

    was_asked -- the coalition asked it for something: then it is among those that are asked again for that
    """

    card: Delegation
    submission: UUID
    has_card: bool
    has_follow_up: bool
    was_asked: bool

    @property
    def name(self) -> str:
        return countries.name(str(self.card.country))

    @property
    def is_asked_again(self) -> bool:
        return self.card.is_open == Delegation.Openness.YES and not self.was_asked


@dataclass(frozen=True)
class AskedBefore:
    """A delegation that a circle asked for something at the old assembly. contacts -- the last one on each resolution"""

    circle: Circle
    card: Delegation
    contacts: Sequence[Contact]
    submission: UUID
    has_follow_up: bool

    @property
    def name(self) -> str:
        return countries.name(str(self.card.country))

    @property
    def answers(self) -> str:
        """ "Res. 50: yes, Res. 64: no answer yet" """
        said = [with_colon(each.resolution.short_name, str(each.get_answer_display())) for each in self.contacts[:MOST_ANSWERS]]
        return ", ".join([*said, "…"] if len(self.contacts) > MOST_ANSWERS else said)


@dataclass(frozen=True)
class NewCycle:
    old: Assembly
    new: Assembly
    asks: Sequence[CarriedAsk]
    cards: Sequence[CarriedCountry]
    asked: Sequence[AskedBefore]

    @property
    def new_asked(self) -> list[AskedBefore]:
        return [each for each in self.asked if not each.has_follow_up]

    @property
    def new_asks(self) -> list[CarriedAsk]:
        return [ask for ask in self.asks if not ask.is_there]

    @property
    def new_cards(self) -> list[CarriedCountry]:
        """Cards that can be copied: a card without a public page as its source is begun by hand."""
        return [each for each in self.cards if not each.has_card and each.card.source_links]

    @property
    def new_countries(self) -> list[CarriedCountry]:
        return [each for each in self.cards if each.is_asked_again and not each.has_follow_up]

    @property
    def has_something(self) -> bool:
        return bool(self.new_asks or self.new_cards or self.new_countries or self.new_asked)


def assembly_after(old: Assembly) -> Assembly | None:
    """The next one that is known."""
    later = [each for each in Assembly.objects.of_wtsa().order_by("starts_on", "pk") if each.is_after(old)]
    return next((each for each in later if each.starts_on), next(iter(later), None))


def new_cycle(rows: Iterable[OutcomeRow], old: Assembly, new: Assembly, everyone: Circle, user: User, circles: Collection[int]) -> NewCycle:
    """Four queries however much there is.

    rows -- the record of the old assembly; circles -- those of the coalition whose contacts are looked at, as far as this person reads them
    """

    def submission(what: str, circle: Circle = everyone) -> UUID:
        return uuid5(circle.public_id, f"cycle {old.code} {new.code} {what}")

    open_rows = [row for row in rows if row.asks and (row.verdict is None or row.verdict.result in OPEN)]
    cards = list(Delegation.objects.visible_to(user).filter(assembly=old, is_example=False))
    have_card = {str(code) for code in Delegation.objects.visible_to(user).filter(assembly=new).values_list("country", flat=True)}
    of_asks = {row.resolution.pk: submission(f"ask {row.resolution.pk}") for row in open_rows}
    of_cards = {card.pk: submission(f"delegation {card.country}") for card in cards}
    asked = contacts_of(old, user, circles)
    # One delegation has one follow-up in a circle, whatever it is for.
    of_asked = {key: submission(f"delegation {found[0].delegation.country}", found[0].circle) for key, found in asked.items()}
    made = FollowUp.objects.filter(submission__in=[*of_asks.values(), *of_cards.values(), *of_asked.values()])
    there = set(made.values_list("submission", flat=True))
    by_everyone = {delegation for circle, delegation in asked if circle == everyone.pk}
    carried = [
        CarriedCountry(card, of_cards[card.pk], str(card.country) in have_card, of_cards[card.pk] in there, card.pk in by_everyone)
        for card in cards
    ]
    again = [
        AskedBefore(found[0].circle, found[0].delegation, found, of_asked[key], of_asked[key] in there) for key, found in asked.items()
    ]
    return NewCycle(
        old,
        new,
        [CarriedAsk(row, of_asks[row.resolution.pk], of_asks[row.resolution.pk] in there) for row in open_rows],
        sorted(carried, key=lambda each: fold(each.name)),
        sorted(again, key=lambda each: (not each.circle.is_everyone, each.circle.pk, fold(each.name))),
    )


def contacts_of(old: Assembly, user: User, circles: Collection[int]) -> dict[tuple[int, int], list[Contact]]:
    """The last contact on each resolution, by circle and delegation, who said yes first. One query."""
    rows = Contact.objects.visible_to(user, circles).filter(delegation__assembly=old)
    rows = rows.select_related("circle__coalition", "delegation", "resolution").defer("ask", "wording", "office", "clause_name")
    found: dict[tuple[int, int], dict[int, Contact]] = defaultdict(dict)
    for contact in rows.latest_first():
        found[contact.circle_id, contact.delegation_id].setdefault(contact.resolution_id, contact)
    return {key: sorted(last.values(), key=lambda each: ANSWERS.index(Answer(each.answer))) for key, last in found.items()}
