from celery import shared_task

from amnt.accounts.services import recoveries


@shared_task
def carry_out_recoveries() -> None:
    """Every ten minutes. Running it twice, or twice at once, carries out nothing twice."""
    recoveries.carry_out_due()
