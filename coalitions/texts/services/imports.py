"""Withdrawing and restoring an import, recorded in the audit of its author's coalitions."""

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, HintDismissal, Position, Reading
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
def take_back_publication(job: ImportJob, *, by: User) -> ImportJob:
    """Withdraw it within a day of its publication, with its events, its hints and the mail about it that was not sent; refused once others
    built on it. Safe to repeat.
    """
    job = import_jobs.lock_job(job)
    if job.taken_back_at is None and not job.can_be_taken_back:
        raise RuleBroken(_("The 24 hours in which it could be taken back from here are over."))
    if job.taken_back_at is None and is_built_on(job):
        raise RuleBroken(_("Others have worked with it since: it cannot be taken back from here any more."))
    return take_back(job, by=by)


def is_built_on(job: ImportJob) -> bool:
    """Whether anybody but its author wrote something about what it added, or changed it. Does not say who or what: that may be of
    another circle.
    """
    if import_jobs.has_moved_on(job):
        return True
    made = import_jobs.made_by(job).values("pk")
    written = (
        Reading.objects.filter(proposal__in=made),
        Position.objects.filter(written_for__in=made),
        HintDismissal.objects.filter(proposal__in=made),
    )
    return any(rows.exclude(by=job.by).exists() for rows in written)


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
