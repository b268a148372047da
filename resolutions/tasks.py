"""Reading what was brought in, and comparing long texts. Each of these may run twice, at once, or late, and no harm is done."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from resolutions.domain.budgets import CLAUSES_ANCHORED_AT_ONCE
from resolutions.models import KeptComparison, RevisionText, Upload
from resolutions.services import comparisons, contributions, uploads

logger = logging.getLogger(__name__)

AT_ONCE = 20


@shared_task(time_limit=60)
def read_uploads(keys: Iterable[int]) -> None:
    """As soon as they were brought, at most `AT_ONCE`. One that fails stops no other; a worker that is killed over one leaves it and those
    after it to the next sweep.
    """
    for pk in keys:
        try:
            uploads.read_upload(pk)
        except Exception:
            logger.exception("Document %s was not read", pk)


@shared_task
def read_waiting() -> None:
    """Every minute: what a lost broker, or a lost worker, left behind."""
    uploads.correct_clock()
    read_uploads(Upload.objects.filter(uploads.readable_uploads()).order_by("state_at").values_list("pk", flat=True)[:AT_ONCE])


@shared_task
def anchor_rest(pk: int) -> None:
    """As soon as a text was entered: the proposals that still wait for it, some at a time."""
    for text in RevisionText.objects.current().filter(pk=pk):
        while contributions.anchor_again(text, most=CLAUSES_ANCHORED_AT_ONCE):
            pass


@shared_task
def anchor_new_texts() -> None:
    """Every ten minutes: what a lost broker, or a lost worker, left behind of the texts of the last day."""
    for pk in RevisionText.objects.current().filter(entered_at__gt=now() - timedelta(days=1)).values_list("pk", flat=True):
        try:
            anchor_rest(pk)
        except Exception:
            logger.exception("Proposals were not anchored to text %s", pk)


@shared_task(time_limit=60)
def make_comparison(pk: int) -> None:
    """As soon as it was asked for."""
    comparisons.make_comparison(pk)


@shared_task
def make_comparisons() -> None:
    """Every minute: those that a lost broker, or a lost worker, left behind. One that fails stops no other."""
    for pk in KeptComparison.objects.filter(comparisons.waiting_comparisons()).order_by("asked_at").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            comparisons.make_comparison(pk)
        except Exception:
            logger.exception("Comparison %s was not made", pk)
