"""RR-15, the plan of tomorrow, and RR-16, sessions to which nobody goes: who is written to, and when.

Each minute looks at the days of sessions whose hour has come at their venue. A row of `SessionReminder` is the decision: once for each
person, day and step, whether a mail was needed or not. What a mail says is found when it is sent.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.models import Email, Mute
from amnt.mail.services import write_emails
from calendar_app.models import SessionReminder
from calendar_app.read_models.day_plans import DayPlan, day_of_sessions
from calendar_app.reminders.placement import DAY, slot_on
from calendar_app.reminders.recipients import all_facts
from calendar_app.reminders.rules import BY_CODE, NOT_COVERED, PLAN_OF_DAY, SessionStep, VenueHour, is_switched_off
from calendar_app.reminders.session_letters import DAY_PLAN, UNCOVERED, PeopleOfDay, takers_part, uncovered_of, watchers_of_notes
from coalitions.models import AssemblySession
from resolutions.models import Assembly


def remind_of_sessions() -> int:
    """Write the mails that are due now. Say how many. Run twice, or twice at once, it writes none twice; one query on most days."""
    instant = now()
    written = 0
    for assembly in assemblies_near(instant):
        today = instant.astimezone(ZoneInfo(assembly.zone)).date()
        for day in (today, today + timedelta(days=1)):
            for hour in BY_CODE[PLAN_OF_DAY].at_venue:
                if is_hour(hour, day, assembly, instant):
                    written += tell_plans(assembly, day, hour, instant)
            for hour in BY_CODE[NOT_COVERED].at_venue:
                if is_hour(hour, day, assembly, instant):
                    written += tell_uncovered(assembly, day, hour.step, instant)
        written += tell_uncovered_soon(assembly, today, instant)
    return written


def assemblies_near(instant: datetime) -> list[Assembly]:
    """Those with sessions of today or tomorrow, wherever they are held."""
    return list(Assembly.objects.filter(pk__in=sessions_near(instant).order_by().values("assembly")).order_by("pk"))


def sessions_near(instant: datetime) -> QuerySet[AssemblySession]:
    """Of today and tomorrow, wherever they are held."""
    return AssemblySession.objects.filter(starts_at__gt=instant - DAY, starts_at__lt=instant + 3 * DAY)


def is_hour(hour: VenueHour, day: date, assembly: Assembly, instant: datetime) -> bool:
    begins = slot_on(day - timedelta(days=hour.days_before), hour.at, assembly.zone)
    ends = slot_on(day - timedelta(days=hour.until_days_before), hour.until, assembly.zone)
    return begins <= instant < ends


# --- RR-15 ------------------------------------------------------------------------------------------------------------------


def tell_plans(assembly: Assembly, day: date, hour: VenueHour, instant: datetime) -> int:
    """In the evening, to everyone who has something planned, or watches what was noted; in the morning, to those whose plan has changed."""
    known = SessionReminder.objects.about(PLAN_OF_DAY, assembly, day)
    decided = known.filter(step=hour.step)
    if hour.step == SessionStep.MORNING and decided.exists():
        # Decided at once for all: what somebody plans later in the day is before their eyes.
        return 0
    concerned = takers_part(assembly, day) | (watchers_of_notes(assembly, day) if hour.step == SessionStep.EVENING else set())
    undecided = concerned - set(decided.values_list("user", flat=True))
    if not undecided:
        return 0
    with transaction.atomic():
        Assembly.objects.select_for_update(no_key=True).get(pk=assembly.pk)  # two workers: one after the other
        undecided -= set(decided.values_list("user", flat=True))
        before = dict(known.filter(step=SessionStep.EVENING, user__in=undecided).values_list("user", "plan_digest"))
        nothing = DayPlan().digest
        rows = []
        people = PeopleOfDay.read(assembly, day, undecided, with_notes=hour.step == SessionStep.EVENING)
        for user in sorted(undecided & people.facts.members):
            plan = people.plan_of(user)
            # Asked again until the night is over: something may still be planned, and an absence end.
            if hour.step == SessionStep.EVENING and (plan.is_empty or people.facts.away_at(user, instant)):
                continue
            is_away = people.facts.away_at(user, instant) is not None
            is_told = hour.step == SessionStep.EVENING or (not is_away and plan.digest != before.get(user, nothing))
            rows.append(row_of(user, PLAN_OF_DAY, assembly, day, hour.step, instant, plan_digest=plan.digest, is_told=is_told))
        SessionReminder.objects.bulk_create(rows)
        about = {"assembly": assembly.pk, "day": day.isoformat(), "step": hour.step}
        return len(write_emails([Email(kind=DAY_PLAN, to_id=row.user_id, about=about) for row in rows if row.is_told]))


def row_of(user: int, rule: str, assembly: Assembly, day: date, step: str, instant: datetime, **fields) -> SessionReminder:
    return SessionReminder(user_id=user, rule=rule, assembly=assembly, day=day, step=step, at=instant, **fields)


# --- RR-16 ------------------------------------------------------------------------------------------------------------------


def tell_uncovered(assembly: Assembly, day: date, step: str, instant: datetime) -> int:
    """One mail to each lead with all the sessions of a day that nobody goes to."""
    sessions = day_of_sessions(assembly, day)
    to_tell = dict(leads_by_sessions(sessions.uncovered, instant))
    known = SessionReminder.objects.about(NOT_COVERED, assembly, day).filter(step=step)
    if not to_tell or not (to_tell.keys() - set(known.values_list("user", flat=True))):
        return 0
    with transaction.atomic():
        Assembly.objects.select_for_update(no_key=True).get(pk=assembly.pk)
        new = sorted(to_tell.keys() - set(known.values_list("user", flat=True)))
        SessionReminder.objects.bulk_create([row_of(user, NOT_COVERED, assembly, day, step, instant) for user in new])
        about = {"assembly": assembly.pk, "day": day.isoformat(), "step": step}
        return len(write_emails([Email(kind=UNCOVERED, to_id=user, about=about) for user in new]))


def tell_uncovered_soon(assembly: Assembly, day: date, instant: datetime) -> int:
    """Those that begin within two hours: once for each lead and session, together in one mail."""
    before = BY_CODE[NOT_COVERED].before_session or timedelta()
    near = AssemblySession.objects.filter(assembly=assembly, starts_at__gt=instant, starts_at__lte=instant + before)
    if not near.held().exists():
        return 0
    days = {instant.astimezone(ZoneInfo(assembly.zone)).date(), (instant + before).astimezone(ZoneInfo(assembly.zone)).date()}
    written = 0
    for each in sorted(days):
        uncovered = [row for row in day_of_sessions(assembly, each).uncovered if instant < row.starts_at <= instant + before]
        to_tell = dict(leads_by_sessions(uncovered, instant))
        if to_tell:
            written += tell_soon(assembly, each, to_tell, instant)
    return written


@transaction.atomic
def tell_soon(assembly: Assembly, day: date, to_tell: dict[int, list[AssemblySession]], instant: datetime) -> int:
    Assembly.objects.select_for_update(no_key=True).get(pk=assembly.pk)
    known = SessionReminder.objects.about(NOT_COVERED, assembly, day).filter(step=SessionStep.SOON)
    told = set(known.values_list("user", "session"))
    emails, rows = [], []
    for user in sorted(to_tell):
        new = [row for row in to_tell[user] if (user, row.pk) not in told]
        rows += [row_of(user, NOT_COVERED, assembly, day, SessionStep.SOON, instant, session=row) for row in new]
        if new:
            about = {"assembly": assembly.pk, "day": day.isoformat(), "step": SessionStep.SOON, "sessions": [row.pk for row in new]}
            emails.append(Email(kind=UNCOVERED, to_id=user, about=about))
    SessionReminder.objects.bulk_create(rows)
    return len(write_emails(emails))


def leads_by_sessions(uncovered: Iterable[AssemblySession], instant: datetime) -> Iterator[tuple[int, list[AssemblySession]]]:
    """Each lead who is not away, can be written to and is to be told, with those of these sessions that this lead may read."""
    uncovered = list(uncovered)
    if not uncovered:
        return
    coalitions = {row.circle.coalition_id for row in uncovered}
    led = User.objects.active().filter(memberships__coalition__in=coalitions, memberships__role="lead", memberships__left_at=None)
    silenced = Mute.objects.filter(kind=NOT_COVERED).values("user")
    leads = set(led.filter(mail_refused_at=None).exclude(pk__in=silenced).values_list("pk", flat=True))
    facts = all_facts(leads)
    for user in sorted(leads):
        if is_switched_off(BY_CODE[NOT_COVERED], user, facts) or facts.away_at(user, instant):
            continue
        if rows := uncovered_of(user, uncovered, facts):
            yield user, rows
