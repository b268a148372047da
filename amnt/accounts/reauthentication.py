"""Reauthentication before anything that affects the security of the account.

One proof counts in this session, for five minutes (`ACCOUNT_REAUTHENTICATION_TIMEOUT`) and for one purpose: the first it is used for.
Where the account has an established second factor, only proof of one is an answer.
"""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from amnt.accounts.models import User
from amnt.accounts.second_factors import is_established

ANSWER, PURPOSE, ESTABLISHED = "reauthenticated", "purpose", "established"


def bind_to_purpose(request: HttpRequest, purpose: str) -> None:
    """Bind the last proof to this purpose, or discard it if it was given for another."""
    answer = last_answer(request)
    if answer is None:
        return
    if answer.setdefault(PURPOSE, purpose) == purpose:
        request.session.modified = True
    else:
        records = get_authentication_records(request, request.user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [record for record in records if not record.get(ANSWER)]


def note_proof(request: HttpRequest, authenticator: Authenticator) -> None:
    """Note whether the second factor just used is an established one: it may be removed meanwhile."""
    answer = last_answer(request)
    if answer is not None and is_established(authenticator):
        answer[ESTABLISHED] = True
        request.session.modified = True


def proved_established_factor(request: HttpRequest) -> bool:
    answer = last_answer(request)
    return bool(answer and answer.get(ESTABLISHED)) and time.time() - answer["at"] < app_settings.REAUTHENTICATION_TIMEOUT  # type: ignore[index]


def last_answer(request: HttpRequest) -> dict | None:
    user: User = request.user  # type: ignore[assignment]
    return next((record for record in reversed(get_authentication_records(request, user)) if record.get(ANSWER)), None)
