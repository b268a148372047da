"""The browsers someone is logged in with: how long each stays so, and closing them.

A log-in ends after fourteen days. The apps above may register a shorter idle time, as for leads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import now

from amnt.accounts import known_places
from amnt.accounts.browser_names import browser_name
from amnt.accounts.models import Device, Session, User
from amnt.accounts.tokens import digest_of
from amnt.audit.services import record
from amnt.core.limits import max_length

LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
# Idle time is counted to this precision, so that not every page costs a query for it.
ALIVE_EVERY = timedelta(minutes=10)
BEGUN, ALIVE = "begun_at", "alive_at"

IdleRule = Callable[[User], timedelta | None]
_idle_rules: list[IdleRule] = []


def register_idle_rule(rule: IdleRule) -> None:
    """One that says how long this person's log-in may lie idle, or None."""
    _idle_rules.append(rule)


def longest_idle(user: User) -> timedelta:
    limits = (rule(user) for rule in _idle_rules)
    return min((limit for limit in limits if limit is not None), default=LONGEST)


AccessRevocation = Callable[[User], None]
_revocations: list[AccessRevocation] = []


def register_access(revoke: AccessRevocation) -> None:
    """What else opens something as this person, and ends with everything."""
    _revocations.append(revoke)


# --- One log-in ---------------------------------------------------------------------------------------------------


def start_session(request: HttpRequest, user: User) -> None:
    """Store a new log-in among the devices of this person, with the instant it ends."""
    request.session[BEGUN] = now().timestamp()
    set_age(request, user)
    if request.session.session_key is None:
        # Where someone else was logged in, Django has flushed that session, and the new one has no key before it is stored.
        request.session.save()
    Device.objects.update_or_create(
        digest=digest_of(str(request.session.session_key)),
        defaults={
            "user": user,
            "ip": get_adapter(request).get_client_ip(request),
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[: max_length(Device, "user_agent")],
        },
    )


def set_age(request: HttpRequest, user: User) -> None:
    instant = now()
    begun = datetime.fromtimestamp(request.session[BEGUN], tz=instant.tzinfo)
    left = begun + LONGEST - instant
    request.session[ALIVE] = instant.timestamp()
    request.session.set_expiry(max(1, int(min(left, longest_idle(user)).total_seconds())))


def is_known(request: HttpRequest) -> bool:
    """Whether a log-in has begun for this session, so that it has an end."""
    return ALIVE in request.session


def keep_alive(request: HttpRequest, user: User) -> None:
    """Restart the idle time, at most once in ten minutes."""
    alive = request.session.get(ALIVE)
    if alive is None:
        start_session(request, user)
    elif now().timestamp() - alive >= ALIVE_EVERY.total_seconds():
        set_age(request, user)
        Device.objects.filter(digest=digest_of(str(request.session.session_key))).update(last_seen_at=now())


@dataclass(frozen=True)
class TimeLeft:
    """How many seconds this log-in lasts without another request, and whether a request extends it."""

    seconds: int
    may_grow: bool


def time_left(request: HttpRequest) -> TimeLeft | None:
    """None without a log-in."""
    if ALIVE not in request.session or BEGUN not in request.session:
        return None
    ends = request.session[ALIVE] + request.session.get_expiry_age()
    return TimeLeft(int(ends - now().timestamp()), may_grow=ends < request.session[BEGUN] + LONGEST.total_seconds() - 1)


# --- The list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedDevice:
    """A browser she is logged in with, as the page shows it.

    key -- names it in a form; says nothing to anyone else
    """

    key: str
    name: str
    since: datetime
    seen: datetime
    is_this: bool


def devices_of(user: User, *, session_key: str | None) -> list[ListedDevice]:
    """The devices of this person, the current one first."""
    open_sessions = Session.objects.filter(expire_date__gt=now())
    listed = [
        ListedDevice(
            key=device_key(row.digest),
            name=browser_name(row.user_agent),
            since=row.created_at,
            seen=row.last_seen_at,
            is_this=session_key is not None and row.digest == digest_of(session_key),
        )
        for row in Device.objects.filter(user=user, digest__in=open_sessions.values("pk")).order_by("-last_seen_at", "-pk")
    ]
    return sorted(listed, key=lambda device: not device.is_this)


def device_key(digest: str) -> str:
    return salted_hmac("device", digest, algorithm="sha256").hexdigest()[:32]


# --- Closing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_device(user: User, key: str) -> bool:
    """Log this browser out. Say whether there was one."""
    digests = Device.objects.filter(user=user).values_list("digest", flat=True)
    closed = end_sessions([digest for digest in digests if constant_time_compare(device_key(digest), key)]) > 0
    if closed:
        record("accounts.session_closed", by=user, about=user)
    return closed


def end_other_sessions(user: User, *, than: str | None) -> int:
    others = Device.objects.filter(user=user)
    if than is not None:
        others = others.exclude(digest=digest_of(than))
    return end_sessions(list(others.values_list("digest", flat=True)))


@transaction.atomic
def end_all_access(user: User, *, by: User | None = None) -> None:
    """End every session, revoke every API key and calendar address, and forget every known browser of this person."""
    end_access(user)
    record("accounts.everything_closed", by=by, about=user)


@transaction.atomic
def end_access(user: User, *, but_session: str | None = None) -> None:
    """The same except in one session, and without an entry: for acts that leave their own."""
    end_other_sessions(user, than=but_session)
    known_places.forget_all(user)
    user.api_tokens.all().delete()
    for revoke in _revocations:
        revoke(user)


@transaction.atomic
def end_sessions(digests: list[str]) -> int:
    Session.objects.filter(pk__in=digests).delete()
    return Device.objects.filter(digest__in=digests).delete()[0]


@transaction.atomic
def delete_expired() -> None:
    """Delete expired sessions and their devices."""
    Session.objects.filter(expire_date__lte=now()).delete()
    Device.objects.exclude(digest__in=Session.objects.values("pk")).delete()
