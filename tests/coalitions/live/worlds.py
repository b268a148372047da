"""The eighth day of an assembly, on the clock of its venue, for the tests of the live pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from coalitions.live.services.sessions import enter_session
from coalitions.models import AssemblySession
from tests.factories import AssemblyFactory

VENUE = "Asia/Kolkata"
EIGHTH = "2028-10-24"


def at(hour: str, day: str = EIGHTH) -> datetime:
    """This hour at the venue."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(VENUE))


def assembly():
    return AssemblyFactory(zone=VENUE)


def session(circle, by, hour: str, *, ends: str = "", day: str = EIGHTH, **facts) -> AssemblySession:
    """A session on the eighth day, as this person enters it."""
    said = {"standing": "official", "group": "ad-hoc", "assembly": assembly()} | facts
    return enter_session(circle, starts_at=at(hour, day), ends_at=at(ends, day) if ends else None, by=by, **said)
