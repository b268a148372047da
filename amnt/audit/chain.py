"""The hash chain over the audit: sealing new entries, verifying it, and deleting old ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import batched

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.audit import signing, triggers
from amnt.audit.models import AuditCheckpoint, AuditEntry, AuditSeal, AuditVerification

NOTHING_BEFORE = "0" * 64
SEALED_AT_ONCE = 1000
# The security model, section 6.
KEPT_FOR = timedelta(days=365)
# A task seals every minute; an entry that waits longer means that it does not run.
SEALED_WITHIN = timedelta(hours=1)
VERIFIED_EVERY = timedelta(hours=23)


@dataclass(frozen=True)
class ChainHead:
    """The end of the chain: noted elsewhere, it shows whether later entries were removed."""

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


def digest_of(entry: AuditEntry, *, position: int, previous: str) -> str:
    return sha256(json.dumps(["seal 1", position, previous, entry.pk, entry.canonical(), entry.signature]).encode()).hexdigest()


def head() -> ChainHead:
    last = AuditSeal.objects.order_by("-position").first() or AuditCheckpoint.objects.order_by("-position").first()
    return ChainHead(last.position, last.digest) if last else ChainHead(0, NOTHING_BEFORE)


# --- Sealing ------------------------------------------------------------------------------------------------------


def seal_new() -> int:
    """Append every entry that is not sealed yet. Returns how many. Of two that run at once, one does nothing."""
    sealed = 0
    while True:
        try:
            appended = _append()
        except IntegrityError:
            return sealed
        sealed += appended
        if appended < SEALED_AT_ONCE:
            return sealed


@transaction.atomic
def _append() -> int:
    end, key = head(), signing.current_key()
    seals = []
    for entry in AuditEntry.objects.unsealed().order_by("pk")[:SEALED_AT_ONCE]:
        position = end.position + 1
        digest = digest_of(entry, position=position, previous=end.digest)
        seals.append(
            AuditSeal(position=position, entry=entry, previous=end.digest, digest=digest, key_id=key.key_id, signature=key.sign(digest))
        )
        end = ChainHead(position, digest)
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


# --- Verifying ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """
    sealed, waiting -- how many entries are in the chain, and how many are not sealed yet
    head -- where the chain ends
    faults -- sentences that say where it is broken; empty when it is intact
    """

    sealed: int
    waiting: int
    head: ChainHead
    faults: list[str]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(*, expected: ChainHead | None = None) -> Verdict:
    """Walk the chain from the last checkpoint to its end. With `expected`, also check that it still holds this position.

    Signatures under a removed key cannot be checked. They are accepted at the beginning of the chain, where later digests cover them, but
    not after a row that was signed under a present key.
    """
    sealed, waiting, faults = 0, 0, []
    if not triggers.are_installed():
        faults.append(_("The triggers that keep the audit append-only are missing from the database. Run manage.py migrate."))
    checkpoint = AuditCheckpoint.objects.order_by("-position").first()
    end = ChainHead(checkpoint.position, checkpoint.digest) if checkpoint else ChainHead(0, NOTHING_BEFORE)
    keys = signing.known_keys()
    is_covered = checkpoint is None or checkpoint.key_id in keys
    if checkpoint and not is_signed(checkpoint.canonical(), checkpoint, unknown_is_fine=True):
        faults.append(_("The checkpoint at position %(position)s was not signed by this instance.") % {"position": end.position})
    is_noted = expected is None or end == expected
    known_key_seen = False
    for seal, entry in links():
        sealed += 1
        known_key_seen = known_key_seen or seal.key_id in keys
        is_covered = seal.key_id in keys
        faults += faults_of(seal, entry, after=end, unknown_is_fine=not known_key_seen)
        end = ChainHead(seal.position, seal.digest)
        is_noted = is_noted or end == expected
    if not is_covered:
        faults.append(_("The end of the chain was signed under another FIELD_KEY than that of this instance."))
    if expected and not is_noted:
        faults.append(_("Position %(position)s is not in the chain as it was noted: its end was cut off or replaced.") % vars(expected))
    for entry in AuditEntry.objects.unsealed().order_by("pk").iterator(chunk_size=SEALED_AT_ONCE):
        waiting += 1
        if not is_signed(entry.canonical(), entry, unknown_is_fine=False):
            faults.append(_("Entry %(id)s was inserted or altered by hand: this instance has not signed it.") % {"id": entry.public_id})
    return Verdict(sealed, waiting, end, faults)


def links() -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    """Every seal of the chain in order, with its entry if that still exists."""
    for seals in batched(AuditSeal.objects.order_by("position").iterator(chunk_size=SEALED_AT_ONCE), SEALED_AT_ONCE):
        entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            yield seal, entries.get(seal.entry_id)


def faults_of(seal: AuditSeal, entry: AuditEntry | None, *, after: ChainHead, unknown_is_fine: bool) -> Iterator[str]:
    """Sentences that say what is wrong with this link of the chain."""
    at = {"position": seal.position}
    if seal.position > after.position + 1:
        missing = seal.position - after.position - 1
        yield ngettext(
            "Before position %(position)s, %(n)s entry is missing: it was deleted together with its place in the chain.",
            "Before position %(position)s, %(n)s entries are missing: they were deleted together with their places in the chain.",
            missing,
        ) % {**at, "n": missing}
    elif seal.previous != after.digest or seal.position <= after.position:
        yield _("At position %(position)s the chain does not follow from what comes before it: a place was altered or replaced.") % at
    if not is_signed(seal.digest, seal, unknown_is_fine=unknown_is_fine):
        yield _("The place at position %(position)s was not signed by this instance.") % at
    if entry is None:
        yield _("The entry at position %(position)s was deleted.") % at
    elif digest_of(entry, position=seal.position, previous=seal.previous) != seal.digest:
        yield _("The entry at position %(position)s was altered.") % at
    elif not is_signed(entry.canonical(), entry, unknown_is_fine=unknown_is_fine):
        yield _("The entry at position %(position)s was inserted by hand: this instance has not signed it.") % at


def is_signed(text: str, row: AuditEntry | AuditSeal | AuditCheckpoint, *, unknown_is_fine: bool) -> bool:
    """Whether the signature is valid; one under an unknown key counts as the caller says."""
    key = signing.known_keys().get(row.key_id)
    return key.has_signed(text, row.signature) if key else unknown_is_fine


def verify_once_a_day() -> list[str]:
    """Verify the chain unless that was done today, and store how many faults there were. Returns their sentences."""
    if AuditVerification.objects.filter(at__gt=now() - VERIFIED_EVERY).exists():
        return []
    faults = verify().faults
    with transaction.atomic():
        AuditVerification.objects.all().delete()
        AuditVerification.objects.create(faults=len(faults))
    return faults


def is_sealing_late() -> bool:
    """Whether entries have waited so long that the sealing task must have stopped."""
    oldest: datetime | None = AuditEntry.objects.unsealed().aggregate(at=Min("at"))["at"]
    return oldest is not None and oldest < now() - SEALED_WITHIN


# --- Cutting off --------------------------------------------------------------------------------------------------


@transaction.atomic
def forget_old() -> int:
    """Sign a checkpoint after the entries older than a year, and delete these. Returns how many. A broken chain is kept as it is."""
    limit = now() - KEPT_FOR
    first_kept = AuditSeal.objects.filter(entry__at__gte=limit).order_by("position").values_list("position", flat=True).first()
    old = AuditSeal.objects.filter(position__lt=first_kept) if first_kept else AuditSeal.objects.all()
    last = old.order_by("-position").first()
    if last is None or not verify().is_whole:
        return 0
    key = signing.current_key()
    checkpoint = AuditCheckpoint(position=last.position, digest=last.digest, key_id=key.key_id)
    checkpoint.signature = key.sign(checkpoint.canonical())
    checkpoint.save(force_insert=True)
    forgotten, _each = AuditEntry.objects.filter(seal__position__lte=last.position).delete()
    AuditSeal.objects.filter(position__lte=last.position).delete()
    AuditCheckpoint.objects.filter(position__lt=last.position).delete()
    return forgotten
