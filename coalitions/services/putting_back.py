"""The kinds of things that can be put back: how each is looked at, and how it becomes what it was."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import digest
from coalitions.models import FollowUp, HintDismissal, KeptCopy
from coalitions.permissions import FollowUpRights, can_bring_texts, rights_on, standing_of
from coalitions.services import follow_ups, kept_copies
from coalitions.services.discarding import DISCARDED
from coalitions.services.hints import TAKEN_BACK
from coalitions.services.kept_copies import Look, Part
from resolutions.models import Assembly, Incoming, Proposal, Revision, WordingRule

# --- Earlier words of a follow-up -------------------------------------------------------------------------------------------


def lock_follow_up(copy: KeptCopy) -> FollowUp | None:
    return FollowUp.objects.select_for_update(of=("self",)).filter(public_id=copy.about).first()


def look_at_words(copy: KeptCopy, user: User) -> Look | None:
    """While it stands in another circle, nothing is put back: these words were written for other readers."""
    rows = FollowUp.objects.visible_to(user).filter(circle=copy.circle).select_related("circle")
    follow_up = rows.filter(public_id=copy.about).first()
    if follow_up is None:
        return None
    names = {field.name: str(field.verbose_name) for field in FollowUp._meta.fields}
    parts = [Part(names[name], before, getattr(follow_up, name)) for name, before in copy.content.items()]
    return Look(parts, may_put_words_back(copy.content, follow_up, rights_on(user, follow_up)), follow_up.get_absolute_url())


def may_put_words_back(words: Collection[str], follow_up: FollowUp, rights: FollowUpRights) -> bool:
    """Whoever may do the act that overwrote them."""
    if set(words) == {"evidence"}:
        return rights.may_work
    return rights.may_change and not follow_up.is_closed


def put_words_back(copy: KeptCopy, *, by: User) -> FollowUp:
    follow_up = FollowUp.objects.get(public_id=copy.about)
    return follow_ups.put_words_back(follow_up, words=copy.content, by=by)


# --- A hint that was taken back ----------------------------------------------------------------------------------------------


def key_of(copy: KeptCopy) -> dict[str, Any]:
    """What tells this hint apart, in this circle."""
    of = {name: copy.content[name] for name in ("rule_id", "proposal_id", "revision_id", "clause")}
    return of | {"circle": copy.circle, "words_digest": digest(copy.content["words"])}


def look_at_dismissal(copy: KeptCopy, user: User) -> Look | None:
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
        Part(_("Rule"), str(rule), str(rule)),
        Part(_("Words"), copy.content["words"], copy.content["words"]),
        Part(_("Why it is set aside"), copy.content["reason"], there.reason if there else ""),
    ]
    back = reverse("coalitions:compare", args=[wording.resolution.slug])
    return Look(parts, standing_of(user).works, back)


def put_dismissal_back(copy: KeptCopy, *, by: User) -> HintDismissal:
    """In the name of whoever had set it aside."""
    content = copy.content
    author = User.objects.filter(pk=content["by_id"], erased_at=None).first()
    said = {"words": content["words"], "reason": content["reason"], "by": author, "at": parse_datetime(content["at"])}
    dismissal, is_new = HintDismissal.objects.get_or_create(**key_of(copy), defaults=said)
    if not is_new:
        raise RuleBroken(_("This hint has been set aside again meanwhile: nothing was changed."))
    return dismissal


# --- A file that was discarded -----------------------------------------------------------------------------------------------


def look_at_incoming(copy: KeptCopy, user: User) -> Look | None:
    parts = [Part(_("File"), copy.content["file_name"]), Part(_("Number of the document"), copy.content["number"])]
    return Look([part for part in parts if part.before], can_bring_texts(user), reverse("coalitions:bring"))


def put_incoming_back(copy: KeptCopy, *, by: User) -> Incoming:
    """As if it had been brought in now: it waits for two weeks again."""
    content = copy.content
    for model, name in ((Assembly, "assembly_id"), (Revision, "revision_id")):
        if content[name] and not model.objects.filter(pk=content[name]).exists():  # type: ignore[attr-defined]
            raise RuleBroken(_("What it was brought in for is no longer here."))
    return Incoming.objects.create(public_id=copy.about, brought_by=by, state=Incoming.State.READ, brought_at=now(), **content)


def register_all() -> None:
    kept_copies.register(
        follow_ups.EARLIER_WORDS,
        sentence=gettext_lazy("Earlier words of a follow-up"),
        act=gettext_lazy("Earlier words of a follow-up were put back"),
        look=look_at_words,
        put_back=put_words_back,
        lock=lock_follow_up,
    )
    kept_copies.register(
        TAKEN_BACK,
        sentence=gettext_lazy("A hint that had been set aside"),
        act=gettext_lazy("The reason of a hint was put back"),
        look=look_at_dismissal,
        put_back=put_dismissal_back,
    )
    kept_copies.register(
        DISCARDED,
        sentence=gettext_lazy("A file that you discarded"),
        act=gettext_lazy("A discarded file was put back"),
        look=look_at_incoming,
        put_back=put_incoming_back,
    )
