"""Whether a tick has nothing to do, asked in one query: most minutes of two years are such."""

from datetime import datetime

from django.db.models import Exists, QuerySet

from amnt.core.precompiled import PrecompiledQuery
from calendar_app.models import PlanMark, Reminder
from calendar_app.reminders.planning import changes, last_read
from calendar_app.reminders.session_mails import sessions_near
from calendar_app.reminders.statements import closing_soon
from coalitions.models import Statement


def is_quiet(instant: datetime) -> bool:
    """Nothing changed since the last tick, nothing is due, no statement is about to close or to be locked, and no assembly sits.

    Two queries, however much is planned.
    """
    mark = PlanMark.objects.first()
    # Of a clock that was set back, the mark lies ahead: planning sets it right.
    if mark is None or mark.read_until > instant:
        return False
    [found] = TO_DO.tuples(mark.pk, since=last_read(mark, instant), at=instant)
    return not any(found)


def to_do(key: int, since: datetime, at: datetime) -> QuerySet[PlanMark]:
    """Of each thing a tick looks for, whether there is any."""
    waiting = [*changes(since), Reminder.objects.due(at), closing_soon(at), Statement.objects.to_lock(at), sessions_near(at)]
    return PlanMark.objects.filter(pk=key).values_list(*(Exists(rows.order_by()) for rows in waiting))


# Django takes ten times as long to put it together as a database to answer it.
TO_DO = PrecompiledQuery(to_do)
