"""Withdrawing an import as a whole, and restoring it.

For two weeks nothing is deleted: withdrawn proposals are hidden, with all that others wrote on them. Then the nightly job deletes them.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.retention.rules import delete_in_batches
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, ProposedClause, RevisionText
from resolutions.models.import_jobs import UNDONE_WITHIN

Kind = ProposalEvent.Kind
LAST_EVENT = ProposalEvent.objects.filter(proposal=OuterRef("pk")).order_by("-pk")
FIRST_EVENT = ProposalEvent.objects.filter(proposal=OuterRef("pk")).order_by("pk")


@transaction.atomic
def take_back(job: ImportJob, *, by: User) -> ImportJob:
    """Withdraw an import: hide all it added, and restore what it had replaced or withdrawn. Safe to repeat."""
    job = lock_job(job)
    if job.taken_back_at:
        return job
    check_time(job)
    job.taken_back_at = now()
    job.save(update_fields=["taken_back_at"])
    made = list(made_by(job))
    # Of one that a later issue has replaced, that issue stays in its place.
    standing = [proposal for proposal in made if proposal.superseded_at is None]
    Proposal.objects.filter(pk__in=[proposal.replaces_id for proposal in standing if proposal.replaces_id]).update(superseded_at=None)
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in standing]).update(superseded_at=job.taken_back_at)
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in made]).update(taken_back_at=job.taken_back_at)
    documents = Contribution.objects.filter(pk__in={proposal.contribution_id for proposal in made})
    documents.exclude(pk__in=Proposal.objects.filter(taken_back_at=None).values("contribution")).update(taken_back_at=job.taken_back_at)
    for proposal in last_moved_by(job, Kind.WITHDRAWN):
        before = proposal.events.exclude(job=job).order_by("-pk").first()
        move(proposal, before.status if before else Proposal.Status.SUBMITTED, Kind.STATUS, job=job, by=by)
    for proposal in given_words_by(job):
        move_clauses_to_copy(proposal, job)
    return job


@transaction.atomic
def put_back(job: ImportJob, *, by: User) -> ImportJob:
    """Restore a withdrawn import. Refused, with its name, if something was imported again meanwhile."""
    job = lock_job(job)
    if job.taken_back_at is None:
        return job
    check_time(job)
    gone = list(taken_back_with(job))
    made = [proposal for proposal in gone if proposal.words_of_id is None]
    documents = {proposal.contribution_id: proposal.contribution for proposal in made}
    check_documents([document for document in documents.values() if document.taken_back_at], since=job.taken_back_at)
    check_not_imported_again(made)
    Contribution.objects.filter(pk__in=documents, taken_back_at=job.taken_back_at).update(taken_back_at=None)
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in made]).update(taken_back_at=None)
    replaced = set(Proposal.objects.filter(replaces__in=made).values_list("replaces", flat=True))
    stood = [proposal for proposal in made if proposal.superseded_at == job.taken_back_at and proposal.pk not in replaced]
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in stood]).update(superseded_at=None)
    for proposal in stood:
        if proposal.replaces_id:
            earlier = Proposal.objects.filter(pk=proposal.replaces_id, superseded_at=None)
            earlier.update(superseded_at=proposal.contribution.received_at)
    for apart in gone:
        if apart.words_of_id is not None:
            move_clauses_back(apart)
    for proposal in last_moved_by(job, Kind.STATUS):
        move(proposal, Proposal.Status.WITHDRAWN, Kind.WITHDRAWN, job=job, by=by)
    # It can be withdrawn again for the full time.
    job.at, job.taken_back_at = now(), None
    job.save(update_fields=["at", "taken_back_at"])
    return job


def lock_job(job: ImportJob) -> ImportJob:
    """The job, and the documents of all that it touched: every act on a proposal locks its document first."""
    job = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    documents = Contribution.objects.filter(pk__in=Proposal.objects.filter(events__job=job).values("contribution"))
    list(documents.select_for_update().order_by("pk").values_list("pk", flat=True))
    return job


def check_time(job: ImportJob) -> None:
    if job.until <= now():
        raise RuleBroken(_("The two weeks in which this could be undone are over."))


def has_moved_on(job: ImportJob) -> bool:
    """Whether anybody but its author changed or placed anything of what it added; whether a later issue replaced it, or the text it starts
    from was taken for the text in force. At most four queries.
    """
    made = made_by(job).values("pk")
    others = ProposalEvent.objects.filter(proposal__in=made).exclude(job=job).exclude(by=job.by)
    placed = ProposedClause.objects.filter(proposal__in=made, anchored_by__isnull=False).exclude(anchored_by=job.by)
    given = RevisionText.objects.current().filter(given_in__proposals__in=made)
    replaced = Proposal.objects.filter(replaces__in=made, taken_back_at=None)
    return replaced.exists() or others.exists() or placed.exists() or given.exists()


def made_by(job: ImportJob) -> QuerySet[Proposal]:
    """Proposals that this import added."""
    rows = Proposal.objects.filter(events__job=job).annotate(first_job=Subquery(FIRST_EVENT.values("job")[:1]))
    return rows.filter(first_job=job.pk, taken_back_at=None).distinct().order_by("pk")


def last_moved_by(job: ImportJob, kind: str) -> QuerySet[Proposal]:
    """Proposals older than this import whose last event is its event of this kind."""
    last = {"last_job": Subquery(LAST_EVENT.values("job")[:1]), "last_kind": Subquery(LAST_EVENT.values("kind")[:1])}
    rows = Proposal.objects.filter(events__job=job, taken_back_at=None)
    rows = rows.annotate(first_job=Subquery(FIRST_EVENT.values("job")[:1]), **last)
    return rows.filter(Q(first_job=None) | ~Q(first_job=job.pk), last_job=job.pk, last_kind=kind).distinct().order_by("pk")


def given_words_by(job: ImportJob) -> QuerySet[Proposal]:
    """Those of which it was only known that they are there, before it. What was not here before it is taken back already."""
    rows = Proposal.objects.filter(events__job=job, events__kind=Kind.CHANGED, taken_back_at=None)
    return rows.filter(clauses__isnull=False).distinct().order_by("pk")


def taken_back_with(job: ImportJob) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(taken_back_at=job.taken_back_at, events__job=job)
    return rows.select_related("contribution", "words_of").distinct().order_by("pk")


def move(proposal: Proposal, status: str, kind: str, *, job: ImportJob, by: User) -> None:
    """Without mail: it is as it was before."""
    proposal.status = status
    proposal.save(update_fields=["status"])
    proposal.events.create(kind=kind, status=status, fate=proposal.fate, by=by, is_history=True, job=job)


def move_clauses_to_copy(proposal: Proposal, job: ImportJob) -> None:
    """Move its clauses to a hidden copy, until they are moved back or deleted."""
    apart = Proposal.objects.get(pk=proposal.pk)
    apart.pk, apart.public_id = None, Proposal._meta.get_field("public_id").get_default()
    apart.words_of, apart.replaces, apart.superseded_at = proposal, None, job.taken_back_at
    apart.taken_back_at = job.taken_back_at
    apart.save(force_insert=True)
    apart.events.create(kind=Kind.CHANGED, status=apart.status, is_history=True, job=job)
    proposal.clauses.update(proposal=apart)
    proposal.base, proposal.title, proposal.reasons = None, "", ""
    proposal.save(update_fields=["base", "title", "reasons"])


def move_clauses_back(apart: Proposal) -> None:
    proposal = apart.words_of
    if proposal is None or proposal.clauses.exists():
        raise RuleBroken(_("The wording of %(identifier)s has been changed in the meantime.") % {"identifier": proposal})
    apart.clauses.update(proposal=proposal)
    proposal.base, proposal.title, proposal.reasons = apart.base, apart.title, apart.reasons
    proposal.save(update_fields=["base", "title", "reasons"])
    apart.delete()


def check_not_imported_again(proposals: Sequence[Proposal]) -> None:
    here = Proposal.objects.filter(contribution__in={proposal.contribution_id for proposal in proposals}, taken_back_at=None)
    known = set(here.exclude(identifier="").values_list("contribution", "identifier", "resolution"))
    for proposal in proposals:
        if (proposal.contribution_id, proposal.identifier, proposal.resolution_id) in known:
            raise RuleBroken(_("%(identifier)s has been imported again in the meantime.") % {"identifier": proposal.identifier})


def check_documents(documents: Sequence[Contribution], *, since: datetime) -> None:
    """Refuse if one of the documents was stored again, or a later issue of one, since."""
    here = Contribution.objects.filter(number__in={document.number for document in documents}, taken_back_at=None)
    for other in here.order_by("pk"):
        for document in documents:
            if (other.assembly_id, other.number) != (document.assembly_id, document.number):
                continue
            if (other.revision, other.language) == (document.revision, document.language):
                raise RuleBroken(_("%(identifier)s has been imported again in the meantime.") % {"identifier": other})
            if other.revision > document.revision and other.entered_at > since:
                raise RuleBroken(
                    _("A later issue has been imported in the meantime: %(document)s. That one applies.") % {"document": other}
                )


# --- After two weeks --------------------------------------------------------------------------------------------------------


def due_for_deletion(at: datetime) -> QuerySet[Proposal]:
    return Proposal.objects.filter(taken_back_at__lte=at - UNDONE_WITHIN)


def delete_withdrawn(at: datetime) -> int:
    """Delete withdrawn proposals, documents left empty, and old import jobs."""
    documents = set(due_for_deletion(at).values_list("contribution", flat=True))
    deleted = delete_in_batches(due_for_deletion(at))
    delete_in_batches(Contribution.objects.filter(pk__in=documents, proposals=None))
    delete_in_batches(ImportJob.objects.exclude(pk__in=ImportJob.objects.undoable(at).values("pk")))
    return deleted
