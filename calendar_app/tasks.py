"""Work by the clock. Each of these may run twice, at once, or days late, and no harm is done."""

from celery import shared_task
from django.utils.timezone import now

from amnt.core.steps import run_each
from calendar_app.reminders import planning, sending, session_mails, statements
from calendar_app.reminders.quiet import is_quiet
from calendar_app.services import health_watch, watched_sources
from coalitions.statements.services.statements import lock_all_closed


@shared_task
def tick() -> None:
    """Every minute: what changed, and what is due. One step that fails stops no other."""
    instant = now()
    if is_quiet(instant):
        planning.note_quiet_tick(instant)
        return
    steps = (
        planning.plan_changes,
        sending.send_due,
        statements.remind_of_statements,
        session_mails.remind_of_sessions,
        lock_all_closed,
    )
    if run_each(steps):
        planning.note_tick()


@shared_task
def plan_all() -> None:
    """Every hour, to find out whether a day has passed since everything was planned: the safety net under the ticks."""
    planning.plan_all_once_a_day()


@shared_task
def watch_health() -> None:
    """Every five minutes: what leads see on their first page if something of this instance needs somebody at once."""
    health_watch.watch_health()


@shared_task
def ask_others() -> None:
    """Every hour: which calendars and pages are due to be asked once more, where the host lets this service ask anybody."""
    watched_sources.ask_others()
