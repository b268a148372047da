"""Counting wrong passwords and codes, so that a guesser is slowed down and the person is not
(docs/decisions/slow_down_not_lock_out.md).

Every try is counted before it is looked at, and taken off again if it was right.
"""

from dataclasses import dataclass, field

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import SingleRateLimitUsage, clear, consume
from django.core.cache import cache
from django.http import HttpRequest

from amnt.accounts.known_places import browser_of, knows_browser, knows_network
from amnt.accounts.models import User

A_DAY = 24 * 3600


@dataclass
class Attempt:
    """One try. `is_allowed` says whether it may be looked at; one that was right is forgiven."""

    request: HttpRequest
    is_allowed: bool = True
    counted: list[SingleRateLimitUsage] = field(default_factory=list)

    def count(self, action: str, key: str) -> bool:
        usage = consume(self.request, app="allauth.account", action=action, key=key)
        if usage is not None:
            self.counted += usage.usage
        return usage is not None

    def refuse(self) -> None:
        """It is not looked at, so it does not count either."""
        self.is_allowed = False
        self.forgive()

    def forgive(self) -> None:
        for usage in self.counted:
            usage.rollback()
        self.counted = []


def at_log_in(request: HttpRequest, email: str) -> Attempt:
    """A password for this address. Takes the same way, with as many queries, whether or not an account has it."""
    account = email.lower()
    pk = User.objects.filter(email=account).values_list("pk", flat=True).first() or 0
    is_known_browser, is_known_network = knows_browser(request, pk), knows_network(request, pk)
    attempt = Attempt(request)
    if is_known_browser:
        allowed = attempt.count("attempt", f"{account} {browser_of(request)}")
    elif is_known_network:
        allowed = attempt.count("attempt", f"{account} {network_of(request)}")
    else:
        allowed = (
            attempt.count("attempt", f"{account} {network_of(request)}")
            and attempt.count("attempt_network", "")
            and (attempt.count("attempt_anywhere", account) or attempt.count("attempt_slowly", account))
        )
    if not allowed:
        attempt.refuse()
    return attempt


def at_second_step(request: HttpRequest, user: User) -> Attempt:
    """A code or a passkey after the password, or as an answer to "is this you?"."""
    attempt = Attempt(request)
    if knows_browser(request, user.pk):
        allowed = attempt.count("second_step", f"{user.pk} {browser_of(request)}")
    elif knows_network(request, user.pk):
        allowed = attempt.count("second_step", f"{user.pk} {network_of(request)}")
    else:
        allowed = attempt.count("second_step", f"{user.pk} {network_of(request)}") and attempt.count("second_step_anywhere", str(user.pk))
    if not allowed:
        attempt.refuse()
        if cache.add(f"accounts.codes-guessed.{user.pk}", True, timeout=A_DAY):
            get_adapter(request).send_notification_mail("accounts/codes_guessed", user)
    return attempt


def forgive_all(request: HttpRequest, user: User) -> None:
    """She has set a new password through her mailbox: earlier tries no longer count."""
    for action, key in (
        ("attempt", f"{user.email} {network_of(request)}"),
        ("attempt", f"{user.email} {browser_of(request)}"),
        ("attempt_anywhere", user.email),
        ("attempt_slowly", user.email),
    ):
        clear(request, app="allauth.account", action=action, key=key)


def network_of(request: HttpRequest) -> str:
    return get_adapter(request).get_client_ip(request)
