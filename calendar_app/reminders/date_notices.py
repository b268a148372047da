"""Telling people that a date moved (RR-13): everyone who was reminded of it as it was, or was going to be."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.reminders import placement
from calendar_app.reminders.recipients import Facts, read_people
from calendar_app.reminders.rules import DATE_CHANGED

State, Cause = Reminder.State, Reminder.Cause

# A new date this near is told at any hour.
NEAR = timedelta(hours=48)
# What people were told of a date: these make the difference between one date and another.
SAID = ("at", "has_hour", "starts_on", "ends_on")


@transaction.atomic
def announce_change(target: Meeting | Deadline, *, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Called within the transaction that moves the date; `old` and `new` are its states as `services.date_states.state_of` says them.

    Whoever has not yet been told of an earlier change is told of the date she knew. Reminders of the old date are never sent.
    """
    instant = now()
    of_target = Reminder.objects.filter(**{target._meta.model_name or "": target})
    older = of_target.filter(version__lt=target.version)
    untold = older.filter(rule=DATE_CHANGED, state__in=(State.PLANNED, State.QUEUED)).order_by("-version")
    known = {row.user_id: row.was or old for row in untold}
    # Their mail is written: it may be out, or is dropped for its older version when it is.
    in_a_mail = {row.user_id for row in untold if row.state == State.QUEUED}
    people = set(older.filter(state__in=(State.PLANNED, State.QUEUED, State.SENT)).order_by().values_list("user", flat=True).distinct())
    older.planned().update(state=State.SKIPPED, cause=Cause.MOVED, decided_at=instant)
    if target.at <= instant:
        return
    facts = Facts()
    read_people(facts, people)
    rows = []
    for user in sorted(people & facts.people.keys()):
        was = known.get(user, old)
        is_as_known = all(was.get(name) == new.get(name) for name in SAID)
        if is_as_known and user in in_a_mail:
            was, is_as_known = old, False
        rows.append(
            Reminder(
                user_id=user,
                rule=DATE_CHANGED,
                version=target.version,
                was=was,
                is_alone=True,
                send_at=instant if target.at <= instant + NEAR else placement.at_once(instant, target.at, facts.clock(user)),
                # Back where she knew it to be, before she was told that it moved.
                state=State.SKIPPED if is_as_known else State.PLANNED,
                cause=Cause.MOVED if is_as_known else "",
                decided_at=instant if is_as_known else None,
                created_at=instant,
                **{target._meta.model_name or "": target},
            )
        )
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
