from celery import shared_task

from amnt.accounts import devices


@shared_task
def forget_ended_sessions() -> None:
    """Once a day. Running it twice forgets nothing more."""
    devices.forget_ended()
