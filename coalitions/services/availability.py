"""Saying that one is not available on a resolution or a delegation, and hiding from oneself what circles write about it.

Both look the same to everyone else: one sentence, one event for each follow-up handed back, and nothing in the audit.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import random_digest
from coalitions.models import Circle, Delegation, Membership, Unavailability
from coalitions.models.availability import marks_of
from coalitions.services import leaving
from resolutions.models import Assembly, Resolution


@transaction.atomic
def set_unavailable(user: User, *, resolution: Resolution | None = None, delegation: Delegation | None = None, hides: bool = False) -> int:
    """Returns how many follow-ups go back to their circles. Sent twice it stays one, and changes whether she hides it."""
    # Two of hers at once would take the same mark.
    User.objects.select_for_update().get(pk=user.pk)
    hers = Unavailability.objects.filter(user=user)
    found = hers.filter(resolution=resolution, delegation=delegation).first()
    marks = marks_of(user)
    taken = set(hers.values_list("mark", flat=True))
    free = next((mark for mark in marks if mark not in taken), None)
    was_hidden = found is not None and found.mark in marks
    if found is None:
        found = Unavailability(user=user, resolution=resolution, delegation=delegation, assembly=Assembly.objects.current())
    if hides and not was_hidden:
        if free is None:
            raise RuleBroken(_("You can hide at most %(n)s subjects from yourself.") % {"n": len(marks)}, field="hides")
        found.mark = free
    elif was_hidden and not hides:
        found.mark = random_digest()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        # The second of two requests: the first one said the same.
        return 0
    about = Q(resolution__isnull=False, resolution=resolution) | Q(delegation__isnull=False, delegation=delegation)
    return leaving.hand_back(user, circles=Circle.objects.of(user), by=user, about=about)


@transaction.atomic
def set_available(user: User, *, resolution: Resolution | None = None, delegation: Delegation | None = None) -> None:
    """Available again, and reading again what was hidden."""
    Unavailability.objects.filter(user=user, resolution=resolution, delegation=delegation).delete()


def forget(user: User) -> None:
    Unavailability.objects.filter(user=user).delete()


def forget_if_in_no_coalition(user: User) -> None:
    if not Membership.objects.current().filter(user=user).exists():
        forget(user)
