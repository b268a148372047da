"""What organisations say of the coalition's position, and which of them this reader may know by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from amnt.accounts.models import User
from coalitions.models import Mandate, Membership, Organisation, Position, PositionAnswer
from coalitions.permissions import MembershipContext

Kind = PositionAnswer.Kind


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """name -- of the organisation; empty where the reader sees nobody of it in the directory
    is_mine -- she answers for it
    """

    answer: PositionAnswer
    name: str
    is_mine: bool


@dataclass
class Answers:
    """agreed, reserved, silent -- how many organisations; earlier -- how many of the silent ones had answered to a version before
    mine -- the organisations she answers for
    """

    shown: list[ShownAnswer] = field(default_factory=list)
    agreed: int = 0
    reserved: int = 0
    silent: int = 0
    earlier: int = 0
    mine: list[Organisation] = field(default_factory=list)


def answers_to(user: User, positions: Sequence[Position], memberships: MembershipContext) -> dict[int, Answers]:
    """By key, of positions of whole coalitions. Four queries, however many; none where there is no such position.

    An organisation is named to who sees one of its people in the directory, and to who answers for it; others are counted.
    """
    adopted = [each for each in positions if each.circle.is_everyone]
    if not adopted:
        return {}
    coalitions = {each.circle.coalition_id for each in adopted}
    people = Membership.objects.current().working().filter(coalition__in=coalitions, organisation__isnull=False)
    there = set(people.values_list("coalition_id", "organisation_id"))
    seen = Membership.objects.visible_to(user, memberships).filter(coalition__in=coalitions, organisation__isnull=False)
    known = set(seen.values_list("coalition_id", "organisation_id"))
    mandates = list(Mandate.objects.of(user).filter(membership__coalition__in=coalitions).select_related("organisation", "membership"))
    hers = {(each.membership.coalition_id, each.organisation_id) for each in mandates}
    versions = Position.objects.filter(
        circle__in=[each.circle_id for each in adopted], resolution__in=[each.resolution_id for each in adopted]
    )
    rows = PositionAnswer.objects.filter(position__in=versions).select_related("organisation", "position").order_by("pk")
    latest: dict[tuple[int, int], PositionAnswer] = {}
    before: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        latest[row.position_id, row.organisation_id] = row
        before.setdefault((row.position.circle_id, row.position.resolution_id), set()).add(row.organisation_id)
    found = {}
    for position in adopted:
        coalition = position.circle.coalition_id
        answers = Answers(mine=[each.organisation for each in mandates if each.membership.coalition_id == coalition])
        given = {
            organisation: row for (of, organisation), row in latest.items() if of == position.pk and (coalition, organisation) in there
        }
        for organisation, row in given.items():
            place = (coalition, organisation)
            answers.shown.append(ShownAnswer(row, row.organisation.name if place in known | hers else "", place in hers))
        answers.shown.sort(key=lambda each: (not each.is_mine, each.answer.kind != Kind.RESERVATION, not each.name, each.name.casefold()))
        answers.reserved = sum(row.kind == Kind.RESERVATION for row in given.values())
        answers.agreed = len(given) - answers.reserved
        silent = {organisation for of, organisation in there if of == coalition} - given.keys()
        answers.silent = len(silent)
        answers.earlier = len(silent & before.get((position.circle_id, position.resolution_id), set()))
        found[position.pk] = answers
    return found
