from celery import shared_task

from amnt.retention import services


@shared_task
def apply_once_a_day() -> None:
    """Every hour, to find out whether a day has passed. Running it twice deletes nothing more."""
    services.apply_once_a_day()
