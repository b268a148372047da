"""What an e-mail may say of a reminder, and nothing more: the only objects that the templates of reminder mails are given.

Three levels (R-17). *Discreet* counts and names weekdays. *Standard* says public facts, and counts the rest. *Detailed* adds the titles of
what everyone in the coalition may read. What hangs on a circle is only ever counted as such; what is reserved to a delegation is not
even counted; what has to do with a delegation is discreet at every level.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from amnt import times
from amnt.accounts.models import User
from amnt.forms import one_line
from amnt.templatetags.amnt import language_name
from calendar_app.audiences import Facts, Target
from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.proposal_news import named, operative_words, source_of
from calendar_app.rules import BY_CODE, DATE_CHANGED, Kind, Step
from coalitions.models import Circle, FollowUp
from resolutions.models import DateStatus, Proposal, ProposalEvent

Level = User.MailLevel
Thing = Deadline | Meeting | FollowUp | Proposal

LONGEST_TITLE = 140
LONGEST_SOURCE = 60
MOST_NUMBERS = 8
MOST_REASONS = 3
THIS_WEEK = 7
FOR_TODAY = ("RR-09", "RR-11")
# What proposals change may take so many bytes of a mail, each of them in text and in HTML; and of one of them at most so many.
BYTES_OF_CHANGES = 2_700
MOST_OF_ONE_CHANGE, LEAST_OF_ONE_CHANGE = 900, 200


class Openness(StrEnum):
    """How much of a thing may ever be in a mail."""

    PUBLIC = "public"
    COALITION = "coalition"
    CIRCLE = "circle"
    COUNTED = "counted"
    NEVER = "never"


# --- What templates get -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One thing that may be named. Times are words already; `path` begins with a slash."""

    when: str
    title: str
    official: str
    yours: str = ""
    before: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    path: str = ""


@dataclass(frozen=True)
class Part:
    """Today, this week or later: what is named, and what is only counted."""

    heading: str
    lines: tuple[Line, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    text: str
    path: str


@dataclass(frozen=True)
class MailSafe:
    """A whole letter. Equal letters are equal objects, so they are rendered once."""

    level: str
    subject: str
    moment: str
    lead: str = ""
    days: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    more: str = ""
    reasons: tuple[Reason, ...] = ()
    path: str = "/"
    # Of a letter that is not what it seems: a test, an example.
    remark: str = ""


@dataclass(frozen=True)
class Entry:
    """What one person is told about one thing."""

    target: Target
    thing: Thing
    reminders: tuple[Reminder, ...]

    @property
    def reminder(self) -> Reminder:
        """The one that gives the words: a change of date before all, then what is told for its own reason."""
        return min(self.reminders, key=lambda row: (row.rule != DATE_CHANGED, row.step == "", row.offset))

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(sorted({row.rule for row in self.reminders}))

    @property
    def said_the_same(self) -> Hashable:
        """Equal for two people who are told the same about the same thing."""
        return self.target.kind, self.target.id, tuple((row.rule, row.step, row.offset, str(row.was)) for row in self.reminders)


def openness(entry: Entry) -> Openness:
    target, thing = entry.target, entry.thing
    if target.is_never_mailed:
        return Openness.NEVER
    if target.circle_kind == Circle.Kind.RESTRICTED:
        return Openness.CIRCLE
    if isinstance(thing, FollowUp):
        return Openness.COUNTED if thing.delegation_id else Openness.COALITION
    if isinstance(thing, Proposal):
        return Openness.PUBLIC if target.circle is None else Openness.COALITION
    if any(BY_CODE[code].is_always_discreet for code in entry.rules) or is_of_delegation(thing):
        return Openness.COUNTED
    return Openness.PUBLIC if target.circle is None else Openness.COALITION


def is_of_delegation(thing: Deadline | Meeting) -> bool:
    meeting = thing if isinstance(thing, Meeting) else thing.meeting
    return meeting is not None and meeting.kind == Meeting.Kind.NATIONAL


# --- From entries to a letter -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """For whom: her zone and language, and the resolutions she follows, by number."""

    zone: str
    language: str
    watched: tuple[int, ...] = ()


def reader_of(user: User, facts: Facts) -> Reader:
    return Reader(user.time_zone, user.language, tuple(sorted(number for number in facts.watched.get(user.pk, ()) if number)))


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


def may_be_named(how: Openness, level: str) -> bool:
    return how == Openness.PUBLIC or (how == Openness.COALITION and level == Level.DETAILED)


def entry_key(entry: Entry) -> tuple[Kind, int]:
    return entry.target.kind, entry.target.id


def said_moment(at: datetime, reader: Reader) -> str:
    local = at.astimezone(ZoneInfo(reader.zone))
    return f"{times.day(local, reader.language)}, {times.hour(local)}"


# --- When -------------------------------------------------------------------------------------------------------------------


def days_left(entry: Entry, reader: Reader, at: datetime) -> int:
    """Whole days of the calendar, by the official clock or the reader's, whichever leaves less: never more time than there is.

    What waits for an answer, was answered or is overdue is for today.
    """
    if isinstance(entry.thing, Proposal) or (isinstance(entry.thing, FollowUp) and entry.reminder.rule in FOR_TODAY):
        return 0
    zones = {reader.zone} if isinstance(entry.thing, FollowUp) else {reader.zone, entry.thing.zone}
    if not isinstance(entry.thing, FollowUp) and not entry.thing.has_hour:
        zones = {times.ITU_ZONE}
    return min((local_date(entry.target.at, zone) - local_date(at, zone)).days for zone in zones)


def local_date(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def said_days(days: int) -> str:
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    return ngettext("In %(n)s day", "In %(n)s days", days) % {"n": days}


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


def weekdays(entries: Iterable[Entry], reader: Reader, at: datetime) -> tuple[str, ...]:
    """Of the coming seven days, how many on which: "Thursday: 2"."""
    left = Counter(max(0, days_left(entry, reader, at)) for entry in entries)
    today = local_date(at, reader.zone)
    near = [(today + timedelta(days=days), n) for days, n in sorted(left.items()) if days < THIS_WEEK]
    later = sum(n for days, n in left.items() if days >= THIS_WEEK)
    said = [_("%(weekday)s: %(n)s") % {"weekday": str(WEEKDAYS[day.weekday()]).capitalize(), "n": n} for day, n in near]
    if later:
        said.append(_("Later: %(n)s") % {"n": later})
    return tuple(said)


# What may only be counted, in the order it is said.
COUNTED = {
    "circle": ngettext_lazy("%(n)s item in a circle", "%(n)s items in a circle", "n"),
    "asked": ngettext_lazy("%(n)s follow-up waits for your answer", "%(n)s follow-ups wait for your answer", "n"),
    "backup": ngettext_lazy("%(n)s follow-up has you as backup", "%(n)s follow-ups have you as backup", "n"),
    "due": ngettext_lazy("%(n)s follow-up is due", "%(n)s follow-ups are due", "n"),
    "overdue": ngettext_lazy("%(n)s follow-up is overdue", "%(n)s follow-ups are overdue", "n"),
    "answered": ngettext_lazy("%(n)s follow-up was answered", "%(n)s follow-ups were answered", "n"),
    "meeting": ngettext_lazy("%(n)s coalition call", "%(n)s coalition calls", "n"),
    "date": ngettext_lazy("%(n)s other date", "%(n)s other dates", "n"),
    "proposal": ngettext_lazy("%(n)s proposal moved", "%(n)s proposals moved", "n"),
}
STEPS_IN_WORDS = {
    Step.ASSIGNED: gettext_lazy("Waits for your answer"),
    Step.NUDGE: gettext_lazy("Still waits for your answer"),
    Step.BACKUP: gettext_lazy("You are the backup"),
    Step.ACCEPTED: gettext_lazy("Accepted"),
    Step.DECLINED: gettext_lazy("Declined: nobody has it now"),
    Step.HANDED_BACK: gettext_lazy("Handed back: nobody has it now"),
    Step.RETURNED: gettext_lazy("No answer for four days: nobody has it now"),
    Step.DONE: gettext_lazy("Done"),
}


# --- Parts ------------------------------------------------------------------------------------------------------------------


def parts_of(
    entries: Sequence[Entry], lines: Mapping[tuple[Kind, int], Line], cut: Sequence[Entry], reader: Reader, at: datetime
) -> Iterable[Part]:
    left_out = {entry_key(entry) for entry in cut}
    groups: dict[int, list[Entry]] = {0: [], 1: [], 2: [], 3: []}
    for entry in entries:
        days = days_left(entry, reader, at)
        groups[3 if isinstance(entry.thing, Proposal) else 0 if days <= 0 else 1 if days <= THIS_WEEK else 2].append(entry)
    # One thing alone says itself when it is.
    headings = (_("Today"), _("This week"), _("Later"), _("Proposals that moved")) if len(entries) > 1 else ("",) * 4
    for number, heading in enumerate(headings):
        named = tuple(lines[entry_key(entry)] for entry in groups[number] if entry_key(entry) in lines)
        rest = [entry for entry in groups[number] if entry_key(entry) not in lines and entry_key(entry) not in left_out]
        counts = counts_of(rest)
        if named or counts:
            yield Part(heading, named, counts)


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


# --- Lines ------------------------------------------------------------------------------------------------------------------


def line_of(entry: Entry, reader: Reader, at: datetime) -> Line:
    if isinstance(entry.thing, FollowUp):
        return follow_up_line(entry, entry.thing, reader, at)
    if isinstance(entry.thing, Proposal):
        return proposal_line(entry, entry.thing)
    return date_line(entry, entry.thing, reader, at)


def date_line(entry: Entry, thing: Deadline | Meeting, reader: Reader, at: datetime) -> Line:
    said = times.when(thing.at, zone=thing.zone, reader=reader.zone, language=reader.language, has_hour=thing.has_hour)
    row = entry.reminder
    return Line(
        when=_("Date changed") if row.rule == DATE_CHANGED else said_days(days_left(entry, reader, at)),
        title=short(thing.title, LONGEST_TITLE),
        official=said_range(thing, said.official, reader),
        yours=_("%(time)s your time") % {"time": said.yours} if said.yours else "",
        before=_("Before: %(date)s") % {"date": said_before(row.was, thing, reader)} if row.rule == DATE_CHANGED and row.was else "",
        notes=tuple(notes_of(entry, thing, reader)),
        source=said_source(thing, reader),
        path=thing.get_absolute_url() if thing.pk else "/",
    )


def said_range(thing: Deadline | Meeting, official: str, reader: Reader) -> str:
    """A meeting of several days says until when."""
    if isinstance(thing, Meeting) and thing.ends_on > thing.starts_on:
        return _("%(start)s, until %(end)s") % {"start": official, "end": times.short_day(thing.ends_on, reader.language)}
    return official


def said_before(was: Mapping[str, Any], thing: Deadline | Meeting, reader: Reader) -> str:
    instant, zone = datetime.fromisoformat(was["at"]), was.get("zone", thing.zone)
    official = times.when(instant, zone=zone, reader=reader.zone, language=reader.language, has_hour=was.get("has_hour", True)).official
    if isinstance(thing, Meeting) and was.get("ends_on") and was["ends_on"] != was.get("starts_on"):
        end = times.short_day(date.fromisoformat(was["ends_on"]), reader.language)
        return _("%(start)s, until %(end)s") % {"start": official, "end": end}
    return official


def notes_of(entry: Entry, thing: Deadline | Meeting, reader: Reader) -> Iterable[str]:
    if other := other_language(thing, reader):
        yield language_name(other)
    if thing.is_example:
        yield _("Example, not a real date.")
    if thing.date_status == DateStatus.PROVISIONAL:
        yield _("Provisional: this date may still change.")
    steps = {row.step for row in entry.reminders}
    if Step.WHO_GOES in steps:
        yield _("Who is going? Say so in the agenda.")
    if "RR-01" in entry.rules and reader.watched:
        yield followed(reader)
    if isinstance(thing, Meeting) and thing.city:
        yield thing.city if not thing.country else f"{one_line(thing.city)}, {thing.country.name}"  # type: ignore[attr-defined]


def other_language(thing: Deadline | Meeting, reader: Reader) -> str:
    """The language its title had to come from, if that is not the reader's."""
    codes = dict.fromkeys((reader.language, *(code for code, _name in settings.LANGUAGES)))
    found = next((code for code in codes if getattr(thing, f"title_{code}")), reader.language)
    return "" if found == reader.language else found


def followed(reader: Reader) -> str:
    """ "You follow Res. 47, 50 and 60." """
    numbers = [str(number) for number in reader.watched]
    if len(numbers) > MOST_NUMBERS:
        more = len(numbers) - MOST_NUMBERS
        names = {"numbers": ", ".join(numbers[:MOST_NUMBERS]), "n": more}
        return ngettext("You follow Res. %(numbers)s and %(n)s more.", "You follow Res. %(numbers)s and %(n)s more.", more) % names
    return _("You follow Res. %(numbers)s.") % {"numbers": format_list(numbers, locale=times.LOCALES[reader.language])}


def said_source(thing: Deadline | Meeting, reader: Reader) -> str:
    links = thing.source_links
    source = (urlsplit(links[0]).hostname or "").removeprefix("www.") if links else short(thing.source, LONGEST_SOURCE)
    if not source:
        return ""
    if thing.verified_at:
        checked = times.day(thing.verified_at.astimezone(ZoneInfo(reader.zone)), reader.language)
        return _("Source: %(source)s, checked on %(day)s") % {"source": source, "day": checked}
    if thing.is_to_check:
        return _("Source: %(source)s, to be checked") % {"source": source}
    return _("Source: %(source)s") % {"source": source}


def follow_up_line(entry: Entry, follow_up: FollowUp, reader: Reader, at: datetime) -> Line:
    return Line(
        when=follow_up_words(entry, reader, at),
        title=short(follow_up.title, LONGEST_TITLE),
        official=_("Due %(time)s your time") % {"time": said_moment(follow_up.due_at, reader)},
        path=follow_up.get_absolute_url() if follow_up.pk else "/",
    )


def proposal_line(entry: Entry, proposal: Proposal) -> Line:
    """What became known of it, which it is, who asks and where it stands."""
    kinds = dict.fromkeys(row.step for row in sorted(entry.reminders, key=lambda row: row.version))
    status = str(proposal.get_status_display())
    said = [short(source_of(proposal), LONGEST_SOURCE), status]
    if proposal.contribution.is_late:
        said.append(_("late contribution"))
    if proposal.fate:
        said.append(str(proposal.get_fate_display()))
    return Line(
        when=capfirst(", ".join(str(ProposalEvent.Kind(kind).label) for kind in kinds)),
        title=short(named(proposal), LONGEST_TITLE),
        official=", ".join(filter(None, said)),
        path=proposal.get_absolute_url() if proposal.pk else "/",
    )


def with_changes(entries: Sequence[Entry], lines: Mapping[tuple[Kind, int], Line]) -> dict[tuple[Kind, int], Line]:
    """The same, with what proposals change in the operative part: the longer each, the fewer there are."""
    proposals = [(entry_key(entry), entry.thing) for entry in entries if isinstance(entry.thing, Proposal)]
    if not proposals:
        return dict(lines)
    most = max(LEAST_OF_ONE_CHANGE, min(MOST_OF_ONE_CHANGE, BYTES_OF_CHANGES // len(proposals)))
    changed = {key: replace(lines[key], notes=tuple(operative_words(proposal, most=most))) for key, proposal in proposals}
    return {**lines, **changed}


def follow_up_words(entry: Entry, reader: Reader, at: datetime) -> str:
    row = entry.reminder
    if row.step in STEPS_IN_WORDS:
        return str(STEPS_IN_WORDS[Step(row.step)])
    return _("Overdue") if row.rule == "RR-11" else said_days(days_left(entry, reader, at))


def short(text: str, longest: int) -> str:
    text = one_line(text or "")
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


# --- Why --------------------------------------------------------------------------------------------------------------------


@cache
def page_of_reminders() -> str:
    return reverse("calendar_app:reminders")


def reasons_for(entries: Iterable[Entry], level: str) -> tuple[Reason, ...]:
    """Which rules sent this, each with its place on the page of reminders; a discreet letter gives their numbers only."""
    rules = [BY_CODE[code] for code in sorted({code for entry in entries for code in entry.rules})][:MOST_REASONS]
    page = page_of_reminders()
    said = [rule for rule in rules if not rule.is_always_discreet]
    if rules and not said:
        return (Reason("", page),)
    return tuple(Reason("" if level == Level.DISCREET else str(rule.why), f"{page}#{rule.code}") for rule in said)
