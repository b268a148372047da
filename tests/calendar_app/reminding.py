"""What tests of reminders say often: a minute passes, the mail goes out, who got what."""

from datetime import UTC, datetime

from django.core import mail

from amnt.mail.delivery import deliver_waiting
from calendar_app import tasks
from calendar_app.models import Reminder
from coalitions.services import scheduled


def moment(day: int, hour: int = 9, minute: int = 0, month: int = 9) -> datetime:
    """In 2028, UTC."""
    return datetime(2028, month, day, hour, minute, tzinfo=UTC)


def a_minute() -> None:
    """The clock ticks, twice for good measure, and the outbox is emptied."""
    for _ in range(2):
        scheduled.do_what_is_due()
        tasks.tick()
        deliver_waiting()


def rows(user, **which) -> list[tuple]:
    """Rule, days before, step, state and cause of this person's reminders, in the order they go out."""
    found = Reminder.objects.filter(user=user, **which).order_by("send_at", "rule", "-offset", "pk")
    return list(found.values_list("rule", "offset", "step", "state", "cause"))


def mails_to(user) -> list[tuple[str, str]]:
    """Subject and text of what this person got."""
    return [(message.subject, message.body) for message in mail.outbox if message.to == [user.email]]


def subjects_to(user) -> list[str]:
    return [subject for subject, _text in mails_to(user)]
