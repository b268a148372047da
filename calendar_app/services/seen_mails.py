"""What follows once a reader says, from the mail itself, that she has seen it: its dates come back three days before, and not earlier."""

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.models import Email
from amnt.mail.seeing import mark_seen
from calendar_app.models import DateSilence, Deadline, Meeting, Reminder
from calendar_app.reminders.recipients import all_facts
from calendar_app.services.date_silences import snooze_date
from coalitions.domain.snoozing import SnoozeUntil, snooze_until


def may_be_seen(email: Email) -> bool:
    """Whether the lowest ceiling of her coalitions is not the discreet one."""
    return email.to is not None and all_facts([email.to.pk]).ceilings.get(email.to.pk) != User.MailLevel.DISCREET


@transaction.atomic
def note_seen(email: Email) -> bool:
    """Once. What she settles before an assembly stays as it is: "done" and "not needed" are said in the agenda."""
    user = email.to
    if user is None or not mark_seen(email):
        return False
    user.lock()
    rows = Reminder.objects.filter(email=email, user=user).select_related("deadline", "meeting__circle", "deadline__meeting__circle")
    silent = set(DateSilence.objects.filter(user=user).in_force().values_list("meeting", "deadline"))
    for date in {date for row in rows if (date := row.deadline or row.meeting) is not None}:
        key = (date.pk, None) if isinstance(date, Meeting) else (None, date.pk)
        if key in silent or (isinstance(date, Deadline) and date.is_to_prepare):
            continue
        if snooze_until(SnoozeUntil.THREE_DAYS_BEFORE, at=now(), due_at=date.at, zone=user.time_zone, hour=user.digest_at):
            snooze_date(date, until=SnoozeUntil.THREE_DAYS_BEFORE, by=user)
    return True
