"""Checking that one's own e-mails arrive: a test mail, and another attempt after refusals. Muting is in `amnt.mail`."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.mail.emails import Letter, register_composer
from amnt.mail.models import Email
from amnt.mail.services import write_email
from calendar_app.reminders.preview import preview_for

TEST = "calendar_app/test"
TESTS_AN_HOUR = 3


@transaction.atomic
def send_test_mail(user: User) -> Email:
    """Her next mail, or an example, at once and by the same way as all others."""
    user.lock()
    if Email.objects.filter(to=user, kind=TEST, created_at__gt=now() - timedelta(hours=1)).count() >= TESTS_AN_HOUR:
        raise RuleBroken(_("You can send three test e-mails an hour. Look in your spam folder, or try again in an hour."))
    return write_email(TEST, to=user, about={})


def test_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    letters = {}
    for email in emails:
        if email.to:
            with translation.override(email.to.language):
                remark = _("This is the test e-mail you asked for: our e-mails reach you.")
            letters[email.pk] = preview_for(email.to, email.to.mail_level, remark=remark, stop="")
    return letters


@transaction.atomic
def try_again(user: User) -> None:
    """Her address was refused; she says that it works now. What is due from now on goes out again, and a test mail at once."""
    User.objects.filter(pk=user.pk).update(mail_refused_at=None)
    user.mail_refused_at = None
    send_test_mail(user)


def register_all() -> None:
    register_composer(TEST, test_letters)
