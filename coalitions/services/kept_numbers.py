"""Keeping the number of a document that is not public: nothing but the number, and only for those it is shared with."""

from uuid import UUID

from django.db import transaction

from amnt.accounts.models import User
from coalitions.models import Circle, KeptNumber
from resolutions.drafts import ContributionDraft
from resolutions.models import Contribution
from resolutions.services import contributions


@transaction.atomic
def keep_number(draft: ContributionDraft, *, circle: Circle | None, by: User, submission: UUID | None = None) -> Contribution:
    """For herself alone, or for a circle too: who knows the number tells by it that she had access."""
    contribution = contributions.record(draft, by=by, submission=submission)
    if circle is not None:
        KeptNumber.objects.get_or_create(contribution=contribution, defaults={"circle": circle})
    return contribution
