"""The letters of RR-15 and RR-16. They carry the day itself, so that it is there even if this service is not.

An official session that everyone in the coalition may read is named, as the programme of the assembly is public; one that somebody
reported, or that the coalition holds itself, in detailed letters alone; one of a restricted circle is counted; one of a delegation is
left out. A discreet letter holds a link and nothing else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import ngettext

from amnt.accounts.models import User
from amnt.core import times
from amnt.mail.emails import Letter, register_composer, to_person
from amnt.mail.models import Email, Mute
from calendar_app.models import Attendance, Meeting
from calendar_app.read_models.day_plans import DayOfSessions, DayPlan, agenda_of, day_of_sessions, notes_before, notes_for, watched_by
from calendar_app.reminders.content import Openness, may_be_named, openness_of_session
from calendar_app.reminders.recipients import Facts, all_facts
from calendar_app.reminders.rules import BY_CODE, NOT_COVERED, PLAN_OF_DAY, SessionStep, is_switched_off
from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee, SessionNote
from resolutions.models import Assembly, Resolution, Watch

DAY_PLAN, UNCOVERED = "calendar_app/day_plan", "calendar_app/uncovered"
# Of the ten kilobytes a mail may weigh.
MOST_LINES = 16
Day = tuple[Assembly, date]
TAKES_PART = (Attendance.Status.GOING, Attendance.Status.REGISTERED, Attendance.Status.REMOTE)


@dataclass
class PeopleOfDay:
    """The sessions of one day, and what decides who may know what of them."""

    sessions: DayOfSessions
    facts: Facts
    watched: dict[int, set[int]]
    takers: set[int]
    notes: list[SessionNote]

    @classmethod
    def read(cls, assembly: Assembly, day: date, users: Collection[int], people: Iterable[User] = (), *, with_notes: bool) -> "PeopleOfDay":
        sessions, notes = day_of_sessions(assembly, day), notes_before(assembly, day) if with_notes else []
        return cls(sessions, all_facts(users, people), watched_by(users, sessions, notes), takers_part(assembly, day), notes)

    def plan_of(self, user: int) -> DayPlan:
        """Of who does not take part, only what was noted on what they watch."""
        circles = {circle for circle, people in self.facts.circle_members.items() if user in people}
        watched = self.watched.get(user, set())
        plan = self.sessions.plan_of(user, circles, watched) if user in self.takers else DayPlan()
        plan.notes = notes_for(user, self.notes, circles, watched)
        return plan


def takers_part(assembly: Assembly, day: date) -> set[int]:
    """Who said that they take part in the assembly, are there that day, or go to one of its sessions; and can be written to."""
    going = SessionAttendee.objects.filter(session__assembly=assembly, day=day).exclude(state=SessionAttendee.State.DECLINED)
    meetings = Meeting.objects.filter(assembly=assembly, kind=Meeting.Kind.ASSEMBLY, circle=None).order_by()
    people = User.objects.active().filter(mail_refused_at=None)
    said = Q(pk__in=Attendance.objects.filter(status__in=TAKES_PART, meeting__in=meetings.values("pk")).values("user"))
    said |= Q(pk__in=going.values("user")) | Q(pk__in=DeclaredPresence.objects.filter(day=day).values("user"))
    silenced = Mute.objects.filter(kind=PLAN_OF_DAY).values("user")
    return set(people.filter(said).exclude(pk__in=silenced).values_list("pk", flat=True))


def watchers_of_notes(assembly: Assembly, day: date) -> set[int]:
    """Who watches a resolution on which something was noted on the day before; what they may read of it is another question."""
    notes = {row.resolution_id for row in notes_before(assembly, day)}
    if not notes:
        return set()
    silenced = Mute.objects.filter(kind=PLAN_OF_DAY).values("user")
    people = User.objects.active().filter(mail_refused_at=None).exclude(pk__in=silenced)
    return set(people.filter(pk__in=Watch.objects.filter(resolution__in=notes).values("user")).values_list("pk", flat=True))


def uncovered_of(user: int, uncovered: Iterable[AssemblySession], facts: Facts) -> list[AssemblySession]:
    """Those of coalitions this person leads, in circles this person is in."""
    return [
        row
        for row in uncovered
        if user in facts.circle_members.get(row.circle_id, ()) and user in facts.leads_of.get(row.circle.coalition_id, ())
    ]


# --- Composers --------------------------------------------------------------------------------------------------------------


def plan_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """What is planned as it is now; nothing where nothing is, unless something was when it was last told."""
    letters = {}
    for (assembly, day), some in by_day(emails).items():
        people = {email.to.pk: email.to for email in some if email.to}
        with_notes = any(email.about["step"] == SessionStep.EVENING for email in some)
        read = PeopleOfDay.read(assembly, day, people.keys(), people.values(), with_notes=with_notes)
        for email in some:
            if email.to is None or email.to.pk not in read.facts.people:
                continue
            plan, step = read.plan_of(email.to.pk), email.about["step"]
            if email.to.pk not in read.takers:
                letter = notes_letter(plan.notes, email.to, assembly, day, read.facts)
            elif not plan.is_empty or step == SessionStep.MORNING:
                letter = plan_letter(plan, email.to, step, assembly, day, read.facts)
            else:
                letter = None
            if letter:
                letters[email.pk] = letter
    return letters


def plan_letter(plan: DayPlan, user: User, step: str, assembly: Assembly, day: date, facts: Facts) -> Letter:
    level = facts.level(user)
    with translation.override(user.language):
        said = Wording(user, level, assembly, day, facts)
        going, hidden = said.lines([(row, how) for row, how in plan.going])
        counts = said.hidden(hidden)
        if plan.asked:
            counts.append(
                ngettext("%(n)s session waits for your answer.", "%(n)s sessions wait for your answer.", len(plan.asked))
                % {"n": len(plan.asked)}
            )
        if plan.uncovered:
            sentence = ngettext(
                "%(n)s session to which nobody goes, and which you could take.",
                "%(n)s sessions to which nobody goes, and which you could take.",
                len(plan.uncovered),
            )
            counts.append(sentence % {"n": len(plan.uncovered)})
        if plan.notes and step == SessionStep.EVENING:
            counts.append(notes_said(plan.notes))
        # That its number is watched is said of public sessions alone.
        public = [row for row in plan.plenaries if openness_of_session(row.session) == Openness.PUBLIC]
        context = said.context() | {
            "is_morning": step == SessionStep.MORNING,
            "going": going,
            "nothing": not plan.going,
            "counts": counts,
            "plenaries": [said.line(row.session, resolutions=row.resolutions) for row in public[:MOST_LINES]],
        }
        if said.is_discreet:
            context = said.context() | {"is_morning": step == SessionStep.MORNING}
    return to_person(user, DAY_PLAN, context, stop=PLAN_OF_DAY)


def notes_letter(number: int, user: User, assembly: Assembly, day: date, facts: Facts) -> Letter | None:
    """To who only watches: how many notes there are. Nothing in discreet e-mails."""
    if not number or facts.level(user) == User.MailLevel.DISCREET:
        return None
    with translation.override(user.language):
        said = Wording(user, facts.level(user), assembly, day - timedelta(days=1), facts)
        context = said.context() | {"is_of_notes": True, "number": number, "counts": [notes_said(number)]}
    return to_person(user, DAY_PLAN, context, stop=PLAN_OF_DAY)


def notes_said(number: int) -> str:
    return ngettext("%(n)s new note today on what you watch.", "%(n)s new notes today on what you watch.", number) % {"n": number}


def uncovered_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """Those to which nobody goes by now; nothing if there is none left."""
    letters = {}
    for (assembly, day), some in by_day(emails).items():
        people = {email.to.pk: email.to for email in some if email.to}
        sessions, facts = day_of_sessions(assembly, day), all_facts(people.keys(), people.values())
        for email in some:
            if email.to is None or email.to.pk not in facts.people or is_switched_off(BY_CODE[NOT_COVERED], email.to.pk, facts):
                continue
            named = email.about.get("sessions")
            ahead = [row for row in sessions.uncovered if row.starts_at > now() and (named is None or row.pk in named)]
            if rows := uncovered_of(email.to.pk, ahead, facts):
                letters[email.pk] = uncovered_letter(rows, email.to, email.about["step"], assembly, day, facts)
    return letters


def uncovered_letter(rows: Sequence[AssemblySession], user: User, step: str, assembly: Assembly, day: date, facts: Facts) -> Letter:
    with translation.override(user.language):
        said = Wording(user, facts.level(user), assembly, day, facts)
        context = said.context() | {"is_soon": step == SessionStep.SOON}
        if not said.is_discreet:
            lines, hidden = said.lines([(row, "") for row in rows])
            context |= {"number": len(rows), "lines": lines, "counts": said.hidden(hidden)}
    return to_person(user, UNCOVERED, context, stop=NOT_COVERED)


def by_day(emails: Sequence[Email]) -> dict[Day, list[Email]]:
    assemblies = Assembly.objects.in_bulk({email.about["assembly"] for email in emails})
    found: dict[Day, list[Email]] = defaultdict(list)
    for email in emails:
        if assembly := assemblies.get(email.about["assembly"]):
            found[assembly, date.fromisoformat(email.about["day"])].append(email)
    return found


# --- Wording ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wording:
    """How the sessions of a day are told to one person, in the language that is active."""

    user: User
    level: str
    assembly: Assembly
    day: date
    facts: Facts

    @property
    def is_discreet(self) -> bool:
        return self.level == User.MailLevel.DISCREET

    def context(self) -> dict[str, Any]:
        path = reverse("coalitions:live-day", args=[self.day.isoformat()])
        if self.is_discreet:
            return {"is_discreet": True, "path": path}
        this_year = times.year(now(), self.assembly.zone)
        return {
            "is_discreet": False,
            "path": path,
            "day": times.day(self.day, self.user.language, this_year),
            "place": times.place(self.assembly.zone, self.user.language),
        }

    def lines(self, rows: Sequence[tuple[AssemblySession, str]]) -> tuple[list[dict[str, str]], int]:
        """The sessions that may be named, and how many there are beside."""
        named = [(row, how) for row, how in rows if may_be_named(openness_of_session(row), self.level)][:MOST_LINES]
        return [self.line(row, how=how) for row, how in named], len(rows) - len(named)

    def line(self, session: AssemblySession, *, how: str = "", resolutions: Sequence[Resolution] | None = None) -> dict[str, str]:
        begins = session.starts_at.astimezone(ZoneInfo(self.assembly.zone))
        ends = f"–{times.hour(session.ends_at.astimezone(begins.tzinfo))}" if session.ends_at else ""
        zone = self.facts.clock(self.user.pk).on(session.starts_at).zone
        local = session.starts_at.astimezone(ZoneInfo(zone))
        is_elsewhere = local.utcoffset() != begins.utcoffset()
        agenda = agenda_of(session) if resolutions is None else resolutions
        about = ", ".join(each.short_name for each in agenda if each.number)
        manner = str(SessionAttendee.Manner(how).label) if how else ""
        return {
            "when": f"{times.hour(begins)}{ends}",
            "yours": times.hours(session.starts_at, zone=zone, language=self.user.language, beside=self.day) if is_elsewhere else "",
            "title": str(session),
            "where": session.room,
            "about": about,
            "how": manner,
        }

    def hidden(self, number: int) -> list[str]:
        if not number:
            return []
        sentence = ngettext(
            "%(n)s more session, which an e-mail does not name.", "%(n)s more sessions, which an e-mail does not name.", number
        )
        return [sentence % {"n": number}]


def register_all() -> None:
    register_composer(DAY_PLAN, plan_letters)
    register_composer(UNCOVERED, uncovered_letters)
