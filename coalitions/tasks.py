from celery import shared_task

from coalitions.services import by_the_clock


@shared_task
def do_what_is_due() -> None:
    """Every minute. Running it twice, or twice at once, or days late, does nothing twice."""
    by_the_clock.do_what_is_due()
