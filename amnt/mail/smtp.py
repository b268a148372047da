import smtplib
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.mail.backends import smtp

from amnt.mail.messages import Outgoing


class Line(smtplib.SMTP):
    """A connection whose addresses were checked when the message was written: here they are not taken apart again."""

    before_body: Callable[[], None] | None = None

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("mail", " ".join([f"from:<{sender}>", *options]))

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("rcpt", " ".join([f"to:<{recip}>", *options]))

    def data(self, msg) -> tuple[int, bytes]:
        if self.before_body:
            self.before_body()
        return super().data(msg)


class SecureLine(Line, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's own, except that what is built already is not built again."""

    connection: Line | None

    @property
    def connection_class(self):
        return SecureLine if self.use_ssl else Line

    def _send(self, email_message):
        if not isinstance(email_message, Outgoing):
            return super()._send(email_message)
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("There is no connection to send over.")
        self.connection.before_body = email_message.before_body
        self.connection.sendmail(settings.MAIL_FROM, email_message.to, email_message.raw)
        return True
