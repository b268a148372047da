"""National meetings, for the card of a delegation."""

from collections.abc import Sequence

from amnt.accounts.models import User
from calendar_app.models import Meeting
from coalitions.models import Delegation
from coalitions.read_models import national_meetings

MOST_SHOWN = 10


def meetings_of(user: User, card: Delegation) -> Sequence[Meeting]:
    """The public ones of this country before this assembly, the latest first."""
    public = Meeting.objects.visible_to(user).filter(circle=None, kind=Meeting.Kind.NATIONAL)
    return public.filter(country=card.country, assembly=card.assembly_id).order_by("-at", "-pk")[:MOST_SHOWN]


def register_all() -> None:
    national_meetings.register(meetings_of)
