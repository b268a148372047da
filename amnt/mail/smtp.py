import smtplib

from django.conf import settings
from django.core.mail.backends import smtp

from amnt.mail.messages import Outgoing


class EmailBackend(smtp.EmailBackend):
    """Django's own, except that what is built already is not built again."""

    def _send(self, email_message):
        if not isinstance(email_message, Outgoing):
            return super()._send(email_message)
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("There is no connection to send over.")
        self.connection.sendmail(settings.MAIL_FROM, email_message.to, email_message.raw)
        return True
