"""API keys: random, named, expiring, and stored only as a hash."""

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from amnt.accounts.models import ApiToken, User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before

# A prefix by which scanners of leaked secrets, and people, recognise one.
PREFIX = "amnt_"
RANDOM_BYTES = 20
MOST = 10
USE_NOTED_EVERY = timedelta(hours=1)


def digest_of(key: str) -> str:
    # A random key of 160 bits needs no salt and no slow hash.
    return sha256(key.encode()).hexdigest()


def tokens_of(user: User) -> "QuerySet[ApiToken]":
    return ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")


@transaction.atomic
def create_token(user: User, *, name: str, days: int, submission: UUID, scope: str = ApiToken.Scope.READ) -> tuple[ApiToken, str]:
    """A new key and its text, which is shown only now. The person gets a mail, in case it was somebody else."""
    user.lock()
    if sent_before(ApiToken.objects.all(), submission):
        raise RuleBroken(_("This key has already been created. If you did not copy it, revoke it and create another."))
    if ApiToken.objects.filter(user=user).count() >= MOST:
        raise RuleBroken(_("You already have %(most)d keys. Revoke one that is no longer used.") % {"most": MOST})
    key = PREFIX + secrets.token_hex(RANDOM_BYTES)
    token = ApiToken.objects.create(
        user=user,
        submission=submission,
        name=name,
        scope=scope,
        digest=digest_of(key),
        expires_at=now() + timedelta(days=days),
    )
    record("accounts.key_made", by=user, about=token)
    get_adapter().send_notification_mail("accounts/key_made", user)
    return token, key


@transaction.atomic
def revoke_token(token: ApiToken) -> None:
    """Revoke this key, from the next request on."""
    record("accounts.key_revoked", by=token.user, about=token)
    token.delete()


@transaction.atomic
def revoke_all(user: User) -> None:
    for token in tokens_of(user):
        revoke_token(token)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer amnt_…`. A read-only key is refused here for anything that writes, whatever the view."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = ApiToken.objects.select_related("user").filter(digest=digest_of(key.strip())).first()
        if token is None or token.is_expired or not token.user.is_active:
            raise AuthenticationFailed(_("This key is unknown, expired or revoked."))
        note_use(token)
        if "Accept-Language" not in request.headers:
            translation.activate(token.user.language)
        if request.method not in SAFE_METHODS and not token.may_write:
            raise PermissionDenied(_("This key only reads. Create one that reads and writes under “My API keys”."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def note_use(token: ApiToken) -> None:
    """Remember that it is in use, at most once an hour."""
    instant = now()
    stale = Q(last_used_at=None) | Q(last_used_at__lte=instant - USE_NOTED_EVERY)
    if token.last_used_at is None or instant - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=instant)
