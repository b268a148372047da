"""A line about one thing that may be named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.utils import resolution_order

from amnt import times
from amnt.forms import one_line
from amnt.templatetags.amnt import language_name
from calendar_app.mail_safe.days import days_left, said_days, said_moment
from calendar_app.mail_safe.entries import Entry, Reader, entry_key
from calendar_app.mail_safe.shapes import Line
from calendar_app.models import Deadline, Meeting
from calendar_app.proposal_news import named, operative_words, source_of
from calendar_app.rules import DATE_CHANGED, Kind, Step
from coalitions.models import FollowUp
from resolutions.models import DateStatus, Proposal, ProposalEvent

LONGEST_TITLE = 140
LONGEST_SOURCE = 60
MOST_NUMBERS = 8
# What proposals change may take so many bytes of a mail, each of them in text and in HTML; and of one of them at most so many.
BYTES_OF_CHANGES = 2_700
MOST_OF_ONE_CHANGE, LEAST_OF_ONE_CHANGE = 900, 200
STEPS_IN_WORDS = {
    Step.ASSIGNED: gettext_lazy("Waiting for your answer"),
    Step.NUDGE: gettext_lazy("Still waiting for your answer"),
    Step.BACKUP: gettext_lazy("You are the backup"),
    Step.ACCEPTED: gettext_lazy("Accepted"),
    Step.DECLINED: gettext_lazy("Declined: nobody has it now"),
    Step.HANDED_BACK: gettext_lazy("Handed back: nobody has it now"),
    Step.RETURNED: gettext_lazy("No answer for four days: nobody has it now"),
    Step.DONE: gettext_lazy("Done"),
}


def line_of(entry: Entry, reader: Reader, at: datetime) -> Line:
    if isinstance(entry.thing, FollowUp):
        return follow_up_line(entry, entry.thing, reader, at)
    if isinstance(entry.thing, Proposal):
        return proposal_line(entry, entry.thing)
    return date_line(entry, entry.thing, reader, at)


def short(text: str, longest: int) -> str:
    text = one_line(text or "")
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


# --- Of a date ------------------------------------------------------------------------------------------------------


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
    found = next((code for code in resolution_order(reader.language) if getattr(thing, f"title_{code}")), reader.language)
    return "" if found == reader.language else found


def followed(reader: Reader) -> str:
    """ "You watch Res. 47, 50 and 60." """
    numbers = [str(number) for number in reader.watched]
    if len(numbers) > MOST_NUMBERS:
        more = len(numbers) - MOST_NUMBERS
        names = {"numbers": ", ".join(numbers[:MOST_NUMBERS]), "n": more}
        return ngettext("You watch Res. %(numbers)s and %(n)s more.", "You watch Res. %(numbers)s and %(n)s more.", more) % names
    return _("You watch Res. %(numbers)s.") % {"numbers": format_list(numbers, locale=times.LOCALES[reader.language])}


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


# --- Of a follow-up -------------------------------------------------------------------------------------------------


def follow_up_line(entry: Entry, follow_up: FollowUp, reader: Reader, at: datetime) -> Line:
    return Line(
        when=follow_up_words(entry, reader, at),
        title=short(follow_up.title, LONGEST_TITLE),
        official=_("Due %(time)s your time") % {"time": said_moment(follow_up.due_at, reader)},
        path=follow_up.get_absolute_url() if follow_up.pk else "/",
    )


def follow_up_words(entry: Entry, reader: Reader, at: datetime) -> str:
    row = entry.reminder
    if row.step in STEPS_IN_WORDS:
        return str(STEPS_IN_WORDS[Step(row.step)])
    return _("Overdue") if row.rule == "RR-11" else said_days(days_left(entry, reader, at))


# --- Of a proposal --------------------------------------------------------------------------------------------------


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
