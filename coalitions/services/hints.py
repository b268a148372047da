"""A hint that was looked at: set aside with a reason, for everyone in a circle, or taken back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import digest
from coalitions.models import Circle, HintDismissal, KeptCopy
from coalitions.services import kept_copies
from resolutions.models import Proposal, Revision, WordingRule

TAKEN_BACK = "coalitions.hint_taken_back"


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
def take_back(dismissal: HintDismissal, *, by: User) -> None:
    """The hint is shown again to everyone in the circle. The reason that stood with it is kept for two weeks."""
    row = HintDismissal.objects.select_for_update(of=("self",)).select_related("circle").filter(pk=dismissal.pk).first()
    if row is None:
        return
    content = {name: getattr(row, name) for name in ("rule_id", "proposal_id", "revision_id", "clause", "words", "reason", "by_id", "at")}
    kept_copies.keep(TAKEN_BACK, content, about=row.clause, by=by, circle=row.circle, belongs_at=row.at)
    row.delete()


def taken_back(wording: Proposal | Revision, *, rule: WordingRule, clause: UUID, words: str, seen_by: User) -> list[KeptCopy]:
    """The reasons with which circles of hers had set this hint aside, as long as they can be put back."""
    column = "proposal_id" if isinstance(wording, Proposal) else "revision_id"
    wanted = {column: wording.pk, "rule_id": rule.pk, "words": words}
    copies = KeptCopy.objects.visible_to(seen_by).of(TAKEN_BACK, clause).select_related("circle")
    return [copy for copy in copies if {name: copy.content[name] for name in wanted} == wanted]
