"""Saying that one is away, and back. Follow-ups stay with their owners: their backups are reminded meanwhile."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Absence, FollowUp

MOST_ABSENCES = 12
LONGEST = timedelta(days=366)


@transaction.atomic
def declare(user: User, *, starts_on: date, ends_on: date) -> Absence:
    """Away from the first day to the last. Sent twice it stays one; it takes the place of what it overlaps."""
    user.lock()
    today = now().astimezone(ZoneInfo(user.time_zone)).date()
    if ends_on < starts_on:
        raise RuleBroken(_("The last day is before the first one."), field="ends_on")
    if ends_on < today:
        raise RuleBroken(_("This absence is over already: nothing is kept from you."), field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise RuleBroken(_("That is more than a year. Leave the coalition instead, or hand back what you have."), field="ends_on")
    hers = Absence.objects.filter(user=user)
    overlapped = hers.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if hers.exclude(pk__in=overlapped.values("pk")).filter(ends_on__gte=today).count() >= MOST_ABSENCES:
        raise RuleBroken(_("You have %(n)s absences ahead, the most there can be. Take one back first.") % {"n": MOST_ABSENCES})
    overlapped.delete()
    made = Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on)
    plan_again(user)
    return made


@transaction.atomic
def take_back(absence: Absence) -> None:
    """Back, or not going: one's own. Taken back twice it stays gone."""
    Absence.objects.filter(pk=absence.pk).delete()
    plan_again(absence.user)


def without_backup(user: User) -> int:
    """How many of her open follow-ups have nobody to step in."""
    return FollowUp.objects.open().filter(owner=user, backup=None).count()


def plan_again(user: User) -> None:
    """The reminder engine looks again at who is told of her follow-ups: it reads `changed_at`."""
    FollowUp.objects.open().filter(owner=user).update(changed_at=now())


def forget(user: User) -> None:
    Absence.objects.filter(user=user).delete()
