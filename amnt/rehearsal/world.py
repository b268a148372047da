"""The world of a rehearsal: people without names in all sorts of zones and habits, their coalitions, and the calendar that ships."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from amnt.accounts.models import User
from amnt.rehearsal.engine import at_noon
from amnt.rehearsal.faults import Span
from calendar_app.domain.phases import AFTER_DAYS, months_from
from calendar_app.models import Attendance, Deadline, Meeting
from calendar_app.services.attendance import say_attendance
from calendar_app.services.calendar_templates import add_usual_dates
from calendar_app.services.date_facts import add_deadline, add_meeting
from calendar_app.services.date_states import NewDate
from calendar_app.services.reference import load_reference
from coalitions.models import Circle, Coalition, Membership
from coalitions.services.circles import open_circle
from coalitions.services.membership import admit, found_coalition
from resolutions.models import Assembly, RegionalGroup, Resolution, Watch
from resolutions.services import reference
from resolutions.services.watching import watch, watch_region

MONTHS_BEFORE = 18
SOURCE = "https://example.org/circular"
FEWEST_PEOPLE = 6
# Of both hemispheres, east and west, with half and quarter hours, and clocks that change on different days or never. Few of them, as each
# has its own morning, and each morning costs.
ZONES = ("Africa/Nairobi", "Europe/Zurich", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns")
WEEKENDS = (User.Weekend.SAT_SUN, User.Weekend.SAT_SUN, User.Weekend.SAT_SUN, User.Weekend.FRI_SAT, User.Weekend.NONE)
RHYTHMS = (*[User.Rhythm.DAILY] * 6, User.Rhythm.WEEKLY, User.Rhythm.WEEKLY, User.Rhythm.URGENT)
# From and to; the same hour twice is none.
QUIET = (*[(time(20), time(8))] * 4, (time(22), time(6)), (time(0), time(0)), (time(8), time(12)))
DIGESTS = (*[time(8, 30)] * 7, time(12))
DAYS: tuple[list[int], ...] = ([], [], [], [7, 1], [3])
GROUPS = ("ATU", "APT", "LAS", "CEPT", "CITEL", "RCC")


class NoSuchAssembly(Exception):
    """There is no assembly of this code among the facts that ship, or its days are not known."""


@dataclass
class World:
    """people -- in the order of their numbers, with which a report names them: "person 7" """

    seed: int
    assembly: Assembly
    begins: datetime
    until: datetime
    coalitions: list[Coalition]
    people: list[User] = field(default_factory=list)

    def name(self, user: int) -> str:
        return self._names[user]

    def note_names(self) -> None:
        self._names = {user.pk: f"person {number}" for number, user in enumerate(self.people, 1)}

    def random(self, about: object) -> Random:
        """What is drawn for one thing does not depend on what was drawn for others."""
        return Random(f"{self.seed} {about}")  # noqa: S311 -- nothing here is a secret


def days_of(code: str) -> tuple[date, date]:
    """The first and the last day of this assembly, as the facts that ship have them."""
    name = "assemblies.yaml"
    rows = reference.read_file(reference.SHIPPED / name, reference.FILES[name]).rows
    for row in rows:
        if row.values["code"] == code and row.values.get("starts_on"):
            return row.values["starts_on"], row.values.get("ends_on") or row.values["starts_on"]
    known = ", ".join(row.values["code"] for row in rows if row.values.get("starts_on"))
    raise NoSuchAssembly(f"There is no assembly “{code}” whose days are known. There are: {known}.")


def span_of(code: str) -> Span:
    """From eighteen months before an assembly to ninety days after its first day."""
    first, _last = days_of(code)
    return Span(at_noon(months_from(first, -MONTHS_BEFORE)), at_noon(first + timedelta(days=AFTER_DAYS)))


def build_world(code: str, *, people: int, seed: int, span: Span) -> World:
    """With the clock at its beginning. The database must be empty."""
    if User.objects.exists():
        raise RuntimeError("A rehearsal needs a database of its own: there are people in this one.")
    load_reference()
    assembly = Assembly.objects.get(code=code)
    # Other assemblies lie outside of the cycle that is played.
    Deadline.objects.exclude(assembly=assembly).delete()
    Meeting.objects.exclude(assembly=assembly).delete()
    coalitions = [
        found_coalition("Coalition A", mail_ceiling=User.MailLevel.DETAILED),
        found_coalition("Coalition B", mail_ceiling=User.MailLevel.DISCREET),
    ]
    world = World(seed, assembly, span.begins, span.ends, coalitions)
    world.people = [build_person(world, number) for number in range(max(people, FEWEST_PEOPLE))]
    world.note_names()
    build_dates(world)
    build_circles(world)
    for number, user in enumerate(world.people):
        build_wishes(world, number, user)
    return world


def build_person(world: World, number: int) -> User:
    random = world.random(f"person {number}")
    quiet_from, quiet_to = random.choice(QUIET)
    user = User.objects.create_user(
        f"person-{number + 1}@host-{number % 7}.invalid",
        None,
        name=f"Person {number + 1}",
        language=("fr", "en", "es")[number % 3],
        time_zone=ZONES[number % len(ZONES)],
        mail_level=random.choice(User.MailLevel.values),
        rhythm=random.choice(RHYTHMS),
        digest_at=random.choice(DIGESTS),
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        weekend=random.choice(WEEKENDS),
        reminder_days=random.choice(DAYS),
        venue_time=random.random() < 0.7,
    )
    join(world, number, user)
    return user


def join(world: World, number: int, user: User) -> None:
    """Three of six people of each coalition lead it; of later ones, every twelfth. Some are in both, and some only observe."""
    role = Membership.Role.MEMBER
    if number < FEWEST_PEOPLE or number % 12 == 0:
        role = Membership.Role.LEAD
    elif number % 15 == 14:
        role = Membership.Role.OBSERVER
    admit(world.coalitions[number % 2], user=user, role=role)
    if number % 10 == 9:
        admit(world.coalitions[1 - number % 2], user=user, role=Membership.Role.MEMBER)


def build_dates(world: World) -> None:
    """Beside those that ship, the usual ones as assumptions, what a regional meeting asks for before, and what prepares one's coming."""
    lead = world.people[0]
    add_usual_dates(world.assembly, groups=list(RegionalGroup.objects.filter(code__in=GROUPS)), by=lead)
    for meeting in Meeting.objects.filter(kind=Meeting.Kind.REGIONAL, at__gt=world.begins + timedelta(days=30)).order_by("pk"):
        if not meeting.deadlines.exists():
            for kind, days in ((Deadline.Kind.REGISTRATION, 14), (Deadline.Kind.DOCUMENT, 7)):
                new = NewDate(meeting.starts_on - timedelta(days=days), follows=True)
                titles = {"en": f"{kind} of meeting {meeting.pk}"}
                add_deadline(by=lead, assembly=world.assembly, kind=kind, titles=titles, new=new, source=SOURCE, meeting=meeting)
    first = world.assembly.starts_on
    if first and not Meeting.objects.filter(kind=Meeting.Kind.ASSEMBLY, assembly=world.assembly).exists():
        add_meeting(
            by=lead,
            assembly=world.assembly,
            kind=Meeting.Kind.ASSEMBLY,
            titles={"en": world.assembly.code},
            new=NewDate(first, until=world.assembly.ends_on, zone=world.assembly.zone or "UTC"),
            source=SOURCE,
        )


def build_circles(world: World) -> None:
    """A restricted circle and one of a delegation, each with calls: nobody else may hear of them, and of the latter no mail speaks."""
    for coalition in world.coalitions:
        current = Membership.objects.current().filter(coalition=coalition)
        members = list(current.exclude(role=Membership.Role.OBSERVER).order_by("pk"))
        for kind, some in ((Circle.Kind.RESTRICTED, members[::2]), (Circle.Kind.DELEGATION, members[1::3])):
            opener = some[0].user
            circle = open_circle(coalition, name=f"{kind} of {coalition.name}", by=opener, kind=kind, people=some)
            for share in (0.15, 0.7):
                on = (world.begins + share * (world.until - world.begins)).date()
                call = add_meeting(
                    by=opener,
                    assembly=world.assembly,
                    kind=Meeting.Kind.CALL,
                    titles={"en": f"Call of {kind}"},
                    new=NewDate(on, hour=time(15), zone="UTC"),
                    circle=circle,
                )
                for membership in some[:4]:
                    say_attendance(call, by=membership.user, status=Attendance.Status.REMOTE, circle=circle)


def build_wishes(world: World, number: int, user: User) -> None:
    """Each watches a region and some resolutions."""
    random = world.random(f"wishes {number}")
    watch_region(user, RegionalGroup.objects.get(code=GROUPS[number % len(GROUPS)]))
    resolutions = list(Resolution.objects.of_assembly().order_by("pk"))
    for resolution in random.sample(resolutions, min(len(resolutions), random.randint(0, 4))):
        watch(user, resolution, random.choice(Watch.Scope.values))
