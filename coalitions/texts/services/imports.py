"""Withdrawing and restoring an import, recorded in the audit of its author's coalitions."""

from django.db import transaction

from amnt.accounts.models import User
from amnt.audit.services import record
from coalitions.models import Coalition
from resolutions.models import ImportJob
from resolutions.services import import_jobs


@transaction.atomic
def take_back(job: ImportJob, *, by: User) -> ImportJob:
    was_there = job.taken_back_at is None
    job = import_jobs.take_back(job, by=by)
    if was_there:
        note("coalitions.import_taken_back", job, by)
    return job


@transaction.atomic
def put_back(job: ImportJob, *, by: User) -> ImportJob:
    was_gone = job.taken_back_at is not None
    job = import_jobs.put_back(job, by=by)
    if was_gone:
        note("coalitions.import_put_back", job, by)
    return job


def note(act: str, job: ImportJob, by: User) -> None:
    for coalition in Coalition.objects.filter(memberships__user=job.by).distinct().order_by("pk"):
        record(act, by=by, about=job, coalition=coalition)
