"""Permissions on texts. Coalitions register who may enter them."""

from collections.abc import Callable

from amnt.accounts.models import User

_text_bringers: list[Callable[[User], bool]] = []


def register_text_editor(may: Callable[[User], bool]) -> None:
    """Register a check of who may enter texts."""
    _text_bringers.append(may)


def can_enter_texts(user: User) -> bool:
    """Enter a text in force, check what another entered, bring in contributions."""
    return any(may(user) for may in _text_bringers)
