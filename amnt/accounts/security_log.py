"""Log-ins and failed log-ins in the log, for detecting attacks.

Each line names the event, the network (its /24 or /48) and the account by a keyed digest: lines about one account can be correlated without
knowing whose it is.
"""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from amnt.accounts.models import User

logger = logging.getLogger("amnt.security")


def account_digest(email: str) -> str:
    return salted_hmac("security log", email.strip().lower(), algorithm="sha256").hexdigest()[:12]


def write(level: int, event: str, request: HttpRequest | None, email: str) -> None:
    network = get_adapter(request).get_client_ip(request) if request else "-"
    logger.log(level, "%s account=%s network=%s", event, account_digest(email), network)


def logged_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    write(logging.INFO, "login", request, user.email)


def logged_out(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        write(logging.INFO, "logout", request, user.email)


def login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    write(logging.WARNING, "login_failed", request, str(credentials.get("email", "")))


def second_factor_failed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    write(logging.WARNING, "second_factor_failed", request, user.email)


def register_all() -> None:
    user_logged_in.connect(logged_in, dispatch_uid="log a log-in")
    user_logged_out.connect(logged_out, dispatch_uid="log a log-out")
    user_login_failed.connect(login_failed, dispatch_uid="log a failed log-in")
    authentication_failed.connect(second_factor_failed, dispatch_uid="log a failed second factor")
