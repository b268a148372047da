"""The whole letter about these things."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendar_app.reminders.content import Entry, Level, Openness, Reader, entry_key, may_be_named, openness
from calendar_app.reminders.rules import BY_CODE, Kind
from calendar_app.reminders.wording import (
    THIS_WEEK,
    Line,
    MailSafe,
    Part,
    Reason,
    counted,
    counts_of,
    days_left,
    line_of,
    one_follow_up,
    said_moment,
    weekdays,
    with_changes,
)
from coalitions.models import FollowUp
from resolutions.models import Proposal


def mail_safe(entries: Sequence[Entry], *, level: str, reader: Reader, at: datetime, most: int = 12, remark: str = "") -> MailSafe:
    """The letter about these things at this level, in the language that is active. At most so many are named."""
    entries = [entry for entry in entries if openness(entry) != Openness.NEVER]
    entries.sort(key=lambda entry: (isinstance(entry.thing, Proposal), entry.target.at, entry.target.kind, entry.target.id))
    moment = _("%(time)s your time") % {"time": said_moment(at, reader)}
    subject = counted(entries, reader, at)
    reasons = reasons_for(entries, level)
    if level == Level.DISCREET:
        lead = _("%(subject)s. Open the agenda to see them.") % {"subject": subject}
        if len(entries) == 1:
            lead = _("%(subject)s. Open the agenda to see it.") % {"subject": subject}
        days = weekdays(entries, reader, at)
        return MailSafe(level, subject, moment, lead=lead, days=days, reasons=reasons, remark=remark)
    sayable = [entry for entry in entries if may_be_named(openness(entry), level)]
    lines = {entry_key(entry): line_of(entry, reader, at) for entry in sayable[:most]}
    if level == Level.DETAILED:
        lines = with_changes(sayable[:most], lines)
    left = len(sayable) - len(lines)
    path = "/"
    if len(entries) == 1:
        only = lines.get(entry_key(entries[0]))
        path = only.path if only else path
        if isinstance(entries[0].thing, FollowUp):
            subject = one_follow_up(entries[0])
        elif only:
            subject = _("%(when)s: %(title)s") % {"when": only.when, "title": only.title}
    more = ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left} if left else ""
    parts = tuple(parts_of(entries, lines, sayable[most:], reader, at))
    return MailSafe(level, subject, moment, parts=parts, more=more, reasons=reasons, path=path, remark=remark)


def parts_of(
    entries: Sequence[Entry], lines: Mapping[tuple[Kind, int], Line], cut: Sequence[Entry], reader: Reader, at: datetime
) -> Iterable[Part]:
    left_out = {entry_key(entry) for entry in cut}
    groups: dict[int, list[Entry]] = {0: [], 1: [], 2: [], 3: []}
    for entry in entries:
        days = days_left(entry, reader, at)
        groups[3 if isinstance(entry.thing, Proposal) else 0 if days <= 0 else 1 if days <= THIS_WEEK else 2].append(entry)
    # One thing alone says itself when it is.
    headings = (_("Today"), _("This week"), _("Later"), _("Proposals that changed")) if len(entries) > 1 else ("",) * 4
    for number, heading in enumerate(headings):
        named = tuple(lines[entry_key(entry)] for entry in groups[number] if entry_key(entry) in lines)
        rest = [entry for entry in groups[number] if entry_key(entry) not in lines and entry_key(entry) not in left_out]
        counts = counts_of(rest)
        if named or counts:
            yield Part(heading, named, counts)


@cache
def page_of_reminders() -> str:
    return reverse("calendar_app:reminders")


def reasons_for(entries: Iterable[Entry], level: str) -> tuple[Reason, ...]:
    """Which rules sent this, each with its place on the page of reminders; a discreet letter gives their numbers only."""
    rules = [BY_CODE[code] for code in sorted({code for entry in entries for code in entry.rules})]
    page = page_of_reminders()
    said = [rule for rule in rules if not rule.is_always_discreet]
    if rules and not said:
        return (Reason("", page),)
    return tuple(Reason("" if level == Level.DISCREET else str(rule.why), f"{page}#{rule.code}") for rule in said)
