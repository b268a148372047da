"""The national meetings on the card of a delegation. The calendar, which stands above this app, registers what finds them."""

from collections.abc import Callable, Sequence
from typing import Any

from amnt.accounts.models import User
from coalitions.models import Delegation

_finders: list[Callable[[User, Delegation], Sequence[Any]]] = []


def register(finder: Callable[[User, Delegation], Sequence[Any]]) -> None:
    _finders.append(finder)


def national_meetings(user: User, card: Delegation) -> list[Any]:
    """The public meetings of this country before this assembly, the latest first."""
    return [meeting for find in _finders for meeting in find(user, card)]
