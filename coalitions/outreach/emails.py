"""The mail to the public address of an office. It names no coalition and no person; what it says of the card is public."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from amnt.mail.dates import day_ahead
from amnt.mail.emails import Letter, register_composer, render_letter
from amnt.mail.models import Email
from coalitions.models import Delegation, OfficeCheck
from coalitions.outreach.domain.office_keys import is_key_of, key_of

KIND = "coalitions/office_check"


def office_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """Not sent if used, expired, or if the coalition has turned these mails off meanwhile, or the card names no address any more."""
    asked = {email.about["check"]: email.pk for email in emails}
    rows = OfficeCheck.objects.open().filter(pk__in=asked).exclude(delegation__office_email="")
    return {
        asked[check.pk]: office_letter(check)
        for check in rows.select_related("delegation__assembly")
        if is_key_of(check.public_id, check.digest)
    }


def office_letter(check: OfficeCheck) -> Letter:
    path = reverse("coalitions:office-check", args=[key_of(check.public_id)])
    return letter_to_office(check.delegation, check.language, url=f"{settings.SITE_URL}{path}", until=check.expires_at)


def letter_to_office(card: Delegation, language: str, *, url: str, until) -> Letter:
    """The mail as it is sent, also for its preview."""
    with translation.override(language):
        context = {"url": url, "assembly": str(card.assembly), "until": day_ahead(until, zone="UTC", language=language)}
    return render_letter(KIND, context, address=card.office_email, language=language)


def register_all() -> None:
    register_composer(KIND, office_letters)
