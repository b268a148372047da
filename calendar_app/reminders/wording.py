"""The sentences of reminders: a line for each target that may be named, and a count of those that may not."""

import binascii
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise as StrPromise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from modeltranslation.utils import resolution_order

from amnt.core import times
from amnt.core.forms import one_line
from amnt.core.languages import in_language, listed, with_colon
from amnt.core.locales import locale_of
from calendar_app.models import Deadline, Meeting
from calendar_app.reminders.content import Level, Openness, Reader, ReminderEntry, entry_key, may_be_named, openness
from calendar_app.reminders.rules import BY_CODE, DATE_CHANGED, Step
from calendar_app.reminders.targets import Kind
from coalitions.models import FollowUp
from resolutions.models import DateStatus, Proposal, ProposalEvent, short_name
from resolutions.read_models.clauses_in_force import ClausesInForce
from resolutions.read_models.proposed import changes_of, in_few_words

THIS_WEEK = 7
LONGEST_TITLE = 140
LONGEST_SOURCE = 60
MOST_NUMBERS = 8
MOST_NAMES = 4
# What proposals change may take so many bytes of a mail, each of them in text and in HTML; and of one of them at most so many.
BYTES_OF_CHANGES = 2_700
MOST_OF_ONE_CHANGE, LEAST_OF_ONE_CHANGE = 900, 200
STEPS_IN_WORDS: Mapping[str, StrPromise] = {
    Step.ASSIGNED: gettext_lazy("Waiting for your answer"),
    Step.NUDGE: gettext_lazy("Still waiting for your answer"),
    Step.BACKUP: gettext_lazy("You are the backup"),
    Step.ACCEPTED: gettext_lazy("Accepted"),
    Step.DECLINED: gettext_lazy("Declined: nobody has it now"),
    Step.HANDED_BACK: gettext_lazy("Handed back: nobody has it now"),
    Step.RETURNED: gettext_lazy("No answer for four days: nobody has it now"),
    Step.DONE: gettext_lazy("Done"),
    Step.UNDONE: gettext_lazy("Undone: the last message about it no longer applies"),
    Step.SHUT: gettext_lazy("Registration is closed"),
    Step.ANNOUNCED: gettext_lazy("On an agenda"),
    Step.REPORT: gettext_lazy("After the assembly"),
    Step.TELL: gettext_lazy("What can be told?"),
    Step.UNTOLD: gettext_lazy("Nobody has told anything of it"),
}
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
# What asks for an answer says until when, counted too.
ASKED_UNTIL = ngettext_lazy(
    "%(n)s follow-up is waiting for your answer, due %(day)s", "%(n)s follow-ups are waiting for your answer, the first due %(day)s", "n"
)
# What is to be done by how many days after an assembly.
AFTERWARDS: Mapping[int, StrPromise] = {
    -3: gettext_lazy("Thank the delegations that helped, and write down what was decided."),
    -7: gettext_lazy("Give a verdict on every resolution on which you have a position."),
    -14: gettext_lazy("Release the lines of the public report, and publish it."),
}
# Steps whose line leads to the button that answers.
ASKS_FOR_AN_ANSWER = frozenset({Step.WHO_GOES, Step.PREPARE, Step.ASSIGNED, Step.NUDGE})
COUNTED_STEPS: Mapping[str, str] = {Step.ASSIGNED: "asked", Step.NUDGE: "asked", Step.BACKUP: "backup"}


# --- What the templates of reminder mails are given ---------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """What more is said of a thing. `words` -- quoted from a document, in `language`"""

    text: str
    words: str = ""
    language: str = ""


@dataclass(frozen=True)
class DigestLine:
    """One thing that may be named. Times are words already; paths begin with a slash, that of a file for calendars may be empty.

    official -- with how far off it is, where `when` says something else
    """

    when: str
    title: str
    official: str
    yours: str = ""
    before: str = ""
    notes: tuple[Note, ...] = ()
    source: str = ""
    path: str = ""
    calendar_path: str = ""


@dataclass(frozen=True)
class DigestSection:
    """Today, this week or later: what is named, and what is only counted."""

    heading: str
    lines: tuple[DigestLine, ...]
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
    parts: tuple[DigestSection, ...] = ()
    more: str = ""
    reasons: tuple[Reason, ...] = ()
    path: str = "/"
    # Of a letter that is not what it seems: a test, an example.
    remark: str = ""


# --- The whole letter -----------------------------------------------------------------------------------------------


def mail_safe(entries: Sequence[ReminderEntry], *, level: str, reader: Reader, at: datetime, most: int = 12, remark: str = "") -> MailSafe:
    """The letter about these things at this level, in the language that is active. At most so many are named."""
    entries = [entry for entry in entries if openness(entry) != Openness.NEVER]
    entries.sort(key=lambda entry: (isinstance(entry.thing, Proposal), entry.target.at, entry.target.kind, entry.target.id))
    moment = _("%(time)s your time") % {"time": said_moment(at, reader, at)}
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
        lines = with_changes(sayable[:most], lines, reader)
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
    entries: Sequence[ReminderEntry],
    lines: Mapping[tuple[Kind, int], DigestLine],
    cut: Sequence[ReminderEntry],
    reader: Reader,
    at: datetime,
) -> Iterable[DigestSection]:
    left_out = {entry_key(entry) for entry in cut}
    groups: dict[int, list[ReminderEntry]] = {0: [], 1: [], 2: [], 3: []}
    for entry in entries:
        days = days_left(entry, reader, at)
        groups[3 if isinstance(entry.thing, Proposal) else 0 if days <= 0 else 1 if days <= THIS_WEEK else 2].append(entry)
    # One thing alone says itself when it is.
    headings = (_("Today"), _("This week"), _("Later"), _("Proposals that changed")) if len(entries) > 1 else ("",) * 4
    for number, heading in enumerate(headings):
        named = tuple(lines[entry_key(entry)] for entry in groups[number] if entry_key(entry) in lines)
        rest = [entry for entry in groups[number] if entry_key(entry) not in lines and entry_key(entry) not in left_out]
        counts = counts_of(rest, reader, at)
        if named or counts:
            yield DigestSection(heading, named, counts)


@cache
def page_of_kinds() -> str:
    """The page of reminders with its list of kinds unfolded; an anchor names one."""
    return f"{reverse('calendar_app:reminders')}?kinds=1"


def reasons_for(entries: Iterable[ReminderEntry], level: str) -> tuple[Reason, ...]:
    """Which rules sent this, each with its place on the page of reminders; a discreet letter gives their numbers only."""
    rules = [BY_CODE[code] for code in sorted({row.rule for entry in entries for row in entry.reminders})]
    page = page_of_kinds()
    said = [rule for rule in rules if not rule.is_always_discreet]
    if rules and not said:
        return (Reason("", page),)
    return tuple(Reason("" if level == Level.DISCREET else str(rule.why), f"{page}#{rule.code}") for rule in said)


# --- How soon it is, on the calendar of the date and on the reader's ----------------------------------------------


def days_left(entry: ReminderEntry, reader: Reader, at: datetime) -> int:
    """Whole days of the calendar, by the official clock or the reader's, whichever leaves less: never more time than there is.

    What waits for an answer, was answered or is overdue is for today.
    """
    if isinstance(entry.thing, Proposal) or (isinstance(entry.thing, FollowUp) and entry.rule.is_for_today):
        return 0
    return days_until(entry, reader, at)


def days_until(entry: ReminderEntry, reader: Reader, at: datetime) -> int:
    """The same, negative once it has passed."""
    zones = {reader.zone}
    if isinstance(entry.thing, Deadline | Meeting):
        zones.add(entry.thing.zone if entry.thing.has_hour else times.ITU_ZONE)
    return min((local_date(entry.target.at, zone) - local_date(at, zone)).days for zone in zones)


def local_date(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def said_days(days: int) -> str:
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    return ngettext("In %(n)s day", "In %(n)s days", days) % {"n": days}


def said_moment(instant: datetime, reader: Reader, at: datetime) -> str:
    local = instant.astimezone(ZoneInfo(reader.zone))
    return f"{times.day(local, reader.language, times.year(at, reader.zone))}, {times.hour(local)}"


def weekdays(entries: Iterable[ReminderEntry], reader: Reader, at: datetime) -> tuple[str, ...]:
    """Of the coming seven days, how many on which: "Thursday: 2"."""
    left = Counter(max(0, days_left(entry, reader, at)) for entry in entries)
    today = local_date(at, reader.zone)
    near = [(today + timedelta(days=days), n) for days, n in sorted(left.items()) if days < THIS_WEEK]
    later = sum(n for days, n in left.items() if days >= THIS_WEEK)
    said = [_("%(weekday)s: %(n)s") % {"weekday": str(WEEKDAYS[day.weekday()]).capitalize(), "n": n} for day, n in near]
    if later:
        said.append(_("Later: %(n)s") % {"n": later})
    return tuple(said)


# --- How many: of what may not be named, and in the subject of a letter about several -----------------------------


def counted(entries: Sequence[ReminderEntry], reader: Reader, at: datetime) -> str:
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


def counts_of(entries: Iterable[ReminderEntry], reader: Reader | None = None, at: datetime | None = None) -> tuple[str, ...]:
    """What may only be counted, by what is to be done about it; for a reader at an instant, until when she is asked to answer."""
    of_kind: dict[str, list[ReminderEntry]] = defaultdict(list)
    for entry in entries:
        of_kind[what_is_counted(entry)].append(entry)
    said = []
    for name, words in COUNTED.items():
        if some := of_kind.get(name):
            values: dict[str, Any] = {"n": len(some)}
            if name == "asked" and reader and at:
                first = min(entry.target.at for entry in some)
                day = times.day(local_date(first, reader.zone), reader.language, times.year(at, reader.zone))
                words = ASKED_UNTIL
                values["day"] = times.with_countdown(day, times.days_between(at, first, reader.zone), reader.language)
            said.append(str(words % values))
    return tuple(said)


def what_is_counted(entry: ReminderEntry) -> str:
    how = openness(entry)
    if how == Openness.CIRCLE:
        return "circle"
    if isinstance(entry.thing, Proposal):
        return "proposal"
    if not isinstance(entry.thing, FollowUp):
        return "meeting" if how == Openness.COALITION else "date"
    return COUNTED_STEPS.get(entry.reminder.step, entry.rule.counted)


def one_follow_up(entry: ReminderEntry) -> str:
    """The subject of a mail about one follow-up: never its title, which anyone may see on a locked screen."""
    return counts_of([entry])[0]


# --- A line about one thing that may be named ---------------------------------------------------------------------


def line_of(entry: ReminderEntry, reader: Reader, at: datetime) -> DigestLine:
    if isinstance(entry.thing, FollowUp):
        return follow_up_line(entry, entry.thing, reader, at)
    if isinstance(entry.thing, Proposal):
        return proposal_line(entry, entry.thing, reader)
    return date_line(entry, entry.thing, reader, at)


def short(text: str, longest: int) -> str:
    text = one_line(text or "")
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


# --- Of a date ------------------------------------------------------------------------------------------------------


def date_line(entry: ReminderEntry, thing: Deadline | Meeting, reader: Reader, at: datetime) -> DigestLine:
    said = said_when(thing.at, thing.zone, reader, at, has_hour=thing.has_hour)
    row, official = entry.reminder, said.official
    days = days_until(entry, reader, at)
    special = _("Date changed") if row.rule == DATE_CHANGED else STEPS_IN_WORDS.get(row.step)
    return DigestLine(
        when=with_certainty(str(special or said_days(days)), thing),
        title=short(thing.title, LONGEST_TITLE),
        official=said_range(thing, times.with_countdown(official, days, reader.language) if special else official, reader),
        yours=_("%(time)s your time") % {"time": said.yours} if said.yours else "",
        before=_("Before: %(date)s") % {"date": said_before(row.was, thing, reader, at)} if row.rule == DATE_CHANGED and row.was else "",
        notes=tuple(map(Note, notes_of(entry, thing, reader))),
        source=said_source(thing, reader, at),
        path=path_of_date(row.step, thing),
        calendar_path=path_of_file(entry, thing),
    )


def path_of_file(entry: ReminderEntry, thing: Deadline | Meeting) -> str:
    """Of a meeting to come, its file for calendars. A link and no attachment: it is the date of the day on which it is opened, it asks for
    the log-in as every link does, and a mail stays small and plain.
    """
    is_ahead = isinstance(thing, Meeting) and thing.pk and entry.reminder.step in ("", Step.ANNOUNCED)
    return reverse("calendar_app:meeting-file", args=[thing.public_id]) if is_ahead else ""


def path_of_date(step: str, thing: Deadline | Meeting) -> str:
    """What is to be reported or told has its own page."""
    if step == Step.REPORT:
        return reverse("coalitions:outcomes", args=[thing.assembly.code])
    if step in (Step.TELL, Step.UNTOLD) and isinstance(thing, Meeting):
        return reverse("calendar_app:debriefs", args=[thing.public_id])
    if step in ASKS_FOR_AN_ANSWER and thing.pk:
        return reverse("calendar_app:open-act", args=["meeting" if isinstance(thing, Meeting) else "deadline", thing.public_id])
    return thing.get_absolute_url() if thing.pk else "/"


def with_certainty(when: str, thing: Deadline | Meeting) -> str:
    """ "In 3 days (provisional)": what is not confirmed is never said as a fact, not even in the subject of a mail."""
    match thing.date_status:
        case DateStatus.PROVISIONAL:
            return _("%(when)s (provisional)") % {"when": when}
        case DateStatus.ASSUMPTION:
            return _("%(when)s (assumption)") % {"when": when}
    return when


def said_when(instant: datetime, zone: str, reader: Reader, at: datetime, *, has_hour: bool) -> times.When:
    """Without the year that it is for the reader."""
    this_year = times.year(at, reader.zone)
    return times.when(instant, zone=zone, reader=reader.zone, language=reader.language, has_hour=has_hour, this_year=this_year)


def said_range(thing: Deadline | Meeting, official: str, reader: Reader) -> str:
    """A meeting of several days says until when."""
    if isinstance(thing, Meeting) and thing.ends_on > thing.starts_on:
        return _("%(start)s, until %(end)s") % {"start": official, "end": said_last_day(thing.starts_on, thing.ends_on, reader)}
    return official


def said_last_day(first: date, last: date, reader: Reader) -> str:
    """With its month, and with its year where the first day is in another one."""
    return times.day(last, reader.language, this_year=first.year)


def said_before(was: Mapping[str, Any], thing: Deadline | Meeting, reader: Reader, at: datetime) -> str:
    instant, zone = datetime.fromisoformat(was["at"]), was.get("zone", thing.zone)
    official = said_when(instant, zone, reader, at, has_hour=was.get("has_hour", True)).official
    if isinstance(thing, Meeting) and was.get("ends_on") and was["ends_on"] != was.get("starts_on"):
        first, last = (date.fromisoformat(was[name] or was["ends_on"]) for name in ("starts_on", "ends_on"))
        return _("%(start)s, until %(end)s") % {"start": official, "end": said_last_day(first, last, reader)}
    return official


def notes_of(entry: ReminderEntry, thing: Deadline | Meeting, reader: Reader) -> Iterable[str]:
    if other := other_language(thing, reader):
        yield in_language(other)
    if thing.is_example:
        yield _("Example, not a real date.")
    if thing.date_status == DateStatus.PROVISIONAL:
        yield _("Provisional: this date may still change.")
    if thing.is_assumption:
        yield _("Computed from earlier assemblies, not published. Look up first what is published, and enter it with its source.")
    steps = {row.step for row in entry.reminders}
    if Step.WHO_GOES in steps:
        yield _("Who is going? Say so before registration closes.")
    if Step.PREPARE in steps:
        yield _("Say “done” or “not needed” in the agenda, and you will not be reminded of it again.")
    for row in entry.reminders:
        if row.step == Step.REPORT and row.offset in AFTERWARDS:
            yield str(AFTERWARDS[row.offset])
    if Step.TELL in steps:
        yield _("A public result, a public link or a follow-up for others is enough. Leave out who said what, and papers of a delegation.")
    if agenda := on_agenda(entry, reader):
        yield agenda
    if Step.SHUT in steps:
        yield whom_to_ask(thing)
    if reader.watched and any(rule.names_watched for rule in entry.rules):
        yield watched_resolutions(reader)
    if isinstance(thing, Meeting) and thing.city:
        yield thing.city if not thing.country else f"{one_line(thing.city)}, {thing.country.name}"  # type: ignore[attr-defined]


def on_agenda(entry: ReminderEntry, reader: Reader) -> str:
    """Which of the resolutions she follows its meeting is about."""
    names = [short_name(int(number or 0), label) for number, label in dict(reader.agendas).get(entry.target.meeting or 0, ())]
    if not names:
        return ""
    if len(names) > MOST_NUMBERS:
        names[MOST_NUMBERS:] = ["…"]
    listed = format_list(names, locale=locale_of(reader.language))
    return _("Resolutions you watch on its agenda: %(resolutions)s.") % {"resolutions": listed}


def whom_to_ask(thing: Deadline | Meeting) -> str:
    """Once a door has shut: who decides about those who come late."""
    meeting = thing if isinstance(thing, Meeting) else thing.meeting
    if meeting is None or meeting.group is None:
        return _("Ask the organiser whether late registrations are accepted.")
    host = (urlsplit(meeting.group.website).hostname or "").removeprefix("www.")
    names = {"group": meeting.group.acronym or meeting.group.code, "website": host}
    if host:
        return _("Ask %(group)s (%(website)s) whether late registrations are accepted.") % names
    return _("Ask %(group)s whether late registrations are accepted.") % names


def other_language(thing: Deadline | Meeting, reader: Reader) -> str:
    """The language its title had to come from, if that is not the reader's."""
    found = next((code for code in resolution_order(reader.language) if getattr(thing, f"title_{code}")), reader.language)
    return "" if found == reader.language else found


def watched_resolutions(reader: Reader) -> str:
    """ "You watch Res. 47, 50 and 60." """
    numbers = [str(number) for number in reader.watched]
    if len(numbers) > MOST_NUMBERS:
        more = len(numbers) - MOST_NUMBERS
        names = {"numbers": ", ".join(numbers[:MOST_NUMBERS]), "n": more}
        return ngettext("You watch Res. %(numbers)s and %(n)s more.", "You watch Res. %(numbers)s and %(n)s more.", more) % names
    return _("You watch Res. %(numbers)s.") % {"numbers": format_list(numbers, locale=locale_of(reader.language))}


def said_source(thing: Deadline | Meeting, reader: Reader, at: datetime) -> str:
    """The site where anyone can check it, or its source in the reader's language; words in any other language are left out."""
    source = thing.short_source(reader.language)
    if not source:
        return _("To be checked") if thing.is_to_check else ""
    if thing.verified_at:
        checked = times.day(thing.verified_at.astimezone(ZoneInfo(reader.zone)), reader.language, times.year(at, reader.zone))
        return _("Source: %(source)s, checked on %(day)s") % {"source": source, "day": checked}
    if thing.is_to_check:
        return _("Source: %(source)s, to be checked") % {"source": source}
    return _("Source: %(source)s") % {"source": source}


# --- Of a follow-up -------------------------------------------------------------------------------------------------


def follow_up_line(entry: ReminderEntry, follow_up: FollowUp, reader: Reader, at: datetime) -> DigestLine:
    days = days_until(entry, reader, at)
    when = follow_up_words(entry, reader, at)
    path = follow_up.get_absolute_url() if follow_up.pk else "/"
    if entry.reminder.step in ASKS_FOR_AN_ANSWER and follow_up.pk:
        path = reverse("calendar_app:open-act", args=["follow-up", follow_up.public_id])
    due = _("Due %(time)s your time") % {"time": said_moment(follow_up.due_at, reader, at)}
    is_said = when == said_days(days) or entry.reminder.step == Step.DONE
    return DigestLine(
        when=when,
        title=short(follow_up.title, LONGEST_TITLE),
        official=due if is_said else times.with_countdown(due, days, reader.language),
        path=path,
    )


def follow_up_words(entry: ReminderEntry, reader: Reader, at: datetime) -> str:
    if words := STEPS_IN_WORDS.get(entry.reminder.step):
        return str(words)
    return _("Overdue") if entry.rule.is_overdue else said_days(days_left(entry, reader, at))


# --- Of a proposal --------------------------------------------------------------------------------------------------


def proposal_line(entry: ReminderEntry, proposal: Proposal, reader: Reader) -> DigestLine:
    """What became known of it, which it is, who asks, where it stands, and in which language it is if that is not the reader's."""
    kinds = dict.fromkeys(row.step for row in sorted(entry.reminders, key=lambda row: row.version))
    status = str(proposal.get_status_display())
    said = [short(source_of(proposal), LONGEST_SOURCE), status]
    if proposal.contribution.is_late:
        said.append(_("late contribution"))
    if proposal.fate:
        said.append(str(proposal.get_fate_display()))
    if proposal.contribution.language not in ("", reader.language):
        said.append(in_language(proposal.contribution.language))
    return DigestLine(
        when=capfirst(", ".join(str(ProposalEvent.Kind(kind).label) for kind in kinds)),
        title=short(named(proposal), LONGEST_TITLE),
        official=", ".join(filter(None, said)),
        path=proposal.get_absolute_url() if proposal.pk else "/",
    )


def with_changes(
    entries: Sequence[ReminderEntry], lines: Mapping[tuple[Kind, int], DigestLine], reader: Reader
) -> dict[tuple[Kind, int], DigestLine]:
    """The same, with what proposals change in the operative part: the longer each, the fewer there are."""
    proposals = [(entry_key(entry), entry.thing) for entry in entries if isinstance(entry.thing, Proposal)]
    if not proposals:
        return dict(lines)
    most = max(LEAST_OF_ONE_CHANGE, min(MOST_OF_ONE_CHANGE, BYTES_OF_CHANGES // len(proposals)))
    changed = {key: replace(lines[key], notes=tuple(operative_words(proposal, reader, most=most))) for key, proposal in proposals}
    return {**lines, **changed}


def named(proposal: Proposal) -> str:
    """ "Res. 50: MOD EUR/38A7/1"; a working text without an identifier by its document"""
    return with_colon(proposal.resolution.short_name, f"{proposal.action} {proposal.name}")


def source_of(proposal: Proposal) -> str:
    """The group's acronym, else the States, else the codes of the identifier; of a working text, the assembly."""
    if proposal.is_consolidated:
        return _("working text of the assembly")
    if proposal.group:
        return str(proposal.group)
    return ", ".join(country.name for country in proposal.countries) or "/".join(proposal.sources)  # type: ignore[attr-defined]


def operative_words(proposal: Proposal, reader: Reader, *, most: int) -> Iterable[Note]:
    """What changes in the operative part, clause by clause, in no more than so many bytes of a mail.

    Clauses are named in the reader's language where they are in force in it. What she does not read is not quoted: it is said which
    clauses it changes.
    """
    language = proposal.contribution.language
    changes = changes_of(
        proposal, getattr(proposal, "operative_clauses", ()), getattr(proposal, "in_force", ClausesInForce()), reader.reading_order
    )
    changes = [changed for changed in changes if not changed.is_quiet]
    if not reader.reads(language):
        if changes:
            names, left = [changed.name for changed in changes[:MOST_NAMES]], len(changes) - MOST_NAMES
            if left > 0:
                names.append(ngettext("%(n)s more clause", "%(n)s more clauses", left) % {"n": left})
            yield Note(_("Changes %(clauses)s") % {"clauses": listed(names)})
        return
    for name, words in in_few_words(changes, longest=most, weigh=bytes_of):
        yield Note(with_colon(name, "").rstrip(), words, language)


def bytes_of(text: str) -> int:
    """On the wire, as mails are written."""
    return len(binascii.b2a_qp(text.encode()))
