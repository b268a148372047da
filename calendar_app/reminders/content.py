"""What one person is told about one target, and how much of it a mail may contain."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from amnt.accounts.models import User
from amnt.core.languages import reading_order, reads
from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.reminders.recipients import Facts
from calendar_app.reminders.rules import BY_CODE, DATE_CHANGED, Rule
from calendar_app.reminders.targets import Kind, Target, as_target_of, news_of, proposals_told
from coalitions.models import AssemblySession, Circle, FollowUp
from resolutions.models import Proposal
from resolutions.read_models.clauses_in_force import clauses_in_force

Level = User.MailLevel
Thing = Deadline | Meeting | FollowUp | Proposal


# --- What there is to tell of -----------------------------------------------------------------------------------------------


def things_of(keys: Collection[tuple[Kind, int]]) -> dict[tuple[Kind, int], tuple[Target, Thing]]:
    """What these are, with the words, as it is now. One query for each kind of date there is, and for follow-ups."""
    wanted = {kind: [pk for of, pk in keys if of == kind] for kind in Kind}
    found = read_things(
        Deadline.objects.filter(pk__in=wanted[Kind.DEADLINE]) if wanted[Kind.DEADLINE] else None,
        Meeting.objects.filter(pk__in=wanted[Kind.MEETING]) if wanted[Kind.MEETING] else None,
        FollowUp.objects.filter(pk__in=wanted[Kind.FOLLOW_UP]) if wanted[Kind.FOLLOW_UP] else None,
    )
    return found | news_in_words(wanted[Kind.PROPOSAL])


def read_things(
    deadlines: QuerySet[Deadline] | None, meetings: QuerySet[Meeting] | None, follow_ups: QuerySet[FollowUp] | None
) -> dict[tuple[Kind, int], tuple[Target, Thing]]:
    """Without what is encrypted and never told: to decrypt it for thousands of rows takes most of a second."""
    every: list[Iterable[Deadline | Meeting | FollowUp]] = []
    if deadlines is not None:
        rows = deadlines.select_related("assembly", "meeting__circle", "meeting__group")
        every.append(rows.defer("meeting__circle__name", "meeting__circle__purpose"))
    if meetings is not None:
        every.append(meetings.select_related("assembly", "circle").defer("circle__name", "circle__purpose"))
    if follow_ups is not None:
        every.append(follow_ups.select_related("circle").defer("circle__name", "circle__purpose", "done_means", "evidence"))
    found: dict[tuple[Kind, int], tuple[Target, Thing]] = {}
    for thing in chain.from_iterable(every):
        target = as_target_of(thing)
        found[target.kind, target.id] = (target, thing)
    return found


def news_in_words(proposals: Collection[int]) -> dict[tuple[Kind, int], tuple[Target, Thing]]:
    """The same of proposals, each with the clauses `in_force` that they change, in all languages; nothing is asked where there are none."""
    told: list[Any] = list(proposals_told(proposals)) if proposals else []
    in_force = clauses_in_force(told)
    for proposal in told:
        proposal.in_force = in_force
    news = news_of(told)
    return {(Kind.PROPOSAL, proposal.pk): (news[proposal.pk], proposal) for proposal in told}


# --- How much of it may be said ---------------------------------------------------------------------------------------------


class Openness(StrEnum):
    """How much of a thing may ever be in a mail."""

    PUBLIC = "public"
    COALITION = "coalition"
    CIRCLE = "circle"
    COUNTED = "counted"
    NEVER = "never"


@dataclass(frozen=True)
class ReminderEntry:
    """What one person is told about one thing."""

    target: Target
    thing: Thing
    reminders: tuple[Reminder, ...]

    @property
    def reminder(self) -> Reminder:
        """The one that gives the words: a change of date before all, then what is told for its own reason."""
        return min(self.reminders, key=lambda row: (row.rule != DATE_CHANGED, row.step == "", row.offset))

    @property
    def rule(self) -> Rule:
        return BY_CODE[self.reminder.rule]

    @property
    def rules(self) -> list[Rule]:
        return [BY_CODE[code] for code in sorted({row.rule for row in self.reminders})]

    @property
    def said_the_same(self) -> Hashable:
        """Equal for two people who are told the same about the same thing."""
        return self.target.kind, self.target.id, tuple((row.rule, row.step, row.offset, str(row.was)) for row in self.reminders)


def entry_key(entry: ReminderEntry) -> tuple[Kind, int]:
    return entry.target.kind, entry.target.id


def openness(entry: ReminderEntry) -> Openness:
    how = openness_of(entry.target, entry.thing)
    is_discreet = isinstance(entry.thing, Deadline | Meeting) and any(rule.is_always_discreet for rule in entry.rules)
    return Openness.COUNTED if is_discreet and how in (Openness.PUBLIC, Openness.COALITION) else how


def openness_of(target: Target, thing: Thing) -> Openness:
    """The same whatever it is told for, in a mail or in a calendar of another program."""
    if target.is_never_mailed:
        return Openness.NEVER
    if target.circle_kind == Circle.Kind.RESTRICTED:
        return Openness.CIRCLE
    if isinstance(thing, FollowUp):
        return Openness.COUNTED if thing.delegation_id else Openness.COALITION
    if isinstance(thing, Proposal):
        return Openness.PUBLIC if target.circle is None else Openness.COALITION
    if is_of_delegation(thing):
        return Openness.COUNTED
    return Openness.PUBLIC if target.circle is None else Openness.COALITION


def openness_of_session(session: AssemblySession) -> Openness:
    """An official session of what everyone in the coalition reads is as public as the programme of the assembly."""
    if session.circle.kind == Circle.Kind.DELEGATION:
        return Openness.NEVER
    if not session.circle.is_everyone:
        return Openness.CIRCLE
    return Openness.PUBLIC if session.standing == AssemblySession.Standing.OFFICIAL else Openness.COALITION


def is_of_delegation(thing: Deadline | Meeting) -> bool:
    meeting = thing if isinstance(thing, Meeting) else thing.meeting
    return meeting is not None and meeting.kind == Meeting.Kind.NATIONAL


def may_be_named(how: Openness, level: str) -> bool:
    return how == Openness.PUBLIC or (how == Openness.COALITION and level == Level.DETAILED)


@dataclass(frozen=True)
class Reader:
    """For whom: her zone and language, and the resolutions she follows, by number.

    agendas -- by meeting, number and label of each resolution on its agenda that she follows
    languages_read -- as she chose them; empty means all
    """

    zone: str
    language: str
    watched: tuple[int, ...] = ()
    agendas: tuple[tuple[int, tuple[tuple[str, str], ...]], ...] = ()
    languages_read: tuple[str, ...] = ()

    def reads(self, language: str) -> bool:
        return reads(language, own=self.language, chosen=self.languages_read)

    @property
    def reading_order(self) -> tuple[str, ...]:
        return reading_order(self.language, self.languages_read)


def reader_of(user: User, facts: Facts, entries: Iterable[ReminderEntry] = (), *, at: datetime | None = None) -> Reader:
    """Of agendas, she is told what these are about. While she is at an assembly, her time is that of its venue."""
    zone = facts.clock(user.pk).on(at).zone if at and user.pk in facts.people else user.time_zone
    watched = tuple(sorted(number for number in facts.watched_resolutions.get(user.pk, ()) if number))
    meetings = {
        entry.target.meeting for entry in entries if entry.target.meeting and user.pk in facts.agendas.get(entry.target.meeting, ())
    }
    agendas = tuple((meeting, tuple(sorted(facts.agendas[meeting][user.pk], key=by_number))) for meeting in sorted(meetings))
    return Reader(zone, user.language, watched, agendas, tuple(user.languages_read))


def by_number(name: tuple[str, str]) -> tuple[int, str]:
    number, label = name
    return int(number or 0), label
