"""Asking an office whether the card of its delegation is right. A lead approves each mail; the answer changes only a date."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import create_once, sent_before
from amnt.mail.services import write_email
from coalitions.models import Coalition, Delegation, OfficeCheck
from coalitions.outreach.domain.office_keys import digest_of, key_of
from coalitions.outreach.emails import KIND

# Whoever asks, an office gets no second mail sooner.
APART = timedelta(days=60)


@transaction.atomic
def ask_office(
    card: Delegation, *, coalition: Coalition, language: str, by: User, seen_address: str | None = None, submission: UUID | None = None
) -> OfficeCheck:
    """Send one mail. The caller has checked that this person may act as a lead there. The same form sent twice sends one."""
    card = Delegation.objects.select_for_update(of=("self",)).get(pk=card.pk)
    mine = OfficeCheck.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    if not coalition.asks_offices:
        raise RuleBroken(_("Mails to offices are off in this coalition. Its leads turn them on in its settings."))
    if not card.office_email:
        raise RuleBroken(_("The card gives no public address of an office."))
    if seen_address is not None and seen_address != card.office_email:
        raise RuleBroken(_("The address on the card has changed meanwhile: look at it again, then send it."))
    if card.is_to_check:
        raise RuleBroken(_("Check the card against its page first: nothing unchecked is sent to an office."))
    if OfficeCheck.objects.filter(delegation=card, created_at__gt=now() - APART).exists():
        raise RuleBroken(_("This office was asked less than two months ago."))
    public_id = uuid4()
    check = OfficeCheck(
        public_id=public_id,
        digest=digest_of(key_of(public_id)),
        delegation=card,
        coalition=coalition,
        language=language,
        by=by,
        expires_at=now() + OfficeCheck.OPEN_FOR,
        submission=submission,
    )
    check, is_new = create_once(check, among=mine)
    if is_new:
        record("coalitions.office_asked", by=by, about=card, coalition=coalition)
        write_email(KIND, address=card.office_email, about={"check": check.pk})
    return check


def open_check(key: str) -> OfficeCheck | None:
    """The question that this link asks; None alike for unknown, used and expired ones."""
    return OfficeCheck.objects.open().filter(digest=digest_of(key)).select_related("delegation__assembly").first()


def version_of(card: Delegation) -> str:
    """Names what the card says now, so that what is confirmed is what was shown."""
    last = card.history.order_by("-history_id").values_list("history_id", flat=True).first()  # type: ignore[attr-defined]
    return str(last or "")


@transaction.atomic
def confirm_by_office(check: OfficeCheck, *, seen: str) -> bool:
    """The office says that the card is right: its link is used up, and the date changes. False if the card changed since it was shown."""
    check = OfficeCheck.objects.select_for_update(of=("self",)).select_related("coalition", "delegation").get(pk=check.pk)
    if check.used_at is not None:
        return True  # the second tap of one button
    if seen != version_of(check.delegation):
        return False
    check.used_at = now()
    check.save(update_fields=["used_at"])
    # Without a new version in its history: nothing it says has changed.
    Delegation.objects.filter(pk=check.delegation_id).update(office_confirmed_at=check.used_at)
    record("coalitions.office_confirmed", by=None, about=check.delegation, coalition=check.coalition)
    return True


@transaction.atomic
def close_all() -> int:
    """Close every open question, also of coalitions that have turned these mails off, for locking the instance. Returns how many."""
    return OfficeCheck.objects.filter(used_at=None, expires_at__gt=now()).update(expires_at=now())


def register_all() -> None:
    locking.register("Links to offices closed", close_all)
