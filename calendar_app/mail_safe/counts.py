"""How many: what is said of things that may not be named, and the subject of a letter about several."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import ngettext, ngettext_lazy

from calendar_app.mail_safe.days import THIS_WEEK, days_left
from calendar_app.mail_safe.entries import Entry, Openness, Reader, openness
from calendar_app.rules import DATE_CHANGED, Step
from coalitions.models import FollowUp
from resolutions.models import Proposal

# What may only be counted, in the order it is said.
COUNTED = {
    "circle": ngettext_lazy("%(n)s item in a circle", "%(n)s items in a circle", "n"),
    "asked": ngettext_lazy("%(n)s follow-up is waiting for your answer", "%(n)s follow-ups are waiting for your answer", "n"),
    "backup": ngettext_lazy("%(n)s follow-up has you as backup", "%(n)s follow-ups have you as backup", "n"),
    "due": ngettext_lazy("%(n)s follow-up is due", "%(n)s follow-ups are due", "n"),
    "overdue": ngettext_lazy("%(n)s follow-up is overdue", "%(n)s follow-ups are overdue", "n"),
    "answered": ngettext_lazy("%(n)s follow-up was answered", "%(n)s follow-ups were answered", "n"),
    "meeting": ngettext_lazy("%(n)s coalition call", "%(n)s coalition calls", "n"),
    "date": ngettext_lazy("%(n)s other date", "%(n)s other dates", "n"),
    "proposal": ngettext_lazy("%(n)s proposal changed", "%(n)s proposals changed", "n"),
}


def counted(entries: Sequence[Entry], reader: Reader, at: datetime) -> str:
    """The neutral subject: how many, for when."""
    number = len(entries)
    names = {"n": number}
    if number and all(entry.reminder.rule == DATE_CHANGED for entry in entries):
        return ngettext("%(n)s date has changed", "%(n)s dates have changed", number) % names
    latest = max((days_left(entry, reader, at) for entry in entries), default=0)
    if latest <= 0:
        return ngettext("%(n)s reminder for today", "%(n)s reminders for today", number) % names
    if latest <= THIS_WEEK:
        return ngettext("%(n)s reminder for this week", "%(n)s reminders for this week", number) % names
    return ngettext("%(n)s reminder", "%(n)s reminders", number) % names


def counts_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """What may only be counted, by what is to be done about it."""
    numbers = Counter(what_is_counted(entry) for entry in entries)
    return tuple(str(COUNTED[name] % {"n": numbers[name]}) for name in COUNTED if numbers[name])


def what_is_counted(entry: Entry) -> str:
    how = openness(entry)
    if how == Openness.CIRCLE:
        return "circle"
    if isinstance(entry.thing, Proposal):
        return "proposal"
    if not isinstance(entry.thing, FollowUp):
        return "meeting" if how == Openness.COALITION else "date"
    row = entry.reminder
    if row.rule == "RR-09":
        return {Step.ASSIGNED: "asked", Step.NUDGE: "asked", Step.BACKUP: "backup"}.get(Step(row.step), "answered")
    return "overdue" if row.rule == "RR-11" else "due"


def one_follow_up(entry: Entry) -> str:
    """The subject of a mail about one follow-up: never its title, which anyone may see on a locked screen."""
    return counts_of([entry])[0]
