"""Work by the clock. Each of these may run twice, at once, or days late, and no harm is done."""

import logging
from collections.abc import Callable

from celery import shared_task

from calendar_app.reminders import planning, sending

logger = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """Every minute: what changed, and what is due. One step that fails stops no other."""
    went_well = [attempt(step) for step in (planning.plan_changes, sending.send_due)]
    if all(went_well):
        planning.note_tick()


def attempt(step: Callable[[], object]) -> bool:
    try:
        step()
    except Exception:
        logger.exception("%s failed: the next tick tries again", step.__name__)
        return False
    return True


@shared_task
def plan_all() -> None:
    """Every hour, to find out whether a day has passed since everything was planned: the safety net under the ticks."""
    planning.plan_all_once_a_day()
