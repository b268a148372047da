"""The letter that brings an invitation. It names neither the coalition, nor who invites, nor why."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from amnt import times
from amnt.mail.letters import Letter, composes, render_letter
from amnt.mail.models import Email
from coalitions.invitation_keys import is_key_of, key_of
from coalitions.models import Invitation


@composes("coalitions/invitation")
def invitation_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """What was accepted, revoked or has expired meanwhile is not sent."""
    asked = {email.about["invitation"]: email.pk for email in emails}
    return {
        asked[invitation.pk]: invitation_letter(invitation)
        for invitation in Invitation.objects.open().filter(pk__in=asked)
        if is_key_of(invitation.public_id, invitation.digest)
    }


def invitation_letter(invitation: Invitation) -> Letter:
    path = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
    # Nobody knows her clock yet. The link lives some hours longer than the day it names.
    context = {"url": f"{settings.SITE_URL}{path}", "until": times.day(invitation.expires_at, invitation.language)}
    return render_letter("coalitions/invitation", context, address=invitation.email, language=invitation.language)
