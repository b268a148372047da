"""Taking back and restoring what was published, recorded in the audit of its author's coalitions."""

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, HintDismissal, Position, Reading
from resolutions.models import ImportJob
from resolutions.services import import_jobs


@transaction.atomic
def take_back(job: ImportJob, *, by: User, with_work_of_others: bool = False) -> ImportJob:
    """Withdraw it, with its events, its hints and the mail about it that was not sent. Safe to repeat.

    with_work_of_others -- this person was told that others have worked with it: what they wrote is hidden with it. Else it is refused then.
    """
    job = import_jobs.lock_job(job)
    was_there = job.taken_back_at is None
    if was_there and not with_work_of_others and is_built_on(job, seen_by=by):
        raise RuleBroken(_("Others have worked with it since. Read what happens to that, and decide again."))
    job = import_jobs.take_back(job, by=by)
    if was_there:
        note("coalitions.import_taken_back", job, by)
    return job


def is_built_on(job: ImportJob, *, seen_by: User) -> bool:
    """Whether anybody but its author wrote something about what it added, or changed it, as far as this person may read: that something of
    it is in a circle of others is told to nobody.
    """
    if import_jobs.has_moved_on(job):
        return True
    made = import_jobs.made_by(job).values("pk")
    written = (
        Reading.objects.visible_to(seen_by).filter(proposal__in=made),
        Position.objects.visible_to(seen_by).filter(written_for__in=made),
        HintDismissal.objects.visible_to(seen_by).filter(proposal__in=made),
    )
    return any(rows.exclude(by=job.by).exists() for rows in written)


@transaction.atomic
def put_back(job: ImportJob, *, by: User) -> ImportJob:
    job = import_jobs.lock_job(job)
    was_gone = job.taken_back_at is not None
    job = import_jobs.put_back(job, by=by)
    if was_gone:
        note("coalitions.import_put_back", job, by)
    return job


def note(act: str, job: ImportJob, by: User) -> None:
    for coalition in Coalition.objects.filter(memberships__user=job.by).distinct().order_by("pk"):
        record(act, by=by, about=job, coalition=coalition)
