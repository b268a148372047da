"""Building the demonstration through the services that the pages use, then dating its past back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now

from amnt import times
from amnt.accounts.models import User
from amnt.demo import cast, papers, story
from amnt.demo.cast import CAST, LEAD, MEMBER, OURS, SECOND_LEAD, THEIRS
from amnt.demo.marking import submission
from amnt.demo.passwords import new_password
from calendar_app.models import Attendance, Deadline, Meeting
from calendar_app.services.attendance import say_attendance
from calendar_app.services.date_facts import add_deadline, add_meeting
from calendar_app.services.dates import NewDate
from coalitions.models import Circle, Coalition, Delegation, FollowUp, Membership, Organisation
from coalitions.putting_off import Until
from coalitions.services import follow_ups
from coalitions.services.circles import open_circle
from coalitions.services.membership import admit, found_coalition
from resolutions.models import Assembly, RegionalGroup, Resolution
from resolutions.services.watching import watch, watch_region

VENUE = "America/Bogota"
SOURCE = "https://example.org/"

People = dict[str, User]


# --- The whole --------------------------------------------------------------------------------------------------------


def is_built() -> bool:
    return User.objects.filter(email=CAST[0].email).exists()


@transaction.atomic
def build_world() -> None:
    """Everything, or nothing if anything goes wrong. Reference data must be there."""
    people = {person.part: introduce(person) for person in CAST}
    coalitions = {wanted: found(wanted, people) for wanted in (OURS, THEIRS)}
    circles = draw_circles(coalitions[OURS], people)
    assembly = Assembly.objects.current()
    if assembly is None:
        raise ValueError("There is no assembly ahead: load the reference data first.")
    card_delegations(assembly)
    set_dates(assembly, circles[story.EVERYONE], people)
    for follow_up in story.STORY:
        tell(follow_up, circles[follow_up.circle], people)
    for follow_up in story.OTHER_STORY:
        tell(follow_up, coalitions[THEIRS].everyone, people)
    papers.bring_papers(assembly, circles[story.EVERYONE], people)


# --- People -----------------------------------------------------------------------------------------------------------


def introduce(person: cast.Person) -> User:
    """Someone who can log in, is done with first steps, and was here six days ago. No quiet hours: reminders come at any hour."""
    user = User.objects.create_user(
        person.email,
        None,
        name=person.name,
        language=person.language,
        time_zone=person.zone,
        quiet_from=time(0),
        quiet_to=time(0),
        first_steps_done_at=now(),
        seen_at=now() - timedelta(days=6),
        **person.more,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for resolution in Resolution.objects.filter(number__in=person.watches):
        watch(user, resolution)
    for group in RegionalGroup.objects.filter(code=person.region):
        watch_region(user, group)
    return user


def give_passwords(known: dict[str, str]) -> list[dict[str, str]]:
    """One row for each person of the cast. A password that is known is kept; who has none yet gets one."""
    rows = []
    users = {user.email: user for user in User.objects.filter(email__in=[person.email for person in CAST])}
    for person in CAST:
        if (user := users.get(person.email)) is None:
            continue
        password = known.get(person.email)
        if password is None or not user.has_usable_password():
            password = password or new_password()
            user.set_password(password)
            user.save(update_fields=["password"])
        rows.append({"role": person.part, "email": person.email, "password": password, "language": person.language, "name": person.name})
    return rows


def found(wanted: cast.Coalition, people: People) -> Coalition:
    coalition = found_coalition(wanted.name, mail_ceiling=wanted.mail_ceiling)
    for person in CAST:
        if person.coalition == wanted and person.organisation:
            organisation = Organisation.objects.create(name=person.organisation.name, country=person.organisation.country)
            admit(coalition, user=people[person.part], role=person.role, organisation=organisation)
    earlier = now() - timedelta(days=60)
    Coalition.objects.filter(pk=coalition.pk).update(created_at=earlier)
    Membership.objects.filter(coalition=coalition).update(joined_at=earlier)
    return coalition


def draw_circles(coalition: Coalition, people: People) -> dict[str, Circle]:
    """Everyone; a few who prepare one text; and one that no lead stands in."""
    second_lead = coalition.memberships.get(user=people[SECOND_LEAD])
    core = open_circle(
        coalition,
        name="Rés. 50, noyau (exemple)",
        purpose="Préparer le libellé de repli avant de le proposer à tous.",
        by=people[LEAD],
        people=[second_lead],
        submission=submission("circle/core"),
    )
    delegation = open_circle(
        coalition,
        name="Delegación (ejemplo)",
        kind=Circle.Kind.DELEGATION,
        by=people[MEMBER],
        submission=submission("circle/delegation"),
    )
    return {story.EVERYONE: coalition.everyone, story.CORE: core, story.DELEGATION: delegation}


# --- Facts, all of them examples ----------------------------------------------------------------------------------------


def card_delegations(assembly: Assembly) -> None:
    """Cards that show what a card says. The authorities do not exist; a card that does is left alone."""
    cards = {
        "CH": ("Office de la normalisation (exemple)", "yes", "Exemple : écrire au point focal huit semaines avant l’ouverture."),
        "KE": ("Communications Office (example)", "yes", "Example: a letter from the organisation, then two national meetings."),
        "PE": ("Dirección de Telecomunicaciones (ejemplo)", "unknown", ""),
        "TN": ("Autorité des communications (exemple)", "unknown", ""),
        "UY": ("Oficina de Comunicaciones (ejemplo)", "no", "Ejemplo: solo organismos públicos, según la última respuesta."),
    }
    for country, (authority, openness, how) in cards.items():
        Delegation.objects.get_or_create(
            assembly=assembly,
            country=country,
            defaults={"authority": authority, "is_open": openness, "how_to_join": how, "source": SOURCE, "is_example": True},
        )


def set_dates(assembly: Assembly, everyone: Circle, people: People) -> None:
    """A regional meeting with its doors, a national one, a call, and a deadline for contributions."""
    lead = people[LEAD]
    on_agenda = Resolution.objects.filter(number__in=[50, 52, 75])
    regional = add_meeting(
        by=lead,
        assembly=assembly,
        kind=Meeting.Kind.REGIONAL,
        titles={
            "en": "Regional preparatory meeting (example)",
            "fr": "Réunion préparatoire régionale (exemple)",
            "es": "Reunión preparatoria regional (ejemplo)",
        },
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
        titles={
            "en": "National consultation (example)",
            "fr": "Consultation nationale (exemple)",
            "es": "Consulta nacional (ejemplo)",
        },
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
        titles={"en": "Weekly call (example)", "fr": "Appel de la semaine (exemple)", "es": "Llamada semanal (ejemplo)"},
        new=call_dates(),
        mode=Meeting.Mode.VIRTUAL,
        circle=everyone,
        submission=submission("meeting/call"),
    )
    add_deadline(
        by=lead,
        assembly=assembly,
        meeting=regional,
        kind=Deadline.Kind.REGISTRATION,
        titles={
            "en": "Registration closes (example)",
            "fr": "Clôture des inscriptions (exemple)",
            "es": "Cierre de inscripciones (ejemplo)",
        },
        new=registration_date(),
        source=SOURCE,
        submission=submission("deadline/registration"),
    )
    add_deadline(
        by=lead,
        assembly=assembly,
        meeting=regional,
        kind=Deadline.Kind.DOCUMENT,
        titles={
            "en": "Documents for the regional meeting (example)",
            "fr": "Documents de la réunion régionale (exemple)",
            "es": "Documentos de la reunión regional (ejemplo)",
        },
        new=document_date(),
        source=SOURCE,
        submission=submission("deadline/document"),
    )
    add_deadline(
        by=lead,
        assembly=assembly,
        kind=Deadline.Kind.CONTRIBUTION,
        titles={
            "en": "Deadline for contributions (example)",
            "fr": "Date limite de soumission des contributions (exemple)",
            "es": "Plazo de presentación de contribuciones (ejemplo)",
        },
        new=contribution_date(),
        source=SOURCE,
        submission=submission("deadline/contribution"),
    )
    own_dates(Meeting).update(is_example=True)
    own_dates(Deadline).update(is_example=True)
    say_attendance(regional, by=people[MEMBER], status=Attendance.Status.GOING, circle=everyone)
    say_attendance(regional, by=people[SECOND_LEAD], status=Attendance.Status.REMOTE, circle=everyone)
    say_attendance(national, by=lead, status=Attendance.Status.REGISTERED, circle=everyone)
    say_attendance(call, by=people[SECOND_LEAD], status=Attendance.Status.REMOTE, circle=everyone)


# --- When ---------------------------------------------------------------------------------------------------------------


def here(zone: str) -> datetime:
    return now().astimezone(ZoneInfo(zone))


def in_days(days: int, zone: str) -> date:
    return here(zone).date() + timedelta(days=days)


def regional_dates() -> NewDate:
    return NewDate(in_days(3, VENUE), until=in_days(6, VENUE), hour=time(9), zone=VENUE)


def registration_date() -> NewDate:
    """Tomorrow there, and less than a day from now: so whoever wants to go is reminded at once, whatever the hour of the start."""
    hour = time(min(here(VENUE).hour, 18))
    return NewDate(in_days(1, VENUE), hour=hour, zone=VENUE, follows=True)


def document_date() -> NewDate:
    return NewDate(in_days(2, VENUE), hour=time(18), zone=VENUE, follows=True)


def contribution_date() -> NewDate:
    return NewDate(in_days(14, times.ITU_ZONE), hour=time(23, 59), zone=times.ITU_ZONE)


def national_dates() -> NewDate:
    return NewDate(in_days(9, "Africa/Nairobi"), hour=time(10), zone="Africa/Nairobi")


def call_dates() -> NewDate:
    return NewDate(in_days(2, "UTC"), hour=time(15), zone="UTC")


MEETINGS = {"meeting/regional": regional_dates, "meeting/national": national_dates, "meeting/call": call_dates}
DEADLINES = {
    "deadline/registration": registration_date,
    "deadline/document": document_date,
    "deadline/contribution": contribution_date,
}


def own_dates(model: type[Meeting] | type[Deadline]) -> QuerySet[Any]:
    keys = MEETINGS if model is Meeting else DEADLINES
    return model.objects.filter(submission__in=[submission(key) for key in keys])


def is_over() -> bool:
    """Whether the regional meeting of the demonstration has passed, and with it what there was to show."""
    regional = Meeting.objects.filter(submission=submission("meeting/regional")).first()
    return regional is not None and regional.is_past


@transaction.atomic
def refresh_dates() -> None:
    """Every example date as on the first day. Nobody is told that it moved: these are no official dates."""
    regional = Meeting.objects.filter(submission=submission("meeting/regional")).first()
    days = (in_days(3, VENUE) - regional.starts_on) if regional else timedelta(0)
    for model, keys in ((Meeting, MEETINGS), (Deadline, DEADLINES)):
        for row in own_dates(model):
            new = next(dates() for key, dates in keys.items() if submission(key) == row.submission)
            row.at, row.version = new.instant, row.version + 1
            if isinstance(row, Meeting):
                row.starts_on, row.ends_on = new.on, new.last_day
            row.save()
    told = [submission(f"follow-up/{row.key}") for row in (*story.STORY, *story.OTHER_STORY)]
    FollowUp.objects.open().filter(submission__in=told).update(
        due_at=F("due_at") + days, version=F("version") + 1, snoozed_until=None, changed_at=now()
    )


# --- What they have in hand ---------------------------------------------------------------------------------------------


def tell(told: story.FollowUp, circle: Circle, people: People) -> FollowUp:
    """Make it and do to it what was done, through the services; then date it all back to when it happened."""
    row = follow_ups.create(
        circle=circle,
        title=told.title,
        done_means=told.done_means,
        due_at=due(max(told.due, 2), people[told.by]),
        by=people[told.by],
        owner=people.get(told.owner),
        backup=people.get(told.backup),
        resolution=Resolution.objects.filter(number=told.resolution).first() if told.resolution else None,
        delegation=Delegation.objects.filter(country=told.country, is_example=True).first() if told.country else None,
        submission=submission(f"follow-up/{told.key}"),
    )
    for act in told.acts:
        do(act, row, people)
    date_back(row, told, due(told.due, people[told.by]))
    return row


def due(days: int, by: User) -> datetime:
    return times.instant_of(in_days(days, by.time_zone), time(18), by.time_zone)


def do(act: story.Act, row: FollowUp, people: People) -> None:
    by = people[act.by]
    match act.verb:
        case "done":
            follow_ups.done(row, by=by, evidence=act.evidence)
        case "snooze":
            follow_ups.snooze(row, until=Until.TOMORROW, by=by)
        case verb:
            getattr(follow_ups, verb)(row, by=by)


def date_back(row: FollowUp, told: story.FollowUp, due_at: datetime) -> None:
    instant = now()
    made = instant + timedelta(days=told.made)
    done_at = [instant + timedelta(days=act.day) for act in told.acts]
    events = list(row.events.order_by("pk"))
    first = len(events) - len(done_at)
    for event, at in zip(events, [made] * first + done_at, strict=True):
        type(event).objects.filter(pk=event.pk).update(at=at)
    row.refresh_from_db()
    changes = [at for act, at in zip(told.acts, done_at, strict=True) if act.verb != "snooze"]
    state_at = changes[-1] if changes else made
    FollowUp.objects.filter(pk=row.pk).update(
        created_at=made,
        assigned_at=made if row.assigned_at else None,
        state_at=state_at,
        closed_at=state_at if row.closed_at else None,
        due_at=due_at,
    )
