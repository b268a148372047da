"""What programs have promised by themselves: people, an official date that moves, and the evening of an assembly's day.

`World.write` lays mails into the outbox; here beat has to find out who is to be told what, while programs are killed.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import Deadline
from calendar_app.reminders import planning
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import propose_change
from coalitions.models import AssemblySession, Circle, CircleMembership, Coalition, Membership, SessionAttendee
from resolutions.models import Assembly, Resolution, Watch

LEADS = 2
BATCH = 1000
NOON, EVENING = 12, 20


def zone_in_which_it_is(hour: int) -> str:
    """Neither quiet hours nor the hour of a digest depend on when this is run."""
    ahead = (hour - now().astimezone(UTC).hour + 12) % 24 - 12
    # The signs of these names are the other way round: Etc/GMT-3 is three hours ahead of UTC.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def people(number: int, *, hour: int) -> Circle:
    """So many people of one coalition, the first two of whom lead it; on their clocks it is this hour."""
    coalition = Coalition.objects.create(name="Faults", mail_ceiling="detailed")
    everyone = Circle.objects.create(coalition=coalition, kind=Circle.Kind.EVERYONE)
    zone = zone_in_which_it_is(hour)
    # Reached on whatever day and at whatever hour this is run.
    wishes = {"time_zone": zone, "quiet_from": time(0), "quiet_to": time(0), "weekend": "none", "mail_level": "standard"}
    rows = [User(email=f"promised{n}@{n % 4}.example", name=f"Promised {n}", **wishes) for n in range(number)]
    users = User.objects.bulk_create(rows, batch_size=BATCH)
    roles = ["lead"] * LEADS + ["member"] * (number - LEADS)
    memberships = Membership.objects.bulk_create(
        [Membership(coalition=coalition, user=user, role=role) for user, role in zip(users, roles, strict=True)], batch_size=BATCH
    )
    CircleMembership.objects.bulk_create([CircleMembership(circle=everyone, membership=row) for row in memberships], batch_size=BATCH)
    return everyone


def an_assembly(first: date, *, zone: str = "Europe/Zurich") -> Assembly:
    return Assembly.objects.create(
        code="WTSA-FAULTS", name_en="Assembly", short_name_en="WTSA", starts_on=first, ends_on=first + timedelta(days=9), zone=zone
    )


def a_moved_date(number: int) -> None:
    """A deadline that so many people watch is planned, then moves by a week: each is to be told so once (RR-13)."""
    everyone = people(number, hour=NOON)
    assembly = an_assembly(now().date() + timedelta(days=120))
    resolution = Resolution.objects.create(number=1, slug="1", title_en="Title")
    users = list(everyone.people().order_by("pk"))
    Watch.objects.bulk_create([Watch(user=user, resolution=resolution) for user in users], batch_size=BATCH)
    deadline = Deadline.objects.create(
        assembly=assembly, kind="contribution", title_en="Contributions", at=now() + timedelta(days=90), source="https://example.org/"
    )
    planning.plan_all()
    new = NewDate((deadline.at + timedelta(days=7)).date())
    propose_change(deadline, new=new, source="https://example.org/", by=users[0])


def an_evening(number: int) -> None:
    """At the venue it is twenty o'clock: so many people go to a session of tomorrow, and to another one nobody does (RR-15, RR-16)."""
    everyone = people(number, hour=EVENING)
    zone = zone_in_which_it_is(EVENING)
    tomorrow = now().astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    assembly = an_assembly(tomorrow - timedelta(days=7), zone=zone)
    sessions = [
        AssemblySession.objects.create(
            circle=everyone, assembly=assembly, title=title, starts_at=datetime.combine(tomorrow, time(hour), ZoneInfo(zone))
        )
        for title, hour in (("Committee 4", 10), ("Committee 5", 14))
    ]
    going = [SessionAttendee(session=sessions[0], user=user, day=tomorrow) for user in everyone.people()]
    SessionAttendee.objects.bulk_create(going, batch_size=BATCH)
