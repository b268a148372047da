"""The orders of a list, and the one that its address asks for: `?sort=title`. What is none of them leaves the usual order.

A list names its orders once, the usual one first:

    ORDERS = {"name": Order(_("Name"), ("user__name", "pk")), "newest": Order(_("Newest first"), ("-created_at", "pk"))}

The view says `sorting = Sorting(ORDERS, request.GET)` and sorts by `sorting.by`. The template offers the orders in the form of the
filters with `{% sort_field sorting %}`; where a list has none, with `{% sort_menu sorting count %}`, whose links keep every other
parameter. Other links to the same list end in `sorting.suffix`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise

PARAMETER = "sort"


class Order(NamedTuple):
    """by -- whatever the list sorts by: names of columns, a key function, or a word that its view understands"""

    label: str | Promise
    by: Any


class Sorting:
    def __init__(self, orders: Mapping[str, Order], asked: Mapping[str, str]):
        self.orders = orders
        self.usual = next(iter(orders))
        word = asked.get(PARAMETER, "")
        self.chosen = word if word in orders else self.usual

    @property
    def by(self) -> Any:
        return self.orders[self.chosen].by

    @property
    def label(self) -> str | Promise:
        return self.orders[self.chosen].label

    @property
    def is_usual(self) -> bool:
        return self.chosen == self.usual

    @property
    def suffix(self) -> str:
        """What a link with other parameters ends in, so that the order stays."""
        return "" if self.is_usual else f"&{PARAMETER}={self.chosen}"
