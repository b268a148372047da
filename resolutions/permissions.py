"""May this person? Texts are public facts; who works on them, the app that knows coalitions says."""

from collections.abc import Callable

from amnt.accounts.models import User

_text_bringers: list[Callable[[User], bool]] = []


def register_text_bringer(may: Callable[[User], bool]) -> None:
    """For apps above that know who works on texts."""
    _text_bringers.append(may)


def can_bring_texts(user: User) -> bool:
    """Enter a text in force, check what another entered, bring in contributions."""
    return any(may(user) for may in _text_bringers)
