"""Celery beat for machines whose clock is sometimes set back.

Beat remembers when each task ran last, in memory and in its file. Set back by a day, it would send nothing for a day, even after a
restart: each task seems to have run in the future.
"""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(seconds=2)


class Scheduler(PersistentScheduler):
    """Celery's own, except that a task that ran in the future has run just now."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if ahead := [entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now() + CLOCK_SKEW]:
            logger.warning("The clock was set back: the schedule begins anew")
            for entry in ahead:
                entry.last_run_at = entry.default_now()
            # Computed anew from these.
            self._heap = None
        return float(super().tick(*args, **kwargs))
