"""When a number may be told without telling of whom it is made.

Whoever reads a list knows the organisations of the coalition, or can find them out. Take away those that are named, and the others remain.
How those answered is told only where knowing all of them, and being one of them, leaves it open who answered what: there are at least
three, and no answer is given by more than all but two. (Of one, or where all answer alike, the number is the answer. Where all but one
answer alike, that one knows of every other.) docs/decisions/counting_without_naming.md
"""

from collections.abc import Mapping

FEWEST = 3
OTHERWISE = 2


def may_be_told(numbers: Mapping[str, int]) -> bool:
    """Whether the numbers by answer of those who are not named may be shown; numbers -- how many gave each answer"""
    together = sum(numbers.values())
    return together >= FEWEST and max(numbers.values(), default=0) <= together - OTHERWISE
