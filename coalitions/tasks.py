from celery import shared_task

from coalitions.services import scheduled


@shared_task
def do_what_is_due() -> None:
    """Every minute. Running it twice, or twice at once, or days late, does nothing twice."""
    scheduled.do_what_is_due()
