"""What higher apps hold that speaks of a clause, for the page of that clause. Each registers who says so, to whoever may know."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from amnt.accounts.models import User


class ClauseCitation(NamedTuple):
    """marking -- who may know of it, as {% marking %} draws it; of -- the name of that circle, if it has one"""

    name: str
    address: str
    marking: str
    of: str = ""


type Citer = Callable[[User, UUID], list[ClauseCitation]]

_citers: list[Citer] = []


def register(citer: Citer) -> None:
    if citer not in _citers:
        _citers.append(citer)


def citations_of(user: User, identity: UUID) -> list[ClauseCitation]:
    return [citation for citer in _citers for citation in citer(user, identity)]
