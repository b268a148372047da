"""Telling people that a date moved."""

from typing import Any

from calendar_app.models import Deadline, Meeting


def announce_change(target: Meeting | Deadline, *, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Called within the transaction that moves the date; `old` and `new` are its states as `services.dates.state_of` says them."""
