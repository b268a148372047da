"""RR-12: who answers for an organisation and has not, three days, one day and four hours before a statement closes.

That it opened, changed, moved or closed is told by the services of statements. Nothing is planned: each minute looks at what closes within
three days. A step that passed while another one is due, or before the statement was opened, changed or moved, is left out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.models import Email, Mute
from amnt.mail.services import write_emails
from calendar_app.reminders import placement
from calendar_app.reminders.recipients import clock_now
from calendar_app.reminders.rules import STATEMENT
from coalitions.models import Mandate, Statement, StatementReminder
from coalitions.models.absences import absences_ahead, away_at

HOURS = (72, 24, 4)


def remind_of_statements() -> int:
    """Write the mails that are due now. Say how many. Run twice, or twice at once, it writes none twice."""
    instant = now()
    return sum(remind(statement, instant) for statement in closing_soon(instant).select_related("circle"))


def closing_soon(instant: datetime) -> QuerySet[Statement]:
    """Those of which somebody may be reminded."""
    return Statement.objects.filter(closes_at__gt=instant, closes_at__lte=instant + timedelta(hours=max(HOURS)))


@transaction.atomic
def remind(statement: Statement, instant: datetime) -> int:
    step = step_due(statement, instant)
    if step is None:
        return 0
    told = set(statement.reminders.filter(hours__lte=step, closes_at=statement.closes_at).values_list("user", flat=True))
    people = [person for person in who_is_asked(statement, instant, step) if person.pk not in told]
    rows = [StatementReminder(statement=statement, user=person, hours=step, closes_at=statement.closes_at) for person in people]
    # Another worker may write the same: each row is claimed by its unique key.
    new = [row for row in rows if claimed(row)]
    about = {"statement": statement.pk, "what": "reminder", "number": statement.newest}
    write_emails([Email(kind="coalitions/statement", to_id=row.user_id, about=about) for row in new])
    return len(new)


def claimed(row: StatementReminder) -> bool:
    known = StatementReminder.objects.filter(statement=row.statement)
    return known.get_or_create(statement=row.statement, user=row.user, hours=row.hours, closes_at=row.closes_at)[1]


def step_due(statement: Statement, instant: datetime) -> int | None:
    """The nearest step that has begun, if the statement was open before it, as it is now: its opening and its changes were told already."""
    begun = [hours for hours in HOURS if statement.closes_at - timedelta(hours=hours) <= instant]
    nearest = min(begun, default=None)
    if nearest is None or statement.closes_at - timedelta(hours=nearest) < max(statement.opened_at, statement.changed_at):
        return None
    return nearest


def who_is_asked(statement: Statement, instant: datetime, step: int) -> Iterator[User]:
    """Those who have not answered, at an hour at which they may be reached; four hours before, at any hour. Who is away is asked once
    she is back, if it is still open.
    """
    mandates = Mandate.objects.current().filter(membership__coalition=statement.circle.coalition_id)
    mandates = mandates.filter(membership__circle_memberships__circle=statement.circle_id).select_related("membership__user")
    away = absences_ahead()
    silenced = set(Mute.objects.filter(kind=STATEMENT).values_list("user", flat=True))
    for mandate in mandates.order_by("pk"):
        person = mandate.membership.user
        reachable = step == min(HOURS) or placement.at_once(instant, statement.closes_at, clock_now(person)) <= instant
        is_asked = Statement.objects.filter(pk=statement.pk).waiting_for(person).exists()
        if away_at(person, instant, away):
            continue
        if reachable and person.pk not in silenced and not person.mail_refused_at and is_asked:
            yield person
