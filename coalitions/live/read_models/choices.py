"""What the forms of the live pages offer."""

from amnt.accounts.models import User
from coalitions.live.read_models.day import DayPage
from coalitions.models import Circle, MembershipContext
from coalitions.permissions import circles_worked_in
from resolutions.models import Resolution

MOST_OFFERED = 40


def circles_for(user: User, memberships: MembershipContext) -> list[Circle]:
    """Where this person may enter a session."""
    return list(circles_worked_in(user, memberships))


def resolutions_offered(page: DayPage) -> list[Resolution]:
    """Those one watches and those on the agenda of the day, by number: what an informal session is most likely about."""
    keys = page.watched | {each.pk for row in page.rows for each in row.agenda}
    rows = Resolution.objects.visible_to(page.user).filter(pk__in=keys).only("pk", "number", "slug", "label", "series")
    return sorted(rows, key=lambda row: (row.number is None, row.number or 0, row.slug))[:MOST_OFFERED]
