"""Which of her coalitions somebody reads a page for, where it shows one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from coalitions.models import Circle, CircleKey, Coalition


@dataclass(frozen=True)
class Ours:
    """As whom one reads a page about one coalition at a time, by keys. others -- the other circles of hers in it."""

    coalition: int
    everyone: int
    others: frozenset[int] = frozenset()

    @property
    def circles(self) -> frozenset[int]:
        return self.others | {self.everyone}


def choice_of_coalitions(circles: Iterable[Circle | CircleKey]) -> list[Coalition]:
    """Those whose circles these are, by name. Of a single one nothing is asked of the database: there is no choice."""
    keys = {one.coalition_id for one in circles if one.is_everyone}
    return list(Coalition.objects.filter(pk__in=keys).order_by("name", "pk")) if len(keys) > 1 else []


def ours_of(circles: Iterable[Circle | CircleKey], coalitions: list[Coalition], asked_for: str) -> Ours | None:
    """The coalition asked for, by its public id, else the first of those to choose from, else the only one."""
    everyones = {one.coalition_id: one.pk for one in circles if one.is_everyone}
    if not everyones:
        return None
    asked = [one.pk for one in coalitions if str(one.public_id) == asked_for]
    chosen = [*asked, *(one.pk for one in coalitions), *everyones][0]
    others = frozenset(one.pk for one in circles if one.coalition_id == chosen and not one.is_everyone)
    return Ours(chosen, everyones[chosen], others)
