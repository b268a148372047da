"""Restoring earlier words of a follow-up: preview and restore."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from coalitions.models import FollowUp, KeptCopy
from coalitions.permissions import FollowUpRights, rights_on
from coalitions.services import follow_ups, kept_copies
from coalitions.services.kept_copies import CopyPreview, PreviewPart


def lock_follow_up(copy: KeptCopy) -> FollowUp | None:
    return FollowUp.objects.select_for_update(of=("self",)).filter(public_id=copy.about).first()


def look_at_words(copy: KeptCopy, user: User) -> CopyPreview | None:
    """None while it is in another circle: the words were written for other readers."""
    rows = FollowUp.objects.visible_to(user).filter(circle=copy.circle).select_related("circle")
    follow_up = rows.filter(public_id=copy.about).first()
    if follow_up is None:
        return None
    names = {field.name: str(field.verbose_name) for field in FollowUp._meta.fields}
    parts = [PreviewPart(names[name], before, getattr(follow_up, name)) for name, before in copy.content.items()]
    return CopyPreview(parts, may_put_words_back(copy.content, follow_up, rights_on(user, follow_up)), follow_up.get_absolute_url())


def may_put_words_back(words: Collection[str], follow_up: FollowUp, rights: FollowUpRights) -> bool:
    """Whoever may do the act that overwrote them."""
    if set(words) == {"evidence"}:
        return rights.may_work
    return rights.may_change and not follow_up.is_closed


def put_words_back(copy: KeptCopy, *, by: User) -> FollowUp:
    follow_up = FollowUp.objects.get(public_id=copy.about)
    return follow_ups.put_words_back(follow_up, words=copy.content, by=by)


def register_all() -> None:
    kept_copies.register(
        follow_ups.EARLIER_WORDS,
        sentence=gettext_lazy("Earlier wording of a follow-up"),
        act=gettext_lazy("The earlier wording of a follow-up was restored"),
        look=look_at_words,
        put_back=put_words_back,
        lock=lock_follow_up,
    )
