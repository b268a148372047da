import logging

from celery import shared_task

from amnt.audit import chain

logger = logging.getLogger(__name__)


@shared_task
def seal_new() -> None:
    """Every minute. Running it twice, or twice at once, seals nothing twice."""
    chain.seal_new()


@shared_task
def verify_once_a_day() -> None:
    """Asked every hour. What is broken is in the log and on the page of health, in the same words as `verify_audit` says it."""
    for fault in chain.verify_once_a_day():
        logger.error("The audit is broken: %s", fault)
