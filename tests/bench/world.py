"""Worlds to measure in: the same density of people and work per coalition, and more coalitions in the large one.

Rows are made in bulk and from a seed, so that two runs measure the same world.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice

from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import Attendance, Deadline, Meeting
from coalitions.models import Circle, CircleMembership, Coalition, FollowUp, FollowUpEvent, Membership, Organisation
from resolutions.models import Assembly, Outcome, RegionalGroup, RegionWatch, Resolution, Revision, Topic, Watch
from tests.bench.comparing import grow_comparison
from tests.bench.proposals import grow_proposals, past_assemblies, read_and_stand

ZONES = ("Africa/Nairobi", "Europe/Zurich", "America/Montevideo", "Africa/Tunis", "Asia/Kolkata", "Pacific/Fiji", "America/Bogota")
LANGUAGES = ("fr", "en", "es")
PEOPLE_A_COALITION = 33
FOLLOW_UPS_A_COALITION = 333
BATCH = 2000


@dataclass(frozen=True)
class Size:
    coalitions: int
    resolutions: int
    regional_meetings: int
    other_dates: int
    proposals: int


# The large one holds 2,000 people, 60 coalitions, 500 resolutions, 20,000 follow-ups, 3,000 meetings and deadlines, 40,000 proposals.
SMALL = Size(coalitions=3, resolutions=110, regional_meetings=20, other_dates=40, proposals=4_000)
LARGE = Size(coalitions=60, resolutions=500, regional_meetings=1000, other_dates=1000, proposals=40_000)


def grow(size: Size, seed: int = 28) -> User:
    """Make the database as large as this, keeping what is there. The person to measure with: a lead of the first coalition."""
    dice = random.Random(seed)
    today = now().date()
    assembly = the_assembly(today)
    groups = the_groups()
    grow_resolutions(size.resolutions, assembly, dice)
    grow_dates(size, assembly, groups, today)
    grow_proposals(size.proposals, assembly, groups, dice)
    grow_comparison(assembly, past_assemblies()[0])
    for number in range(Coalition.objects.count(), size.coalitions):
        found(number, groups, dice)
    return User.objects.get(email="person-0-0@example.org")


def the_assembly(today: date) -> Assembly:
    return Assembly.objects.get_or_create(
        code="WTSA-28",
        defaults={
            "name_fr": "Assemblée mondiale de normalisation des télécommunications 2028",
            "name_en": "World Telecommunication Standardization Assembly 2028",
            "short_name_fr": "AMNT-28",
            "short_name_en": "WTSA-28",
            "starts_on": today + timedelta(days=120),
            "ends_on": today + timedelta(days=129),
            "date_status": "provisional",
        },
    )[0]


def the_groups() -> list[RegionalGroup]:
    return [
        RegionalGroup.objects.get_or_create(code=code, defaults={"name_en": code, "name_fr": code, "acronym_fr": code, "acronym_en": code})[
            0
        ]
        for code in ("ATU", "APT", "LAS", "CEPT", "CITEL", "RCC")
    ]


def grow_resolutions(count: int, assembly: Assembly, dice: random.Random) -> None:
    topics = [
        Topic.objects.get_or_create(tag=tag, defaults={"name_fr": tag, "name_en": tag})[0]
        for tag in ("cybersecurity", "privacy", "numbering", "participation")
    ]
    start = Resolution.objects.count() + 1
    made = Resolution.objects.bulk_create(
        [
            Resolution(
                number=number,
                slug=str(number),
                title_fr=f"Titre de la résolution {number} sur la normalisation et les droits",
                title_en=f"Title of resolution {number} on standardization and rights",
                why_fr="Dit quelle commission d’études peut travailler sur quoi, et où se fixe le périmètre.",
                is_named_in_guide=number % 5 == 0,
                rights_relevance=dice.choice(("high", "medium", "low")),
                source="https://example.org/",
            )
            for number in range(start, count + 1)
        ],
        batch_size=BATCH,
    )
    Resolution.topics.through.objects.bulk_create(
        [Resolution.topics.through(resolution=row, topic=dice.choice(topics)) for row in made], batch_size=BATCH
    )
    Revision.objects.bulk_create([Revision(resolution=row, assembly=assembly, label_fr="Rév. Genève, 2022") for row in made])
    Outcome.objects.bulk_create([Outcome(resolution=row, assembly=assembly, action=dice.choice(("MOD", "NOC", ""))) for row in made])


def grow_dates(size: Size, assembly: Assembly, groups: list[RegionalGroup], today: date) -> None:
    """Regional meetings with one door each, and other meetings; spread over a year ahead."""
    there = Meeting.objects.filter(kind="regional").count()
    made = Meeting.objects.bulk_create(
        [
            Meeting(
                assembly=assembly,
                kind="regional",
                title_fr=f"Réunion préparatoire régionale {number}",
                title_en=f"Regional preparatory meeting {number}",
                group=groups[number % len(groups)],
                starts_on=(day := today + timedelta(days=45 + number % 320)),
                ends_on=day + timedelta(days=4),
                at=datetime(day.year, day.month, day.day, 7, tzinfo=UTC),
                has_hour=True,
                zone="Africa/Nairobi",
                source="https://example.org/",
            )
            for number in range(there, size.regional_meetings)
        ],
        batch_size=BATCH,
    )
    Deadline.objects.bulk_create(
        [
            Deadline(
                assembly=assembly,
                meeting=row,
                kind="registration",
                title_fr=f"Clôture des inscriptions : {row.title_fr}",
                title_en=f"Registration closes: {row.title_en}",
                at=row.at - timedelta(days=14),
                zone=row.zone,
                offset_days=-14,
                source="https://example.org/",
            )
            for row in made
        ],
        batch_size=BATCH,
    )
    there = Meeting.objects.filter(kind="study-group").count()
    Meeting.objects.bulk_create(
        [
            Meeting(
                assembly=assembly,
                kind="study-group",
                title_fr=f"Commission d’études {number}",
                starts_on=(day := today + timedelta(days=10 + number % 350)),
                ends_on=day + timedelta(days=5),
                at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
                zone="Europe/Zurich",
                source="https://example.org/",
            )
            for number in range(there, size.other_dates)
        ],
        batch_size=BATCH,
    )
    if not Deadline.objects.filter(kind="contribution").exists():
        Deadline.objects.bulk_create(
            [
                Deadline(
                    assembly=assembly,
                    kind="contribution",
                    title_fr="Date limite de soumission des contributions",
                    title_en="Deadline for contributions",
                    at=now() + timedelta(days=days),
                    source="https://example.org/",
                )
                for days in (60, 90, 120, 150, 180)
            ]
        )


def found(number: int, groups: list[RegionalGroup], dice: random.Random) -> None:
    """One coalition: its people, what they follow, its follow-ups and their events."""
    coalition = Coalition.objects.create(name=f"Coalition {number}", mail_ceiling="detailed")
    everyone = Circle.objects.create(coalition=coalition, kind="everyone")
    organisations = Organisation.objects.bulk_create([Organisation(name=f"Organisation {number}-{n}") for n in range(10)])
    people = User.objects.bulk_create(
        [
            User(
                email=f"person-{number}-{n}@example.org",
                name=f"Personne {number} Exemple {n}",
                password="!",
                language=LANGUAGES[n % 3],
                time_zone=ZONES[n % len(ZONES)],
                first_steps_done_at=now(),
                seen_at=now(),
                seen_before_at=now() - timedelta(days=3),
                mail_level=("discreet", "standard", "detailed")[n % 3],
            )
            for n in range(PEOPLE_A_COALITION + (number % 3 == 0))
        ]
    )
    memberships = Membership.objects.bulk_create(
        [
            Membership(coalition=coalition, user=user, organisation=organisations[n % 10], role="lead" if n < 2 else "member")
            for n, user in enumerate(people)
        ]
    )
    CircleMembership.objects.bulk_create([CircleMembership(circle=everyone, membership=row) for row in memberships])
    resolutions = list(Resolution.objects.order_by("number")[:60])
    Watch.objects.bulk_create([Watch(user=user, resolution=row) for user in people for row in dice.sample(resolutions, 5)])
    RegionWatch.objects.bulk_create([RegionWatch(user=user, group=dice.choice(groups)) for user in people[::5]])
    meeting = Meeting.objects.filter(kind="regional").order_by("at").first()
    Attendance.objects.bulk_create([Attendance(user=user, meeting=meeting, status="going") for user in people[:3]])
    grow_follow_ups(everyone, people, resolutions, dice)
    read_and_stand(everyone, people[0], dice)


def grow_follow_ups(circle: Circle, people: list[User], resolutions: list[Resolution], dice: random.Random) -> None:
    owners = islice(cycle(people), FOLLOW_UPS_A_COALITION)
    rows = []
    for n, owner in enumerate(owners):
        state = ("to-accept", "in-hand", "blocked", "done", "dropped", "in-hand", "done", "done")[n % 8]
        closed = now() - timedelta(days=n % 60) if state in ("done", "dropped") else None
        rows.append(
            FollowUp(
                circle=circle,
                title=f"Demander à l’autorité numéro {n} si la position nationale est fixée",
                owner=None if n % 20 == 0 else owner,
                backup=people[(n + 1) % len(people)],
                assigned_by=people[0],
                created_by=people[0],
                created_at=now() - timedelta(days=30),
                due_at=now() + timedelta(days=n % 70 - 5, hours=n % 24),
                resolution=dice.choice(resolutions),
                state=state,
                closed_at=closed,
            )
        )
    made = FollowUp.objects.bulk_create(rows, batch_size=BATCH)
    FollowUpEvent.objects.bulk_create(
        [FollowUpEvent(follow_up=row, kind="created", by=people[0], at=row.created_at) for row in made]
        + [FollowUpEvent(follow_up=row, kind="done", by=row.owner, at=row.closed_at) for row in made if row.state == "done"],
        batch_size=BATCH,
    )


def people_with_due_digest(count: int, reminder, due: datetime) -> None:
    """So many more people of one coalition, each watching and each promised two things for now."""
    deadline = Deadline.objects.filter(kind="contribution").order_by("at").first()
    group = RegionalGroup.objects.order_by("pk").first()
    meeting = Meeting.objects.filter(kind="regional", group=group).order_by("at").first()
    people = watchers(count)
    RegionWatch.objects.bulk_create([RegionWatch(user=user, group=group) for user in people], batch_size=BATCH)
    promised = {"send_at": due, "state": "planned", "is_alone": False}
    reminder.objects.bulk_create(
        [reminder(user=user, rule="RR-01", deadline=deadline, offset=14, version=deadline.version, **promised) for user in people]
        + [reminder(user=user, rule="RR-04", meeting=meeting, offset=3, version=meeting.version, **promised) for user in people],
        batch_size=BATCH,
    )


def watchers(count: int) -> list[User]:
    """So many more people of one coalition, each watching one resolution."""
    coalition = Coalition.objects.order_by("pk").first()
    everyone = coalition.everyone
    resolution = Resolution.objects.order_by("number").first()
    first = User.objects.filter(email__startswith="watcher-").count()
    people = User.objects.bulk_create(
        [
            User(
                email=f"watcher-{n}@example.org",
                name=f"Lectrice {n}",
                password="!",
                language=LANGUAGES[n % 3],
                time_zone=ZONES[n % len(ZONES)],
                mail_level="standard",
                # Reached at whatever hour this is run.
                weekend="none",
                quiet_from=time(0),
                quiet_to=time(0),
            )
            for n in range(first, first + count)
        ],
        batch_size=BATCH,
    )
    memberships = Membership.objects.bulk_create([Membership(coalition=coalition, user=user) for user in people], batch_size=BATCH)
    CircleMembership.objects.bulk_create([CircleMembership(circle=everyone, membership=row) for row in memberships], batch_size=BATCH)
    Watch.objects.bulk_create([Watch(user=user, resolution=resolution) for user in people], batch_size=BATCH)
    return people
