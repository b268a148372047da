"""As in production, on the servers of one run of bin/faults. Only the waiting is shorter (`hurrying`)."""

from amnt.settings import *  # noqa: F403
from amnt.settings import CELERY_BEAT_SCHEDULE, MAILERS

MAILERS["default"]["OPTIONS"]["timeout"] = 3
CELERY_IMPORTS = ["tests.faults.hurrying"]
CELERY_BEAT_SCHEDULE = {name: CELERY_BEAT_SCHEDULE[name] | {"schedule": 3.0} for name in ("remind", "deliver")}
