from celery import shared_task
from django.core.management import call_command

from amnt.mail import delivery


@shared_task
def deliver_waiting() -> None:
    """Send what waits. Running it twice, or twice at once, sends nothing twice."""
    delivery.deliver_waiting()


@shared_task
def forget_old() -> None:
    """Once a day: mails settled three months ago, and sessions that have ended."""
    delivery.forget_old()
    call_command("clearsessions")
