"""Clauses shown as they stand, tables as grids: {% load tables %}."""

from collections.abc import Iterable
from operator import attrgetter, itemgetter
from typing import Any

from django import template

from resolutions.domain.tables import Block, Grid, blocks
from resolutions.read_models.clause_states import ClauseWithWishes, ProposedEffects, effects_in_table

register = template.Library()


@register.filter
def proposed_in(grid: Grid[ClauseWithWishes]) -> ProposedEffects:
    return effects_in_table(grid.items)


@register.filter
def with_tables(items: Iterable[Any], clause: str = "") -> list[Block[Any]]:
    """Items one by one, those of one table as a grid. clause -- the attribute of an item that is its clause, after its index in a pair"""
    if not clause:
        return list(blocks(items))
    index, _dot, name = clause.rpartition(".")
    of = attrgetter(name)
    return list(blocks(items, (lambda item: of(itemgetter(int(index))(item))) if index else of))
