from celery import shared_task

from amnt.accounts.services import locking, recoveries


@shared_task
def carry_out_recoveries() -> None:
    """Every ten minutes. Running it twice, or twice at once, carries out nothing twice."""
    recoveries.carry_out_due()


@shared_task
def keep_locked() -> None:
    """Every minute. Running it twice, or twice at once, closes nothing twice."""
    locking.end_late_log_ins()
