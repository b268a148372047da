"""Rate limits for wrong passwords and codes, which slow down whoever guesses and not the owner of the account
(docs/decisions/slow_down_not_lock_out.md).

Every attempt is counted before it is checked, and the count is taken back if it was right.
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
    """One attempt. `is_allowed` says whether it may be checked; the count of one that was right is taken back."""

    request: HttpRequest
    is_allowed: bool = True
    counted: list[SingleRateLimitUsage] = field(default_factory=list)

    def count(self, action: str, key: str) -> bool:
        usage = consume(self.request, app="allauth.account", action=action, key=key)
        if usage is not None:
            self.counted += usage.usage
        return usage is not None

    def refuse(self) -> None:
        """An attempt that is refused unchecked does not count."""
        self.is_allowed = False
        self.forgive()

    def forgive(self) -> None:
        for usage in self.counted:
            usage.rollback()
        self.counted = []


def at_log_in(request: HttpRequest, email: str) -> Attempt:
    """A password for this address. Runs the same queries whether or not an account has it."""
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
