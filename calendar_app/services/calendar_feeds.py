"""Private addresses of calendar files: made, revoked, and noted when they are read. Their keys are those of `amnt.accounts.tokens`."""

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.accounts.tokens import RANDOM_BYTES, USE_NOTED_EVERY, digest_of
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from calendar_app.domain.calendar_clients import client_of
from calendar_app.models import CalendarFeed
from resolutions.models import Assembly

MOST = 10


def address_of(key: str) -> str:
    return settings.SITE_URL + reverse("calendar_app:feed-file", args=[key])


@transaction.atomic
def create_feed(
    user: User,
    *,
    name: str,
    submission: UUID,
    has_own: bool = False,
    has_regions: bool = False,
    has_official: bool = False,
    is_titled: bool = False,
    alarms: str = CalendarFeed.Alarms.NONE,
) -> tuple[CalendarFeed, str]:
    """A new address and its key, which is shown only now. The person gets a mail, in case it was somebody else."""
    user.lock()
    if sent_before(CalendarFeed.objects.all(), submission):
        raise RuleBroken(_("This address has already been created. If you did not copy it, revoke it and create another."))
    if CalendarFeed.objects.filter(user=user).count() >= MOST:
        raise RuleBroken(_("You already have %(most)d addresses. Revoke one that is no longer used.") % {"most": MOST})
    # Letters and digits that can be read aloud: a key may have to be typed on another device.
    key = base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()
    feed = CalendarFeed.objects.create(
        user=user,
        name=name,
        submission=submission,
        digest=digest_of(key),
        has_own=has_own,
        has_regions=has_regions,
        has_official=has_official,
        is_titled=is_titled,
        alarms=alarms,
        assembly=Assembly.objects.of_wtsa().filter(ends_on__gte=now().date()).order_by("starts_on").first(),
    )
    record("calendar_app.feed_made", by=user, about=feed)
    get_adapter().send_notification_mail("calendar_app/feed_made", user)
    return feed, key


@transaction.atomic
def revoke_feed(feed: CalendarFeed) -> None:
    """From the next request on, its address answers like one that never was."""
    record("calendar_app.feed_revoked", by=feed.user, about=feed)
    feed.delete()


def revoke_feeds_of(user: User) -> None:
    """With all other ways in of this person, by an act that leaves its own entry."""
    CalendarFeed.objects.filter(user=user).delete()


def revoke_every_feed() -> int:
    return CalendarFeed.objects.all().delete()[0]


def feed_of_key(key: str) -> CalendarFeed | None:
    """None for a key that is unknown, revoked or expired, or whose owner's account is closed: one query each, so none takes longer."""
    return CalendarFeed.objects.working().select_related("user").filter(digest=digest_of(key)).first()


def note_use(feed: CalendarFeed, *, content_digest: str, user_agent: str) -> datetime:
    """What it held and which program read it: when that is new, else at most once an hour. Since when it holds that: by a second later
    than anything before, at least, which is as fine as Last-Modified can say it.
    """
    instant, client = now(), client_of(user_agent)
    before = feed.content_changed_at
    is_changed = feed.content_digest != content_digest
    changed_at = max(instant, before + timedelta(seconds=1)) if before and is_changed else before or instant
    is_stale = feed.last_used_at is None or instant - feed.last_used_at >= USE_NOTED_EVERY
    if is_changed or is_stale or feed.last_client != client:
        # Not `save`: the row may have been revoked meanwhile.
        CalendarFeed.objects.filter(pk=feed.pk).update(
            content_digest=content_digest,
            content_changed_at=changed_at,
            last_used_at=instant,
            last_client=client,
        )
    return changed_at


def register_all() -> None:
    devices.register_access(revoke_feeds_of)
    locking.register("Calendar addresses revoked", revoke_every_feed)
