import logging

from celery import shared_task

from amnt.audit import chain

logger = logging.getLogger(__name__)


@shared_task
def seal_new() -> None:
    """Every minute. Running it twice, or twice at once, seals nothing twice."""
    chain.seal_new()


@shared_task
def forget_old() -> None:
    """Once a day: what is older than a year goes behind a signed checkpoint."""
    if forgotten := chain.forget_old():
        logger.info("%s entries of the audit were older than a year and are deleted", forgotten)
