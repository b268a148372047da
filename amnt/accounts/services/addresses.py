"""One address a person. It changes when the new one has answered, and the old one is told."""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.errors import RuleBroken

SALT = "new address"
VALID_FOR = 24 * 3600


def ask_for_address(user: User, new: str) -> None:
    """Write to the new address. Whether it belongs to someone else already, nobody learns from this."""
    if new == user.email:
        raise RuleBroken(_("This is already your address."))
    get_adapter().send_mail("accounts/address_confirm", new, {"user": user})


def address_key(user: User, new: str) -> str:
    """What the link in that mail carries: worth nothing once her address has changed, and nothing without her log-in."""
    return signing.dumps({"user": user.pk, "old": user.email, "new": new}, salt=SALT)


@dataclass(frozen=True)
class AskedAddress:
    new: str
    old: str


def asked_address(user: User, key: str) -> AskedAddress | None:
    try:
        asked = signing.loads(key, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return AskedAddress(new=asked["new"], old=asked["old"]) if asked["user"] == user.pk and asked["old"] == user.email else None


@transaction.atomic
def change_address(user: User, *, key: str) -> User:
    """From now on she logs in with the new address and is written to there."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    asked = asked_address(user, key)
    if asked is None:
        raise RuleBroken(_("This link is too old or was used already. Ask for a new one."))
    if User.objects.filter(email=asked.new).exists():
        raise RuleBroken(_("This address cannot be used. Choose another one."))
    user.email, user.mail_refused_at = asked.new, None
    user.save(update_fields=["email", "mail_refused_at"])
    record("accounts.address_changed", by=user, about=user, fields=["email"])
    get_adapter().send_notification_mail("accounts/address_changed", user, email=asked.old)
    return user
