import logging

from celery import shared_task
from django.core.management import CommandError, call_command
from django.utils import translation

logger = logging.getLogger(__name__)


@shared_task
def tell_watcher() -> None:
    """Every five minutes: ping the external watchdog if all is well. It alerts when pings stop."""
    try:
        with translation.override("en"):  # what the log speaks
            call_command("health", ping=True, verbosity=0)
    except CommandError as trouble:
        logger.error("This instance needs someone: %s", trouble)
    except OSError as error:
        logger.warning("The watcher outside could not be told: %s", type(error).__name__)
