"""When a mail about what just happened may reach a person.

Quiet hours are placed by the calendar, which stands above: it registers how.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.timezone import now

from amnt.accounts.models import User

_reachable: dict[str, Callable[[User, datetime, datetime], datetime]] = {}


def register_hours(reachable: Callable[[User, datetime, datetime], datetime]) -> None:
    """reachable(person, instant, event) -- the first moment from the instant on that is not too late for the event"""
    _reachable["hours"] = reachable


def reachable_at(person: User, *, event: datetime) -> datetime:
    """Now, or once the quiet hours of this person are over, unless that is too late for the event."""
    instant = now()
    return _reachable["hours"](person, instant, event) if _reachable else instant
