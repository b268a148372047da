"""The dates of the demonstration, which stay as near as on its first day."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core import times
from amnt.demo import follow_up_data
from amnt.demo.people import People
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD
from amnt.demo.submission_ids import submission
from calendar_app.models import Attendance, CalendarFeed, Deadline, Meeting
from calendar_app.services.attendance import say_attendance
from calendar_app.services.calendar_feeds import create_feed, note_use
from calendar_app.services.date_facts import add_deadline, add_meeting
from calendar_app.services.date_states import NewDate
from coalitions.models import Circle, FollowUp
from resolutions.models import Assembly, RegionalGroup, Resolution

VENUE = "America/Bogota"
SOURCE = "https://example.org/"


def set_dates(assembly: Assembly, everyone: Circle, people: People) -> None:
    """A regional meeting with its related deadlines, a national one, a call, and a deadline for contributions."""
    lead = people[LEAD]
    on_agenda = Resolution.objects.of_assembly().filter(number__in=[50, 52, 75])
    regional = add_meeting(
        by=lead,
        assembly=assembly,
        kind=Meeting.Kind.REGIONAL,
        titles=as_example("Regional preparatory meeting", "Réunion préparatoire régionale", "Reunión preparatoria regional"),
        new=regional_dates(),
        source=SOURCE,
        group=RegionalGroup.objects.filter(code="CITEL").first(),
        city="Bogotá",
        country="CO",
        mode=Meeting.Mode.HYBRID,
        access=Meeting.Access.OBSERVERS,
        resolutions=on_agenda,
        submission=submission("meeting/regional"),
    )
    national = add_meeting(
        by=lead,
        assembly=assembly,
        kind=Meeting.Kind.NATIONAL,
        titles=as_example("National consultation", "Consultation nationale", "Consulta nacional"),
        new=national_dates(),
        source=SOURCE,
        city="Nairobi",
        country="KE",
        mode=Meeting.Mode.IN_PERSON,
        access=Meeting.Access.OPEN,
        resolutions=on_agenda,
        submission=submission("meeting/national"),
    )
    call = add_meeting(
        by=lead,
        assembly=assembly,
        kind=Meeting.Kind.CALL,
        titles=as_example("Weekly call", "Réunion hebdomadaire", "Llamada semanal"),
        new=call_dates(),
        mode=Meeting.Mode.VIRTUAL,
        circle=everyone,
        submission=submission("meeting/call"),
    )
    for kind, of, titles in (
        (Deadline.Kind.REGISTRATION, regional, ("Registration closes", "Clôture des inscriptions", "Cierre de inscripciones")),
        (
            Deadline.Kind.DOCUMENT,
            regional,
            ("Documents for the regional meeting", "Documents de la réunion régionale", "Documentos de la reunión regional"),
        ),
        (
            Deadline.Kind.CONTRIBUTION,
            None,
            ("Deadline for contributions", "Date limite de soumission des contributions", "Plazo de presentación de contribuciones"),
        ),
    ):
        key = f"deadline/{kind}"
        add_deadline(
            by=lead,
            assembly=assembly,
            meeting=of,
            kind=kind,
            titles=as_example(*titles),
            new=DEADLINES[key](),
            source=SOURCE,
            submission=submission(key),
        )
    own_dates(Meeting).update(is_example=True)
    own_dates(Deadline).update(is_example=True)
    say_attendance(regional, by=people[MEMBER], status=Attendance.Status.GOING, circle=everyone)
    say_attendance(regional, by=people[SECOND_LEAD], status=Attendance.Status.REMOTE, circle=everyone)
    say_attendance(national, by=lead, status=Attendance.Status.REGISTERED, circle=everyone)
    say_attendance(call, by=people[SECOND_LEAD], status=Attendance.Status.REMOTE, circle=everyone)


def build_feeds(lead: User) -> None:
    """Two calendar addresses, one of which a provider has read. Nobody knows their keys."""
    wanted: dict[str, dict[str, Any]] = {
        "Téléphone": {"has_official": True, "has_own": True, "alarms": CalendarFeed.Alarms.DAY},
        "Ordinateur du bureau": {"has_official": True, "has_regions": True},
    }
    for name, holds in wanted.items():
        feed, _key = create_feed(lead, name=name, submission=submission(f"feed/{name}"), **holds)
    note_use(feed, content_digest="", user_agent="Google-Calendar-Importer")


def as_example(english: str, french: str, spanish: str) -> dict[str, str]:
    """A title marked as an example in each language."""
    return {"en": f"{english} (example)", "fr": f"{french} (exemple)", "es": f"{spanish} (ejemplo)"}


# --- When -----------------------------------------------------------------------------------------------------------


def here(zone: str) -> datetime:
    return now().astimezone(ZoneInfo(zone))


def in_days(days: int, zone: str) -> date:
    return here(zone).date() + timedelta(days=days)


def regional_dates() -> NewDate:
    return NewDate(in_days(3, VENUE), until=in_days(6, VENUE), hour=time(9), zone=VENUE)


def registration_date() -> NewDate:
    """Tomorrow there, and less than a day from now, so that a reminder is due at once."""
    hour = time(min(here(VENUE).hour, 18))
    return NewDate(in_days(1, VENUE), hour=hour, zone=VENUE, follows=True)


def national_dates() -> NewDate:
    return NewDate(in_days(9, "Africa/Nairobi"), hour=time(10), zone="Africa/Nairobi")


def call_dates() -> NewDate:
    return NewDate(in_days(2, "UTC"), hour=time(15), zone="UTC")


MEETINGS = {"meeting/regional": regional_dates, "meeting/national": national_dates, "meeting/call": call_dates}
DEADLINES = {
    "deadline/registration": registration_date,
    "deadline/document": lambda: NewDate(in_days(2, VENUE), hour=time(18), zone=VENUE, follows=True),
    "deadline/contribution": lambda: NewDate(in_days(14, times.ITU_ZONE), hour=time(23, 59), zone=times.ITU_ZONE),
}


# --- Again ----------------------------------------------------------------------------------------------------------


def own_dates(model: type[Meeting] | type[Deadline]) -> QuerySet[Any]:
    keys = MEETINGS if model is Meeting else DEADLINES
    return model.objects.filter(submission__in=[submission(key) for key in keys])


def is_over() -> bool:
    """Whether the regional meeting of the demonstration has passed."""
    regional = Meeting.objects.filter(submission=submission("meeting/regional")).first()
    return regional is not None and regional.is_past


@transaction.atomic
def refresh_dates() -> None:
    """Reset every example date relative to today. Nobody is notified."""
    regional = Meeting.objects.filter(submission=submission("meeting/regional")).first()
    days = (in_days(3, VENUE) - regional.starts_on) if regional else timedelta(0)
    for model, keys in ((Meeting, MEETINGS), (Deadline, DEADLINES)):
        for row in own_dates(model):
            new = next(dates() for key, dates in keys.items() if submission(key) == row.submission)
            row.at, row.version = new.instant, row.version + 1
            if isinstance(row, Meeting):
                row.starts_on, row.ends_on = new.on, new.last_day
            row.save()
    told = [submission(f"follow-up/{row.key}") for row in (*follow_up_data.STORY, *follow_up_data.OTHER_STORY)]
    FollowUp.objects.open().filter(submission__in=told).update(
        due_at=F("due_at") + days, version=F("version") + 1, snoozed_until=None, changed_at=now()
    )
