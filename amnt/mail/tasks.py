from celery import shared_task

from amnt.accounts.services import locking
from amnt.mail import delivery


@shared_task
def deliver_waiting() -> None:
    """Send what waits. Running it twice, or twice at once, sends nothing twice. While the instance is locked, all of it waits."""
    if not locking.is_locked():
        delivery.deliver_waiting()
