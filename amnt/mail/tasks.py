from celery import shared_task

from amnt.mail import delivery


@shared_task
def deliver_waiting() -> None:
    """Send what waits. Running it twice, or twice at once, sends nothing twice."""
    delivery.deliver_waiting()
