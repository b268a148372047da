"""Saving the answers about doubtful clauses."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from amnt.accounts.models import User
from resolutions.models import Proposal, Upload
from resolutions.services import anchors, uploads

NEW, LATER = "new", ""
# By proposal and by clause: the identity of the clause in force, NEW or LATER.
Answers = Mapping[int, Mapping[str, str]]


def save_for_upload(upload: Upload, answers: Answers) -> None:
    """Merge into what was saved. A proposal is named by its place in the document, a clause by its place in the proposal."""
    decided = {place: dict(chosen) for place, chosen in upload.choices.get("anchors", {}).items()}
    for place, chosen in answers.items():
        of_proposal = decided.setdefault(str(place), {})
        for clause, identity in chosen.items():
            of_proposal.pop(clause, None)
            if identity != LATER:
                of_proposal[clause] = identity
    uploads.save_choices(upload, anchors={place: chosen for place, chosen in decided.items() if chosen})


@transaction.atomic
def save_for_proposals(answers: Answers, *, by: User) -> None:
    """A proposal is named by its key, a clause by its identity. Clauses without an answer stay doubtful."""
    settled: dict[int, dict[UUID, UUID | None]] = {
        proposal: {UUID(clause): None if identity == NEW else UUID(identity) for clause, identity in chosen.items() if identity != LATER}
        for proposal, chosen in answers.items()
    }
    wanted = [proposal for proposal, choices in settled.items() if choices]
    for proposal in Proposal.objects.visible_to(by).filter(pk__in=wanted):
        anchors.decide_anchors(proposal, settled[proposal.pk], by=by)
