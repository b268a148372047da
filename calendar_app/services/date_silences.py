"""Snoozing the reminders of a date, and being done with it: for oneself alone."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from calendar_app.models import DateSilence, Deadline, Meeting
from coalitions.domain.snoozing import SnoozeUntil, snooze_until


def choices_of_snoozing(date: Deadline | Meeting, user: User) -> list[SnoozeUntil]:
    """Until when this person may still snooze it: never beyond the date."""
    at, hour = now(), user.digest_at
    return [until for until in SnoozeUntil if snooze_until(until, at=at, due_at=date.at, zone=user.time_zone, hour=hour)]


@transaction.atomic
def snooze_date(date: Deadline | Meeting, *, until: SnoozeUntil, by: User) -> DateSilence:
    instant = snooze_until(until, at=now(), due_at=date.at, zone=by.time_zone, hour=by.digest_at)
    if instant is None:
        raise RuleBroken(_("The reminder cannot be snoozed until then: it would come too late, or that time has passed."))
    return _set(date, by, state=DateSilence.State.SNOOZED, until=instant)


@transaction.atomic
def be_done_with(date: Deadline | Meeting, *, by: User) -> DateSilence:
    return _set(date, by, state=DateSilence.State.DONE, until=None)


@transaction.atomic
def remind_again(date: Deadline | Meeting, *, by: User) -> DateSilence:
    return _set(date, by, state=DateSilence.State.OPEN, until=None)


def _set(date: Deadline | Meeting, user: User, **fields: object) -> DateSilence:
    which: dict[str, Any] = {"meeting" if isinstance(date, Meeting) else "deadline": date}
    row, _is_new = DateSilence.objects.update_or_create(user=user, **which, defaults=fields)
    return row
