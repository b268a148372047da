"""Dismissing a hint with a reason, for everyone in a circle, and undoing that."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import digest
from coalitions.models import Circle, HintDismissal, KeptCopy
from coalitions.permissions import membership_context_of
from coalitions.services import kept_copies
from coalitions.services.kept_copies import CopyPreview, PreviewPart
from resolutions.models import Proposal, Revision, WordingRule

TAKEN_BACK = "coalitions.hint_taken_back"


@transaction.atomic
def set_aside(
    wording: Proposal | Revision, *, rule: WordingRule, clause: UUID, words: str, reason: str, circle: Circle, by: User
) -> HintDismissal:
    """Dismiss this hint for the circle, which sees it folded with author and reason. Safe to repeat."""
    if not circle.includes(by):
        raise RuleBroken(_("You are no longer in this circle: choose another one."))
    if not reason.strip():
        raise RuleBroken(_("Give a reason: others will read it."))
    of = {"proposal": wording} if isinstance(wording, Proposal) else {"revision": wording}
    said = {"words": words, "reason": reason.strip(), "by": by}
    dismissal, _made = HintDismissal.objects.get_or_create(
        circle=circle, rule=rule, clause=clause, words_digest=digest(words), defaults=said, **of
    )
    return dismissal


@transaction.atomic
def take_back(dismissal: HintDismissal, *, by: User) -> None:
    """Show the hint again to everyone in the circle. The reason is kept for two weeks."""
    row = HintDismissal.objects.select_for_update(of=("self",)).select_related("circle").filter(pk=dismissal.pk).first()
    if row is None:
        return
    content = {name: getattr(row, name) for name in ("rule_id", "proposal_id", "revision_id", "clause", "words", "reason", "by_id", "at")}
    kept_copies.keep(TAKEN_BACK, content, about=row.clause, by=by, circle=row.circle, belongs_at=row.at)
    row.delete()


def taken_back(wording: Proposal | Revision, *, rule: WordingRule, clause: UUID, words: str, seen_by: User) -> list[KeptCopy]:
    """Copies of undone dismissals of this hint in the reader's circles that can be restored."""
    column = "proposal_id" if isinstance(wording, Proposal) else "revision_id"
    wanted = {column: wording.pk, "rule_id": rule.pk, "words": words}
    copies = KeptCopy.objects.visible_to(seen_by).of(TAKEN_BACK, clause).select_related("circle")
    return [copy for copy in copies if {name: copy.content[name] for name in wanted} == wanted]


# --- Putting one back that was taken back -----------------------------------------------------------------------------------


def key_of(copy: KeptCopy) -> dict[str, Any]:
    """The key of this hint in this circle."""
    of = {name: copy.content[name] for name in ("rule_id", "proposal_id", "revision_id", "clause")}
    return of | {"circle": copy.circle, "words_digest": digest(copy.content["words"])}


def look_at_dismissal(copy: KeptCopy, user: User) -> CopyPreview | None:
    wording: Proposal | Revision | None
    if copy.content["proposal_id"]:
        wording = Proposal.objects.visible_to(user).select_related("resolution").filter(pk=copy.content["proposal_id"]).first()
    else:
        wording = Revision.objects.select_related("resolution").filter(pk=copy.content["revision_id"]).first()
    rule = WordingRule.objects.visible_to(user).filter(pk=copy.content["rule_id"]).first()
    if wording is None or rule is None:
        return None
    there = HintDismissal.objects.filter(**key_of(copy)).first()
    parts = [
        PreviewPart(_("Rule"), str(rule), str(rule)),
        PreviewPart(_("Words"), copy.content["words"], copy.content["words"]),
        PreviewPart(_("Reason for setting it aside"), copy.content["reason"], there.reason if there else ""),
    ]
    back = reverse("coalitions:compare", args=[wording.resolution.slug])
    return CopyPreview(parts, membership_context_of(user).works, back)


def put_dismissal_back(copy: KeptCopy, *, by: User) -> HintDismissal:
    """Restore a dismissal, with its original author."""
    content = copy.content
    author = User.objects.filter(pk=content["by_id"], erased_at=None).first()
    said = {"words": content["words"], "reason": content["reason"], "by": author, "at": parse_datetime(content["at"])}
    dismissal, is_new = HintDismissal.objects.get_or_create(**key_of(copy), defaults=said)
    if not is_new:
        raise RuleBroken(_("This hint has been set aside again in the meantime: nothing was changed."))
    return dismissal


def register_all() -> None:
    kept_copies.register(
        TAKEN_BACK,
        sentence=gettext_lazy("A hint that had been set aside"),
        act=gettext_lazy("The reason for a hint was restored"),
        look=look_at_dismissal,
        put_back=put_dismissal_back,
    )
