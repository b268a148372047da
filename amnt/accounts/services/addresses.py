"""Changing the address of an account: confirmed from the new one, announced to the old one, which can undo it."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core import signing
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts import devices
from amnt.accounts.models import AddressChange, User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken

SALT = "new address"
VALID_FOR = 24 * 3600
BACK_SALT = "take back the address"
# As long as a second factor takes to become established, for the same reason.
TAKEN_BACK_WITHIN = timedelta(days=14)


def ask_for_address(user: User, new: str) -> None:
    """Send a link to the new address, without revealing whether another account has it."""
    if new == user.email:
        raise RuleBroken(_("This is already your address."), field="email")
    get_adapter().send_mail("accounts/address_confirm", new, {"user": user})


def address_key(user: User, new: str) -> str:
    """The key in that link: invalid once the address has changed, and of no use without the log-in."""
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
    """Make the new address the login and the mail address of this account."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    asked = asked_address(user, key)
    if asked is None:
        raise RuleBroken(_("This link has expired or has already been used. Ask for a new one."))
    if User.objects.filter(email=asked.new).exists():
        raise RuleBroken(_("This address cannot be used. Choose another one."))
    user.email, user.mail_refused_at = asked.new, None
    user.save(update_fields=["email", "mail_refused_at"])
    change = AddressChange.objects.create(user=user, old=asked.old)
    record("accounts.address_changed", by=user, about=user, fields=["email"])
    get_adapter().send_mail("accounts/address_changed", asked.old, {"user": user, "change": change})
    return user


# --- Taking it back -----------------------------------------------------------------------------------------------


def take_back_key(change: AddressChange) -> str:
    return signing.dumps(change.pk, salt=BACK_SALT)


def change_of_key(key: str) -> AddressChange | None:
    """The change that this link undoes; None if it was undone already or the link has expired."""
    try:
        pk = signing.loads(key, salt=BACK_SALT)
    except signing.BadSignature:
        return None
    recent = AddressChange.objects.filter(changed_at__gt=now() - TAKEN_BACK_WITHIN, user__is_active=True)
    return recent.select_related("user").filter(pk=pk).first()


@transaction.atomic
def take_back(change: AddressChange) -> User:
    """Give the account this address again, whatever it is now. End all sessions, revoke API keys and void the password."""
    user = User.objects.select_for_update(of=("self",)).get(pk=change.user_id)
    later = AddressChange.objects.filter(user=user, pk__gte=change.pk)
    if not later.filter(pk=change.pk).exists():
        raise RuleBroken(_("This link has expired or has already been used."))
    if User.objects.filter(email=change.old).exclude(pk=user.pk).exists():
        raise RuleBroken(_("Another account now has this address. Write to the people who run this service."))
    left, user.email, user.mail_refused_at = user.email, change.old, None
    user.set_unusable_password()
    user.save(update_fields=["email", "mail_refused_at", "password"])
    later.delete()
    devices.end_all_access(user)
    record("accounts.address_taken_back", by=None, about=user, fields=["email"])
    get_adapter().send_mail("accounts/address_taken_back", left, {"user": user})
    return user
