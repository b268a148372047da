"""How long log-ins and accounts that nobody uses are kept."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amnt.accounts import devices
from amnt.accounts.known_places import KNOWN_FOR
from amnt.accounts.models import AccountRecovery, AddressChange, Device, KnownBrowser, KnownNetwork, Session
from amnt.accounts.services import inactivity
from amnt.accounts.services.addresses import TAKEN_BACK_WITHIN
from amnt.accounts.services.recoveries import KEPT_FOR
from amnt.retention.rules import RetentionRule, deletion_rule, register

# Longer than any log-in lasts: for rows that were left behind.
DEVICE_KEPT_FOR = timedelta(days=30)


def ended(at: datetime) -> Q:
    alive = Session.objects.filter(expire_date__gt=at).values("pk")
    return ~Q(digest__in=alive) | Q(last_seen_at__lt=at - DEVICE_KEPT_FOR)


def forget_devices(at: datetime) -> int:
    forgotten = Device.objects.filter(ended(at)).count()
    devices.end_sessions(list(Device.objects.filter(last_seen_at__lt=at - DEVICE_KEPT_FOR).values_list("digest", flat=True)))
    devices.delete_expired()
    return forgotten


def register_all() -> None:
    register(
        RetentionRule(
            "devices",
            _("Your devices: name of the browser, first part of its network address, when it was last seen"),
            _("until the log-in ends, 14 days at most; in any case 30 days after it was last used"),
            _("deleted within a day"),
            count=lambda at: Device.objects.filter(ended(at)).count(),
            apply=forget_devices,
        )
    )
    register(
        RetentionRule(
            "inactive",
            _("An account that nobody uses"),
            _("12 months after the last visit, and three warnings by e-mail in the month that follows"),
            _("closed, and erased 30 days later"),
            count=inactivity.count_due,
            apply=inactivity.close_and_erase,
            notify=inactivity.warn,
        )
    )
    register(
        deletion_rule(
            "known-browsers",
            _("Browsers you have logged in with, recognised by a code that identifies nobody"),
            _("30 days after the last log-in"),
            _("deleted within a day"),
            due=lambda at: KnownBrowser.objects.filter(seen_at__lte=at - KNOWN_FOR),
        )
    )
    register(
        deletion_rule(
            "known-networks",
            _("Networks you have logged in from, stored only as a keyed hash"),
            _("30 days after the last log-in"),
            _("deleted within a day"),
            due=lambda at: KnownNetwork.objects.filter(seen_at__lte=at - KNOWN_FOR),
        )
    )
    register(
        deletion_rule(
            "former-addresses",
            _("The e-mail address your account had before, so that you can go back to it"),
            _("14 days after the change"),
            _("deleted within a day"),
            due=lambda at: AddressChange.objects.filter(changed_at__lte=at - TAKEN_BACK_WITHIN),
        )
    )
    register(
        deletion_rule(
            "recoveries",
            _("The recovery of an account: the addresses, who asked, and why it could not wait"),
            _("30 days after it was carried out or stopped"),
            _("deleted within a day"),
            due=lambda at: AccountRecovery.objects.filter(Q(done_at__lte=at - KEPT_FOR) | Q(stopped_at__lte=at - KEPT_FOR)),
        )
    )
