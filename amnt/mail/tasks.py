from celery import shared_task

from amnt.accounts.services import locking
from amnt.mail import delivery

OF_LOCKING = "accounts/locked"


@shared_task
def deliver_waiting() -> None:
    """Send what waits. Running it twice, or twice at once, sends nothing twice.

    While the instance is locked, all of it waits but what tells people that it is.
    """
    delivery.deliver_waiting(only=OF_LOCKING if locking.is_locked() else "")
