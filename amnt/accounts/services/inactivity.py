"""Unused accounts: three warnings, then closed, then erased. A visit stops this.

The first warning comes twelve months after the last visit, the others 15 and 30 days after it. Two weeks after the last warning the
account is closed, and 30 days later it is erased.
"""

import logging
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from amnt.accounts import devices, personal_data
from amnt.accounts.models import User, UserQuerySet
from amnt.accounts.services.erasing import erase
from amnt.core.errors import RuleBroken
from amnt.retention.models import Notice

logger = logging.getLogger(__name__)

RULE = "inactive"
UNUSED_FOR = timedelta(days=365)
# Between one warning and the next, between the last one and closing, and between closing and erasing.
NEXT_WARNING, CLOSED_AFTER, ERASED_AFTER = timedelta(days=15), timedelta(days=14), timedelta(days=30)
WARNINGS = (1, 2, 3)
CLOSED = 4


def unused_accounts(at: datetime) -> UserQuerySet:
    """Accounts without a log-in for a year, except those of staff."""
    last_visit = Coalesce("seen_at", "date_joined")
    return User.objects.active().filter(is_staff=False).alias(last_visit=last_visit).filter(last_visit__lt=at - UNUSED_FOR)


def was_notified(step: int, *, before: datetime) -> Exists:
    return Exists(Notice.objects.filter(user=OuterRef("pk"), rule=RULE, step=step, at__lte=before))


def to_close(at: datetime) -> UserQuerySet:
    return unused_accounts(at).filter(was_notified(WARNINGS[-1], before=at - CLOSED_AFTER), ~was_notified(CLOSED, before=at))


def to_erase(at: datetime) -> UserQuerySet:
    return User.objects.filter(was_notified(CLOSED, before=at - ERASED_AFTER), is_active=False, erased_at=None)


def count_due(at: datetime) -> int:
    return to_close(at).count() + to_erase(at).count()


def warn(at: datetime) -> int:
    """Send whoever is due the next warning. Say how many there were."""
    forget_notices_of_visitors(at)
    sent = 0
    for step in WARNINGS:
        due = unused_accounts(at).filter(~was_notified(step, before=at))
        if step > 1:
            due = due.filter(was_notified(step - 1, before=at - NEXT_WARNING))
        for user in due.order_by("pk"):
            with transaction.atomic():
                _notice, is_new = Notice.objects.get_or_create(user=user, rule=RULE, step=step, defaults={"at": at})
                if is_new:
                    get_adapter().send_notification_mail("accounts/inactive", user)
                    sent += 1
    return sent


def forget_notices_of_visitors(at: datetime) -> None:
    """Delete the notices of accounts that were used, or opened again by the host, since."""
    notices = Notice.objects.filter(rule=RULE)
    notices.filter(user__is_active=True).exclude(user__in=unused_accounts(at).values("pk")).delete()
    reopened = notices.filter(step=CLOSED, user__is_active=True).values("user")
    notices.filter(user__in=list(reopened.values_list("user", flat=True))).delete()


def close_and_erase(at: datetime) -> int:
    """Returns how many accounts were closed or erased. One that others still need, as that of a last lead, is kept and logged."""
    done = 0
    for user in to_close(at).order_by("pk"):
        done += close(user, at)
    for user in to_erase(at).order_by("pk"):
        try:
            with transaction.atomic():
                # Leaving hands back what active members have: open the account for it.
                User.objects.filter(pk=user.pk).update(is_active=True)
                erase(user)
            done += 1
        except RuleBroken:
            logger.warning("An unused account cannot be erased yet: others still need it")
    return done


@transaction.atomic
def close(user: User, at: datetime) -> bool:
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if personal_data.reasons_against_erasure(user):
        logger.warning("An unused account cannot be closed yet: others still need it")
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    devices.end_all_access(user)
    Notice.objects.create(user=user, rule=RULE, step=CLOSED, at=at)
    return True


def closes_on(user: User) -> datetime | None:
    """When this account is closed if nobody logs in."""
    first = Notice.objects.filter(user=user, rule=RULE, step=WARNINGS[0]).first()
    return first.at + 2 * NEXT_WARNING + CLOSED_AFTER if first else None
