"""After a server was seized: void every secret that was in its database or in .env.

The keys themselves are changed in the environment and by `amnt.encryption.rotation`. Why passwords go and passkeys stay:
docs/decisions/rotating_after_a_seizure.md.
"""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import AccountRecovery, ExposedFactor, InstanceLock, KnownBrowser, KnownNetwork, User
from amnt.accounts.services import locking, recoveries
from amnt.audit.services import record

# Their secrets are in the database, encrypted; of a passkey only the public key is.
SHARED_SECRETS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@dataclass(frozen=True)
class Distrusted:
    """How many of each were voided or flagged."""

    passwords: int
    factors: int
    recoveries: int
    known_places: int


def unchanged_keys(lock: InstanceLock) -> list[str]:
    """The variables of the environment that are still what they were when the instance was locked."""
    if not lock.field_key_id:
        # Locked by a version that did not note them: taken as unchanged.
        lock.secret_key_id, lock.field_key_id = locking.secret_key_id(), locking.field_key_id()
        lock.save(update_fields=["secret_key_id", "field_key_id"])
    then = {"SECRET_KEY": (lock.secret_key_id, locking.secret_key_id()), "FIELD_KEY": (lock.field_key_id, locking.field_key_id())}
    return [name for name, (before, after) in then.items() if before == after]


@transaction.atomic
def distrust_everything(lock: InstanceLock) -> Distrusted:
    """Void every password, and mark every second factor with a shared secret as exposed.

    Everyone gets a mail, sent once the instance is unlocked.
    """
    passwords = 0
    for user in User.objects.select_for_update(of=("self",)).filter(erased_at=None).order_by("pk"):
        if user.has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
            passwords += 1
        if user.is_active:
            get_adapter().send_notification_mail("accounts/rotated", user)
    exposed = Authenticator.objects.filter(type__in=SHARED_SECRETS)
    ExposedFactor.objects.bulk_create([ExposedFactor(authenticator=row) for row in exposed], ignore_conflicts=True)
    # The link that stops one is void with the SECRET_KEY under which it was signed.
    stopped = sum(recoveries.stop_recovery(recovery) for recovery in AccountRecovery.objects.under_way().order_by("pk"))
    known = KnownBrowser.objects.all().delete()[0] + KnownNetwork.objects.all().delete()[0]
    lock.rotated_at = now()
    lock.save(update_fields=["rotated_at"])
    record("instance.rotated", by=None)
    return Distrusted(passwords, exposed.count(), stopped, known)
