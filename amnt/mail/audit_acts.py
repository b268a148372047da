"""The audited acts on mail."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("mail.refusals_cleared", _("E-mail to addresses that had been refused was started again"))
    acts.register("mail.sent_again", _("E-mails that had been refused were sent again"))
