"""Storing the number of a restricted document: only the number, for those it is shared with."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, KeptNumber
from coalitions.services.circle_acts import check_stands_in
from resolutions.drafts import ContributionDraft
from resolutions.models import Assembly, Contribution, Proposal
from resolutions.services import contributions


@transaction.atomic
def keep_number(*, assembly: Assembly, number: str, circle: Circle | None, by: User, submission: UUID | None = None) -> Contribution:
    """Store it for oneself, or for a circle too. The same form sent twice stores one."""
    if circle is not None:
        check_stands_in(circle, by)
    draft = ContributionDraft(assembly, number, access=Contribution.Access.NUMBER_ONLY)
    contribution = contributions.record(draft, by=by, submission=submission)
    if circle is not None:
        KeptNumber.objects.get_or_create(contribution=contribution, defaults={"circle": circle})
    return contribution


@transaction.atomic
def delete_number(contribution: Contribution) -> None:
    """Delete a number for everyone it was shared with. Public documents are refused."""
    if not contribution.is_number_only:
        raise RuleBroken(_("This document is public: it stays."))
    delete_numbers(Contribution.objects.filter(pk=contribution.pk))


def delete_own_numbers(user: User) -> None:
    """On erasure, delete personal numbers. Shared ones stay with the circle, without the name."""
    delete_numbers(Contribution.objects.filter(access=Contribution.Access.NUMBER_ONLY, entered_by=user, kept=None))


def delete_numbers(numbers: QuerySet[Contribution]) -> None:
    Proposal.objects.filter(contribution__in=numbers).delete()
    numbers.delete()


def register_all() -> None:
    personal_data.register_on_erase(delete_own_numbers)
