"""The eighth day of an assembly, so that the live pages can be tried out: sessions around this hour of the venue, and who goes."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.demo.people_data import CAST, LEAD, MEMBER, OURS, SECOND_LEAD, TRANSLATOR
from amnt.demo.submission_ids import submission
from coalitions.live.read_models.season import season_of
from coalitions.live.services import attendance, presence
from coalitions.live.services.notes import write_note
from coalitions.live.services.sessions import confirm_session, enter_session
from coalitions.models import AssemblySession, Circle, Coalition, SessionAttendee, SessionNote
from resolutions.models import Assembly, Resolution

EIGHTH = timedelta(days=7)
TEN_DAYS = timedelta(days=9)
QUARTER = 15
# Between these hours of the venue all sessions of the stage fit into the day.
EARLIEST, LATEST = time(9), time(15)


class ExampleSession(NamedTuple):
    """minutes -- after this quarter of an hour; lasts -- in minutes; room_of, heard_by -- parts of who goes, and who listens"""

    key: str
    minutes: int
    lasts: int
    room: str
    standing: str
    group: str
    numbers: tuple[int, ...] = ()
    title: str = ""
    room_of: tuple[str, ...] = ()
    heard_by: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


TODAY = (
    ExampleSession("huddle", -120, 30, "Room B", "own", "other", (), "Point du matin (exemple)", (LEAD, SECOND_LEAD, MEMBER)),
    ExampleSession("committee", 15, 75, "Room 2", "official", "committee", (52, 64), "", (SECOND_LEAD,), (TRANSLATOR,)),
    ExampleSession("informal", 30, 45, "Room F", "informal", "other", (50,)),
    ExampleSession("ad-hoc", 60, 60, "Room 7", "official", "ad-hoc", (98,), "", (MEMBER,)),
    ExampleSession("drafting", 120, 75, "Room 3", "official", "drafting", (47,), asked=(MEMBER,)),
    ExampleSession("plenary", 270, 105, "Main hall", "official", "plenary", (20, 52, 64), "", (LEAD, SECOND_LEAD), (TRANSLATOR,)),
    ExampleSession("heard", 270, 75, "Room 3", "official", "ad-hoc", (75,), "", (), (TRANSLATOR,)),
    ExampleSession("evening", 390, 30, "Room B", "own", "other", (), "Point du soir (exemple)"),
)
YESTERDAY = (
    ExampleSession("yesterday", 0, 60, "Room 7", "official", "ad-hoc", (50,), "", (SECOND_LEAD,)),
    ExampleSession("unnoted", 60, 45, "Room F", "informal", "other", (75,), "", (MEMBER,)),
)
TOMORROW = (
    ExampleSession("tomorrow", 0, 60, "Room 7", "official", "ad-hoc", (50,)),
    ExampleSession("tomorrow-plenary", 180, 120, "Main hall", "official", "plenary", (50, 75), "", (LEAD,)),
)


@transaction.atomic
def set_the_stage() -> Assembly:
    """Move the current assembly so that today is its eighth day, and fill three days. The same day twice adds nothing."""
    people = {person.part: User.objects.get(email=person.email) for person in CAST}
    assembly = move_assembly()
    everyone = Coalition.objects.get(name=OURS.name).everyone
    here = now().astimezone(ZoneInfo(assembly.zone))
    moment = min(max(here.time(), EARLIEST), LATEST)
    base = datetime.combine(here.date(), moment.replace(minute=moment.minute // QUARTER * QUARTER, second=0, microsecond=0), here.tzinfo)
    a_day = timedelta(days=1)
    for offset, story in ((-a_day, YESTERDAY), (timedelta(0), TODAY), (a_day, TOMORROW)):
        for told in story:
            build_session(told, base + offset, everyone, assembly, people)
    say_where(here.date(), assembly, everyone, people)
    return assembly


def move_assembly() -> Assembly:
    assembly = Assembly.objects.current()
    if assembly is None:
        raise ValueError("There is no assembly: load the reference data first.")
    today = now().astimezone(ZoneInfo(assembly.zone)).date()
    if assembly.starts_on != today - EIGHTH:
        assembly.starts_on, assembly.ends_on = today - EIGHTH, today - EIGHTH + TEN_DAYS
        assembly.save(update_fields=["starts_on", "ends_on"])
    return assembly


def build_session(told: ExampleSession, base: datetime, everyone: Circle, assembly: Assembly, people: dict[str, User]) -> None:
    key = submission(f"live/{base.date()}/{told.key}")
    if AssemblySession.objects.filter(submission=key).exists():
        return
    starts_at = base + timedelta(minutes=told.minutes)
    session = enter_session(
        everyone,
        assembly=assembly,
        standing=told.standing,
        group=told.group,
        title=told.title,
        room=told.room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=told.lasts),
        resolutions=Resolution.objects.of_assembly().filter(number__in=told.numbers),
        by=people[SECOND_LEAD],
        submission=key,
    )
    for parts, manner in ((told.room_of, SessionAttendee.Manner.ROOM), (told.heard_by, SessionAttendee.Manner.LISTENING)):
        for part in parts:
            # Of what is over, the service would not let anybody say it.
            SessionAttendee.objects.create(session=session, user=people[part], day=session.day, manner=manner)
    # In the evening it is over, and nobody can be asked to go there.
    if not session.is_over:
        for part in told.asked:
            attendance.ask(session, person=people[part], by=people[LEAD])
    if told.key == "yesterday":
        note_what_moved(session, everyone, people[SECOND_LEAD])
    if told.key == "unnoted":
        confirm_session(session, by=people[MEMBER])


def note_what_moved(session: AssemblySession, everyone: Circle, author: User) -> None:
    resolution = session.resolutions.first()
    write_note(
        session,
        circle=everyone,
        moved="Exemple : deux passages entre crochets sont tombés ; le reste va en plénière.",
        resolution=resolution,
        next_step=SessionNote.NextStep.PLENARY if resolution else SessionNote.NextStep.UNKNOWN,
        by=author,
        submission=submission(f"live/note/{session.pk}"),
    )


def say_where(today: date, assembly: Assembly, everyone: Circle, people: dict[str, User]) -> None:
    season = season_of(assembly)
    if season is None:
        return
    for part, places in (
        (MEMBER, {"morning": "on-site", "afternoon": "on-site"}),
        (TRANSLATOR, {"morning": "remote", "afternoon": "remote"}),
        (LEAD, {"morning": "on-site", "afternoon": "on-site"}),
    ):
        presence.declare([everyone.coalition], season=season, day=today, places=places, by=people[part])
