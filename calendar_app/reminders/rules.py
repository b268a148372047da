"""The reminder rules, as data. A new rule is a row of `RULES`: planning, sending, catching up, quiet hours, caps and the page of
reminders then know it. It tells one of the audiences below, or a new one; a new `Step` has its words in `wording.STEPS_IN_WORDS`. What
else is particular to a rule is an attribute of `Rule`: no other module names a rule by its code.

Defaults follow the reminder paper, section 4. Days are counted before the date, negative ones after it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Attendance, Deadline, Debrief, Meeting
from calendar_app.reminders.recipients import Facts
from calendar_app.reminders.targets import Kind, Target
from coalitions.models import FollowUp
from coalitions.models.follow_ups import NOTICE_OF_ASSIGNMENT, RENEWAL

# The rhythm of ordinary dates; a person may choose other days for it. Longer ladders exist because the job needs longer.
BASE = (14, 3, 1)
LONG = (30, 14, 7, 3, 1)
AFTERWARDS = (-3, -7, -14)
CHOICES = (30, 14, 7, 3, 1)
STOP_DIGEST, STOP_OTHERS = "digest", "others"

# --- Whom a rule may tell ---------------------------------------------------------------------------------------------------
#
# Small functions over facts that were read in a few queries for many people at once. The same ones decide whom planning promises
# something, who still gets it when it is due, and what one's own page announces; so they cannot disagree.

Audience = Callable[[Target, Facts], Iterable[int]]
# A reminder seven days ahead makes sense only for what was not given at shorter notice.
LONG_AHEAD = timedelta(days=14)
NOBODY: frozenset[int] = frozenset()
ATTENDING = frozenset({Attendance.Status.GOING, Attendance.Status.REGISTERED, Attendance.Status.REMOTE})
WHO_REGISTERS = frozenset({Attendance.Status.GOING, Attendance.Status.REMOTE})
WHO_TRAVELS = frozenset({Attendance.Status.GOING, Attendance.Status.REGISTERED})
ANSWERED_REGISTRATION = frozenset({Attendance.Status.REGISTERED, Attendance.Status.NOT})


def attendance(target: Target, facts: Facts) -> Mapping[int, str]:
    return facts.attending.get(target.meeting or 0, {})


def region(target: Target, facts: Facts) -> Collection[int]:
    return facts.region_watchers.get(target.group or 0, NOBODY)


def resolution_watchers(target: Target, facts: Facts) -> Iterable[int]:
    return facts.watched_resolutions


def leads(target: Target, facts: Facts) -> Iterable[int]:
    return facts.leads


def leads_of_assumption(target: Target, facts: Facts) -> Iterable[int]:
    """They see to it that someone looks up what is published."""
    return facts.leads if target.is_assumption else NOBODY


def date_watchers(target: Target, facts: Facts) -> Iterable[int]:
    """Who watches this date, unless she said that it is settled."""
    watchers: Collection[int] = facts.date_watchers.get((target.kind, target.id), NOBODY)
    settled = facts.settled.get(target.id) if target.kind == Kind.DEADLINE else None
    return [user for user in watchers if user not in settled] if settled else watchers


def unregistered_date_watchers(target: Target, facts: Facts) -> Iterable[int]:
    """Who watches this date, until they are registered or said that they do not go."""
    attending = attendance(target, facts)
    return [user for user in date_watchers(target, facts) if attending.get(user) not in ANSWERED_REGISTRATION]


def travellers(target: Target, facts: Facts) -> Iterable[int]:
    """Who may go to its assembly, until she says that it is settled; to register, also who follows remotely."""
    who = WHO_REGISTERS if target.what == Deadline.Kind.REGISTRATION else WHO_TRAVELS
    settled = facts.settled.get(target.id, NOBODY)
    going = facts.attending_assembly.get(target.assembly or 0, {})
    return [user for user, status in going.items() if status in who and user not in settled]


def going(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status == Attendance.Status.GOING]


def attendees(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user, status in attendance(target, facts).items() if status in ATTENDING]


def undecided_region_watchers(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if user not in attending]


def shut_out(target: Target, facts: Facts) -> Iterable[int]:
    """Who did not answer while the door was open, or wanted to go and did not say that she registered."""
    if target.is_assumption:
        return NOBODY
    return [*undecided_region_watchers(target, facts), *going(target, facts)]


def region_watchers_not_going(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if attending.get(user) not in ATTENDING]


def region_watchers_who_may_go(target: Target, facts: Facts) -> Iterable[int]:
    attending = attendance(target, facts)
    return [user for user in region(target, facts) if attending.get(user) != Attendance.Status.NOT]


def agenda_watchers_elsewhere(target: Target, facts: Facts) -> Iterable[int]:
    """Who watches a resolution on its agenda outside her own regions, and has not answered; of a meeting that has a door, by that."""
    if target.kind == Kind.MEETING and target.meeting in facts.meetings_with_door:
        return NOBODY
    attending, in_her_region = attendance(target, facts), region(target, facts)
    return [user for user in facts.agendas.get(target.meeting or 0, ()) if user not in in_her_region and user not in attending]


def writers(target: Target, facts: Facts) -> Iterable[int]:
    """Who wrote or drafted a position that is their coalition's now."""
    return {user for some in facts.writers_of.values() for user in some}


def writers_on_agenda(target: Target, facts: Facts) -> Iterable[int]:
    """Of positions on what its meeting is about; of any position, if they watch its region. Not who said that she does not go."""
    found = {*facts.agenda_writers.get(target.meeting or 0, NOBODY), *(set(region(target, facts)) & set(writers(target, facts)))}
    attending = attendance(target, facts)
    return [user for user in found if attending.get(user) != Attendance.Status.NOT]


def reporters(target: Target, facts: Facts) -> Iterable[int]:
    """Who leads a coalition that has released nothing of its report on this assembly, or wrote a position of it."""
    if target.is_assumption:
        return NOBODY
    done = facts.reported.get(target.assembly or 0, NOBODY)
    of_coalition = (*facts.leads_of.items(), *facts.writers_of.items())
    return {user for coalition, some in of_coalition if coalition not in done for user in some}


def untold_attendees(target: Target, facts: Facts) -> Iterable[int]:
    """Who was at a public meeting and has not said what can be told of it."""
    if target.circle or target.is_assumption:
        return NOBODY
    told = facts.told_by.get(target.meeting or 0, NOBODY)
    return [user for user in attendees(target, facts) if user not in told]


def leads_told_nothing(target: Target, facts: Facts) -> Iterable[int]:
    """Leads who watch its region, or any lead if it has none, of coalitions in which nobody told everyone anything of it."""
    if target.circle or target.is_assumption:
        return NOBODY
    told = facts.told_in.get(target.meeting or 0, NOBODY)
    untold = {user for coalition, some in facts.leads_of.items() if coalition not in told for user in some}
    return untold & set(region(target, facts)) if target.group else untold


def leads_watching_region(target: Target, facts: Facts) -> Iterable[int]:
    return [user for user in region(target, facts) if user in facts.leads]


def owner(target: Target, facts: Facts) -> Iterable[int]:
    return (target.owner,) if target.owner else NOBODY


def owner_for_long(target: Target, facts: Facts) -> Iterable[int]:
    is_long = target.created_at is not None and target.at - target.created_at >= LONG_AHEAD
    return owner(target, facts) if is_long else NOBODY


def owner_who_put_it_off(target: Target, facts: Facts) -> Iterable[int]:
    return owner(target, facts) if target.put_off_until else NOBODY


def was_asked(target: Target) -> bool:
    """Whether someone else handed it to its owner, who has not answered."""
    return bool(target.owner and target.assigned_at and target.assigner != target.owner and target.state == FollowUp.State.TO_ACCEPT)


def asked(target: Target, facts: Facts) -> Iterable[int]:
    return owner(target, facts) if was_asked(target) else NOBODY


def backup_of_asked(target: Target, facts: Facts) -> Iterable[int]:
    is_other = target.backup and target.backup != target.assigner
    return (target.backup,) if is_other and target.backup and was_asked(target) else NOBODY


def assigner(target: Target, facts: Facts) -> Iterable[int]:
    return (target.assigner,) if target.assigner and target.assigner != target.owner else NOBODY


def leads_in_circle(target: Target, facts: Facts) -> Iterable[int]:
    return facts.leads_of.get(target.coalition or 0, NOBODY)


# --- What a rule is ---------------------------------------------------------------------------------------------------------


class CountedFrom(StrEnum):
    """What the days of a ladder are counted from."""

    DATE = "date"
    # The first day of the assembly, however long before it the date is.
    OPENING = "opening"
    # The last day of the assembly, or of the meeting.
    CLOSING = "closing"
    # From the moment it was handed to its owner; the rest are told with the next digest, or at once if it is due too soon for that.
    ASSIGNED = "assigned"
    UNANSWERED = "unanswered"
    # From the moment it shut: with the first digest after it.
    SHUT = "shut"
    # When she had the reminder put off until.
    PUT_OFF = "put-off"
    # Every Monday from three days after it was due.
    MONDAYS = "mondays"
    # The first Monday of each month, from six months before.
    MONTHS = "months"


@dataclass(frozen=True)
class Ladder:
    """When one audience is told.

    alone_up_to -- from so many days before on, the reminder goes on its own
    step -- names a reminder that says something of its own; empty for "the date is near"
    """

    audience: Audience
    offsets: tuple[int, ...] = (0,)
    alone_up_to: int | None = None
    step: str = ""
    counted_from: CountedFrom = CountedFrom.DATE

    @property
    def is_ordinary(self) -> bool:
        """Whether the days a person chose stand instead of these."""
        return self.offsets == BASE


class SessionStep(StrEnum):
    """What is told of the sessions of a day of an assembly."""

    EVENING = "evening"
    MORNING = "morning"
    LIST = "list"
    SOON = "soon"


class VenueHour(NamedTuple):
    """An hour of the venue at which a rule tells of the sessions of a day, and until when that is caught up on.

    days_before -- how many days before that of the sessions
    until, until_days_before -- from when on it is too late for this step
    """

    step: SessionStep
    days_before: int
    at: time
    until: time
    until_days_before: int = 0


@dataclass(frozen=True)
class Rule:
    """One kind of reminder: what it is about, whom it tells when, and, in words, why one gets it and when.

    also_about -- a second kind of thing it is about
    counted -- which of `wording.COUNTED` a follow-up under it counts as where it may not be named
    is_always_discreet -- even its code would say too much in a mail
    is_for_today -- for today, whenever the thing is due
    is_overdue -- told only once the thing is overdue, and said so
    is_silent_while_snoozed -- not sent while the reminder of its follow-up is snoozed
    names_watched -- its line names the resolutions its reader watches
    at_venue -- the hours of the venue at which it tells of the sessions of a day
    before_session -- it also tells of a session so long before it begins
    is_mailed -- told by e-mail; else on the screen alone, which cannot be stopped
    is_essential -- no coalition may switch it off, nor keep it for the digest
    """

    code: str
    name: str | LazyText
    why: str | LazyText
    when: str | LazyText
    about: Kind | None = None
    kinds: frozenset[str] = frozenset()
    ladders: tuple[Ladder, ...] = ()
    also_about: Kind | None = None
    counted: str = "due"
    is_always_discreet: bool = False
    is_for_today: bool = False
    is_overdue: bool = False
    is_silent_while_snoozed: bool = False
    names_watched: bool = False
    is_mailed: bool = True
    is_essential: bool = False
    at_venue: tuple[VenueHour, ...] = ()
    before_session: timedelta | None = None

    @property
    def stop(self) -> str:
        """What stopping it is called, in the link of the mail itself."""
        return STOP_OTHERS if self.is_always_discreet else self.code

    @property
    def goes_alone(self) -> bool:
        """Whether some of it is an e-mail of its own that could be part of the digest."""
        return any(ladder.alone_up_to is not None for ladder in self.ladders)


class Rung(NamedTuple):
    offset: int
    step: str
    is_alone: bool
    counted_from: CountedFrom


class Step(StrEnum):
    """What is told that is not simply a date drawing near."""

    WHO_GOES = "who-goes"
    LOOK_UP = "look-up"
    PREPARE = "prepare"
    REPORT = "report"
    TELL = "tell"
    UNTOLD = "untold"
    ANNOUNCED = "announced"
    NOT_GOING = "not-going"
    SHUT = "shut"
    ASSIGNED = "assigned"
    BACKUP = "backup"
    NUDGE = "nudge"
    PUT_OFF = "put-off"
    WEEKLY = "weekly"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HANDED_BACK = "handed-back"
    RETURNED = "returned"
    DONE = "done"
    UNDONE = "undone"


# What happened to a follow-up or to an agenda is told from its events, not counted from a date.
TOLD_FROM_EVENTS = frozenset({Step.ANNOUNCED, Step.ACCEPTED, Step.DECLINED, Step.HANDED_BACK, Step.RETURNED, Step.DONE, Step.UNDONE})

# What is told once its date has passed, for a week.
TOLD_AFTERWARDS = frozenset({Step.SHUT, Step.REPORT, Step.TELL, Step.UNTOLD})

# --- The rules --------------------------------------------------------------------------------------------------------------

MEETING_KINDS = frozenset(Meeting.Kind.values) - {Meeting.Kind.NATIONAL}
WATCHED = Ladder(date_watchers, BASE, alone_up_to=1)

# What is told from events, and what examples are made of.
CONTRIBUTION_DEADLINE, MEETING_BEGINS, FOLLOW_UP_DUE = "RR-01", "RR-04", "RR-10"
ANSWERED, DATE_CHANGED, PROPOSAL_MOVED, ON_AGENDA = NOTICE_OF_ASSIGNMENT, "RR-13", "RR-14", "RR-22"
STATEMENT, HEALTH = "RR-12", "RR-18"
PLAN_OF_DAY, NOT_COVERED = "RR-15", "RR-16"

# What changed in the plan of a day since the evening before is told in the morning.
MORNING = time(6, 30)

RULES: tuple[Rule, ...] = (
    Rule(
        CONTRIBUTION_DEADLINE,
        _("Contribution deadlines"),
        _("You watch at least one resolution, or this date, you lead a coalition, or you wrote a position of it."),
        _(
            "14, 3 and 1 days before; for leads and people who wrote a position 30, 14, 7, 3 and 1 days before. As a separate "
            "e-mail the day before, for leads and those people from 7 days before."
        ),
        Kind.DEADLINE,
        frozenset({Deadline.Kind.CONTRIBUTION}),
        (
            Ladder(resolution_watchers, BASE, alone_up_to=1),
            Ladder(leads, LONG, alone_up_to=7),
            Ladder(writers, LONG, alone_up_to=7),
            WATCHED,
        ),
        names_watched=True,
    ),
    Rule(
        "RR-02",
        _("Registration closes"),
        _("You said that you want to go, or you watch this region or this date. It stops as soon as you are registered or not going."),
        _(
            "30, 14, 7, 3 and 1 days before, as a separate e-mail from 3 days before. People who watch the region and have "
            "not answered are asked 30, 14 and 3 days before who is going; people who watch the date are told 14, 3 and 1 "
            "days before. After it has closed, one line says so, and who to ask."
        ),
        Kind.DEADLINE,
        frozenset({Deadline.Kind.REGISTRATION}),
        (
            Ladder(going, LONG, alone_up_to=3),
            Ladder(undecided_region_watchers, (30, 14, 3), step=Step.WHO_GOES),
            Ladder(unregistered_date_watchers, BASE, alone_up_to=1),
            Ladder(shut_out, (-1,), step=Step.SHUT, counted_from=CountedFrom.SHUT),
        ),
    ),
    Rule(
        "RR-03",
        _("Document deadlines of regional meetings"),
        _("You watch this region or this date, or you wrote your coalition's position on a resolution on the agenda."),
        _(
            "14 and 3 days before; 1 day before, as a separate e-mail, for people who watch the date or wrote a position, and for "
            "leads who watch the region."
        ),
        Kind.DEADLINE,
        frozenset({Deadline.Kind.DOCUMENT}),
        (
            Ladder(leads_watching_region, BASE, alone_up_to=1),
            Ladder(writers_on_agenda, BASE, alone_up_to=1),
            Ladder(region_watchers_who_may_go, (14, 3)),
            WATCHED,
        ),
    ),
    Rule(
        MEETING_BEGINS,
        _("Meetings begin"),
        _("You attend this meeting, or you watch its region or its date."),
        _("14, 3 and 1 days before, as a separate e-mail the day before; 3 days before for people who watch the region but are not going."),
        Kind.MEETING,
        MEETING_KINDS,
        (
            Ladder(attendees, BASE, alone_up_to=1),
            Ladder(region_watchers_not_going, (3,), step=Step.NOT_GOING),
            WATCHED,
        ),
    ),
    Rule(
        "RR-05",
        _("After a meeting"),
        _("You were at this meeting and have not said what can be told of it, or you lead a coalition that was told nothing."),
        _("Once, 2 days after the last day; leads who watch the region 5 days after it, if nobody told their coalition anything."),
        Kind.MEETING,
        frozenset(Debrief.ASKED_AFTER),
        (
            Ladder(untold_attendees, (-2,), step=Step.TELL, counted_from=CountedFrom.CLOSING),
            Ladder(leads_told_nothing, (-5,), step=Step.UNTOLD, counted_from=CountedFrom.CLOSING),
        ),
    ),
    Rule(
        "RR-06",
        _("National meetings"),
        _("You attend this meeting, or you watch its date. Whatever you chose, these e-mails are discreet."),
        _("14, 3 and 1 days before, as a separate e-mail the day before."),
        Kind.MEETING,
        frozenset({Meeting.Kind.NATIONAL}),
        (Ladder(attendees, BASE, alone_up_to=1), WATCHED),
        is_always_discreet=True,
    ),
    Rule(
        "RR-07",
        _("Registration for the assembly"),
        _("You said that you may go to this assembly, and have not yet said that you are registered or that it is not needed."),
        _("120, 90, 60 and 30 days before the first day of the assembly."),
        Kind.DEADLINE,
        frozenset({Deadline.Kind.REGISTRATION}),
        (Ladder(travellers, (120, 90, 60, 30), step=Step.PREPARE, counted_from=CountedFrom.OPENING),),
    ),
    Rule(
        "RR-08",
        _("Visa and funding"),
        _("You said that you may go to this assembly, or you watch this date. It stops as soon as you say that it is done or not needed."),
        _(
            "90, 75, 60 and 45 days before the first day of the assembly; for people who watch the date 14, 3 and 1 days "
            "before it, as a separate e-mail the day before."
        ),
        Kind.DEADLINE,
        frozenset({Deadline.Kind.VISA, Deadline.Kind.FUNDING}),
        (Ladder(travellers, (90, 75, 60, 45), step=Step.PREPARE, counted_from=CountedFrom.OPENING), WATCHED),
    ),
    Rule(
        ANSWERED,
        _("Follow-ups assigned and answered"),
        _("A follow-up was assigned to you or has you as backup, or one that you assigned was answered."),
        _(
            "At once if it is due within three days, otherwise with the next digest; once more after two days without an answer. "
            "After four days it goes back to the leads."
        ),
        Kind.FOLLOW_UP,
        ladders=(
            Ladder(asked, step=Step.ASSIGNED, counted_from=CountedFrom.ASSIGNED),
            Ladder(backup_of_asked, step=Step.BACKUP, counted_from=CountedFrom.ASSIGNED),
            Ladder(asked, step=Step.NUDGE, counted_from=CountedFrom.UNANSWERED),
        ),
        counted="answered",
        is_for_today=True,
        is_essential=True,
    ),
    Rule(
        FOLLOW_UP_DUE,
        _("Follow-ups due"),
        _("You have this follow-up. Nothing is sent while its reminder is snoozed."),
        _(
            "7 days before, if assigned at least two weeks ahead; 3 days before, 1 day before, and on the day itself, then "
            "as a separate e-mail."
        ),
        Kind.FOLLOW_UP,
        ladders=(
            Ladder(owner_for_long, (7,)),
            Ladder(owner, (3, 1, 0), alone_up_to=0),
            Ladder(owner_who_put_it_off, step=Step.PUT_OFF, counted_from=CountedFrom.PUT_OFF),
        ),
        is_silent_while_snoozed=True,
    ),
    Rule(
        "RR-11",
        _("Follow-ups overdue"),
        _("You have this follow-up, you assigned it, or you lead the coalition."),
        _("1 and 3 days after, then to leads every Monday."),
        Kind.FOLLOW_UP,
        ladders=(
            Ladder(owner, (-1, -3)),
            Ladder(assigner, (-3,)),
            Ladder(leads_in_circle, step=Step.WEEKLY, counted_from=CountedFrom.MONDAYS),
        ),
        counted="overdue",
        is_for_today=True,
        is_overdue=True,
    ),
    Rule(
        "RR-23",
        _("What was granted ends"),
        _("You follow the way in of an organisation, and what was granted ends on that day."),
        _("60 and 30 days before; then as any follow-up."),
        Kind.FOLLOW_UP,
        frozenset({RENEWAL}),
        (Ladder(owner, (60, 30)),),
        is_silent_while_snoozed=True,
    ),
    Rule(
        STATEMENT,
        _("Joint statements"),
        _("You answer for an organisation. The reminders stop as soon as it has answered."),
        _("When one opens, changes, closes or closes at another hour; 72, 24 and 4 hours before it closes, each as a separate e-mail."),
        is_essential=True,
    ),
    Rule(
        DATE_CHANGED,
        _("An official date changed"),
        _("You were reminded of the old date, or were about to be."),
        _("At once, as a separate e-mail; at any hour if the new date is less than two days away."),
        is_essential=True,
    ),
    Rule(
        PROPOSAL_MOVED,
        _("Proposals on resolutions"),
        _("You watch this resolution, or you wrote your coalition's position on it. You are not told about what you record yourself."),
        _("With the next digest; while the assembly sits, in the evening of the same day."),
    ),
    Rule(
        PLAN_OF_DAY,
        _("Tomorrow at the assembly"),
        _(
            "You take part in this assembly, you said that you go to one of its sessions, or you watch a resolution on which "
            "something was noted that day."
        ),
        _(
            "At 20:00 on the evening before, at the venue, as a separate e-mail; again at 06:30 if what you go to has changed since. Not "
            "while you are away, nor before a day without sessions. Who only watches a resolution gets the number of new notes."
        ),
        is_essential=True,
        at_venue=(VenueHour(SessionStep.EVENING, 1, time(20), MORNING), VenueHour(SessionStep.MORNING, 0, MORNING, time(12))),
    ),
    Rule(
        NOT_COVERED,
        _("Sessions to which nobody goes"),
        _("You lead a coalition, and nobody said that they go to this session of the assembly."),
        _(
            "One e-mail with all of the next day at 18:00 at the venue; once more two hours before each of them, if there is still "
            "nobody. On the first page as long as it lasts."
        ),
        at_venue=(VenueHour(SessionStep.LIST, 1, time(18), MORNING),),
        before_session=timedelta(hours=2),
    ),
    Rule(
        "RR-17",
        _("After an assembly"),
        _("You lead a coalition, or you wrote a position of it. It stops once a line of its public report is released."),
        _("3, 7 and 14 days after the last day of the assembly, with the digest."),
        Kind.MEETING,
        frozenset({Meeting.Kind.ASSEMBLY}),
        (Ladder(reporters, AFTERWARDS, step=Step.REPORT, counted_from=CountedFrom.CLOSING),),
    ),
    Rule(
        HEALTH,
        _("Health of this service"),
        _("You lead a coalition, or you look after this service."),
        _(
            "At once, on the first page, as long as it lasts: reminders stood still for 15 minutes, more than one e-mail in twenty is "
            "refused, the last backup is older than 36 hours, a disk is more than 85 percent full, or the certificate ends within 14 days. "
            "The host is told by a service outside, which does not depend on this one."
        ),
        is_mailed=False,
        is_essential=True,
    ),
    Rule(
        "RR-21",
        _("Assumptions to look up"),
        _("You lead a coalition, and this date is an assumption: nobody has entered what is published."),
        _("Once a month, with the digest of its first Monday, for assumptions less than six months ahead."),
        Kind.DEADLINE,
        ladders=(Ladder(leads_of_assumption, step=Step.LOOK_UP, counted_from=CountedFrom.MONTHS),),
        also_about=Kind.MEETING,
    ),
    Rule(
        ON_AGENDA,
        _("Resolutions on agendas"),
        _(
            "You watch a resolution on the agenda of this meeting, but not its region. If you watch the region, you get "
            "its usual reminders instead."
        ),
        _(
            "With the next digest once it is on the agenda, and 14 days before registration closes; 14 days before the "
            "meeting, if no such day is known."
        ),
        Kind.DEADLINE,
        MEETING_KINDS - {Meeting.Kind.ASSEMBLY} | {Deadline.Kind.REGISTRATION},
        (Ladder(agenda_watchers_elsewhere, (14,)),),
        also_about=Kind.MEETING,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
PLANNED = tuple(rule for rule in RULES if rule.ladders)


def is_switched_off(rule: Rule, user: int, facts: Facts) -> bool:
    """Whether each coalition of hers has this kind not sent to its people."""
    return not rule.is_essential and user in facts.switched_off.get(rule.code, NOBODY)


def never_alone(rule: Rule, facts: Facts) -> Collection[int]:
    """The people to whom it comes in the digest only, as each of their coalitions chose."""
    return NOBODY if rule.is_essential else facts.kept_for_digest.get(rule.code, NOBODY)


def rules_for(about: str, kind: str) -> Iterator[Rule]:
    """The rules that plan something for this kind of date, or for follow-ups."""
    for rule in PLANNED:
        if about in (rule.about, rule.also_about) and (not rule.kinds or kind in rule.kinds):
            yield rule


@lru_cache(maxsize=4096)
def rungs(ladders: tuple[Ladder, ...], days: tuple[int, ...]) -> tuple[Rung, ...]:
    """Every reminder of someone on these ladders, once; `days` stand instead of the ordinary rhythm, if there are any.

    On two ladders at once, she is told on her own if either says so.
    """
    merged: dict[tuple[int, str], tuple[bool, CountedFrom]] = {}
    for ladder in ladders:
        for offset in days if days and ladder.is_ordinary else ladder.offsets:
            alone = ladder.alone_up_to is not None and 0 <= offset <= ladder.alone_up_to
            was_alone, _counted_from = merged.get((offset, ladder.step), (False, ladder.counted_from))
            merged[offset, ladder.step] = (alone or was_alone, ladder.counted_from)
    return tuple(Rung(offset, step, alone, counted_from) for (offset, step), (alone, counted_from) in merged.items())
