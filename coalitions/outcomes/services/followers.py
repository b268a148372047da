"""Who follows a resolution in the study group that takes it on: a member takes it, and gives it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, Membership, StudyGroupFollower
from resolutions.models import Resolution, StudyGroup, StudyGroupLink


@transaction.atomic
def follow_group(resolution: Resolution, group: StudyGroup, *, coalition: Coalition, by: User) -> StudyGroupFollower:
    """Follow it there. Taken twice, it is the same row."""
    if not Membership.objects.current().working().filter(coalition=coalition, user=by).exists():
        raise RuleBroken(_("Only members of the coalition can take this."))
    if not StudyGroupLink.objects.filter(resolution=resolution, study_group=group).exists():
        raise RuleBroken(_("It is not known that this study group works on this resolution."))
    row, is_new = StudyGroupFollower.objects.get_or_create(coalition=coalition, resolution=resolution, study_group=group, user=by)
    if is_new:
        record("coalitions.study_group_taken", by=by, about=resolution, coalition=coalition)
    return row


@transaction.atomic
def stop_following(resolution: Resolution, group: StudyGroup, *, coalition: Coalition, by: User) -> None:
    """Given back twice, it is given back once."""
    mine = StudyGroupFollower.objects.filter(coalition=coalition, resolution=resolution, study_group=group, user=by)
    gone, _by_model = mine.delete()
    if gone:
        record("coalitions.study_group_given_back", by=by, about=resolution, coalition=coalition)
