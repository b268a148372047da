"""The quiet hours of a person, for mails that other apps write."""

from datetime import datetime

from amnt.accounts.models import User
from amnt.mail.hours import register_hours
from calendar_app.reminders import placement
from calendar_app.reminders.recipients import clock_now


def reachable(person: User, instant: datetime, event: datetime) -> datetime:
    return placement.at_once(instant, event, clock_now(person))


def register_all() -> None:
    register_hours(reachable)
