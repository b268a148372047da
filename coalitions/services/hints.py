"""A hint that was looked at: set aside with a reason, for everyone in a circle, or taken back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.encryption.keys import digest
from amnt.errors import RuleBroken
from coalitions.models import Circle, HintDismissal
from resolutions.models import Proposal, Revision, WordingRule


@transaction.atomic
def set_aside(
    wording: Proposal | Revision, *, rule: WordingRule, clause: UUID, words: str, reason: str, circle: Circle, by: User
) -> HintDismissal:
    """From now on the circle sees this hint folded, with who set it aside and why. Set aside already, it stays as it was."""
    if not circle.includes(by):
        raise RuleBroken(_("You are no longer in this circle: choose another one."))
    if not reason.strip():
        raise RuleBroken(_("Say why: the others want to know."))
    of = {"proposal": wording} if isinstance(wording, Proposal) else {"revision": wording}
    said = {"words": words, "reason": reason.strip(), "by": by}
    dismissal, _made = HintDismissal.objects.get_or_create(
        circle=circle, rule=rule, clause=clause, words_digest=digest(words), defaults=said, **of
    )
    return dismissal


@transaction.atomic
def take_back(dismissal: HintDismissal) -> None:
    """The hint is shown again to everyone in the circle."""
    dismissal.delete()
