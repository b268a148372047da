"""How a session is covered, from how many are in the room and how many listen."""

from typing import Literal

Covering = Literal["good", "mixed", "gap", "none"]


def covering_of(in_room: int, listening: int, *, needs_somebody: bool = True) -> Covering:
    """good -- somebody is in the room; mixed -- somebody listens, from elsewhere; gap -- nobody; none -- it needs nobody"""
    if in_room:
        return "good"
    if listening:
        return "mixed"
    return "gap" if needs_somebody else "none"
