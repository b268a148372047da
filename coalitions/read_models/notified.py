"""Who gets an e-mail when a follow-up is handed to them, in the words that the assigner reads."""

from collections.abc import Iterator

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.languages import current_language
from amnt.mail.models import Mute
from coalitions.models import Circle, FollowUp
from coalitions.models.absences import absences_known_to, away_at
from coalitions.models.follow_ups import AT_ONCE_WITHIN, NOTICE_OF_ASSIGNMENT

DIGEST = "digest"


def gets_mail(person: User, follow_up: FollowUp) -> bool:
    """As the reminders of her own settings decide; of what is reserved to a delegation, nobody does."""
    if follow_up.circle.kind == Circle.Kind.DELEGATION or person.mail_refused_at:
        return False
    stopped = set(Mute.objects.filter(user=person).values_list("kind", flat=True))
    if NOTICE_OF_ASSIGNMENT in stopped:
        return False
    goes_alone = follow_up.due_at - now() <= AT_ONCE_WITHIN
    return goes_alone or (DIGEST not in stopped and person.rhythm != User.Rhythm.URGENT)


def said_after_assigning(follow_up: FollowUp, *, by: User) -> Iterator[str]:
    """Whether its owner hears of it, and how many open ones she has now, as far as the assigner may know."""
    person = follow_up.owner
    if person is None or person == by:
        return
    names = {"name": person.short_name}
    if gets_mail(person, follow_up):
        yield _("%(name)s will be notified by e-mail.") % names
    else:
        yield _("%(name)s will get no e-mail about it: tell them yourself.") % names
    if away := away_at(person, now(), absences_known_to(by, [person.pk])):
        days = {"until": times.day(away.last, current_language())}
        if follow_up.backup:
            said = _("%(name)s is away until %(until)s: until then the backup, %(backup)s, is reminded.")
            yield said % {**names, **days, "backup": follow_up.backup.short_name}
        else:
            yield _("%(name)s is away until %(until)s, and there is no backup: choose one.") % {**names, **days}
    number = FollowUp.objects.visible_to(by).open().filter(owner=person).count()
    words = ngettext(
        "%(name)s now has %(n)s open follow-up that you may see.", "%(name)s now has %(n)s open follow-ups that you may see.", number
    )
    yield words % {**names, "n": number}
